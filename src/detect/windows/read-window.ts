import type { Window } from "../../domain/coverage.ts";
import type { LogEntry } from "../../domain/log-entry.ts";
import type { EntryId } from "../../domain/names.ts";
import { type CountableLogSource, isLogSourceFailure, isSourceFailure } from "../../domain/sources.ts";
import { readInstant } from "./split-instant.ts";

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
 * are kept, so memory stays flat. An instant with more entries than a page is read with a larger limit, then stream by stream; where that does not help, it is a gap.
 * A page that is too much for the server is asked for again with a quarter of the limit: each try may cost a timeout.
 * @throws what the source throws; nothing of that page was given out then
 */
export async function* readWindow(
  source: CountableLogSource,
  query: string,
  window: Window,
  limits: WindowLimits,
  signal: AbortSignal,
): AsyncGenerator<WindowPage, void, void> {
  const pagesMax = limits.pagesMax ?? pagesMaxDefault;
  const sizes = new PageSizes(limits);
  let limit = sizes.usual;
  let fromNs = window.fromNs;
  let pages = 0;
  const border = new InstantMemory();
  while (true) {
    const page = await source
      .entriesBetween(query, { fromNs, toNs: window.toNs }, limit, signal)
      .catch((error: unknown) => {
        if (!sizes.learn(limit, error)) throw error;
        return null;
      });
    if (page === null) {
      limit = sizes.usual;
      continue;
    }
    const { serverTimeMs } = page;
    if (page.entries.length < limit) {
      yield { entries: border.unseen(page.entries), isLast: true, gap: null, serverTimeMs };
      return;
    }
    const lastNs = page.entries.at(-1)?.timestampNs ?? fromNs;
    const isStuck = lastNs === fromNs;
    if (isStuck && limit < sizes.most) {
      limit = Math.min(limit * 2, sizes.most);
      continue;
    }
    limit = sizes.usual;
    if (isStuck) {
      for await (const part of readInstant(
        source,
        query,
        { atNs: lastNs, whole: page, limitMax: sizes.allowed },
        signal,
      )) {
        pages++;
        yield { ...part, entries: border.unseen(part.entries), isLast: false };
      }
    }
    fromNs = isStuck ? fromNs + 1n : lastNs;
    if (!isStuck) pages++;
    const isOver = fromNs >= window.toNs;
    const isCut = pages >= pagesMax && !isOver;
    const gap = isCut ? tooManyPages(pagesMax, fromNs, window) : null;
    const entries = isStuck ? [] : border.unseen(page.entries);
    if (!isStuck || isOver || isCut) yield { entries, isLast: isOver || isCut, gap, serverTimeMs };
    if (isOver || isCut) return;
  }
}

/** How many entries to ask for, as the server's refusals teach it. */
class PageSizes {
  usual: number;
  /** Where one instant holds more than a page. */
  most: number;
  /** By number alone: where few entries are much text, the server refuses fewer. */
  allowed: number;

  constructor({ limit, limitMax }: WindowLimits) {
    this.usual = limit;
    this.most = Math.max(limit, limitMax ?? limitMaxDefault);
    this.allowed = this.most;
  }

  /** @returns whether the same question with the sizes as they are now may well be answered */
  learn(limit: number, error: unknown): boolean {
    if (!isSourceFailure(error)) return false;
    const isRaised = limit > this.usual;
    if (!error.suggestsSmallerPage && !(isRaised && !error.isRetryable)) return false;
    const named = isLogSourceFailure(error) ? error.entriesMax : null;
    if (named !== null && named >= pageLimitMin && named < limit) {
      this.allowed = named;
      this.most = named;
      this.usual = Math.min(this.usual, named);
    } else if (isRaised) {
      this.most = Math.max(this.usual, Math.floor(limit / 2));
    } else {
      if (limit <= pageLimitMin) return false;
      this.usual = Math.max(pageLimitMin, Math.floor(limit / 4));
    }
    return true;
  }
}

/** The entries of one instant: they come in order of time, so nothing older can come again. Most instants have one, whose identity nobody needs. */
class InstantMemory {
  #first: LogEntry | null = null;
  #ids: Set<EntryId> | null = null;

  unseen(entries: readonly LogEntry[]): readonly LogEntry[] {
    return entries.filter((entry) => {
      if (this.#first === null || entry.timestampNs !== this.#first.timestampNs) {
        this.#first = entry;
        this.#ids = null;
        return true;
      }
      this.#ids ??= new Set([this.#first.id]);
      if (this.#ids.has(entry.id)) return false;
      this.#ids.add(entry.id);
      return true;
    });
  }
}

function tooManyPages(pagesMax: number, fromNs: bigint, window: Window): string {
  return `From ${fromNs} ns to ${window.toNs} ns nothing was read, for the window has more than ${pagesMax} pages. Raise this environment's limit or narrow its query.`;
}
