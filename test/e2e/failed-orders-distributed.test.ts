import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { loadConfig } from "../../src/config/load-config.ts";
import type { Hands } from "../../src/domain/job-queue.ts";
import { configuredHands } from "../../src/main/configured-hands.ts";
import { systemClock } from "../../src/main/system-clock.ts";
import { startCli } from "../support/cli-process.ts";
import { openBrain } from "../support/distributed-brain.ts";
import { inWorld } from "../support/in-world.ts";
import { type RedisServer, startRedis } from "../support/redis-server.ts";
import type { SmallWorld } from "../support/small-world.ts";

let redis: RedisServer;
beforeAll(async () => {
  redis = await startRedis();
});
afterAll(() => redis.close());

class CloneGoneError extends Error {
  override readonly name = "CloneGoneError";
  readonly isRetryable = false;
}

const fail: Hands = () => {
  throw new CloneGoneError("There is no clone at /srv/orders, password=hunter2-canary. Clone it there.");
};

/** Hands that fail every order; what the commands say of it; and what becomes of it after `incidents retry`. */
async function journeyOf(world: SmallWorld, redisUrl: string | null) {
  const env = { ...world.env, ...(redisUrl === null ? {} : { REDIS_URL: redisUrl }) };
  const brain = await openBrain(world, redisUrl);
  // The brain alone gives the orders, on either engine; hands come when the test says so.
  const { queue, store } = brain.worker;
  Object.assign(brain.worker, { hands: null });
  const work = (hands: Hands) =>
    queue.work(hands, { concurrency: 1, urgentSlots: 0, until: "empty", signal: new AbortController().signal });
  const cli = async (...args: readonly string[]) => {
    const ended = await startCli([...args, "--state", world.stateDirectory, "--config", world.configFile], env).ended;
    return { code: ended.code, stdout: ended.stdout, stderr: ended.stderr };
  };

  await brain.run();
  await work(fail);
  const failedRun = await brain.run();
  const [stuck] = await store.incidents({ states: ["stuck"], limit: 10 });
  const id = stuck?.id ?? "";
  const list = await cli("incidents", "list");
  const shown = await cli("incidents", "show", id);
  const json = JSON.parse((await cli("incidents", "show", id, "--json")).stdout) as { readonly failed: unknown };
  const retried = await cli("incidents", "retry", id);
  await brain.run();
  const config = await loadConfig({ path: world.configFile, env, homeDirectory: "/nowhere", workingDirectory: "/" });
  const { hands } = configuredHands(config, { clock: systemClock, fetch: null, stateDirectory: world.stateDirectory });
  await work(hands);
  await brain.run();
  const after = await store.incident(stuck?.id ?? "i");
  return {
    counts: await queue.counts(),
    run: { exitCode: failedRun.exitCode, needsHuman: failedRun.needsHuman },
    list: list.stdout,
    failedLine: shown.stdout.split("\n").filter((line) => line.startsWith("failed")),
    failed: json.failed,
    retried,
    after: after?.state,
    issues: world.github.world.issues().length,
  };
}

describe("orders that hands fail", { timeout: 120_000 }, () => {
  it("are kept and listed with attempts and the last error, and a retry works, the same on both engines", async () => {
    const nowMs = Date.now();
    const embedded = await inWorld({ nowMs }, (world) => journeyOf(world, null));
    const distributed = await inWorld({ nowMs }, (world) => journeyOf(world, redis.url()));
    expect(distributed).toEqual(embedded);
    expect(embedded).toMatchObject({
      counts: { failed: 2, done: 2 },
      run: { exitCode: 3, needsHuman: [expect.stringContaining("failed once"), expect.any(String)] },
      failedLine: [expect.stringMatching(/^failed +1 attempt, last error: There is no clone at \/srv\/orders/)],
      failed: { attempts: 1, lastError: expect.stringContaining("Clone it there.") },
      retried: { code: 0, stderr: "" },
      after: "reported",
      issues: 2,
    });
    expect(embedded.list).toContain("There is no clone at /srv/orders");
    expect(JSON.stringify(embedded)).not.toContain("hunter2");
  });
});
