import { Queue } from "bullmq";
import type { Clock } from "../../domain/clock.ts";
import { decode, encode } from "../../domain/codec.ts";
import type { FailedJob, JobState, ReturnedFindings } from "../../domain/job-queue.ts";
import type { Order } from "../../domain/order.ts";
import { redact } from "../../domain/redact.ts";
import { jobIdOf, orderIdOf } from "./job-id.ts";
import type { RedisClient } from "./redis-client.ts";

export const queueName = "orders";
/** First part of every key of ours. */
export const keyPrefix = "error-autopilot";

/** What lies in a job: an order as `encode` writes it, for BullMQ's own JSON knows no bigint. */
export interface JobData {
  readonly order: string;
}

/** Jobs without a priority would run before all that have one, so every job gets one. */
export const priorities = { urgent: 1, normal: 2 } as const;

/** Findings are read into memory whole; what is larger was not made by hands of ours. */
const findingsBytesMax = 16_000_000;
/** Of all findings that are in memory at once. */
const batchBytesMax = 32_000_000;
/** Whether an error is worth another attempt is ours to decide; BullMQ only counts. */
const attemptsUnbounded = 1_000_000;
const errorLengthMax = 2_000;

/**
 * Orders, findings and what is remembered of both, as BullMQ's jobs and three keys beside them: `acknowledged` (ids of orders that are done with, by
 * instant: a job that is gone could else be added again), `steps:<job>` and `hands` (who works, by the end of their validity).
 */
export class Shelf {
  readonly client: RedisClient;
  readonly queue: Queue<JobData, string>;
  readonly clock: Clock;
  readonly rememberMs: number;

  constructor(client: RedisClient, clock: Clock, rememberMs: number) {
    this.client = client;
    this.clock = clock;
    this.rememberMs = rememberMs;
    this.queue = new Queue(queueName, {
      connection: client.redis,
      prefix: keyPrefix,
      skipVersionCheck: true,
      streams: { events: { maxLen: 100 } },
    });
    // What fails is told by the call that failed; without a listener it would end the process.
    this.queue.on("error", () => undefined);
  }

  lockKey(jobId: string): string {
    return `${this.queue.toKey(jobId)}:lock`;
  }

  stepsKey(jobId: string): string {
    return this.#ownKey(`steps:${jobId}`);
  }

  async offer(order: Order): Promise<void> {
    const jobId = jobIdOf(order.id);
    const { redis, ask } = this.client;
    await ask(async () => {
      const [isAcknowledged, [data, priority]] = await Promise.all([
        this.#isAcknowledged(jobId),
        redis.hmget(this.queue.toKey(jobId), "data", "priority"),
      ]);
      if (isAcknowledged) return;
      if (data != null) return this.#offerAgain(order, data, Number(priority));
      await this.queue.add(
        "order",
        { order: encode(order) },
        {
          jobId,
          priority: priorities[order.urgency],
          delay: Math.max(0, order.notBeforeMs - this.clock.nowMs()),
          attempts: attemptsUnbounded,
          removeOnComplete: false,
          removeOnFail: { age: Math.ceil(this.rememberMs / 1000) },
          // A stack holds whatever the error's message held before it was redacted.
          stackTraceLimit: 0,
        },
      );
      // Done with in the same instant, so what was added is a ghost.
      if (await this.#isAcknowledged(jobId)) await this.queue.remove(jobId);
    });
  }

  /** Hands elsewhere look at the digest: an order that waited while the service map was edited is brought up to date with its brain. */
  async #offerAgain(order: Order, data: string, priority: number): Promise<void> {
    const isRaised = order.urgency === "urgent" && priority !== priorities.urgent;
    const isOutdated = configDigestIn(data) !== order.configDigest;
    const job = isRaised || isOutdated ? await this.queue.getJob(jobIdOf(order.id)) : undefined;
    if (isRaised) await job?.changePriority({ priority: priorities.urgent });
    if (isOutdated) await job?.updateData({ order: encode(order) });
  }

  /** By end, oldest first. Of what is no findings, or too long to be, only that it came. */
  async findings(limit: number): Promise<readonly ReturnedFindings[]> {
    const { redis, ask } = this.client;
    return ask(async () => {
      const returned: ReturnedFindings[] = [];
      let bytes = 0;
      for (const jobId of await redis.zrange(this.queue.toKey("completed"), "0", String(limit - 1))) {
        const orderId = orderIdOf(jobId);
        if (orderId === null) continue;
        const key = this.queue.toKey(jobId);
        const length = await redis.hstrlen(key, "returnvalue");
        const isReadable = length <= findingsBytesMax;
        if (isReadable) bytes += length;
        // The others come when these are dealt with.
        if (bytes > batchBytesMax && returned.length > 0) break;
        const json = isReadable ? await redis.hget(key, "returnvalue") : null;
        returned.push({ orderId, findings: json === null ? null : readReturned(json) });
      }
      return returned;
    });
  }

  async acknowledge(orderIds: readonly string[]): Promise<void> {
    const { redis, ask } = this.client;
    const nowMs = this.clock.nowMs();
    const acknowledged = this.#ownKey("acknowledged");
    await ask(async () => {
      for (const jobId of orderIds.map(jobIdOf)) {
        if ((await redis.zscore(this.queue.toKey("completed"), jobId)) === null) continue;
        // Remembered before it is removed, so that no instant lies between in which offering it would begin it anew.
        await redis.zadd(acknowledged, nowMs, jobId);
        await this.queue.remove(jobId);
        await redis.del(this.stepsKey(jobId));
      }
      await redis.zremrangebyscore(acknowledged, "-inf", nowMs - this.rememberMs);
    });
  }

  async counts(): Promise<Readonly<Record<JobState, number>>> {
    const { redis, ask } = this.client;
    return ask(async () => {
      const of = await this.queue.getJobCounts("waiting", "prioritized", "delayed", "active", "failed", "completed");
      const acknowledged = await redis.zcard(this.#ownKey("acknowledged"));
      // Nobody has looked since they became due.
      const due = await redis.zcount(this.queue.toKey("delayed"), "-inf", lastScoreOf(Date.now()));
      return {
        waiting: (of["waiting"] ?? 0) + (of["prioritized"] ?? 0) + due,
        delayed: (of["delayed"] ?? 0) - due,
        active: of["active"] ?? 0,
        failed: of["failed"] ?? 0,
        done: (of["completed"] ?? 0) + acknowledged,
      };
    });
  }

  async nextDueMs(): Promise<number | null> {
    const { redis, ask } = this.client;
    const nowMs = Date.now();
    const [, score] = await ask(() =>
      redis.zrangebyscore(this.queue.toKey("delayed"), `(${lastScoreOf(nowMs)}`, "+inf", "WITHSCORES", "LIMIT", 0, 1),
    );
    // BullMQ counts by the machine's own time, we by the clock that was handed in.
    return score === undefined ? null : Math.floor(Number(score) / scoresPerMs) - nowMs + this.clock.nowMs();
  }

  /** @param attemptsMax what a job that was given up for silence has behind it */
  async failed(limit: number, attemptsMax: number): Promise<readonly FailedJob[]> {
    const { redis, ask } = this.client;
    return ask(async () => {
      const failed: FailedJob[] = [];
      for (const jobId of await redis.zrange(this.queue.toKey("failed"), "0", String(limit - 1))) {
        const orderId = orderIdOf(jobId);
        const [reason, made, stalled] = await redis.hmget(this.queue.toKey(jobId), "failedReason", "atm", "stc");
        if (orderId === null) continue;
        failed.push({
          orderId,
          attempts: Math.min(attemptsMax, countOf(made) + countOf(stalled)),
          lastError: redact((reason ?? "").slice(0, errorLengthMax)),
        });
      }
      return failed;
    });
  }

  isPaused(): Promise<boolean> {
    return this.client.ask(() => this.queue.isPaused());
  }

  /** Said at every tick of the brain, so without news nothing is written. */
  async setPaused(isNowPaused: boolean): Promise<void> {
    if ((await this.isPaused()) === isNowPaused) return;
    await this.client.ask(() => (isNowPaused ? this.queue.pause() : this.queue.resume()));
  }

  /** These hands are alive until then. */
  async signIn(holder: string, untilMs: number): Promise<void> {
    const { redis, ask } = this.client;
    const key = this.#ownKey("hands");
    await ask(async () => {
      await redis.zadd(key, untilMs, holder);
      await redis.zremrangebyscore(key, "-inf", this.clock.nowMs());
    });
  }

  async signOut(holder: string): Promise<void> {
    await this.client.ask(() => this.client.redis.zrem(this.#ownKey("hands"), holder));
  }

  /** How many processes work as hands now. */
  async handsAlive(): Promise<number> {
    return this.client.ask(() => this.client.redis.zcount(this.#ownKey("hands"), this.clock.nowMs(), "+inf"));
  }

  async close(): Promise<void> {
    await this.queue.close().catch(() => undefined);
    this.client.close();
  }

  async #isAcknowledged(jobId: string): Promise<boolean> {
    return (await this.client.redis.zscore(this.#ownKey("acknowledged"), jobId)) !== null;
  }

  /** Beside BullMQ's keys, never under them. */
  #ownKey(name: string): string {
    return `${keyPrefix}:own:${name}`;
  }
}

/** BullMQ keeps the order of jobs of one millisecond in the lower bits of a delayed job's score. */
const scoresPerMs = 0x1000;

function lastScoreOf(nowMs: number): number {
  return (nowMs + 1) * scoresPerMs - 1;
}

function configDigestIn(data: string): string | null {
  try {
    return decode<Order>((JSON.parse(data) as JobData).order).configDigest;
  } catch {
    return null;
  }
}

function readReturned(json: string): unknown {
  try {
    const text: unknown = JSON.parse(json);
    return typeof text === "string" ? decode<unknown>(text) : null;
  } catch {
    return null;
  }
}

function countOf(text: string | null | undefined): number {
  const count = Number(text ?? 0);
  return Number.isSafeInteger(count) && count >= 0 ? count : 0;
}
