import { parseLogQuery, parseSelector } from "../../src/demo/loki/log-query.ts";
import type { LogEntry } from "../../src/domain/log-entry.ts";
import type { CountableLogSource } from "../../src/domain/sources.ts";

export interface MemoryLogSource extends CountableLogSource {
  /** Of each page that was asked for. */
  readonly limits: number[];
  readonly queries: string[];
}

/** The paging rules of Loki over a list: half-open windows, the oldest `limit` entries over all streams, no cursor. */
export function memoryLogSource(
  entries: readonly LogEntry[],
  refuses: (limit: number, matched: readonly LogEntry[]) => Error | null = () => null,
  tellsStreams = true,
): MemoryLogSource {
  const limits: number[] = [];
  const queries: string[] = [];
  const inWindow = ({ fromNs, toNs }: { readonly fromNs: bigint; readonly toNs: bigint }) =>
    entries.filter(({ timestampNs }) => timestampNs >= fromNs && timestampNs < toNs);
  return {
    limits,
    queries,
    async entriesBetween(query, window, limit) {
      limits.push(limit);
      queries.push(query);
      const parsed = parseLogQuery(query);
      const matched = inWindow(window).filter(
        ({ labels, line }) => parsed.selects(labels) && parsed.keeps(line, labels),
      );
      const page = matched.slice(0, limit);
      const refusal = refuses(limit, page);
      if (refusal !== null) throw refusal;
      return { entries: page, serverTimeMs: 1_795_158_999_000 };
    },
    async countBetween(query, window) {
      const parsed = parseLogQuery(query);
      return inWindow(window).filter(({ labels, line }) => parsed.selects(labels) && parsed.keeps(line, labels)).length;
    },
    async streamsBetween(selector, window) {
      if (!tellsStreams) throw refusalOf({ isRetryable: false });
      const selects = parseSelector(selector);
      return inWindow(window).flatMap(({ labels }) => (selects(labels) ? [labels] : []));
    },
  };
}

/** What Loki says no with. */
export function refusalOf(facts: {
  readonly isRetryable: boolean;
  readonly suggestsSmallerPage?: boolean;
  readonly suggestsShorterWindow?: boolean;
  readonly entriesMax?: number | null;
}): Error {
  const none = { suggestsSmallerPage: false, suggestsShorterWindow: false, entriesMax: null, retryAfterMs: null };
  return Object.assign(new Error("Loki says no."), none, facts);
}
