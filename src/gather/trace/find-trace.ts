import type { Incident, Sample } from "../../domain/incident.ts";
import { redact } from "../../domain/redact.ts";
import { isSourceFailure, type TraceSource } from "../../domain/sources.ts";
import type { Redacted } from "../../domain/text.ts";
import type { Trace } from "../../domain/trace.ts";

/** Traces of one incident that are asked for, newest first. */
const tracesMax = 3;
/** Ages of the newest entry at which its trace is looked for; from the last on, every minute. */
const lookedForAtMs = [5_000, 15_000, 60_000];
const everyMs = 60_000;
/** Until that age of the entry, a trace that lacks its span, or says that it is partial, is taken for one that is still arriving. */
const arrivingMs = 15_000;

export type FoundTrace =
  /** Newest first. */
  | { readonly kind: "found"; readonly traces: readonly Trace<string>[] }
  | { readonly kind: "missing"; readonly because: Redacted }
  | { readonly kind: "again"; readonly notBeforeMs: number; readonly because: Redacted };

/**
 * The newest traces of an incident that are there. Tempo has a trace some time after Loki has its entries, so one that is not there is looked for again, on a
 * schedule that follows from the age of the newest entry alone: attempts are not counted, and another machine comes to the same instant.
 * @throws TraceSourceError when Tempo fails; the queue tries again
 */
export async function findTrace(
  incident: Incident,
  traces: Pick<TraceSource, "trace"> | null,
  { nowMs, waitMs }: { readonly nowMs: number; readonly waitMs: number },
  signal: AbortSignal,
): Promise<FoundTrace> {
  const samples = newestPerTrace(incident.samples);
  const newest = samples[0];
  if (newest === undefined) return missing("None of its log entries carries a trace id.");
  if (traces === null) return missing("No Tempo is configured for that environment.");
  /** One is enough to go on with: the others say whether it is like them. */
  const read = async ({ traceId }: Sample, isOneThere: boolean) => {
    if (traceId === null) return null;
    return await traces.trace(traceId, signal).catch((error: unknown) => {
      if (isOneThere && isSourceFailure(error)) return null;
      throw error;
    });
  };
  // The clocks of senders may be ahead of ours.
  const ageMs = Math.max(0, nowMs - Number(newest.timestampNs / 1_000_000n));
  const again = (because: string): FoundTrace => ({
    kind: "again",
    notBeforeMs: nowMs + Math.min(nextLook(ageMs), Math.max(waitMs, ageMs + 1)) - ageMs,
    because: redact(because),
  });

  const found: Trace<string>[] = [];
  for (const sample of samples) {
    const trace = await read(sample, found.length > 0);
    if (trace === null) continue;
    const isArriving = ageMs < Math.min(arrivingMs, waitMs) && (trace.isPartial || lacks(trace, sample));
    if (isArriving && found.length === 0) return again("The trace is still arriving in Tempo.");
    found.push(trace);
  }
  if (found.length > 0) return { kind: "found", traces: found };
  if (ageMs < waitMs) return again("The trace is not in Tempo yet.");
  const ids = samples.map(({ traceId }) => traceId).join(", ");
  return missing(
    samples.length === 1 ? `Tempo does not have the trace ${ids}.` : `Tempo has none of the traces ${ids}.`,
  );
}

function newestPerTrace(samples: readonly Sample[]): readonly Sample[] {
  const byTrace = new Map<string, Sample>();
  for (const sample of samples.toSorted(newestFirst)) {
    if (sample.traceId !== null && !byTrace.has(sample.traceId)) byTrace.set(sample.traceId, sample);
  }
  return [...byTrace.values()].slice(0, tracesMax);
}

function newestFirst(one: Sample, other: Sample): number {
  return one.timestampNs === other.timestampNs ? 0 : one.timestampNs > other.timestampNs ? -1 : 1;
}

function lacks(trace: Trace<string>, { spanId }: Sample): boolean {
  return spanId !== null && trace.spans.every((span) => span.spanId !== spanId);
}

function nextLook(ageMs: number): number {
  return lookedForAtMs.find((atMs) => atMs > ageMs) ?? (Math.floor(ageMs / everyMs) + 1) * everyMs;
}

function missing(because: string): FoundTrace {
  return { kind: "missing", because: redact(because) };
}
