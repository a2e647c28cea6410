import { entryId } from "../../src/domain/entry-id.ts";
import type { LogEntry } from "../../src/domain/log-entry.ts";
import type { CountableLogSource } from "../../src/domain/sources.ts";

/** Log entries in memory that answer the few forms of query that gathering asks: a selector, then a line filter or one label filter. */
export interface FakeLoki extends CountableLogSource {
  readonly queries: string[];
  /** Counts that were asked for. */
  readonly counts: string[];
  add(atNs: bigint, labels: Readonly<Record<string, string>>, line: string): LogEntry;
}

export function createFakeLoki(): FakeLoki {
  const entries: LogEntry[] = [];
  const queries: string[] = [];
  const counts: string[] = [];
  return {
    queries,
    counts,
    add(timestampNs, labels, line) {
      const entry = { id: entryId(labels, timestampNs, line), timestampNs, labels, structuredMetadata: {}, line };
      entries.push(entry);
      return entry;
    },
    async countBetween(query, { fromNs, toNs }) {
      counts.push(query);
      const contained = JSON.parse(/\|= (".*")$/.exec(query)?.[1] ?? '""') as string;
      return entries.filter(
        ({ timestampNs, line }) => timestampNs >= fromNs && timestampNs < toNs && line.includes(contained),
      ).length;
    },
    async streamsBetween(_selector, { fromNs, toNs }) {
      return entries.filter(({ timestampNs: at }) => at >= fromNs && at < toNs).map(({ labels }) => labels);
    },
    async entriesBetween(query, { fromNs, toNs }, limit) {
      queries.push(query);
      const [, selector, filter = ""] = /^(\{[^}]*\}) ?(.*)$/.exec(query) ?? [];
      if (selector !== '{env="dev"}') throw new Error(`parse error in ${query}`);
      const contained = /^\|= "(.*)"$/.exec(filter)?.[1];
      const [, name, value] = /^\| (\w+)="(.*)"$/.exec(filter) ?? [];
      const found = entries
        .filter((entry) => entry.timestampNs >= fromNs && entry.timestampNs < toNs)
        .filter((entry) => contained === undefined || entry.line.includes(contained))
        .filter((entry) => name === undefined || entry.labels[name] === value)
        .sort((one, other) => Number(one.timestampNs - other.timestampNs));
      return { entries: found.slice(0, limit), serverTimeMs: null };
    },
  };
}
