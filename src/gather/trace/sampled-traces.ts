import type { Incident, Sample } from "../../domain/incident.ts";
import type { EntryReader } from "../../domain/reading-rules.ts";
import type { Trace } from "../../domain/trace.ts";
import { findOrigin } from "./origin.ts";
import { whatCausedIt } from "./relate.ts";

/** What an incident's sampled traces say together. */
export interface SampledTraces {
  /** The newest that says what most of them say, with its origin: whose evidence is gathered. */
  readonly trace: Trace;
  /** Those that say what most of them say, with their origins, newest first. */
  readonly alike: readonly Trace[];
  /** In most of them the incident followed from one and the same failure. What another service did to a few of its requests does not make it a symptom. */
  readonly isSymptom: boolean;
}

/**
 * A service may fail on its own nine times and the tenth time because of another: one trace alone would tell the wrong story of it.
 * @param traces newest first, services are those of the service map; of those in which nothing failed, nothing follows
 */
export function weighTraces(
  traces: readonly [Trace, ...Trace[]],
  incident: Incident,
  reader: EntryReader,
): SampledTraces {
  const weighed = traces.map((found) => {
    const sample = sampleOf(incident, found);
    const trace = { ...found, originSpanId: findOrigin(found, sample?.spanId ?? null) };
    const { spanId, service } = sample ?? { spanId: null, service: incident.service };
    return { trace, cause: whatCausedIt(trace, { spanId, service }, reader) };
  });
  const telling = weighed.filter(({ trace }) => trace.originSpanId !== null);
  const byCause = [...Map.groupBy(telling, ({ cause }) => cause)];
  const [most] = byCause.find(([, those]) => those.length * 2 > telling.length) ?? [null];
  const alike = telling.filter(({ cause }) => cause === most).map(({ trace }) => trace);
  return { trace: alike[0] ?? weighed[0]?.trace ?? traces[0], alike, isSymptom: most !== null };
}

/** The newest entry of this trace; without one, the newest at all. */
export function sampleOf(incident: Incident, trace: Trace | null): Sample | null {
  const newestFirst = incident.samples.toSorted((one, other) => Number(other.timestampNs - one.timestampNs));
  return newestFirst.find(({ traceId }) => trace !== null && traceId === trace.traceId) ?? newestFirst[0] ?? null;
}
