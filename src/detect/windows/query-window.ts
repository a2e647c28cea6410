import type { Window } from "../../domain/coverage.ts";
import { wholeSecond } from "./closing-tally.ts";

/** Least overlap of two polls, for entries that come a moment late. */
const overlapMsMin = 1_000;
const nsPerMs = 1_000_000n;
/** A day is the longest `lateness`; time that was left open longer ago than that was left by no poll of ours. */
const openNsMax = 25n * 3_600_000n * nsPerMs;

export interface WindowQuestion {
  /** Up to where the query is fully recorded; null before the first run. */
  readonly checkpointNs: bigint | null;
  /** Up to where the time is closed, which may be less than what is read again: `lateness` may have been longer; null when nothing is. */
  readonly closedUntilNs: bigint | null;
  readonly nowMs: number;
  /** The server's clock; null when it has not told. */
  readonly serverTimeMs: number | null;
  /** How far back the first run looks. */
  readonly sinceMs: number;
  /** The newest part of time, left for later because shippers send in batches. */
  readonly settleMs: number;
  /** How far back each poll reads again for late entries; at least a second is read again. */
  readonly latenessMs: number;
  /** Longest window. */
  readonly sliceMs: number;
}

/**
 * What to read now, oldest first: `[checkpoint − lateness, min(local clock, server's clock) − settle)`, half-open, in slices, from a whole second on. Empty when nothing new
 * can be there, as when a clock went back.
 */
export function windowsToRead(question: WindowQuestion): readonly Window[] {
  const { checkpointNs, nowMs, serverTimeMs } = question;
  const endMs = Math.floor(Math.min(nowMs, serverTimeMs ?? nowMs) - question.settleMs);
  if (endMs <= 0) return [];
  const toNs = BigInt(endMs) * nsPerMs;
  if (checkpointNs !== null && toNs <= checkpointNs) return [];
  const againNs =
    checkpointNs === null
      ? toNs - BigInt(Math.ceil(question.sinceMs)) * nsPerMs
      : closableUntil(checkpointNs, question.latenessMs);
  const { closedUntilNs } = question;
  const isOpenBefore =
    checkpointNs !== null && closedUntilNs !== null && closedUntilNs < againNs && againNs - closedUntilNs < openNsMax;
  const wantedNs = wholeSecond(isOpenBefore ? closedUntilNs : againNs);
  const sliceNs = BigInt(Math.max(1, Math.floor(question.sliceMs))) * nsPerMs;
  const windows: Window[] = [];
  for (let fromNs = wantedNs < 0n ? 0n : wantedNs; fromNs < toNs; fromNs += sliceNs) {
    windows.push({ fromNs, toNs: fromNs + sliceNs < toNs ? fromNs + sliceNs : toNs });
  }
  return windows;
}

/** Where the next poll begins when this one has read until that instant: what lies before may be closed. */
export function closableUntil(readUntilNs: bigint, latenessMs: number): bigint {
  return readUntilNs - BigInt(Math.ceil(Math.max(latenessMs, overlapMsMin))) * nsPerMs;
}
