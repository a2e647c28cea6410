import type { Clock } from "../domain/clock.ts";
import type { Hands, JobQueue } from "../domain/job-queue.ts";
import type { Store } from "../domain/store.ts";
import type { BrainMeans } from "../jobs/brain-means.ts";

/** What tests replace: time, the transport of writes, and the store as it is committed to. */
export interface Replaced {
  readonly clock: Clock;
  /** Null: the platform's own. Carries every request that writes or costs money. */
  readonly fetch: typeof fetch | null;
  readonly wrapStore: (store: Store) => Store;
  readonly wrapQueue: (queue: JobQueue) => JobQueue;
}

export interface Worker {
  readonly store: Store;
  readonly queue: JobQueue;
  readonly brain: BrainMeans;
  readonly engine: "embedded" | "distributed";
  /** Null: this process is the brain alone, and hands are elsewhere. */
  readonly hands: Hands | null;
  /** Processes that work as hands now, wherever they are; null when only this one can. */
  readonly handsAlive: (() => Promise<number>) | null;
  /** Calls to the model since this process began. */
  readonly modelCalls: () => number;
  close(): Promise<void>;
}
