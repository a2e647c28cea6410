import { mkdirSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { loadConfig } from "../../src/config/load-config.ts";
import type { JobQueue } from "../../src/domain/job-queue.ts";
import { compose } from "../../src/main/compose.ts";
import type { RunJson } from "../../src/main/run-json.ts";
import { runOnce } from "../../src/main/run-once.ts";
import { databaseFileOf } from "../../src/main/setting.ts";
import { runCli, startCli } from "../support/cli-process.ts";
import { inWorld, issueTitles, startMs } from "../support/in-world.ts";
import { failures, type SmallWorld } from "../support/small-world.ts";
import { until } from "../support/until.ts";

const runs = (world: SmallWorld) => ["run", "--json", "--config", world.configFile, "--state", world.stateDirectory];

describe("two runs at once", () => {
  it("file one issue for each bug and count each entry once", () =>
    inWorld({ nowMs: Date.now() }, async (world) => {
      const ends = await Promise.all([runCli(runs(world), world.env), runCli(runs(world), world.env)]);
      for (const { code, stdout, stderr } of ends) {
        expect([0, 75], stderr).toContain(code);
        expect(JSON.parse(stdout)).toMatchObject({ exitCode: code, failures: [] });
      }
      // Whatever the second one left to the first, a third finds nothing more to do.
      const third = JSON.parse((await runCli(runs(world), world.env)).stdout) as RunJson;
      expect(third).toMatchObject({ effects: [], modelCalls: 0, exitCode: 0 });
      expect(issueTitles(world)).toHaveLength(2);
      expect(new Set(issueTitles(world)).size).toBe(2);
      const list = await runCli(["incidents", "--json", "--state", world.stateDirectory]);
      const counts = list.stdout
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line).counts.dev);
      expect(counts.toSorted()).toEqual(Object.values(failures).toSorted());
    }));

  it("that overlap: the second leaves the poll to the first and says so, or helps", () =>
    inWorld({ nowMs: Date.now() }, async (world) => {
      world.loki.faults.next({ kind: "silence" }, { path: "/query_range" });
      const first = startCli(runs(world), world.env);
      await until(() => world.loki.requests.length === 1);
      const second = await runCli(runs(world), world.env);
      expect(second.code).toBe(75);
      expect(JSON.parse(second.stdout)).toMatchObject({ polls: [], effects: [], exitCode: 75 });
      first.process.kill("SIGTERM");
      expect((await first.ended).code).toBe(0);
      // The lease was given back at once.
      const third = await runCli(runs(world), world.env);
      expect(third.code).toBe(0);
      expect(issueTitles(world)).toHaveLength(2);
    }));
});

describe("two processes that take turns within one tick", () => {
  it("throw no findings away that came of an order given meanwhile", () =>
    inWorld({}, async (world) => {
      mkdirSync(world.stateDirectory, { recursive: true });
      const other = await workerIn(world, (queue) => queue);
      let wasAsked = false;
      const one = await workerIn(world, (queue) => ({
        ...queue,
        async findings(limit) {
          if (!wasAsked) {
            wasAsked = true;
            await runOnce(other, { ...settingsOf(world), minutesMax: 0 }, new AbortController().signal);
            if (other.hands === null) throw new Error("the other one has no hands");
            await other.queue.work(other.hands, {
              concurrency: 1,
              urgentSlots: 0,
              until: "empty",
              signal: new AbortController().signal,
            });
          }
          return queue.findings(limit);
        },
      }));
      await runOnce(one, settingsOf(world), new AbortController().signal);
      expect(wasAsked).toBe(true);
      expect(issueTitles(world)).toHaveLength(2);
      expect(await one.store.openOrders()).toEqual([]);
      await Promise.all([one.close(), other.close()]);
    }));
});

const clock = { nowMs: () => startMs, sleep: async () => undefined };

function settingsOf({ stateDirectory }: SmallWorld) {
  return { stateDirectory, concurrency: 2, minutesMax: 25, everyMs: 300_000, clock };
}

async function workerIn({ configFile, stateDirectory, env }: SmallWorld, wrapQueue: (queue: JobQueue) => JobQueue) {
  const config = await loadConfig({ path: configFile, env, homeDirectory: "/nowhere", workingDirectory: "/" });
  const databaseFile = databaseFileOf(stateDirectory);
  const options = { stateDirectory, databaseFile, dryRun: false, onProgress: () => undefined };
  return compose(config, options, { clock, fetch: null, wrapStore: (store) => store, wrapQueue });
}
