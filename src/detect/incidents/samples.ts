import type { Sample } from "../../domain/incident.ts";
import type { LogEntry } from "../../domain/log-entry.ts";
import type { Environment, Fingerprint, TraceId } from "../../domain/names.ts";
import { redact } from "../../domain/redact.ts";
import { cutBetweenWords } from "../../domain/redact-part.ts";
import type { Redacted } from "../../domain/text.ts";
import type { ReadErrorEntry } from "../entries/read-entry.ts";

const samplesMax = 10;
/** Of one page: the next one brings fresher ones, and redaction takes its time. */
const samplesPerPageMax = 5;
/** Of one page, where there are that many already. */
const freshSamplesPerPageMax = 2;
/** So young is fresh enough, where there are as many as are kept: a bug that fails a thousand times a minute is the same in each page. */
const freshForNs = 300_000_000_000n;
/** Places kept for samples without a trace, where there are such. */
const untracedMax = 3;
const sampleLengthMax = 16_384;
const readLengthMax = 256 * 1024;

/**
 * At most ten, newest first, one of each trace; only what is kept is redacted.
 * @param errors oldest first
 */
export function pickSamples(
  before: readonly Sample[],
  errors: readonly ReadErrorEntry[],
  environment: Environment,
): readonly Sample[] {
  if (isFresh(before, errors.at(-1))) return before;
  const isWellKnown = before.length >= samplesPerPageMax;
  const added = newestOf(errors, isWellKnown ? freshSamplesPerPageMax : samplesPerPageMax).map((error) =>
    sampleOf(error, environment),
  );
  return mergeSamples(added, before);
}

/** Traces of the entries that `pickSamples` may take, whatever incidents they turn out to be of. */
export function tracesOfCandidates(errors: readonly ReadErrorEntry[]): ReadonlySet<TraceId> {
  const newest = new Map<Fingerprint, Set<TraceId>>();
  for (let index = errors.length - 1; index >= 0; index--) {
    const { traceId = null, fingerprint } = errors[index] ?? {};
    if (traceId === null || fingerprint === undefined) continue;
    const traces = newest.get(fingerprint);
    if (traces === undefined) newest.set(fingerprint, new Set([traceId]));
    else if (traces.size < samplesPerPageMax) traces.add(traceId);
  }
  return new Set([...newest.values()].flatMap((traces) => [...traces]));
}

function isFresh([newest, ...others]: readonly Sample[], last: ReadErrorEntry | undefined): boolean {
  if (newest === undefined || last === undefined || others.length + 1 < samplesMax) return false;
  return last.entry.timestampNs - newest.timestampNs < freshForNs;
}

/** The newest ten of both, one of each trace. */
export function mergeSamples(some: readonly Sample[], others: readonly Sample[]): readonly Sample[] {
  const all = [...some, ...others].sort((a, b) =>
    a.timestampNs < b.timestampNs ? 1 : a.timestampNs > b.timestampNs ? -1 : 0,
  );
  const traced = oneOfEachTrace(all.filter((sample) => sample.traceId !== null));
  const untraced = all.filter((sample) => sample.traceId === null);
  const untracedCount = Math.min(untraced.length, Math.max(untracedMax, samplesMax - traced.length));
  const kept = new Set([...traced.slice(0, samplesMax - untracedCount), ...untraced.slice(0, untracedCount)]);
  return all.filter((sample) => kept.has(sample));
}

/** The newest errors of a page, one of each trace. */
function newestOf(errors: readonly ReadErrorEntry[], countMax: number): readonly ReadErrorEntry[] {
  const traces = new Set<string>();
  const newest: ReadErrorEntry[] = [];
  for (let index = errors.length - 1; index >= 0 && newest.length < countMax; index--) {
    const error = errors[index];
    if (error === undefined || (error.traceId !== null && traces.has(error.traceId))) continue;
    if (error.traceId !== null) traces.add(error.traceId);
    newest.push(error);
  }
  return newest;
}

function oneOfEachTrace(samples: readonly Sample[]): readonly Sample[] {
  const traces = new Set<string | null>();
  return samples.filter(({ traceId }) => {
    const isFirst = !traces.has(traceId);
    traces.add(traceId);
    return isFirst;
  });
}

function sampleOf(error: ReadErrorEntry, environment: Environment): Sample {
  return {
    entryId: error.entry.id,
    timestampNs: error.entry.timestampNs,
    traceId: error.traceId,
    spanId: error.spanId,
    environment,
    service: error.service,
    line: keptLine(error.readFrom),
  };
}

/** Cut after the gate, for half a secret may not look like one. */
function keptLine(lines: readonly LogEntry[]): Redacted {
  const text = redact(joinedLine(lines));
  return text.length <= sampleLengthMax ? text : redact(text.slice(0, sampleLengthMax));
}

function joinedLine(lines: readonly LogEntry[]): string {
  const text = lines.map(({ line }) => line.replace(/[\r\n]+$/, "")).join("\n");
  return cutBetweenWords(text, readLengthMax);
}
