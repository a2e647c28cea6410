import type { Environment } from "./names.ts";

/** What a poll is of: one query text of one environment. An edited query is a new scope that starts at the newest checkpoint of its environment. */
export interface Scope {
  readonly environment: Environment;
  readonly query: string;
}

/** Half-open, as Loki reads it: fromNs ≤ timestamp < toNs. */
export interface Window {
  readonly fromNs: bigint;
  readonly toNs: bigint;
}

export interface Checkpoint {
  readonly scope: Scope;
  readonly untilNs: bigint;
}

/** One line of the coverage ledger. `entries` counts what the query returned, before our own judgement, so that `count_over_time` of the same text can be compared with it. */
export interface Coverage {
  readonly scope: Scope;
  readonly window: Window;
  readonly readAtMs: number;
  readonly pages: number;
  readonly entries: number;
  readonly errors: number;
  /** Of `errors`: those older than the checkpoint, seen for the first time. */
  readonly late: number;
  /** Of `entries`: those already seen by an earlier read. */
  readonly duplicates: number;
  /** Why part of the window could not be read; null when all of it was. */
  readonly gap: string | null;
}
