import type { Clock } from "../../domain/clock.ts";
import { type JobQueue, QueueUnavailableError } from "../../domain/job-queue.ts";
import { redact } from "../../domain/redact.ts";
import { jobIdOf } from "./job-id.ts";
import { OrderWorker } from "./order-worker.ts";
import { connectRedis } from "./redis-client.ts";
import { readProgress } from "./saved-steps.ts";
import { Shelf } from "./shelf.ts";

export interface BullJobQueueOptions {
  /** `REDIS_URL`. Never printed: it may hold a password. */
  readonly url: string;
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
  /** How often hands look for jobs of others that fell silent. Real time. */
  readonly lostLookMs?: number;
  /** After this long without an answer a command has failed. */
  readonly answerTimeoutMs?: number;
  /** After this long without word from Redis what is at work is stopped, for a pause could be missed. With both timeouts over it must stay within 10 s. */
  readonly silenceMsMax?: number;
  /** How long ids of orders that are done with are known, and failed jobs kept. */
  readonly rememberMs?: number;
  /** Told once when Redis goes away while hands work, and once when it is back. */
  readonly onContact?: (sentence: string) => void;
}

export interface BullJobQueue extends JobQueue {
  /** How many processes work as hands now, wherever they are. */
  handsAlive(): Promise<number>;
}

const backoffMsMin = 30_000;
const backoffMsMax = 15 * 60_000;
const rememberMs = 90 * 86_400_000;

/** Doubles from half a minute, so that a source that is down for some minutes is outlived. */
function doublingBackoffMs(attempt: number): number {
  return Math.min(backoffMsMin * 2 ** (attempt - 1), backoffMsMax);
}

/**
 * The queue on BullMQ: hands on any machine that reaches the same Redis.
 * @throws QueueUnavailableError within seconds when Redis is not there, or would throw orders away
 */
export async function openBullJobQueue(options: BullJobQueueOptions): Promise<BullJobQueue> {
  const client = await connectRedis(options.url, options.answerTimeoutMs);
  const unfit = await client.findUnfit().catch((error: unknown) => {
    client.close();
    throw error;
  });
  if (unfit !== null) {
    client.close();
    throw new QueueUnavailableError(redact(unfit), false);
  }
  const shelf = new Shelf(client, options.clock, options.rememberMs ?? rememberMs);
  const means = {
    shelf,
    holder: options.holder,
    leaseMs: options.leaseMs ?? 30_000,
    attemptsMax: options.attemptsMax ?? 5,
    backoffMs: options.backoffMs ?? doublingBackoffMs,
    beatMs: options.beatMs ?? 250,
    lostLookMs: options.lostLookMs ?? 5_000,
    silenceMsMax: options.silenceMsMax ?? 5_000,
    onContact: options.onContact ?? (() => undefined),
  };
  const workers = new Map<OrderWorker, Promise<void>>();
  const wakeAll = (): void => {
    for (const worker of workers.keys()) worker.wake();
  };

  return {
    offer: async (order) => {
      await shelf.offer(order);
      wakeAll();
    },
    work: async (hands, workOptions) => {
      const worker = new OrderWorker(means, hands, workOptions);
      const ended = worker.run();
      workers.set(worker, ended);
      try {
        await ended;
      } finally {
        workers.delete(worker);
      }
    },
    findings: (limit) => shelf.findings(limit),
    acknowledge: (orderIds) => shelf.acknowledge(orderIds),
    pause: async () => {
      await shelf.setPaused(true);
      wakeAll();
    },
    resume: async () => {
      await shelf.setPaused(false);
      wakeAll();
    },
    progress: (orderId) => readProgress(shelf, jobIdOf(orderId)),
    counts: () => shelf.counts(),
    nextDueMs: () => shelf.nextDueMs(),
    failed: (limit) => shelf.failed(limit, means.attemptsMax),
    handsAlive: () => shelf.handsAlive(),
    close: async () => {
      for (const worker of workers.keys()) worker.stop();
      await Promise.allSettled(workers.values());
      await shelf.close();
    },
  };
}
