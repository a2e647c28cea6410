import type { ReadErrorEntry } from "../../detect/entries/read-entry.ts";
import { readWindow } from "../../detect/windows/read-window.ts";
import type { AlertReading, Finding } from "../../domain/chat/chat-memory.ts";
import type { Incident } from "../../domain/incident.ts";
import type { Environment, IncidentId } from "../../domain/names.ts";
import { ownValue } from "../../domain/own-value.ts";
import { redact } from "../../domain/redact.ts";
import { isSourceFailure } from "../../domain/sources.ts";
import { selectorWith, withinEnvironment } from "../../forward/alert-query.ts";
import type { HeldLease } from "../held-lease.ts";
import type { PollMeans } from "../poll.ts";
import { recordPage } from "../record-page.ts";
import type { AskMeans } from "./chat-means.ts";

const nsPerMs = 1_000_000n;
/** A targeted look, and no poll: what is behind so many pages is for the next poll. */
const pagesMax = 5;
const pageMax = 1_000;
/** Lines of a stack trace that begins before the window belong to no error in it. */
const aroundNs = 5_000_000_000n;
const afterMs = 5 * 60_000;
/** Alerts look back over some minutes themselves. */
const nearMs = 6 * 60_000;
const incidentsMax = 3;
const windowMsMax = 25 * 3_600_000;

export interface Looked {
  readonly environment: Environment | null;
  readonly finding: Finding;
  /** Worst first. */
  readonly incidents: readonly Incident[];
  readonly moreKinds: number;
}

/** What is to be read for one alert: queries from the narrowest on, until one finds errors. */
interface Search {
  readonly queries: readonly string[];
  readonly fromMs: number;
  readonly toMs: number;
  /** When the alert began. */
  readonly beganMs: number;
}

/**
 * Looks for the errors of alerts in Loki, records what is new of them as a poll would (same reading, same identity, known by their own entries afterwards), and
 * moves no checkpoint and no line of the coverage ledger.
 * @throws what the source throws, LeaseLostError
 */
export async function lookFor(
  means: AskMeans,
  alerts: readonly AlertReading[],
  at: { readonly environments: readonly Environment[]; readonly nowMs: number; readonly lookBackMs: number },
  held: HeldLease,
  signal: AbortSignal,
): Promise<Looked> {
  const counts = new Map<IncidentId, number>();
  const searched: string[] = [];
  let entries = 0;
  let problem: string | null = null;
  let environment: Environment | null = null;
  for (const alert of alerts) {
    for (const id of await pastedIncidents(means, alert, at.environments)) counts.set(id, (counts.get(id) ?? 0) + 1);
    for (const poll of pollsFor(means, alert, at.environments)) {
      environment ??= poll.environment;
      const search = searchFor(means, alert, poll, at);
      for (const query of search.queries) {
        try {
          const errors = await readOnce(means, { ...poll, query }, search, held, signal);
          searched.push(wordsOf(query, search));
          const fitting = nearest(ofAlert(errors, alert, query === search.queries.at(-1)), search);
          entries += fitting.length;
          for (const [id, count] of await incidentsOf(means, fitting)) counts.set(id, (counts.get(id) ?? 0) + count);
          if (fitting.length > 0) environment = poll.environment;
          if (fitting.length > 0) break;
        } catch (error) {
          if (signal.aborted || !isSourceFailure(error)) throw error;
          problem = error.message;
          break;
        }
      }
      if (counts.size > 0) break;
    }
  }
  const where = redact(searched.slice(0, 3).join("; "));
  const incidents = (await Promise.all([...counts.keys()].map((id) => means.brain.store.incident(id)))).filter(
    (each) => each !== null,
  );
  incidents.sort((one, other) => (counts.get(other.id) ?? 0) - (counts.get(one.id) ?? 0));
  return {
    environment,
    finding:
      incidents.length === 0
        ? { kind: "nothing", searched: where, because: problem === null ? null : redact(problem) }
        : { kind: "incidents", searched: where, entries },
    incidents: incidents.slice(0, incidentsMax),
    moreKinds: Math.max(0, incidents.length - incidentsMax),
  };
}

/** Incidents that a stack trace or log lines somebody pasted are known by: the same reading gives them the same fingerprint. */
async function pastedIncidents(
  { brain }: AskMeans,
  { pasted, service }: AlertReading,
  environments: readonly Environment[],
): Promise<readonly IncidentId[]> {
  const poll = brain.polls.find(({ environment }) => environments.includes(environment));
  if (pasted === null || poll === undefined) return [];
  const [{ createEntryReader }, { parseExplainInput }] = await Promise.all([
    import("../../detect/entries/read-entries.ts"),
    import("../../detect/explain/explain-input.ts"),
  ]);
  const label = poll.rules.serviceLabels[0] ?? "service";
  const lines = parseExplainInput(pasted, "lines").map((entry) =>
    service === null ? entry : { ...entry, id: entry.id, labels: { ...entry.labels, [label]: service } },
  );
  const errors = createEntryReader(poll.rules)
    .read(lines)
    .filter(({ isError }) => isError);
  const found = await Promise.all(errors.slice(0, 20).map(({ fingerprint }) => brain.store.incidentOf(fingerprint)));
  return [...new Set(found.flatMap((incident) => (incident === null ? [] : [incident.id])))];
}

/** The alert's own environment where the chat has it, else those of the chat in order. */
function pollsFor(means: AskMeans, alert: AlertReading, environments: readonly Environment[]): readonly PollMeans[] {
  const said =
    alert.environment !== null && environments.includes(alert.environment) ? [alert.environment] : environments;
  return said.flatMap((name) => means.brain.polls.find((poll) => poll.environment === name) ?? []);
}

function searchFor(
  { rules }: AskMeans,
  alert: AlertReading,
  { query }: PollMeans,
  { nowMs, lookBackMs }: { readonly nowMs: number; readonly lookBackMs: number },
): Search {
  const beganMs = Math.min(alert.fromMs ?? nowMs, nowMs);
  const toMs = Math.min(nowMs, Math.max(alert.toMs ?? nowMs, beganMs) + afterMs);
  const fromMs = Math.max(beganMs - lookBackMs, toMs - windowMsMax);
  const own = selectorWith(query, []);
  const labelled = rules.serviceLabels.flatMap((name) => {
    const value = ownValue(alert.labels, name);
    return value === undefined ? [] : [[name, value] as const];
  });
  const [label] = labelled;
  const candidates = [
    alert.query === null ? null : withinEnvironment(alert.query, query),
    alert.traceId === null || own === null ? null : `${own} |= "${alert.traceId.replace(/^0+/, "")}"`,
    label === undefined ? null : selectorWith(query, [label]),
    alert.service === null ? null : selectorWith(query, [[rules.serviceLabels[0] ?? "service_name", alert.service]]),
    query,
  ];
  return { queries: [...new Set(candidates.filter((each) => each !== null))], fromMs, toMs, beganMs };
}

async function readOnce(
  means: AskMeans,
  poll: PollMeans,
  { fromMs, toMs }: Search,
  held: HeldLease,
  signal: AbortSignal,
): Promise<readonly ReadErrorEntry[]> {
  const { store, clock } = means.brain;
  const { createPageReader } = await import("../../detect/entries/read-entries.ts");
  const reader = createPageReader(poll.rules);
  const [startNs, endNs] = [BigInt(fromMs) * nsPerMs, BigInt(toMs) * nsPerMs];
  const window = { fromNs: startNs - aroundNs, toNs: endNs };
  const found: ReadErrorEntry[] = [];
  let pages = 0;
  for await (const page of readWindow(
    poll.source,
    poll.query,
    window,
    { limit: Math.min(poll.limit, pageMax), pagesMax },
    signal,
  )) {
    pages += 1;
    await held.renew();
    const read = [...reader.push(page.entries), ...(page.isLast ? reader.flush(endNs) : [])];
    const inside = read.filter(({ entry }) => entry.timestampNs >= startNs);
    await recordPage(inside, { environment: poll.environment, checkpointNs: null, held, store, clock }, () => ({}));
    found.push(...inside.filter(({ isError }) => isError));
    if (pages >= pagesMax) break;
  }
  return found;
}

/** Of the errors that were read, those that the alert speaks of. What only the whole environment gave must fit the service. */
function ofAlert(errors: readonly ReadErrorEntry[], alert: AlertReading, isBroad: boolean): readonly ReadErrorEntry[] {
  const traced = alert.traceId === null ? [] : errors.filter(({ traceId }) => traceId === alert.traceId);
  if (traced.length > 0) return traced;
  const { service } = alert;
  if (service === null) return isBroad && alert.traceId !== null ? [] : errors;
  const wanted = service.toLowerCase();
  const ofService = errors.filter((error) => error.service?.toLowerCase() === wanted);
  return ofService.length > 0 || isBroad ? ofService : errors;
}

/** Kinds of error that were seen around the alert; where none was, all that its time holds. What failed long before it is another story. */
function nearest(errors: readonly ReadErrorEntry[], { beganMs }: Search): readonly ReadErrorEntry[] {
  const fromNs = BigInt(beganMs - nearMs) * nsPerMs;
  const near = new Set(errors.filter(({ entry }) => entry.timestampNs >= fromNs).map(({ fingerprint }) => fingerprint));
  return near.size === 0 ? errors : errors.filter(({ fingerprint }) => near.has(fingerprint));
}

async function incidentsOf(
  means: AskMeans,
  errors: readonly ReadErrorEntry[],
): Promise<ReadonlyMap<IncidentId, number>> {
  const byFingerprint = Map.groupBy(errors, ({ fingerprint }) => fingerprint);
  const counts = new Map<IncidentId, number>();
  for (const [fingerprint, its] of byFingerprint) {
    const incident = await means.brain.store.incidentOf(fingerprint);
    if (incident !== null) counts.set(incident.id, (counts.get(incident.id) ?? 0) + its.length);
  }
  return counts;
}

function wordsOf(query: string, { fromMs, toMs }: Search): string {
  const time = (atMs: number) => new Date(atMs).toISOString().slice(0, 16);
  return `${query} ${time(fromMs)}–${time(toMs).slice(11)}Z`;
}
