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
  /** Of `errors`: those that an ignore rule of the service map keeps quiet. */
  readonly ignored: number;
  /** Of `errors`: those older than the checkpoint, seen for the first time. */
  readonly late: number;
  /** Of `entries`: those already seen by an earlier read. */
  readonly duplicates: number;
  /** Why part of the window could not be read; null when all of it was. */
  readonly gap: string | null;
  /** Null where the window added nothing to what is left alone from now on. */
  readonly closed: ClosedPart | null;
}

/**
 * The part of the time read so far that later polls leave alone, as one window closed it: from where the one before ended, so that all of them together are the time
 * that was read, without a hole and without overlap. Its borders are whole seconds. What arrives there later is found by counting it again.
 */
export interface ClosedPart {
  readonly window: Window;
  /** Log entries that were read in it, each once. */
  readonly entries: number;
  /** When it is counted again next; null: no more. */
  readonly dueAtMs: number | null;
  /** Null before it was counted again for the first time. */
  readonly recount: Recount | null;
}

/** `equal`: as many as were read · `read-again`: others than that, so it was read again, and what was new is counted · `incomplete`: read again, and Loki counts more than it gives out · `not-counted`: it could not be done. */
export type RecountResult = "equal" | "read-again" | "incomplete" | "not-counted";

/** What came of counting a closed part again, the last time. */
export interface Recount {
  readonly atMs: number;
  readonly result: RecountResult;
  /** What Loki counted; null where it did not. */
  readonly counted: number | null;
  /** Error entries that were found by reading it again, this time and before. */
  readonly errors: number;
  /** What went wrong, in a sentence; null when nothing did. */
  readonly because: string | null;
}
