import { Redis } from "ioredis";
import { afterAll, beforeAll, vi } from "vitest";
import { openBullJobQueue } from "../../../src/adapters/bullmq/job-queue.ts";
import type { JobQueue } from "../../../src/domain/job-queue.ts";
import { jobQueueContract } from "../../contract/job-queue-contract.ts";
import { type RedisServer, startRedis } from "../../support/redis-server.ts";
import { createTestClock } from "../../support/test-clock.ts";

let server: RedisServer;
let database = 0;

beforeAll(async () => {
  server = await startRedis();
});
afterAll(() => server.close());

jobQueueContract("bullmq", async (options) => {
  const url = server.url(database++);
  // BullMQ counts delays by Date: it is given the test's time, while its timers stay real.
  vi.useFakeTimers({ toFake: ["Date"] });
  const clock = createTestClock();
  vi.setSystemTime(clock.nowMs());
  const queues: JobQueue[] = [];
  const admin = new Redis(url);

  async function open(): Promise<JobQueue> {
    const queue = await openBullJobQueue({
      ...options,
      url,
      clock,
      holder: `hands-${queues.length}`,
      leaseMs: 30_000,
      beatMs: 5,
      lostLookMs: 5,
    });
    queues.push(queue);
    return queue;
  }

  const queue = await open();
  return {
    queue,
    clock: {
      ...clock,
      async advance(durationMs) {
        await clock.advance(durationMs);
        vi.setSystemTime(clock.nowMs());
      },
    },
    second: open,
    // The locks run out, as they do when nobody renews them.
    async fallSilent() {
      const locks = await admin.keys("*:lock");
      if (locks.length > 0) await admin.del(...locks);
    },
    async close() {
      for (const each of queues) await each.close();
      admin.disconnect();
      vi.useRealTimers();
    },
  };
});
