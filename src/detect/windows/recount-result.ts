import type { Coverage, Recount } from "../../domain/coverage.ts";
import { readLogQuery } from "./log-query-text.ts";
import { type ClosedCoverage, expectedCount } from "./recount.ts";
import { recountDueAtMs } from "./recount-due.ts";

/** After it was read again. `counted` is null where Loki would not count; `gap`: what could not be read, or why it was read without a count. */
export function afterReading(
  part: ClosedCoverage,
  read: {
    readonly counted: number | null;
    readonly entries: number;
    readonly errors: number;
    readonly gap: string | null;
  },
  nowMs: number,
  horizonMs: number,
): Coverage {
  const { closed } = part;
  const isWhole = readLogQuery(part.scope.query)?.isWholeCountable ?? false;
  const isIncomplete = isWhole && read.counted !== null && read.counted > read.entries;
  const missing = isIncomplete
    ? `Loki counts ${read.counted} log entries there and gives out ${read.entries}.`
    : read.entries < closed.entries
      ? `Of ${closed.entries} log entries that were read there Loki has ${read.entries} now.`
      : null;
  const recount: Recount = {
    atMs: nowMs,
    result: isIncomplete ? "incomplete" : "read-again",
    counted: read.counted,
    errors: (closed.recount?.errors ?? 0) + read.errors,
    because: read.gap ?? missing,
  };
  const dueAtMs = recountDueAtMs(closed.window.toNs, nowMs, horizonMs);
  return { ...part, closed: { ...closed, entries: read.entries, dueAtMs, recount } };
}

/** After a count that gave what was expected. */
export function asExpected(part: ClosedCoverage, nowMs: number, horizonMs: number): Coverage {
  const before = part.closed.recount;
  const isIncomplete = before?.result === "incomplete";
  return withRecount(part, recountDueAtMs(part.closed.window.toNs, nowMs, horizonMs), {
    atMs: nowMs,
    result: isIncomplete ? "incomplete" : "equal",
    // Nothing at all, where it was not known what to expect.
    counted: expectedCount(part) ?? 0,
    because: isIncomplete ? before.because : null,
  });
}

/** After a count that found nothing where there was something, here or in what is newer. */
export function nothingLeft(part: ClosedCoverage, nowMs: number, horizonMs: number): Coverage {
  const { closed } = part;
  if (closed.entries > 0) {
    return afterReading(part, { counted: 0, entries: 0, errors: 0, gap: null }, nowMs, horizonMs);
  }
  return withRecount(part, recountDueAtMs(closed.window.toNs, nowMs, horizonMs), {
    atMs: nowMs,
    result: "not-counted",
    counted: 0,
    because: "Loki no longer has what was read next to it: what came late here may be gone too.",
  });
}

/** After a count, or a reading, that failed. */
export function notCounted(part: ClosedCoverage, nowMs: number, dueAtMs: number | null, because: string): Coverage {
  const counted = part.closed.recount?.counted ?? null;
  return withRecount(part, dueAtMs, { atMs: nowMs, result: "not-counted", counted, because });
}

/** When what was seen there is no longer known: reading it again would count it twice. */
export function tooOld(part: ClosedCoverage, nowMs: number): Coverage {
  const before = part.closed.recount;
  const last = before?.because ?? "No audit came to it in time.";
  return notCounted(
    part,
    nowMs,
    null,
    `It could not be counted again before the entries seen there were forgotten: ${last}`,
  );
}

function withRecount(part: ClosedCoverage, dueAtMs: number | null, recount: Omit<Recount, "errors">): Coverage {
  const errors = part.closed.recount?.errors ?? 0;
  return { ...part, closed: { ...part.closed, dueAtMs, recount: { ...recount, errors } } };
}
