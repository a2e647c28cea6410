import { mkdirSync, readdirSync, readFileSync, readlinkSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from "vitest";
import { openBullJobQueue } from "../../src/adapters/bullmq/job-queue.ts";
import { systemClock } from "../../src/main/system-clock.ts";
import { startCli } from "../support/cli-process.ts";
import { openBrain, outcomeOf } from "../support/distributed-brain.ts";
import { startHandsProcess } from "../support/hands-process.ts";
import { inWorld } from "../support/in-world.ts";
import { type RedisServer, startRedis } from "../support/redis-server.ts";
import { startRunner } from "../support/runner.ts";
import type { SmallWorld } from "../support/small-world.ts";

const soon = { timeout: 30_000, interval: 20 };

let redis: RedisServer;
let database = 0;
beforeAll(async () => {
  redis = await startRedis({ appendOnly: true });
});
afterAll(() => redis.close());

const inWorldNow = <Result>(work: (world: SmallWorld, redisUrl: string) => Promise<Result>) =>
  inWorld({ nowMs: Date.now() }, (world) => work(world, redis.url(database++)));

/** The same world on the embedded engine: what it comes to, and how often the model was asked. */
async function embedded() {
  return inWorldNow(async (world) => {
    const brain = await openBrain(world, null);
    await brain.runToTheEnd();
    return { outcome: await outcomeOf(world, brain), calls: world.model.requests.length };
  });
}

describe("hands in two other processes", { timeout: 120_000 }, () => {
  it("come to the same issues and counts as one process, although one is killed in the middle of a model call", async () => {
    const expected = await embedded();
    expect(expected.outcome.issues).toHaveLength(2);
    await inWorldNow(async (world, redisUrl) => {
      const brain = await openBrain(world, redisUrl);
      // The third call is in the middle of an investigation: steps before it are paid for.
      world.model.faults.next.push(null, null, "slow");
      const first = await startHandsProcess(world, redisUrl, { name: "one" });
      const ordered = await brain.run();
      expect(ordered).toMatchObject({ engine: "distributed", modelCalls: 0, effects: [] });
      await vi.waitFor(() => expect(world.model.requests).toHaveLength(3), soon);
      await first.kill();
      const second = await startHandsProcess(world, redisUrl, { name: "two" });
      await brain.runToTheEnd();
      expect(await outcomeOf(world, brain)).toEqual(expected.outcome);
      expect(second.said.filter((line) => /^begun .* 2$/.test(line))).toHaveLength(1);
      // The call that died with its process, and nothing else, was made again.
      expect(world.model.requests).toHaveLength(expected.calls + 1);
    });
  });

  it("come to the same while brains end in every run and hands in the middle of calls", async () => {
    const expected = await embedded();
    await inWorldNow(async (world, redisUrl) => {
      for (const [round, killAt] of [1, 4].entries()) {
        const brain = await openBrain(world, redisUrl);
        world.model.faults.next.push(...Array<null>(killAt - 1).fill(null), "slow");
        const before = world.model.requests.length;
        const hands = await startHandsProcess(world, redisUrl, { name: `killed-${round}` });
        await brain.run();
        await vi.waitFor(() => expect(world.model.requests.length).toBeGreaterThanOrEqual(before + killAt), soon);
        await hands.kill();
      }
      const brain = await openBrain(world, redisUrl);
      await startHandsProcess(world, redisUrl, { name: "last" });
      await brain.runToTheEnd();
      expect(await outcomeOf(world, brain)).toEqual(expected.outcome);
      expect(world.model.requests).toHaveLength(expected.calls + 2);
    });
  });

  it("come to the same when the brain is killed at one point after the other, and hands beside it", async () => {
    const expected = await embedded();
    await inWorldNow(async (world, redisUrl) => {
      const distributed = { ...world, env: { ...world.env, REDIS_URL: redisUrl } };
      const runner = startRunner();
      onTestFinished(() => runner.kill());
      let nowMs = Date.now();
      let hands = await startHandsProcess(world, redisUrl, { name: "hands-0" });
      let kills = 0;
      let crashAt = 0;
      for (; ; crashAt++) {
        // Leases are over by then, and an unclear write has been looked for.
        nowMs += 120_000;
        if ((await runner.run(distributed, nowMs, crashAt)) !== null && (await idle(redisUrl))) break;
        if (crashAt % 4 !== 3) continue;
        await hands.kill();
        hands = await startHandsProcess(world, redisUrl, { name: `hands-${++kills}` });
      }
      expect(crashAt).toBeGreaterThan(8);
      for (let left = 1; left > 0; ) {
        nowMs += 120_000;
        left = (await runner.run(distributed, nowMs, null))?.underWay ?? 1;
      }
      const brain = await openBrain(world, redisUrl);
      expect(await outcomeOf(world, brain)).toEqual(expected.outcome);
      // At most the one call that each killed hands had on their line.
      expect(world.model.requests.length).toBeGreaterThanOrEqual(expected.calls);
      expect(world.model.requests.length).toBeLessThanOrEqual(expected.calls + kills);
    });
  });

  it("hand an order back, and say so, when their service map is another", () =>
    inWorldNow(async (world, redisUrl) => {
      const configFile = join(world.folder, "another-map.yaml");
      writeFileSync(configFile, `${readFileSync(world.configFile, "utf8")}language: ko\n`);
      const brain = await openBrain(world, redisUrl);
      const others = await startHandsProcess(world, redisUrl, { name: "others", configFile });
      await brain.run();
      await others.hasSaid(/^again .*another configuration/);
      expect(await brain.worker.queue.counts()).toMatchObject({ failed: 0, done: 0 });
      expect(world.model.requests).toEqual([]);
    }));

  it("are stopped by a pause within 10 s, in the middle of a model call, and go on after it", () =>
    inWorldNow(async (world, redisUrl) => {
      const brain = await openBrain(world, redisUrl);
      world.model.faults.next.push("slow");
      const hands = await startHandsProcess(world, redisUrl, { name: "one" });
      await brain.run();
      await vi.waitFor(() => expect(world.model.requests).toHaveLength(1), soon);
      const options = ["--state", world.stateDirectory, "--config", world.configFile];
      const pausedAtMs = performance.now();
      await expect(startCli(["pause", ...options], { REDIS_URL: redisUrl }).ended).resolves.toMatchObject({ code: 0 });
      await hands.hasSaid(/^stopped /);
      expect(performance.now() - pausedAtMs).toBeLessThan(10_000);
      expect(await brain.run()).toMatchObject({ pausedBy: expect.stringContaining("cli:"), effects: [] });
      expect(world.model.requests).toHaveLength(1);
      await expect(startCli(["resume", ...options], { REDIS_URL: redisUrl }).ended).resolves.toMatchObject({ code: 0 });
      await brain.runToTheEnd();
      expect(world.github.world.issues()).toHaveLength(2);
    }));
});

describe("start --role hands", { timeout: 120_000 }, () => {
  it("opens no store, needs no GitHub token, works, and hands back when it is stopped", () =>
    inWorldNow(async (world, redisUrl) => {
      const brain = await openBrain(world, redisUrl);
      await brain.run();
      const { GITHUB_TOKEN: token = "", ...env } = world.env;
      const stateDirectory = join(world.folder, "hands-state");
      const args = ["start", "--role", "hands", "--config", world.configFile, "--state", stateDirectory];
      const hands = startCli(args, { ...env, REDIS_URL: redisUrl });
      await vi.waitFor(() => expect(hands.output()).toMatch(/found, \$/), soon);
      const filesOpen = readdirSync(`/proc/${hands.process.pid}/fd`).map((fd) =>
        linkOf(`/proc/${hands.process.pid}/fd/${fd}`),
      );
      expect(filesOpen.filter((file) => file.includes("sqlite"))).toEqual([]);
      expect(readFileSync(`/proc/${hands.process.pid}/environ`, "utf8")).not.toContain(token);
      await brain.runToTheEnd();
      hands.process.kill("SIGTERM");
      expect(await hands.ended).toMatchObject({ code: 0, stdout: expect.stringContaining("stopped") });
      expect(
        readdirSync(stateDirectory, { recursive: true }).filter((file) => String(file).includes("sqlite")),
      ).toEqual([]);
      expect(world.github.world.issues()).toHaveLength(2);
      expect(hands.output()).not.toContain("a-key-of-the-stand-in");
    }));

  it("works for start --role brain, not while the file PAUSE lies in its own state folder", () =>
    inWorldNow(async (world, redisUrl) => {
      const { GITHUB_TOKEN: token = "", ANTHROPIC_API_KEY: _key, ...env } = world.env;
      const { ANTHROPIC_API_KEY: key = "" } = world.env;
      const stateOfHands = join(world.folder, "hands-state");
      mkdirSync(stateOfHands);
      writeFileSync(join(stateOfHands, "PAUSE"), "");
      const start = (role: string, state: string, secret: Record<string, string>) =>
        startCli(["start", "--role", role, "--config", world.configFile, "--state", state], {
          ...env,
          ...secret,
          REDIS_URL: redisUrl,
        });
      const hands = start("hands", stateOfHands, { ANTHROPIC_API_KEY: key });
      const brain = start("brain", world.stateDirectory, { GITHUB_TOKEN: token });
      await vi.waitFor(() => expect(hands.output()).toContain("paused by the file PAUSE"), soon);
      await vi.waitFor(() => expect(brain.output()).toContain("investigating"), soon);
      expect(brain.output()).toContain("as the brain alone");
      expect(world.model.requests).toEqual([]);
      rmSync(join(stateOfHands, "PAUSE"));
      await vi.waitFor(() => expect(world.github.world.issues()).toHaveLength(2), soon);
      expect(world.model.requests.length).toBeGreaterThan(0);
      for (const each of [hands, brain]) {
        each.process.kill("SIGTERM");
        expect(await each.ended).toMatchObject({ code: 0, stderr: "" });
      }
    }));

  it("says what is missing and ends: no Redis configured, none there, or no address of one", () =>
    inWorldNow(async (world) => {
      const start = (env: Record<string, string>, role = "hands") =>
        startCli(["start", "--role", role, "--config", world.configFile, "--state", join(world.folder, "s")], {
          ...world.env,
          ...env,
        }).ended;
      const nowhere = "redis://user:hunter2@127.0.0.1:1/0";
      const [without, brainWithout, absent, malformed] = await Promise.all([
        start({}),
        start({}, "brain"),
        start({ REDIS_URL: nowhere }),
        start({ REDIS_URL: "localhost with hunter2" }),
      ]);
      expect(without).toMatchObject({ code: 2, stderr: expect.stringContaining("needs REDIS_URL") });
      expect(brainWithout).toMatchObject({ code: 2, stderr: expect.stringContaining("needs REDIS_URL") });
      expect(absent).toMatchObject({ code: 1, stderr: expect.stringContaining("Redis at redis://127.0.0.1:1/0") });
      expect(malformed).toMatchObject({ code: 2, stderr: expect.stringContaining("REDIS_URL must be an address") });
      expect(JSON.stringify([absent, malformed])).not.toContain("hunter2");
      // It is told to whoever started it with one.
      expect(absent.stdout).toContain("GITHUB_TOKEN is set here");
    }));
});

describe("a Redis that is away", { timeout: 120_000 }, () => {
  it("keeps the brain from nothing but orders: what Loki has is recorded, and goes out when it is back", () =>
    inWorld({ nowMs: Date.now() }, async (world) => {
      const own = await startRedis();
      try {
        const brain = await openBrain(world, own.url());
        await own.kill();
        const run = await brain.run();
        expect(run).toMatchObject({ exitCode: 1, jobs: null });
        expect(run.failures).toEqual([expect.stringContaining("queue: Redis at")]);
        expect(run.incidents).toHaveLength(3);
        await own.start();
        await startHandsProcess(world, own.url(), { name: "one" });
        await brain.runToTheEnd();
        expect(world.github.world.issues()).toHaveLength(2);
      } finally {
        await own.close();
      }
    }));

  it("and comes back empty is given its orders again", () =>
    inWorld({ nowMs: Date.now() }, async (world) => {
      const own = await startRedis();
      try {
        const brain = await openBrain(world, own.url());
        await brain.run();
        expect(await brain.worker.queue.counts()).toMatchObject({ waiting: 2 });
        await own.kill();
        await own.start();
        await startHandsProcess(world, own.url(), { name: "one" });
        await brain.runToTheEnd();
        expect(world.github.world.issues()).toHaveLength(2);
        expect(await brain.worker.store.openOrders()).toEqual([]);
      } finally {
        await own.close();
      }
    }));

  it("does not keep a pause from holding here, and says that hands are not told", () =>
    inWorldNow(async (world) => {
      const options = ["--state", world.stateDirectory, "--config", world.configFile];
      const env = { REDIS_URL: "redis://127.0.0.1:1" };
      const pause = await startCli(["pause", ...options], env).ended;
      expect(pause).toMatchObject({
        code: 1,
        stderr: expect.stringContaining("Hands on other machines could not be told yet"),
      });
      const brain = await openBrain(world, null);
      expect(await brain.run()).toMatchObject({ pausedBy: expect.stringContaining("cli:") });
      expect(await startCli(["incidents", ...options], env).ended).toMatchObject({ code: 0 });
    }));
});

describe("findings that do not fit", { timeout: 120_000 }, () => {
  it("file nothing: the incident needs a human, and the audit says why", () =>
    inWorldNow(async (world) => {
      const brain = await openBrain(world, null, (queue) => ({
        ...queue,
        async findings(limit) {
          return (await queue.findings(limit)).map((each) => ({ ...each, findings: { hacked: true } }));
        },
      }));
      const run = await brain.run();
      expect(world.github.world.issues()).toEqual([]);
      expect(run.exitCode).toBe(3);
      expect(run.needsHuman).toContainEqual(expect.stringContaining("cannot be used"));
      const audit = await brain.worker.store.audit({ sinceMs: 0, limit: 100 });
      expect(audit.map(({ action }) => action)).toContain("findings.refused");
      expect(await brain.worker.store.openOrders()).toEqual([]);
    }));
});

/** Whether no order waits for hands, or is with them. */
async function idle(redisUrl: string): Promise<boolean> {
  const queue = await openBullJobQueue({ url: redisUrl, clock: systemClock, holder: "test" });
  const { waiting, delayed, active } = await queue.counts();
  await queue.close();
  return waiting + delayed + active === 0;
}

function linkOf(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return "";
  }
}
