import { describe, expect, it, onTestFinished } from "vitest";
import { openBullJobQueue } from "../../../src/adapters/bullmq/job-queue.ts";
import { checkQueue } from "../../../src/main/commands/doctor-queue.ts";
import { systemClock } from "../../../src/main/system-clock.ts";
import { type RedisServerOptions, startRedis } from "../../support/redis-server.ts";

async function startedRedis(options: RedisServerOptions) {
  const server = await startRedis(options);
  onTestFinished(() => server.close());
  return server;
}

const statesOf = async (url: string) => (await checkQueue(url)).map(({ name, state }) => `${name}: ${state}`);

describe("doctor on Redis", () => {
  it("has nothing to say without one", async () => {
    expect(await checkQueue(null)).toEqual([]);
  });

  it("is content with one that keeps what it is given, and counts the hands", async () => {
    const server = await startedRedis({ appendOnly: true });
    const queue = await openBullJobQueue({ url: server.url(), clock: systemClock, holder: "one", beatMs: 5 });
    const abort = new AbortController();
    const working = queue.work(async () => expect.unreachable(), {
      concurrency: 1,
      urgentSlots: 0,
      until: "aborted",
      signal: abort.signal,
    });
    await expect.poll(() => queue.handsAlive()).toBe(1);
    expect(await statesOf(server.url())).toEqual(["redis: ok", "hands: ok"]);
    abort.abort();
    await working;
    await queue.close();
  });

  it("warns of one that keeps nothing on disk, and when nobody works", async () => {
    const server = await startedRedis({});
    expect(await statesOf(server.url())).toEqual(["redis: ok", "redis: persistence: warning", "hands: warning"]);
  });

  it("fails one that would throw orders away, one that refuses us, and one that is not there, with the cure and no password", async () => {
    const evicting = await startedRedis({ policy: "volatile-lru" });
    const locked = await startedRedis({ password: "the-right-one" });
    const checks = [
      ...(await checkQueue(evicting.url())),
      ...(await checkQueue(`redis://:the-wrong-one@127.0.0.1:${locked.port}`)),
      ...(await checkQueue("redis://:the-wrong-one@127.0.0.1:1")),
    ];
    expect(checks.map(({ state }) => state)).toEqual(["failed", "failed", "failed"]);
    expect(checks.map(({ detail }) => detail)).toEqual([
      expect.stringContaining("noeviction"),
      expect.stringContaining("user and password"),
      expect.stringContaining("Is it running there"),
    ]);
    expect(JSON.stringify(checks)).not.toMatch(/the-(?:right|wrong)-one/);
  });
});
