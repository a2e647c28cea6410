import type { Window } from "../../domain/coverage.ts";

const nsPerSecond = 1_000_000_000n;
/** Far more than `lateness` and a clock that is off may keep open. */
const openSecondsMax = 3 * 86_400;

/**
 * Counts what one poll reads, second by second over all its windows, so that it can say how many entries it has read in any stretch of time that it closes. Only when a
 * window is read to its end is it known how far that is, for the server's clock and lines that are held back decide it.
 */
export class ClosingTally {
  #fromNs: bigint;
  readonly #counts = new Map<bigint, number>();

  /** @param fromNs where the time ends that earlier polls closed; a whole second */
  constructor(fromNs: bigint) {
    this.#fromNs = fromNs;
  }

  /** @param entries in order of time, so that those of one second come together: what is made anew for each of them would be most of the cost */
  add(entries: readonly { readonly timestampNs: bigint }[]): void {
    let untilNs = this.#fromNs;
    let second = 0n;
    let count = 0;
    const put = (): void => {
      if (count > 0) this.#counts.set(second, (this.#counts.get(second) ?? 0) + count);
      count = 0;
    };
    for (const { timestampNs } of entries) {
      if (timestampNs < this.#fromNs) continue;
      if (timestampNs >= untilNs || count === 0) {
        put();
        second = timestampNs / nsPerSecond;
        untilNs = (second + 1n) * nsPerSecond;
      }
      count++;
    }
    put();
    if (this.#counts.size > openSecondsMax) this.#mergeOldest();
  }

  /** Closes what lies before that instant, rounded down to a whole second; null where nothing is left to close. */
  close(untilNs: bigint): { readonly window: Window; readonly entries: number } | null {
    const toNs = wholeSecond(untilNs);
    if (toNs <= this.#fromNs) return null;
    const window = { fromNs: this.#fromNs, toNs };
    let entries = 0;
    for (const [second, count] of this.#counts) {
      if (second * nsPerSecond >= toNs) continue;
      entries += count;
      this.#counts.delete(second);
    }
    this.#fromNs = toNs;
    return { window, entries };
  }

  /** What no window can leave open any more needs no seconds of its own. */
  #mergeOldest(): void {
    let newest = 0n;
    for (const second of this.#counts.keys()) if (second > newest) newest = second;
    const first = this.#fromNs / nsPerSecond;
    let merged = 0;
    for (const [second, count] of this.#counts) {
      if (second > newest - BigInt(openSecondsMax / 2)) continue;
      merged += count;
      this.#counts.delete(second);
    }
    this.#counts.set(first, merged);
  }
}

/** The last whole second at or before an instant. */
export function wholeSecond(instantNs: bigint): bigint {
  return instantNs - (instantNs % nsPerSecond);
}
