import type { Window } from "../../domain/coverage.ts";
import type { LogEntry } from "../../domain/log-entry.ts";
import type { EntryId } from "../../domain/names.ts";
import { isSourceFailure, type LogSource } from "../../domain/sources.ts";

/** Loki's own `max_entries_limit`, unless somebody raised it. */
const limitMaxDefault = 5_000;
const pagesMaxDefault = 20_000;
/** Where the server cannot give out a page, smaller ones are tried down to this: some services log megabytes in one line. */
const pageLimitMin = 1;

export interface WindowLimits {
  /** Entries asked for at a time. */
  readonly limit: number;
  /** The most that may be asked for at once, where one instant holds more than a page. */
  readonly limitMax?: number;
  /** Pages of one window; what is behind them is a gap. */
  readonly pagesMax?: number;
}

export interface WindowPage {
  /** Oldest first, each entry of the window once. */
  readonly entries: readonly LogEntry[];
  readonly isLast: boolean;
  /** Why something before the next page could not be read, in a sentence; null when all of it was. */
  readonly gap: string | null;
  readonly serverTimeMs: number | null;
}

/**
 * All entries of a window, page by page. A full page goes on at its last instant, inclusive, and what was seen of it is dropped; of that instant alone the ids
 * are kept, so memory stays flat. An instant with more entries than a page is read with a larger limit; where that does not help, it is a gap.
 * A page that is too much for the server is asked for again with a quarter of the limit: each try may cost a timeout.
 * @throws what the source throws; nothing of that page was given out then
 */
export async function* readWindow(
  source: LogSource,
  query: string,
  window: Window,
  limits: WindowLimits,
  signal: AbortSignal,
): AsyncGenerator<WindowPage, void, void> {
  const pagesMax = limits.pagesMax ?? pagesMaxDefault;
  let pageLimit = limits.limit;
  let limitMax = Math.max(limits.limit, limits.limitMax ?? limitMaxDefault);
  let limit = pageLimit;
  let fromNs = window.fromNs;
  let pages = 0;
  const border = new InstantMemory();
  while (true) {
    const page = await source
      .entriesBetween(query, { fromNs, toNs: window.toNs }, limit, signal)
      .catch((error: unknown) => {
        if (!isSourceFailure(error)) throw error;
        if (limit > pageLimit && (!error.isRetryable || error.suggestsSmallerPage)) return "too-much" as const;
        if (limit > pageLimitMin && error.suggestsSmallerPage) return "too-much" as const;
        throw error;
      });
    if (page === "too-much") {
      if (limit > pageLimit) limitMax = pageLimit;
      else pageLimit = Math.max(pageLimitMin, Math.floor(limit / 4));
      limit = pageLimit;
      continue;
    }
    const { serverTimeMs } = page;
    if (page.entries.length < limit) {
      yield { entries: border.unseen(page.entries), isLast: true, gap: null, serverTimeMs };
      return;
    }
    const lastNs = page.entries.at(-1)?.timestampNs ?? fromNs;
    const isStuck = lastNs === fromNs;
    if (isStuck && limit < limitMax) {
      limit = Math.min(limit * 2, limitMax);
      continue;
    }
    fromNs = isStuck ? fromNs + 1n : lastNs;
    limit = pageLimit;
    const isOver = fromNs >= window.toNs;
    const isCut = ++pages >= pagesMax && !isOver;
    const gaps = [
      isStuck ? tooManyAtOnce(lastNs, page.entries.length) : "",
      isCut ? tooManyPages(pagesMax, fromNs, window) : "",
    ];
    const gap = gaps.filter((part) => part !== "").join(" ");
    yield { entries: border.unseen(page.entries), isLast: isOver || isCut, gap: gap === "" ? null : gap, serverTimeMs };
    if (isOver || isCut) return;
  }
}

/** The ids of one instant: entries come in order of time, so nothing older can come again. */
class InstantMemory {
  #instantNs: bigint | null = null;
  readonly #ids = new Set<EntryId>();

  unseen(entries: readonly LogEntry[]): readonly LogEntry[] {
    return entries.filter((entry) => {
      if (entry.timestampNs !== this.#instantNs) {
        this.#instantNs = entry.timestampNs;
        this.#ids.clear();
      } else if (this.#ids.has(entry.id)) {
        return false;
      }
      this.#ids.add(entry.id);
      return true;
    });
  }
}

function tooManyAtOnce(instantNs: bigint, read: number): string {
  return `At the instant ${instantNs} ns there are more log entries than Loki gives out at once: ${read} were read, the rest was not. Raise Loki's max_entries_limit_per_query and this environment's limit.`;
}

function tooManyPages(pagesMax: number, fromNs: bigint, window: Window): string {
  return `From ${fromNs} ns to ${window.toNs} ns nothing was read, for the window has more than ${pagesMax} pages. Raise this environment's limit or narrow its query.`;
}
