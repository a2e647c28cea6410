import { join } from "node:path";
import { Redis } from "ioredis";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { openBullJobQueue } from "../../../src/adapters/bullmq/job-queue.ts";
import { probeRedis } from "../../../src/adapters/bullmq/probe.ts";
import { QueueUnavailableError } from "../../../src/domain/job-queue.ts";
import { systemClock } from "../../../src/main/system-clock.ts";
import { offer } from "../../contract/queue-under-test.ts";
import { steerableHands } from "../../contract/steerable-hands.ts";
import { type RedisFront, startRedisFront } from "../../support/redis-front.ts";
import { type RedisServer, startRedis } from "../../support/redis-server.ts";
import { spawned } from "../../support/run-child.ts";
import { redisMisbehaviours, redisPassword } from "./redis-misbehaviours.ts";

let redis: RedisServer;
let database = 0;
beforeAll(async () => {
  redis = await startRedis({ password: redisPassword });
});
afterAll(() => redis.close());

const soon = { timeout: 30_000, interval: 5 };
const times = { answerTimeoutMs: 400, silenceMsMax: 600 } as const;
/** Each reply is one that Redis could give: that it is paused, that an order is not ours any more. Believed, and harmless. */
const liars: readonly string[] = ["yes to everything", "one to everything"];

describe("a Redis that answers", () => {
  it.concurrent.each(redisMisbehaviours)(
    "%s is refused at the start, within seconds and in a sentence",
    (_name, hostile) =>
      withFront(async (front, url) => {
        front.misbehave(hostile);
        const startedMs = performance.now();
        const means = { url, clock: systemClock, holder: "h", ...times };
        const error = await openBullJobQueue(means).catch((each: unknown) => each);
        expect(error).toBeInstanceOf(QueueUnavailableError);
        expect(performance.now() - startedMs).toBeLessThan(8_000);
        expectPlain(String(error));
        const { problem } = await probeRedis(url, systemClock, times.answerTimeoutMs);
        expect(problem).not.toBeNull();
        expectPlain(String(problem));
      }),
  );

  it.concurrent.each(redisMisbehaviours)(
    "%s in the middle of work is told once, and work goes on by itself",
    (name, hostile) =>
      withFront(async (front, url) => {
        const { told, queue, hands, stop } = await handsAtWork(url);
        const isTold = !liars.includes(name);
        try {
          for (const those of ["open", "closed"] as const) {
            const attempt = await hands.has("a");
            front.misbehave(hostile, those);
            if (isTold) await vi.waitFor(() => expect(told.length % 2).toBe(1), soon);
            const notices = told.length;
            const failure = await queue.counts().catch((error: unknown) => error);
            if (failure instanceof Error) expectPlain(String(failure));
            // However long it goes on: here until what was at work is stopped, for a pause could be missed.
            await vi.waitFor(() => expect(attempt.signal.aborted).toBe(true), soon);
            if (isTold) expect(told).toHaveLength(notices);
            expect(front.connections()).toBeLessThan(60);
            front.misbehave(null);
            await vi.waitFor(() => expect(told.length % 2).toBe(0), soon);
          }
          for (const sentence of told) expectPlain(sentence);
          await hands.has("a");
          hands.finish("a");
          await vi.waitFor(async () => expect(await queue.findings(10)).toHaveLength(1), soon);
        } finally {
          await stop();
        }
      }),
  );
});

describe("a Redis without end, tried by a process of its own", () => {
  const endless = redisMisbehaviours.filter(([name]) => /without end|thousand million|in a list/.test(name));

  it.each(endless)("%s leaves memory bounded", (_name, hostile) =>
    withFront(async (front, url) => {
      front.misbehave(hostile);
      const child = join(import.meta.dirname, "redis-memory.child.ts");
      const { code, stdout, stderr } = await spawned(process.execPath, [child, url, "3"], {});
      expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
      const result = JSON.parse(stdout) as { readonly refused: number; readonly mostMb: number };
      expect(result.refused).toBe(3);
      expect(result.mostMb).toBeLessThan(300);
    }),
  );
});

describe("a wire to Redis", () => {
  it("that is dead without being closed is made again: what was at work is stopped, told once, and goes on", () =>
    withFront(async (front, url) => {
      const { told, queue, hands, stop } = await handsAtWork(url);
      try {
        const attempt = await hands.has("a");
        front.stall();
        await vi.waitFor(() => expect(attempt.signal.aborted).toBe(true), soon);
        await expect(queue.counts()).rejects.toThrow(QueueUnavailableError);
        front.mend();
        await vi.waitFor(() => expect(told).toHaveLength(2), soon);
        await hands.has("a");
      } finally {
        await stop();
      }
    }));

  it("at whose end another Redis answers, one that throws orders away, is not worked on until that is mended", () =>
    withFront(async (front, url) => {
      const { told, queue, hands, stop } = await handsAtWork(url);
      const admin = new Redis(url);
      try {
        const attempt = await hands.has("a");
        await admin.config("SET", "maxmemory-policy", "allkeys-lru");
        front.cut();
        front.mend();
        await vi.waitFor(() => expect(attempt.signal.aborted).toBe(true), soon);
        await expect(queue.counts()).rejects.toThrow(/maxmemory-policy allkeys-lru.*Set maxmemory-policy noeviction/);
        const there = new Redis(redis.url(), { lazyConnect: true });
        await there.config("SET", "maxmemory-policy", "noeviction");
        there.disconnect();
        await vi.waitFor(() => expect(told.length % 2).toBe(0), soon);
        await hands.has("a");
        expect(await queue.counts()).toMatchObject({ active: 1 });
      } finally {
        admin.disconnect();
        await stop();
      }
    }));
});

async function withFront(work: (front: RedisFront, url: string) => Promise<void>): Promise<void> {
  const front = await startRedisFront(redis.port);
  try {
    await work(front, front.url(database++).replace("//", `//:${redisPassword}@`));
  } finally {
    await front.close();
  }
}

/** Hands that have the order "a", and hold it whenever they have it. */
async function handsAtWork(url: string) {
  const told: string[] = [];
  const queue = await openBullJobQueue({
    url,
    clock: systemClock,
    holder: "h",
    leaseMs: 400,
    beatMs: 10,
    lostLookMs: 20,
    ...times,
    onContact: (sentence) => void told.push(sentence),
  });
  const hands = steerableHands();
  const abort = new AbortController();
  await offer(queue, "a");
  const slots = { concurrency: 1, urgentSlots: 0 };
  const working = queue.work(hands.take, { ...slots, until: "aborted", signal: abort.signal });
  return {
    told,
    queue,
    hands,
    async stop() {
      abort.abort();
      hands.finishAll();
      await working;
      await queue.close();
    },
  };
}

/** A sentence for people: short, and without what is not to be repeated. */
function expectPlain(sentence: string): void {
  expect(sentence).not.toContain(redisPassword);
  expect(sentence.length).toBeLessThan(700);
  expect(sentence).toMatch(/Redis at redis:\/\/127\.0\.0\.1:\d+/);
}
