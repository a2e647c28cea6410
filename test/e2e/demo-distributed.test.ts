import { Redis } from "ioredis";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { runCli, startCli } from "../support/cli-process.ts";
import { type RedisServer, startRedis } from "../support/redis-server.ts";

const soon = { timeout: 120_000, interval: 50 };

let redis: RedisServer;
beforeAll(async () => {
  redis = await startRedis();
});
afterAll(() => redis.close());

describe("demo --hands 2", { timeout: 300_000 }, () => {
  it("has the same bugs, counts and issues as without, one of the hands killed in the middle of a model call", async () => {
    const embedded = await runCli(["demo"]);
    expect(embedded).toMatchObject({ code: 0, stderr: "" });
    const expected = bugsIn(embedded.stdout);
    expect(expected.length).toBeGreaterThan(5);

    const demo = startCli(["demo", "--hands", "2"], { REDIS_URL: redis.url(1) });
    const admin = new Redis(redis.url(1));
    await vi.waitFor(() => expect(demo.output()).toContain("killed in the middle of a call of the model"), soon);
    // The lease of the dead is over, which is half a minute later.
    const locks = await admin.keys("error-autopilot:orders:*:lock");
    expect(locks).toHaveLength(1);
    await admin.del(...locks);
    const { code, stdout, stderr } = await demo.ended;
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(bugsIn(stdout)).toEqual(expected);
    expect(gatesIn(stdout)).toEqual(gatesIn(embedded.stdout));
    expect(gatesIn(stdout)).toHaveLength(5);
    expect(stdout.match(/, attempt 2: begun/g)).toHaveLength(1);
    // The call that died with its process, and nothing else, was made again.
    expect(callsIn(stdout)).toEqual([(callsIn(embedded.stdout)[0] ?? 0) + 1, 0]);
    expect(await admin.dbsize()).toBe(0);
    admin.disconnect();
  });

  it("says in a sentence what is wrong with its Redis, and leaves alone what is there", async () => {
    const evicting = await startRedis({ policy: "allkeys-lru" });
    const admin = new Redis(redis.url(2));
    await admin.set("error-autopilot:orders:meta", "somebody's");
    const demo = (REDIS_URL: string | null, hands = "2") =>
      runCli(["demo", "--hands", hands], REDIS_URL === null ? {} : { REDIS_URL });
    try {
      const [none, malformed, absent, unfit, occupied, odd] = await Promise.all([
        demo(null),
        demo("localhost:6379"),
        demo("redis://127.0.0.1:1"),
        demo(evicting.url()),
        demo(redis.url(2)),
        demo(redis.url(3), "two"),
      ]);
      expect(none).toMatchObject({ code: 2, stderr: expect.stringMatching(/^--hands needs REDIS_URL, .*\n$/) });
      expect(malformed).toMatchObject({ code: 2, stderr: expect.stringContaining("REDIS_URL must be an address") });
      expect(absent).toMatchObject({ code: 1, stderr: expect.stringMatching(/^Redis at redis:\/\/127.0.0.1:1 .*\n$/) });
      expect(unfit).toMatchObject({ code: 1, stderr: expect.stringContaining("Set maxmemory-policy noeviction.") });
      expect(occupied).toMatchObject({ code: 1, stderr: expect.stringContaining("a database that is empty") });
      expect(odd).toMatchObject({ code: 2, stderr: '--hands "two" is no whole number from 1 to 16.\n' });
      expect(await admin.keys("*")).toEqual(["error-autopilot:orders:meta"]);
    } finally {
      admin.disconnect();
      await evicting.close();
    }
  });
});

/** `200 × [storefront] TypeError in shipping.js:zoneOf: root cause found → storefront`: what each bug came to, whatever it cost and in whatever order. */
function bugsIn(stdout: string): readonly string[] {
  const lines = stdout.split("\n").filter((line) => /^ +\d+ × \[/.test(line));
  return lines
    .map((line) => line.trim().replace(/ for \$[\d.]+ → \S+?\/demo-company\/([\w-]+)\/issues\/\d+$/, " → $1"))
    .toSorted();
}

/** What became of patches. */
function gatesIn(stdout: string): readonly string[] {
  const lines = stdout.split("\n").filter((line) => /^ +(?:no patch, |draft pull request for )/.test(line));
  return lines.map((line) => line.trim().replace(/ → \S+\/pull\/\d+$/, " → a draft")).toSorted();
}

function callsIn(stdout: string): readonly number[] {
  return [...stdout.matchAll(/(\d+) model calls/g)].map(([, calls]) => Number(calls));
}
