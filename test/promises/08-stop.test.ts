import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { RunJson } from "../../src/main/run-json.ts";
import { runCli, startCli } from "../support/cli-process.ts";
import { inWorld, issueTitles, minuteMs, startMs } from "../support/in-world.ts";
import type { SmallWorld } from "../support/small-world.ts";
import { until } from "../support/until.ts";
import { startWorkerProcess, type WorkerProcess } from "../support/worker-process.ts";

let worker: WorkerProcess;
beforeAll(async () => {
  worker = startWorkerProcess();
  callsUndisturbed = await inWorld({}, async (world) => {
    await worker.run(world, startMs);
    return world.model.requests.length;
  });
});
afterAll(() => worker.close());

const given = (world: SmallWorld) => ["--config", world.configFile, "--state", world.stateDirectory];
let callsUndisturbed = 0;
const traceId = "a0".padEnd(32, "1");

describe("a pause before effects", () => {
  it("by the command: nothing is written and no model is asked until resume", () =>
    inWorld({}, async (world) => {
      expect((await worker.cli(world, ["pause"])).code).toBe(0);
      const paused = await worker.run(world, startMs);
      expect(paused.summary.pausedBy).toMatch(/^cli:/);
      expect(paused.summary).toMatchObject({ effects: [], modelCalls: 0, exitCode: 0 });
      // Reading goes on: no error is lost by a pause.
      expect(paused.incidents).toHaveLength(3);
      expect(world.github.requests).toEqual([]);

      expect((await worker.cli(world, ["resume"])).code).toBe(0);
      const resumed = await worker.run(world, startMs + minuteMs);
      expect(resumed.summary.pausedBy).toBeNull();
      expect(issueTitles(world)).toHaveLength(2);
    }));

  it("by the file PAUSE, also when the findings are there already", () =>
    inWorld({}, async (world) => {
      world.github.faults.onWrite({ kind: "retry-after", seconds: 60 });
      await worker.run(world, startMs);
      const writes = world.github.requests.length;
      mkdirSync(world.stateDirectory, { recursive: true });
      writeFileSync(join(world.stateDirectory, "PAUSE"), "");
      const paused = await worker.run(world, startMs + 2 * minuteMs);
      expect(paused.summary.pausedBy).toContain("PAUSE");
      expect(paused.effects.map(({ state }) => state)).toEqual(["intended", "intended"]);
      expect(world.github.requests).toHaveLength(writes);

      await worker.cli(world, ["resume"]);
      expect(existsSync(join(world.stateDirectory, "PAUSE"))).toBe(false);
      await worker.run(world, startMs + 4 * minuteMs);
      expect(issueTitles(world)).toHaveLength(2);
    }));

  it("by a ceiling at run time: `mode dry-run` writes reports in place of issues, and `mode clear` files them", () =>
    inWorld({}, async (world) => {
      expect((await worker.cli(world, ["mode", "dry-run"])).code).toBe(0);
      const lowered = await worker.run(world, startMs);
      expect(lowered.summary.effects).toEqual([]);
      expect(lowered.summary.reports).toHaveLength(2);
      expect(world.github.requests).toEqual([]);
      const calls = world.model.requests.length;
      expect((await worker.run(world, startMs + minuteMs)).summary).toMatchObject({ reports: [], modelCalls: 0 });

      expect((await worker.cli(world, ["mode", "clear"])).code).toBe(0);
      await worker.run(world, startMs + 2 * minuteMs);
      expect(issueTitles(world)).toHaveLength(2);
      expect(world.model.requests).toHaveLength(calls);
    }));

  it("by a ceiling that comes between decision and effect", () =>
    inWorld({}, async (world) => {
      world.github.faults.onWrite({ kind: "retry-after", seconds: 60 });
      await worker.run(world, startMs);
      await worker.cli(world, ["mode", "dry-run"]);
      const writes = world.github.requests.length;
      await worker.run(world, startMs + 2 * minuteMs);
      expect(world.github.requests).toHaveLength(writes);
      await worker.cli(world, ["mode", "clear"]);
      await worker.run(world, startMs + 4 * minuteMs);
      expect(issueTitles(world)).toHaveLength(2);
    }));
});

describe("a pause in the middle of a model call", () => {
  it.each(["command", "file"] as const)("by the %s ends the call at once; resumed, nothing else is paid twice", (how) =>
    inWorld({ nowMs: Date.now() }, async (world) => {
      world.model.faults.next.push(null, "slow", "slow");
      const run = startCli(["run", "--json", ...given(world)], world.env);
      await until(() => world.model.requests.length >= 3);
      const pausedAtMs = performance.now();
      if (how === "command") expect((await worker.cli(world, ["pause"])).code).toBe(0);
      else writeFileSync(join(world.stateDirectory, "PAUSE"), "");
      const end = await run.ended;
      expect(performance.now() - pausedAtMs).toBeLessThan(10_000);
      expect(end.code, end.stderr).toBe(0);
      const summary = JSON.parse(end.stdout) as RunJson;
      expect(summary.pausedBy).not.toBeNull();
      expect(summary.jobs).toMatchObject({ waiting: 2, delayed: 0, active: 0, failed: 0 });
      expect(issueTitles(world)).toEqual([]);

      await worker.cli(world, ["resume"]);
      await finishAndCount(world, 2);
    }),
  );
});

describe("a pause and the commands that ask a model for a person", () => {
  it("keeps them from asking, and says who paused and how to go on", () =>
    inWorld({ nowMs: Date.now() }, async (world) => {
      await worker.cli(world, ["pause"]);
      const bundle = join(world.folder, "case.json");
      const evidence = await worker.cli(world, ["evidence", traceId, "--json"]);
      writeFileSync(bundle, evidence.stdout);
      writeFileSync(
        join(world.folder, "one.case.json"),
        JSON.stringify({ bundle: JSON.parse(evidence.stdout), answer: { kind: "found" } }),
      );
      for (const args of [
        ["analyse", traceId],
        ["replay", bundle],
        ["eval", world.folder],
      ]) {
        const { code, stdout, stderr } = await worker.cli(world, args);
        expect([code, stdout]).toEqual([1, ""]);
        expect(stderr).toMatch(/^Paused by cli:.*, so no model is asked\. error-autopilot resume ends the pause\.\n$/);
      }
      expect(world.model.requests).toEqual([]);
      await worker.cli(world, ["resume"]);
      expect((await worker.cli(world, ["analyse", traceId])).code).toBe(0);
    }));

  it("by a signal ends them in one sentence", () =>
    inWorld({ nowMs: Date.now() }, async (world) => {
      world.model.faults.next.push("slow");
      const analysing = startCli(["analyse", traceId, ...given(world)], world.env);
      await until(() => world.model.requests.length === 1);
      analysing.process.kill("SIGINT");
      expect(await analysing.ended).toMatchObject({ code: 1, stdout: "", stderr: "stopping …\nStopped by SIGINT.\n" });
    }));

  it("ends them in the middle of a stream", () =>
    inWorld({ nowMs: Date.now() }, async (world) => {
      world.model.faults.next.push(null, "stalled-stream");
      const analysing = startCli(["analyse", traceId, ...given(world)], world.env);
      await until(() => world.model.streams.some(({ what }) => what === "stalled"));
      writeFileSync(join(world.stateDirectory, "PAUSE"), "");
      const { code, stderr } = await analysing.ended;
      expect(code).toBe(1);
      expect(stderr).toMatch(/^Paused by the file .*PAUSE, so no model is asked\./);
      expect(world.model.streams.map(({ what }) => what)).toEqual(["ended", "stalled", "cut"]);
      // Settled with the answer that was paid for and the one that was cut, and not with the whole allowance.
      const { orders } = JSON.parse((await worker.cli(world, ["cost", "--json"])).stdout);
      expect(orders).toMatchObject([{ outcome: "stopped", reservedUsd: 0.5 }]);
      expect(orders[0].actualUsd).toBeGreaterThan(0.05);
      expect(orders[0].actualUsd).toBeLessThan(0.2);
    }));
});

describe("SIGTERM in the middle of a model call", () => {
  it("to run: work is handed back uncounted, exit 0, and the next run pays only for what was aborted", () =>
    inWorld({ nowMs: Date.now() }, async (world) => {
      world.model.faults.next.push(null, "slow", "slow");
      const run = startCli(["run", "--json", ...given(world)], world.env);
      await until(() => world.model.requests.length >= 3);
      const askedAtMs = performance.now();
      run.process.kill("SIGTERM");
      const end = await run.ended;
      expect(performance.now() - askedAtMs).toBeLessThan(10_000);
      expect(end).toMatchObject({ code: 0, signal: null });
      expect(JSON.parse(end.stdout)).toMatchObject({ jobs: { waiting: 2, active: 0, failed: 0 }, effects: [] });
      expect(failedAttemptsOf(world)).toEqual([0, 0]);
      await finishAndCount(world, 2);
    }));

  it("to start: it polls, files, stops with 0, and goes on the same way", () =>
    inWorld({ nowMs: Date.now() }, async (world) => {
      world.model.faults.next.push(null, "slow", "slow");
      const daemon = startCli(["start", ...given(world)], world.env);
      await until(() => world.model.requests.length >= 3);
      daemon.process.kill("SIGTERM");
      const end = await daemon.ended;
      expect(end).toMatchObject({ code: 0, signal: null });
      expect(end.stdout).toMatch(/started: dev/);
      expect(end.stdout).toMatch(/handing running work back …\n.*stopped/);

      const next = startCli(["start", ...given(world)], world.env);
      await until(() => issueTitles(world).length === 2);
      next.process.kill("SIGTERM");
      expect((await next.ended).code).toBe(0);
      await finishAndCount(world, 2);
    }));
});

function failedAttemptsOf({ stateDirectory }: SmallWorld): readonly unknown[] {
  const state = new DatabaseSync(join(stateDirectory, "autopilot.sqlite"), { readOnly: true });
  try {
    return state
      .prepare("SELECT failures FROM job")
      .all()
      .map((row) => row["failures"]);
  } finally {
    state.close();
  }
}

/** Runs once more: two issues are there then, and the model was asked again only for the calls that were aborted. */
async function finishAndCount(world: SmallWorld, aborted: number): Promise<void> {
  const end = await runCli(["run", "--json", ...given(world)], world.env);
  expect(end.code, end.stderr).toBe(0);
  expect(issueTitles(world)).toHaveLength(2);
  expect(JSON.parse(end.stdout).jobs).toMatchObject({ waiting: 0, delayed: 0, active: 0, failed: 0 });
  expect(world.model.requests.length).toBeLessThanOrEqual(callsUndisturbed + aborted);
}
