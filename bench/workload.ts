import { plainBugs, plainInfos } from "./plain-lines.ts";
import { createRandom } from "./random.ts";
import { stackTraceBugs } from "./stack-trace-bugs.ts";

export interface WorkloadEntry {
  readonly timestampNs: bigint;
  readonly stream: Readonly<Record<string, string>>;
  readonly line: string;
}

/** Entries by their numbers: `first` ≤ number < `end`. */
export interface Range {
  readonly first: number;
  readonly end: number;
}

/** The log of four services, of which any part can be asked for: the same entries for the same seed. */
export interface Workload {
  entries(range: Range): readonly WorkloadEntry[];
  /** Those with `fromNs` ≤ timestamp < `untilNs`, at most `limit`. */
  range(fromNs: bigint, untilNs: bigint, limit: number): Range;
}

/** Bugs of the workload: as many incidents. */
export const bugs = stackTraceBugs.length + plainBugs.length;

/** Each minute begins with so many entries, one every 10 ms; its last ten seconds are silent. */
export const entriesPerMinute = 5_000;
export const minuteNs = 60_000_000_000n;
const stepNs = 10_000_000n;
/** Long ago, so that no clock takes an entry for one of the future. */
export const startNs = 1_736_935_200_000_000_000n;

/**
 * Of 100 entries 30 carry a stack trace (Java, Node, Python), 40 are errors of one line, 30 tell that all is well.
 * @param onlyErrors leaves the last kind out
 */
export function createWorkload(of: {
  readonly seed: number;
  readonly minutes: number;
  readonly onlyErrors: boolean;
}): Workload {
  const entryAt = (index: number): WorkloadEntry => {
    const random = createRandom(of.seed * 1_000_003 + index);
    const share = random.below(of.onlyErrors ? 70 : 100);
    const voice = random.pick(share < 30 ? stackTraceBugs : share < 70 ? plainBugs : plainInfos);
    return {
      timestampNs: timestampOf(index),
      stream: { deployment_environment: "dev", service_name: voice.service, level: voice.level },
      line: voice.line(random, random.hex(32)),
    };
  };
  return {
    entries: ({ first, end }) => Array.from({ length: end - first }, (_, at) => entryAt(first + at)),
    range(fromNs, untilNs, limit) {
      const first = Math.min(indexFrom(fromNs), of.minutes * entriesPerMinute);
      return {
        first,
        end: Math.max(first, Math.min(indexFrom(untilNs), first + limit, of.minutes * entriesPerMinute)),
      };
    },
  };
}

function timestampOf(index: number): bigint {
  const minute = BigInt(Math.floor(index / entriesPerMinute));
  return startNs + minute * minuteNs + BigInt(index % entriesPerMinute) * stepNs;
}

/** Of the first entry at that instant or later. */
function indexFrom(instantNs: bigint): number {
  if (instantNs <= startNs) return 0;
  const passedNs = instantNs - startNs;
  const inMinute = Number((passedNs % minuteNs) + stepNs - 1n) / Number(stepNs);
  return Number(passedNs / minuteNs) * entriesPerMinute + Math.min(Math.floor(inMinute), entriesPerMinute);
}

/** Entries as Loki answers query_range: grouped by stream. */
export function lokiAnswer(entries: readonly WorkloadEntry[]): string {
  const streams = new Map<string, { stream: WorkloadEntry["stream"]; values: [string, string][] }>();
  for (const { timestampNs, stream, line } of entries) {
    const key = JSON.stringify(stream);
    const known = streams.get(key) ?? { stream, values: [] };
    known.values.push([timestampNs.toString(), line]);
    streams.set(key, known);
  }
  return JSON.stringify({ status: "success", data: { resultType: "streams", result: [...streams.values()] } });
}
