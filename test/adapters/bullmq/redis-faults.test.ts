import { Redis } from "ioredis";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { type BullJobQueueOptions, openBullJobQueue } from "../../../src/adapters/bullmq/job-queue.ts";
import { probeRedis } from "../../../src/adapters/bullmq/probe.ts";
import { QueueUnavailableError } from "../../../src/domain/job-queue.ts";
import { systemClock } from "../../../src/main/system-clock.ts";
import { found, offer, workOff } from "../../contract/queue-under-test.ts";
import { soon, steerableHands } from "../../contract/steerable-hands.ts";
import { sampleOrder } from "../../support/domain-samples.ts";
import { freePort, type RedisServerOptions, startRedis } from "../../support/redis-server.ts";

const slots = { concurrency: 1, urgentSlots: 0 } as const;

async function startedRedis(options: RedisServerOptions = {}) {
  const server = await startRedis(options);
  onTestFinished(() => server.close());
  return server;
}

async function openedQueue(url: string, over: Partial<BullJobQueueOptions> = {}) {
  const told: string[] = [];
  const queue = await openBullJobQueue({
    url,
    clock: systemClock,
    holder: `hands-${Math.random()}`,
    leaseMs: 2_000,
    beatMs: 5,
    lostLookMs: 20,
    answerTimeoutMs: 200,
    silenceMsMax: 300,
    onContact: (sentence) => told.push(sentence),
    ...over,
  });
  onTestFinished(() => queue.close());
  return { queue, told };
}

/** Hands that work until the test ends. */
function stayingHands(queue: Awaited<ReturnType<typeof openedQueue>>["queue"], areDeaf = false) {
  const abort = new AbortController();
  const hands = steerableHands({ areDeaf });
  const working = queue.work(hands.take, { ...slots, until: "aborted", signal: abort.signal });
  return {
    ...hands,
    async stop() {
      abort.abort();
      hands.finishAll();
      await working;
    },
  };
}

const step = { step: "analyse", ordinal: 0, inputDigest: "d", resultJson: '"paid"', costUsd: 0.1, atMs: 1 } as const;

describe("Redis that is not as it should be when we start", () => {
  it("is told within seconds when it is not there, without the password", async () => {
    const url = `redis://autopilot:hunter2-secret@127.0.0.1:${await freePort()}/3`;
    const failure = await openBullJobQueue({ url, clock: systemClock, holder: "h" }).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(QueueUnavailableError);
    expect(String(failure)).toMatch(/Redis at redis:\/\/127\.0\.0\.1:\d+\/3 does not serve us: .*ECONNREFUSED/);
    expect(String(failure)).not.toContain("hunter2");
    expect((await probeRedis(url, systemClock)).problem).toContain("ECONNREFUSED");
  });

  it("is told when it wants another password, and neither is in what is told", async () => {
    const server = await startedRedis({ password: "the-right-one" });
    const url = `redis://:the-wrong-one@127.0.0.1:${server.port}`;
    const failure = await openBullJobQueue({ url, clock: systemClock, holder: "h" }).catch((error: unknown) => error);
    expect(failure).toMatchObject({ name: "QueueUnavailableError", isRetryable: false });
    expect(String(failure)).toContain("Put its user and password into REDIS_URL");
    expect(JSON.stringify(failure) + String(failure)).not.toMatch(/the-(?:right|wrong)-one/);
    const { queue } = await openedQueue(server.url());
    await offer(queue, "a");
    expect(await queue.counts()).toMatchObject({ waiting: 1 });
  });

  it("is refused when it would throw orders away", async () => {
    const server = await startedRedis({ policy: "allkeys-lru" });
    await expect(openedQueue(server.url())).rejects.toThrow(
      /maxmemory-policy allkeys-lru.*Set maxmemory-policy noeviction/,
    );
    expect(await probeRedis(server.url(), systemClock)).toMatchObject({
      problem: expect.stringContaining("allkeys-lru"),
    });
  });
});

describe("Redis that goes away", () => {
  it("and comes back with what it held is outlived: told once, the order goes on where it was", async () => {
    const server = await startedRedis({ appendOnly: true });
    const { queue, told } = await openedQueue(server.url());
    await offer(queue, "a");
    const hands = stayingHands(queue);
    const attempt = await hands.has("a");
    await server.kill();
    // A step that is paid for meanwhile is not lost.
    const saving = attempt.save(step).catch(() => "not saved");
    await vi.waitFor(() => expect(attempt.signal.aborted).toBe(true), soon);
    await saving;
    await expect(queue.counts()).rejects.toThrow(QueueUnavailableError);
    await server.start();
    const again = await vi.waitFor(async () => {
      const next = await hands.has("a");
      expect(next).not.toBe(attempt);
      return next;
    }, soon);
    expect(await again.saved()).toEqual([step]);
    hands.finish("a");
    await offer(queue, "b");
    await hands.has("b");
    await hands.stop();
    expect(told).toEqual([expect.stringContaining("does not serve us"), expect.stringContaining("answers again")]);
    expect((await queue.findings(10)).map(({ orderId }) => orderId)).toEqual(["a", "b"]);
  });

  it("for a moment only disturbs nobody", async () => {
    const server = await startedRedis({ appendOnly: true });
    const { queue } = await openedQueue(server.url(), { silenceMsMax: 60_000, leaseMs: 60_000 });
    await offer(queue, "a");
    const hands = stayingHands(queue);
    const attempt = await hands.has("a");
    await server.kill();
    const saving = attempt.save(step);
    const heard = attempt.heartbeat();
    await server.start();
    await saving;
    await heard;
    expect(attempt.signal.aborted).toBe(false);
    await hands.stop();
    expect(await queue.findings(10)).toHaveLength(1);
  });

  it("and comes back empty gets from the hands what was paid for, and from the brain the order", async () => {
    const server = await startedRedis();
    const { queue } = await openedQueue(server.url());
    await offer(queue, "a");
    const hands = stayingHands(queue);
    const attempt = await hands.has("a");
    await attempt.save(step);
    await server.kill();
    await server.start();
    await vi.waitFor(() => expect(attempt.signal.aborted).toBe(true), soon);
    await vi.waitFor(() => offer(queue, "a"), soon);
    const again = await vi.waitFor(async () => {
      const next = await hands.has("a");
      expect(next).not.toBe(attempt);
      return next;
    }, soon);
    await vi.waitFor(async () => expect(await again.saved()).toEqual([step]), soon);
    await hands.stop();
  });

  it("or hangs: calls fail instead of hanging with it, work is stopped, and it goes on by itself", async () => {
    const server = await startedRedis();
    const { queue, told } = await openedQueue(server.url());
    await offer(queue, "a");
    const hands = stayingHands(queue);
    const attempt = await hands.has("a");
    server.freeze();
    await expect(queue.findings(1)).rejects.toThrow(QueueUnavailableError);
    await vi.waitFor(() => expect(attempt.signal.aborted).toBe(true), soon);
    server.goOn();
    await vi.waitFor(() => expect(told).toHaveLength(2), soon);
    await hands.has("a");
    await hands.stop();
    expect(await queue.findings(10)).toHaveLength(1);
  });
});

describe("what lies in Redis", () => {
  it("that is no order fails alone, and says so", async () => {
    const server = await startedRedis();
    const { queue } = await openedQueue(server.url());
    await offer(queue, "a", "b");
    const admin = new Redis(server.url());
    await admin.hset("error-autopilot:orders:order-a", "data", '{"order":"{}"}');
    await workOff(queue, async (attempt) => found(attempt));
    expect((await queue.findings(10)).map(({ orderId }) => orderId)).toEqual(["b"]);
    expect(await queue.failed(10)).toMatchObject([
      { orderId: "a", lastError: expect.stringContaining("same version") },
    ]);
    admin.disconnect();
  });

  it("that is no step of an order is left out, and the others are there", async () => {
    const server = await startedRedis();
    const { queue } = await openedQueue(server.url());
    await offer(queue, "a");
    const admin = new Redis(server.url());
    let saved: unknown = null;
    await workOff(queue, async (attempt) => {
      await attempt.save(step);
      const odd = [
        "",
        "7",
        "7:{",
        '7:{"step":"gather"}',
        "7:null",
        `7:${JSON.stringify({ ...step, resultJson: "{" })}`,
      ];
      const key = "error-autopilot:own:steps:order-a";
      for (const [index, value] of odd.entries()) await admin.hset(key, `odd:${index}`, value);
      saved = await attempt.saved();
      return found(attempt);
    });
    expect(saved).toEqual([step]);
    admin.disconnect();
  });

  it("that is no findings comes as nothing, for the brain to judge", async () => {
    const server = await startedRedis();
    const { queue } = await openedQueue(server.url());
    await offer(queue, "a", "b", "c");
    await workOff(queue, async (attempt) => found(attempt));
    const admin = new Redis(server.url());
    await admin.hset("error-autopilot:orders:order-a", "returnvalue", "{{{");
    await admin.hset("error-autopilot:orders:order-b", "returnvalue", JSON.stringify("x".repeat(16_000_001)));
    expect(await queue.findings(2)).toEqual([
      { orderId: "a", findings: null },
      { orderId: "b", findings: null },
    ]);
    admin.disconnect();
  });

  it("that is large in all comes in several parts, oldest first", async () => {
    const server = await startedRedis();
    const { queue } = await openedQueue(server.url());
    const ids = ["a", "b", "c", "d", "e"];
    await offer(queue, ...ids);
    await workOff(queue, async (attempt) => found(attempt));
    const admin = new Redis(server.url());
    for (const id of ids.slice(0, 4)) {
      await admin.hset(`error-autopilot:orders:order-${id}`, "returnvalue", JSON.stringify("x".repeat(12_000_000)));
    }
    const parts: string[] = [];
    for (let part = await queue.findings(50); part.length > 0; part = await queue.findings(50)) {
      parts.push(part.map(({ orderId }) => orderId).join(""));
      await queue.acknowledge(part.map(({ orderId }) => orderId));
    }
    expect(parts).toEqual(["ab", "cde"]);
    admin.disconnect();
  });

  it("holds no secret of an error, neither in its words nor in a stack", async () => {
    const server = await startedRedis();
    const { queue } = await openedQueue(server.url());
    await offer(queue, "a");
    await workOff(queue, async () => {
      throw new Error("login failed for password=canary-hunter2");
    });
    expect(await queue.failed(10)).toMatchObject([{ lastError: expect.stringContaining("login failed") }]);
    const admin = new Redis(server.url());
    for (const key of await admin.keys("*")) {
      if ((await admin.type(key)) === "hash") expect(JSON.stringify(await admin.hgetall(key))).not.toContain("canary");
      if ((await admin.type(key)) === "stream")
        expect(JSON.stringify(await admin.xrange(key, "-", "+"))).not.toContain("canary");
    }
    admin.disconnect();
  });

  it("takes any id", async () => {
    const server = await startedRedis();
    const { queue } = await openedQueue(server.url());
    const ids = ["17", "a:b", "a/b c", "주문-1", "0:x", "%3A"];
    await offer(queue, ...ids, ...ids);
    await workOff(queue, async (attempt) => found(attempt));
    expect((await queue.findings(10)).map(({ orderId }) => orderId).toSorted()).toEqual(ids.toSorted());
    await queue.acknowledge(ids);
    await offer(queue, ...ids);
    expect(await queue.counts()).toEqual({ waiting: 0, delayed: 0, active: 0, failed: 0, done: ids.length });
  });

  it("is brought up to date with an edited service map while it waits", async () => {
    const server = await startedRedis();
    const { queue } = await openedQueue(server.url());
    await queue.offer(sampleOrder({ id: "a", configDigest: "old" }));
    await queue.offer(sampleOrder({ id: "a", configDigest: "new" }));
    const digests: string[] = [];
    await workOff(queue, async (attempt) => {
      digests.push(attempt.order.configDigest);
      return found(attempt);
    });
    expect(digests).toEqual(["new"]);
  });

  it("tells how many hands are alive", async () => {
    const server = await startedRedis();
    const { queue } = await openedQueue(server.url());
    expect(await queue.handsAlive()).toBe(0);
    const hands = stayingHands(queue);
    await vi.waitFor(async () => expect(await queue.handsAlive()).toBe(1), soon);
    expect(await probeRedis(server.url(), systemClock)).toMatchObject({
      problem: null,
      handsAlive: 1,
      isPersistent: false,
    });
    await hands.stop();
    expect(await queue.handsAlive()).toBe(0);
  });
});
