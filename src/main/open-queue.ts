import type { BullJobQueue } from "../adapters/bullmq/job-queue.ts";
import { openJobQueue } from "../adapters/sqlite/job-queue.ts";
import type { Clock } from "../domain/clock.ts";
import type { JobQueue } from "../domain/job-queue.ts";
import { attemptsMax } from "./attempts.ts";

export interface QueueMeans {
  /** Null: the queue lies in the state file. */
  readonly redisUrl: string | null;
  readonly databaseFile: string;
  readonly clock: Clock;
  readonly holder: string;
  /** Told once when Redis goes away while hands work here, and once when it is back. */
  readonly onContact?: (sentence: string) => void;
}

/** The queue of the engine that is configured. On Redis it is connected by its first use, for what needs no queue must work without. */
export async function openQueue(
  means: QueueMeans,
): Promise<JobQueue & { readonly handsAlive?: () => Promise<number> }> {
  const { redisUrl, databaseFile, clock, holder } = means;
  if (redisUrl === null) return openJobQueue({ path: databaseFile, clock, holder, attemptsMax });
  return connectLazily(async () => {
    const { openBullJobQueue } = await import("../adapters/bullmq/job-queue.ts");
    const { onContact } = means;
    return openBullJobQueue({
      url: redisUrl,
      clock,
      holder,
      attemptsMax,
      ...(onContact === undefined ? {} : { onContact }),
    });
  });
}

/** After a failure the next use tries again. */
function connectLazily(open: () => Promise<BullJobQueue>): BullJobQueue {
  let opening: Promise<BullJobQueue> | null = null;
  const queue = async (): Promise<BullJobQueue> => {
    opening ??= open();
    try {
      return await opening;
    } catch (error) {
      opening = null;
      throw error;
    }
  };
  return {
    offer: async (order) => (await queue()).offer(order),
    work: async (hands, options) => (await queue()).work(hands, options),
    findings: async (limit) => (await queue()).findings(limit),
    acknowledge: async (orderIds) => (await queue()).acknowledge(orderIds),
    pause: async () => (await queue()).pause(),
    resume: async () => (await queue()).resume(),
    progress: async (orderId) => (await queue()).progress(orderId),
    counts: async () => (await queue()).counts(),
    nextDueMs: async () => (await queue()).nextDueMs(),
    failed: async (limit) => (await queue()).failed(limit),
    handsAlive: async () => (await queue()).handsAlive(),
    close: async () => {
      const opened = await opening?.catch(() => null);
      await opened?.close();
    },
  };
}
