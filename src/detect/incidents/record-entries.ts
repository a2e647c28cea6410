import type { ErrorEntry } from "../../domain/error-entry.ts";
import { incidentIdOf } from "../../domain/fingerprint.ts";
import type { Incident } from "../../domain/incident.ts";
import type { Environment, Fingerprint, IncidentId, TraceId } from "../../domain/names.ts";
import { ownValue } from "../../domain/own-value.ts";
import type { Change, Known, SeenEntry } from "../../domain/store.ts";
import { incidentTitle } from "../entries/incident-title.ts";
import type { ReadErrorEntry } from "../entries/read-entry.ts";
import { pickSamples } from "./samples.ts";

const nsPerMinute = 60_000_000_000n;

export interface RecordedIncident {
  readonly incident: Incident;
  readonly change: "new" | "grew" | "new-environment";
  /** Error entries of this page. */
  readonly added: number;
}

export interface Recorded {
  readonly change: Required<Pick<Change, "seen" | "counts" | "aliases" | "traces" | "incidents">>;
  readonly touched: readonly RecordedIncident[];
  /** Counted entries that are older than the checkpoint. */
  readonly late: number;
  /** Log entries of errors that an earlier read has recorded. */
  readonly duplicates: number;
}

/**
 * What a page of error entries changes. Pure. An entry whose own log entry is known counts no more, but lines that came to it since are remembered; every other
 * counts once, in the incident that its fingerprint is an alias of, or in a new one. The state of an incident is left alone.
 * @param from errors: what the page reader gave out with `isError` · known: what the store says about their own log entries, fingerprints and traces
 */
export function recordEntries(from: {
  readonly errors: readonly ReadErrorEntry[];
  readonly known: Known;
  readonly environment: Environment;
  readonly checkpointNs: bigint | null;
  readonly nowMs: number;
  readonly traceForgetMs: number;
}): Recorded {
  const { known, environment } = from;
  const seen: SeenEntry[] = [];
  const counts = new Map<Fingerprint, Map<number, MinuteCount>>();
  const growing = new Map<Fingerprint, Growing>();
  const byIncident = new Map<IncidentId, Growing>();
  let late = 0;
  let duplicates = 0;
  const countedNow = new Set<string>();

  for (const error of from.errors) {
    const isKnown = known.seen.has(error.entry.id) || countedNow.has(error.entry.id);
    for (const line of error.readFrom) {
      if (known.seen.has(line.id)) continue;
      if (!isKnown || line.id !== error.entry.id) seen.push({ id: line.id, timestampNs: line.timestampNs });
    }
    if (isKnown) {
      duplicates += error.readFrom.length;
      continue;
    }
    countedNow.add(error.entry.id);
    const incident = incidentFor(error, known, growing, byIncident);
    incident.errors.push(error);
    countMinute(counts, error, environment);
    if (from.checkpointNs !== null && error.entry.timestampNs < from.checkpointNs) late++;
  }

  const touched = [...byIncident.values()].map((each) => grow(each, environment));
  const traces = tracesOfNewSamples(touched, byIncident, known);
  return {
    change: {
      seen,
      counts: [...counts.values()].flatMap((minutes) => [...minutes.values()]),
      aliases: [...growing.values()]
        .filter((each) => each.before === null)
        .map(({ id, fingerprint }) => ({ fingerprint, incident: id })),
      traces: [...traces].map(([traceId, incident]) => ({
        traceId,
        incident,
        forgetAtMs: from.nowMs + from.traceForgetMs,
      })),
      incidents: touched.map(({ incident }) => incident),
    },
    touched,
    late,
    duplicates,
  };
}

interface MinuteCount {
  readonly fingerprint: Fingerprint;
  readonly environment: Environment;
  readonly minuteMs: number;
  add: number;
}

/** An incident while a page is added to it. */
interface Growing {
  readonly id: IncidentId;
  readonly fingerprint: Fingerprint;
  /** As the store has it; null for a new one. */
  readonly before: Incident | null;
  readonly errors: ReadErrorEntry[];
}

function incidentFor(
  error: ErrorEntry,
  known: Known,
  growing: Map<Fingerprint, Growing>,
  byIncident: Map<IncidentId, Growing>,
): Growing {
  const { fingerprint } = error;
  const found = growing.get(fingerprint);
  if (found !== undefined) return found;
  const before = known.incidentOf.get(fingerprint) ?? null;
  const id = before?.id ?? incidentIdOf(fingerprint);
  const incident = byIncident.get(id) ?? { id, fingerprint, before, errors: [] };
  byIncident.set(id, incident);
  growing.set(fingerprint, incident);
  return incident;
}

/**
 * The trace of a symptom's sample is its cause's where that has an entry in it too, sampled or not: so it is known later which of them it was seen without.
 * The traces that orders and investigations go by are those of samples. A page may bring thousands of others, and each would be written to a place of
 * its own in the state file, for ids of traces are in no order.
 */
function tracesOfNewSamples(
  touched: readonly RecordedIncident[],
  byIncident: ReadonlyMap<IncidentId, Growing>,
  known: Known,
): ReadonlyMap<TraceId, IncidentId> {
  const traces = new Map<TraceId, IncidentId>();
  for (const { incident } of touched) {
    const earlier = new Set(byIncident.get(incident.id)?.before?.samples);
    const cause = incident.causedBy === null ? undefined : byIncident.get(incident.causedBy);
    const ofCause = new Set(cause?.errors.map((error) => error.traceId));
    for (const sample of incident.samples) {
      const { traceId } = sample;
      if (traceId === null || earlier.has(sample) || known.incidentOfTrace.has(traceId) || traces.has(traceId))
        continue;
      traces.set(traceId, cause !== undefined && ofCause.has(traceId) ? cause.id : incident.id);
    }
  }
  return traces;
}

function countMinute(
  counts: Map<Fingerprint, Map<number, MinuteCount>>,
  error: ErrorEntry,
  environment: Environment,
): void {
  const minuteMs = Number(error.entry.timestampNs / nsPerMinute) * 60_000;
  const { fingerprint } = error;
  let minutes = counts.get(fingerprint);
  if (minutes === undefined) {
    minutes = new Map();
    counts.set(fingerprint, minutes);
  }
  const count = minutes.get(minuteMs);
  if (count === undefined) minutes.set(minuteMs, { fingerprint, environment, minuteMs, add: 1 });
  else count.add++;
}

function grow({ id, fingerprint, before, errors }: Growing, environment: Environment): RecordedIncident {
  const times = errors.map(({ entry }) => entry.timestampNs);
  const firstSeenNs = least([...times, ...(before === null ? [] : [before.firstSeenNs])]);
  const lastSeenNs = greatest([...times, ...(before === null ? [] : [before.lastSeenNs])]);
  const counted = before === null ? 0 : (ownValue(before.counts, environment) ?? 0);
  const counts = { ...before?.counts, [environment]: counted + errors.length };
  const samples = pickSamples(before?.samples ?? [], errors, environment);
  if (before !== null) {
    const isNewHere = counted === 0;
    const incident: Incident = { ...before, firstSeenNs, lastSeenNs, counts, samples };
    return { incident, change: isNewHere ? "new-environment" : "grew", added: errors.length };
  }
  const [first] = errors;
  if (first === undefined)
    throw new Error(`The incident ${id} was begun without an error entry. This is a mistake in recordEntries.`);
  const incident: Incident = {
    id,
    version: 0,
    state: "new",
    causedBy: null,
    mutedUntilMs: null,
    episode: 1,
    rounds: 0,
    fingerprints: [fingerprint],
    service: first.service,
    isOriginConfirmed: false,
    title: incidentTitle(first),
    samples,
    firstSeenNs,
    lastSeenNs,
    counts,
    reportDigest: null,
    note: null,
    issue: null,
    pullRequest: null,
  };
  return { incident, change: "new", added: errors.length };
}

function least(times: readonly bigint[]): bigint {
  return times.reduce((a, b) => (b < a ? b : a));
}

function greatest(times: readonly bigint[]): bigint {
  return times.reduce((a, b) => (b > a ? b : a));
}
