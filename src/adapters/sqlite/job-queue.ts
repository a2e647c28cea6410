import type { Clock } from "../../domain/clock.ts";
import type { JobQueue } from "../../domain/job-queue.ts";
import {
  acknowledgeFindings,
  addJob,
  countJobs,
  readFailed,
  readFindings,
  readNextDueMs,
  readProgress,
  setPaused,
} from "./job-rows.ts";
import { JobWorker } from "./job-worker.ts";
import { openDatabase } from "./open.ts";

export interface JobQueueOptions {
  /** The store's file: orders, jobs and findings lie side by side. */
  readonly path: string;
  readonly clock: Clock;
  /** Names this process among those that take jobs. */
  readonly holder: string;
  /** After this long without renewal a job is given to others. Renewed by itself while the hands' promise runs. */
  readonly leaseMs?: number;
  /** Failed attempts, silence included, after which the job is `failed`. */
  readonly attemptsMax?: number;
  /** Wait after the n-th failed attempt. */
  readonly backoffMs?: (attempt: number) => number;
  /** How often hands look for what other processes did: orders, a pause. Real time. */
  readonly beatMs?: number;
}

const backoffMsMin = 30_000;
const backoffMsMax = 15 * 60_000;

/** Doubles from half a minute, so that a source that is down for some minutes is outlived. */
function doublingBackoffMs(attempt: number): number {
  return Math.min(backoffMsMin * 2 ** (attempt - 1), backoffMsMax);
}

/**
 * The queue as rows of the state file, on a connection of its own. Any number of processes on one machine may work on it.
 * @throws StoreUnavailableError, StoreCorruptError, also from each method
 */
export async function openJobQueue(options: JobQueueOptions): Promise<JobQueue> {
  const db = openDatabase(options);
  const means = {
    db,
    holder: options.holder,
    leaseMs: options.leaseMs ?? 30_000,
    attemptsMax: options.attemptsMax ?? 5,
    backoffMs: options.backoffMs ?? doublingBackoffMs,
    beatMs: options.beatMs ?? 500,
  };
  const workers = new Map<JobWorker, Promise<void>>();
  const wakeAll = (): void => {
    for (const worker of workers.keys()) worker.wake();
  };

  return {
    offer: async (order) => {
      addJob(db, order);
      wakeAll();
    },
    work: async (hands, workOptions) => {
      const worker = new JobWorker(means, hands, workOptions);
      const ended = worker.run();
      workers.set(worker, ended);
      try {
        await ended;
      } finally {
        workers.delete(worker);
      }
    },
    findings: async (limit) => readFindings(db, limit),
    acknowledge: async (orderIds) => acknowledgeFindings(db, orderIds),
    pause: async () => {
      setPaused(db, true);
      wakeAll();
    },
    resume: async () => {
      setPaused(db, false);
      wakeAll();
    },
    progress: async (orderId) => readProgress(db, orderId),
    counts: async () => countJobs(db),
    nextDueMs: async () => readNextDueMs(db),
    failed: async (limit) => readFailed(db, limit),
    close: async () => {
      for (const worker of workers.keys()) worker.stop();
      await Promise.allSettled(workers.values());
      db.close();
    },
  };
}
