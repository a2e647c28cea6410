import type { Sample } from "../domain/incident.ts";
import type { LogEntry } from "../domain/log-entry.ts";
import type { Environment } from "../domain/names.ts";
import { redact } from "../domain/redact.ts";
import type { ReadErrorEntry } from "./read-entry.ts";

const samplesMax = 10;
/** Of a sample without a trace, while there are others with one. */
const untracedMax = 3;
const sampleLengthMax = 16_384;
const readLengthMax = 256 * 1024;

/** At most ten, newest first, one of each trace; only what is kept is redacted. */
export function pickSamples(
  before: readonly Sample[],
  errors: readonly ReadErrorEntry[],
  environment: Environment,
): readonly Sample[] {
  const newest = [...before, ...errors.map(candidateOf)].sort((a, b) =>
    instantOf(a) < instantOf(b) ? 1 : instantOf(a) > instantOf(b) ? -1 : 0,
  );
  const traces = new Set<string>();
  const traced: Candidate[] = [];
  const untraced: Candidate[] = [];
  for (const candidate of newest) {
    const { traceId } = isSample(candidate) ? candidate : candidate.error;
    if (traceId === null) {
      if (untraced.length < samplesMax) untraced.push(candidate);
    } else if (traced.length < samplesMax && !traces.has(traceId)) {
      traces.add(traceId);
      traced.push(candidate);
    }
  }
  const room = Math.max(samplesMax - traced.length, Math.min(untracedMax, untraced.length));
  const kept = [...traced.slice(0, samplesMax - Math.min(room, untraced.length)), ...untraced.slice(0, room)];
  return kept
    .map((candidate) => (isSample(candidate) ? candidate : sampleOf(candidate.error, environment)))
    .sort((a, b) => (a.timestampNs < b.timestampNs ? 1 : a.timestampNs > b.timestampNs ? -1 : 0));
}

type Candidate = Sample | { readonly error: ReadErrorEntry };

function candidateOf(error: ReadErrorEntry): Candidate {
  return { error };
}

function isSample(candidate: Candidate): candidate is Sample {
  return !("error" in candidate);
}

function instantOf(candidate: Candidate): bigint {
  return isSample(candidate) ? candidate.timestampNs : candidate.error.entry.timestampNs;
}

function sampleOf(error: ReadErrorEntry, environment: Environment): Sample {
  return {
    entryId: error.entry.id,
    timestampNs: error.entry.timestampNs,
    traceId: error.traceId,
    spanId: error.spanId,
    environment,
    service: error.service,
    // Cut after the gate, for half a secret may not look like one.
    line: redact(redact(joinedLine(error.readFrom)).slice(0, sampleLengthMax)),
  };
}

function joinedLine(lines: readonly LogEntry[]): string {
  const text = lines.map(({ line }) => line.replace(/[\r\n]+$/, "")).join("\n");
  return text.length > readLengthMax ? text.slice(0, readLengthMax) : text;
}
