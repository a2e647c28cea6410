import type { Clock } from "../domain/clock.ts";
import type { Checkpoint, Coverage, Scope } from "../domain/coverage.ts";
import type { LogSource } from "../domain/sources.ts";
import type { Store } from "../domain/store.ts";

/** No retention is shorter than that, and no sleep that short is worth a question. */
const sleepMsMin = 6 * 3_600_000;
/** Only what was given out shortly before the sleep tells of it. */
const beforeNsMax = 2n * 3_600_000_000_000n;
const windowsMax = 2_000;

/**
 * A line of the ledger for the time in which another query stood in the place of this one: what only this one finds there is not read, for what was seen then is partly
 * forgotten. Null when there was none, and for a query that was never asked before.
 * @param fromNs where this poll begins
 */
export async function gapOfOtherQuery(
  scope: Scope,
  latest: Checkpoint | null,
  fromNs: bigint,
  { store, clock }: { readonly store: Store; readonly clock: Clock },
): Promise<Coverage | null> {
  if (latest === null || latest.scope.query === scope.query) return null;
  const own = await store.checkpoint(scope);
  if (own === null || own.untilNs >= fromNs) return null;
  return {
    scope,
    window: { fromNs: own.untilNs, toNs: fromNs },
    readAtMs: clock.nowMs(),
    pages: 0,
    entries: 0,
    errors: 0,
    late: 0,
    duplicates: 0,
    ignored: 0,
    gap: `From ${instant(own.untilNs)} to ${instant(fromNs)} another query was read in place of this one, last ${latest.scope.query}. What this one finds there and that one did not was not read.`,
    closed: null,
  };
}

/**
 * After a long sleep: why the oldest of what is to be read may be gone, in a sentence. Loki says nothing of what it has deleted or may not look up any more, it answers as if there had been
 * nothing. But what it gave out of the time before is older than all that is asked now: if that is still there, so is the rest. Null then, and when it cannot be told.
 * @param fromNs where this poll begins, which is before the checkpoint by what is read again
 * @throws what the source throws
 */
export async function lossBefore(
  checkpoint: Checkpoint | null,
  fromNs: bigint,
  { source, store, clock }: { readonly source: LogSource; readonly store: Store; readonly clock: Clock },
  signal: AbortSignal,
): Promise<string | null> {
  if (checkpoint === null) return null;
  const { environment } = checkpoint.scope;
  if (clock.nowMs() - Number(checkpoint.untilNs / 1_000_000n) < sleepMsMin) return null;
  const ledger = await store.coverage({ environment, limit: windowsMax });
  const known = lastGivenOut(ledger, fromNs) ?? firstGivenOut(ledger, fromNs, checkpoint.untilNs);
  if (known === null) return null;
  const { entries } = await source.entriesBetween(known.scope.query, known.window, 1, signal);
  if (entries.length > 0) return null;
  return `Of what Loki gave out up to ${instant(known.window.toNs)} (log entries: ${known.entries}) it has nothing now: it keeps less than the time since then, and what was logged here may be gone too.`;
}

/** The last window with entries that begins before what is to be read, if it is near; what was read since and found lost, by a poll that was broken off, is part of the sleep. */
function lastGivenOut(ledger: readonly Coverage[], fromNs: bigint): Coverage | null {
  let sleepNs = fromNs;
  for (const line of ledger.toReversed()) {
    if (line.window.fromNs >= sleepNs) continue;
    if (line.entries > 0) return sleepNs - line.window.toNs < beforeNsMax ? line : null;
    if (line.gap !== null) sleepNs = line.window.fromNs;
  }
  return null;
}

/** The oldest window with entries of the time that is read again. */
function firstGivenOut(ledger: readonly Coverage[], fromNs: bigint, untilNs: bigint): Coverage | null {
  return ledger.find(({ window, entries }) => entries > 0 && window.fromNs >= fromNs && window.toNs <= untilNs) ?? null;
}

/** What to say of a window after such a loss: all of one without entries, the time before the first of another. */
export function gapOfLoss(loss: string, firstEntryNs: bigint | null): string {
  return firstEntryNs === null ? loss : `${loss} The first log entry that is left is of ${instant(firstEntryNs)}.`;
}

function instant(ns: bigint): string {
  return new Date(Number(ns / 1_000_000n)).toISOString();
}
