import type { SeenEntry, Surroundings } from "../analyse/surroundings.ts";
import type { Window } from "../domain/coverage.ts";
import type { EvidenceBundle } from "../domain/evidence.ts";
import type { Incident } from "../domain/incident.ts";
import { logqlString, streamSelector } from "../gather/entries/stream-selector.ts";
import type { EnvironmentSources } from "./hands-means.ts";

const minuteNs = 60_000_000_000n;
const aroundNs = 15n * minuteNs;
/** Of the incident's own time, back from its newest sample. */
const reachNs = 360n * minuteNs;
/** Entries of the streams that hold the words, of which the incident's service has a part. */
const readMax = 500;

/** What the analysis may read of Loki and Tempo about an incident: its own service, in its own time. */
export function surroundingsOf(
  incident: Pick<Incident, "samples" | "service">,
  bundle: EvidenceBundle,
  sources: Pick<EnvironmentSources, "logs" | "query" | "reader" | "traces">,
): Surroundings {
  const window = windowOf(incident, bundle);
  const selector = streamSelector(sources.query);
  const { logs, reader, traces } = sources;
  const services = new Set([incident.service, ...bundle.code.map(({ service }) => service)]);
  const traceIds = [
    ...incident.samples.flatMap(({ traceId }) => traceId ?? []),
    ...(bundle.trace === null ? [] : [bundle.trace.traceId]),
  ];
  return {
    window,
    logs:
      selector === null || window === null
        ? null
        : async (words, within, limit, signal) => {
            // The streams are ours to choose; of the model there is one fixed string.
            const query = `${selector} |= ${logqlString(words)}`;
            const page = await logs.entriesBetween(query, within, readMax, signal);
            return reader
              .read(page.entries)
              .filter(({ service }) => services.has(service))
              .slice(0, limit)
              .map(
                ({ entry, service, traceId }): SeenEntry => ({
                  entryId: entry.id,
                  timestampNs: entry.timestampNs,
                  service,
                  traceId,
                  text: entry.line,
                }),
              );
          },
    trace: traces === null ? null : (traceId, signal) => traces.trace(traceId, signal),
    traceIds: [...new Set(traceIds)],
  };
}

/** From a while before the first to a while after the last of what was sampled lately. */
function windowOf({ samples }: Pick<Incident, "samples">, { evidence }: EvidenceBundle): Window | null {
  const seen = [
    ...samples.map(({ timestampNs }) => timestampNs),
    ...evidence.flatMap((one) => (one.kind === "entry" ? [one.timestampNs] : [])),
  ].filter((instant) => instant > 0n);
  const [first] = seen;
  if (first === undefined) return null;
  const newest = seen.reduce((one, other) => (one > other ? one : other), first);
  const lately = seen.filter((instant) => newest - instant < reachNs);
  const oldest = lately.reduce((one, other) => (one < other ? one : other), newest);
  return { fromNs: oldest - aroundNs, toNs: newest + aroundNs };
}
