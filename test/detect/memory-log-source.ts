import type { LogEntry } from "../../src/domain/log-entry.ts";
import type { LogSource } from "../../src/domain/sources.ts";

/** The paging rules of Loki over a list: half-open windows, the oldest `limit` entries over all streams, no cursor. */
export function memoryLogSource(
  entries: readonly LogEntry[],
  refuses: (limit: number) => Error | null = () => null,
): LogSource & { readonly limits: number[] } {
  const limits: number[] = [];
  return {
    limits,
    entriesBetween(_query, window, limit) {
      limits.push(limit);
      const refusal = refuses(limit);
      if (refusal !== null) return Promise.reject(refusal);
      const inWindow = entries.filter(({ timestampNs }) => timestampNs >= window.fromNs && timestampNs < window.toNs);
      return Promise.resolve({ entries: inWindow.slice(0, limit), serverTimeMs: 1_795_158_999_000 });
    },
  };
}
