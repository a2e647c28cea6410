import { incidentIdOf } from "../../domain/fingerprint.ts";
import type { Incident } from "../../domain/incident.ts";
import type { IgnoreRule } from "../../domain/levers.ts";
import type { Environment, Fingerprint, IncidentId, TraceId } from "../../domain/names.ts";
import { ownValue } from "../../domain/own-value.ts";
import { redact } from "../../domain/redact.ts";
import type { Change, Known, SeenEntry } from "../../domain/store.ts";
import { incidentTitle } from "../entries/incident-title.ts";
import type { ReadErrorEntry } from "../entries/read-entry.ts";
import { type KnownOfPage, type Resolution, resolveIncidents } from "./resolve-incidents.ts";
import { mergeSamples, pickSamples } from "./samples.ts";

const nsPerMinute = 60_000_000_000n;
/** Kept with the incident; the store knows all of them. */
const fingerprintsMax = 50;

export interface RecordedIncident {
  readonly incident: Incident;
  /** ignored: the service map says not to tell of it. */
  readonly change: "new" | "grew" | "new-environment" | "ignored";
  /** Error entries of this page. */
  readonly added: number;
}

export interface Recorded {
  readonly change: Required<
    Pick<Change, "seen" | "counts" | "aliases" | "traces" | "incidents" | "variants" | "merges">
  >;
  readonly touched: readonly RecordedIncident[];
  /** Counted entries that are older than the checkpoint. */
  readonly late: number;
  /** Log entries of errors that an earlier read has recorded. */
  readonly duplicates: number;
  /** Counted entries that an ignore rule keeps quiet. */
  readonly ignored: number;
}

/**
 * What a page of error entries changes. Pure. An entry whose own log entry is known counts no more, but lines that came to it since are remembered; every other
 * counts once, in the incident that its fingerprint is an alias of, in one that it turns out to belong to, or in a new one. The state of an incident is left
 * alone, but for those that turn out to be another one.
 * @param from errors: what the page reader gave out with `isError` · known: what the store says about their own log entries, fingerprints and traces
 */
export function recordEntries(from: {
  readonly errors: readonly ReadErrorEntry[];
  readonly known: KnownOfPage;
  readonly environment: Environment;
  readonly checkpointNs: bigint | null;
  readonly nowMs: number;
  readonly traceForgetMs: number;
}): Recorded {
  const { known, environment } = from;
  const seen: SeenEntry[] = [];
  const counts = new Map<Fingerprint, Map<number, MinuteCount>>();
  const resolution = resolveIncidents(from.errors, known);
  const growing = new Map<unknown, Growing>();
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
    incidentFor(error, resolution, growing).errors.push(error);
    countMinute(counts, resolution.countedAs(error.fingerprint), error, environment);
    if (from.checkpointNs !== null && error.entry.timestampNs < from.checkpointNs) late++;
  }

  const byIncident = new Map([...growing.values()].map((each) => [each.id, each]));
  const touched = [...byIncident.values()].map((each) => grow(each, environment));
  const traces = tracesOfNewSamples(touched, byIncident, known);
  const absorbed = [...byIncident.values()].flatMap(({ id, absorbed: those }) =>
    those.map((each) => emptied(each, id)),
  );
  return {
    change: {
      seen,
      counts: [...counts.values()].flatMap((minutes) => [...minutes.values()]),
      aliases: [...byIncident.values()].flatMap(({ id, aliases }) =>
        [...aliases].map((fingerprint) => ({ fingerprint, incident: id })),
      ),
      traces: [...traces].map(([traceId, incident]) => ({
        traceId,
        incident,
        forgetAtMs: from.nowMs + from.traceForgetMs,
      })),
      incidents: [...touched.map(({ incident }) => incident), ...absorbed],
      variants: resolution.variants,
      merges: absorbed.flatMap(({ id, causedBy }) => (causedBy === null ? [] : [{ from: id, into: causedBy }])),
    },
    touched,
    late,
    duplicates,
    ignored: touched.reduce((sum, { change, added }) => sum + (change === "ignored" ? added : 0), 0),
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
  /** As the store has it; null for a new one. */
  readonly before: Incident | null;
  /** Incidents that have turned out to be this one. */
  readonly absorbed: readonly Incident[];
  /** New ones. */
  readonly aliases: Set<Fingerprint>;
  readonly errors: ReadErrorEntry[];
}

function incidentFor({ fingerprint }: ReadErrorEntry, resolution: Resolution, growing: Map<unknown, Growing>): Growing {
  const { key, before } = resolution.placeOf(fingerprint);
  let incident = growing.get(key);
  if (incident === undefined) {
    const id = before?.id ?? incidentIdOf(fingerprint);
    incident = { id, before, absorbed: resolution.absorbed.get(id) ?? [], aliases: new Set(), errors: [] };
    growing.set(key, incident);
  }
  if (!incident.aliases.has(fingerprint)) {
    for (const alias of resolution.newAliasesOf(fingerprint)) incident.aliases.add(alias);
  }
  return incident;
}

/** What is left of an incident that was another one all the time. */
function emptied(incident: Incident, into: IncidentId): Incident {
  const note = redact(`It is ${into} in other words, and counted there.`);
  const state = incident.issue === null ? "symptom" : incident.state;
  return { ...incident, state, causedBy: into, fingerprints: [], samples: [], note };
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
  fingerprint: Fingerprint,
  { entry }: ReadErrorEntry,
  environment: Environment,
): void {
  const minuteMs = Number(entry.timestampNs / nsPerMinute) * 60_000;
  let minutes = counts.get(fingerprint);
  if (minutes === undefined) {
    minutes = new Map();
    counts.set(fingerprint, minutes);
  }
  const count = minutes.get(minuteMs);
  if (count === undefined) minutes.set(minuteMs, { fingerprint, environment, minuteMs, add: 1 });
  else count.add++;
}

function grow({ id, before, absorbed, aliases, errors }: Growing, environment: Environment): RecordedIncident {
  const times = errors.map(({ entry }) => entry.timestampNs);
  const earlier = [...(before === null ? [] : [before]), ...absorbed];
  const firstSeenNs = least([...times, ...earlier.map((each) => each.firstSeenNs)]);
  const lastSeenNs = greatest([...times, ...earlier.map((each) => each.lastSeenNs)]);
  const counts = summed([...earlier.map((each) => each.counts), { [environment]: errors.length }]);
  const samples = pickSamples(
    absorbed.reduce((all, each) => mergeSamples(all, each.samples), before?.samples ?? []),
    errors,
    environment,
  );
  const fingerprints = [
    ...new Set([...earlier.flatMap((each) => each.fingerprints), ...aliases].slice(0, fingerprintsMax)),
  ];
  const [first] = errors;
  if (first === undefined)
    throw new Error(`The incident ${id} was begun without an error entry. This is a mistake in recordEntries.`);
  const seen = { fingerprints, firstSeenNs, lastSeenNs, counts, samples };
  const ignored = errors.every((error) => error.ignored !== null) ? (errors.at(-1)?.ignored ?? null) : null;
  if (before !== null) {
    const isNewHere = (ownValue(before.counts, environment) ?? 0) === 0;
    const incident: Incident = { ...quietened(before, ignored), ...seen };
    const change = ignored !== null ? "ignored" : isNewHere ? "new-environment" : "grew";
    return { incident, change, added: errors.length };
  }
  const incident: Incident = {
    id,
    version: 0,
    state: ignored === null ? "new" : "muted",
    causedBy: null,
    sameAs: null,
    notSameAs: [],
    mutedUntilMs: ignored?.untilMs ?? null,
    ignoredBecause: ignored === null ? null : redact(ignored.because),
    episode: 1,
    rounds: 0,
    service: first.service,
    isOriginConfirmed: false,
    title: incidentTitle(first),
    ...seen,
    reportDigest: null,
    note: null,
    issue: null,
    pullRequest: null,
    patchedBases: [],
    patchAskedBy: null,
  };
  return { incident, change: ignored === null ? "new" : "ignored", added: errors.length };
}

/**
 * As the service map's ignore rules want it now: what they muted is told again with the first entry that none of them names, and goes by the rule that holds for
 * the newest. What a person decided, or what is told already, stays.
 */
function quietened(before: Incident, ignored: IgnoreRule | null): Incident {
  if (before.state !== "muted" || before.ignoredBecause === null) return before;
  if (ignored !== null) return { ...before, mutedUntilMs: ignored.untilMs, ignoredBecause: redact(ignored.because) };
  return {
    ...before,
    state: before.issue === null ? "new" : "reported",
    mutedUntilMs: null,
    ignoredBecause: null,
  };
}

function summed(all: readonly Readonly<Record<Environment, number>>[]): Readonly<Record<Environment, number>> {
  const sums = new Map<Environment, number>();
  for (const counts of all) {
    for (const [environment, count] of Object.entries(counts))
      sums.set(environment, (sums.get(environment) ?? 0) + count);
  }
  return Object.fromEntries(sums);
}

function least(times: readonly bigint[]): bigint {
  return times.reduce((a, b) => (b < a ? b : a));
}

function greatest(times: readonly bigint[]): bigint {
  return times.reduce((a, b) => (b > a ? b : a));
}
