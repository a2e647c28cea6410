import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { RunJson } from "../../src/main/run-json.ts";
import { runCli } from "../support/cli-process.ts";
import { editServiceMap } from "../support/edit-service-map.ts";
import { inWorld, issueTitles, minuteMs, startMs } from "../support/in-world.ts";
import { pushFailureOf, type SmallWorld } from "../support/small-world.ts";
import { startWorkerProcess, type WorkerProcess } from "../support/worker-process.ts";

let worker: WorkerProcess;
beforeAll(() => {
  worker = startWorkerProcess();
});
afterAll(() => worker.close());

describe("a dry run", () => {
  it("reports once exactly what is filed when the mode is raised, and asks no model for it again", () =>
    inWorld({ mode: "dry-run" }, async (world) => {
      const dry = await worker.run(world, startMs);
      expect(world.github.requests).toEqual([]);
      expect(dry.summary.effects).toEqual([]);
      expect(dry.summary.reports).toHaveLength(2);
      expect(dry.incidents.map((incident) => incident.state).toSorted()).toEqual(["new", "new", "symptom"]);
      const reports = reportsOf(world);
      const calls = world.model.requests.length;
      expect(calls).toBeGreaterThan(0);

      const again = await worker.run(world, startMs + minuteMs);
      expect(again.summary).toMatchObject({ reports: [], modelCalls: 0 });

      editServiceMap(world, "mode: dry-run", "mode: issue");
      const live = await worker.run(world, startMs + 2 * minuteMs);
      expect(world.model.requests).toHaveLength(calls);
      expect(live.summary).toMatchObject({ modelCalls: 0, exitCode: 0 });
      const filed = world.github.world
        .issues()
        .map(({ repository, title, body, labels }) => ({ repository, title, body, labels }));
      expect(filed).toHaveLength(2);
      for (const issue of filed) {
        const report = reports.find((text) => text.includes(issue.title));
        expect(report).toContain(issue.repository);
        expect(report).toContain(issue.body);
        for (const label of issue.labels) expect(report).toContain(label);
      }
    }));

  it("leaves what is older than `since` on going live, and tells that once", () =>
    inWorld({ mode: "dry-run" }, async (world) => {
      await worker.run(world, startMs);
      const calls = world.model.requests.length;
      editServiceMap(world, "mode: dry-run", "mode: issue");
      const live = await worker.run(world, startMs + 120 * minuteMs);
      expect(issueTitles(world)).toEqual([]);
      expect(live.summary.exitCode).toBe(3);
      expect(live.told.filter((line) => line.startsWith("needs a human:"))).toHaveLength(2);
      const next = await worker.run(world, startMs + 125 * minuteMs);
      expect(next.summary.exitCode).toBe(0);
      expect(next.told.filter((line) => line.startsWith("needs a human:"))).toEqual([]);

      // Asked for by hand it is filed, from what was found then.
      const left = next.incidents.find(({ note }) => note !== null);
      await worker.cli(world, ["incidents", "retry", left?.id ?? ""]);
      await worker.run(world, startMs + 130 * minuteMs);
      expect(issueTitles(world)).toHaveLength(1);
      expect(world.model.requests).toHaveLength(calls);
    }));

  it("takes no place of the day's issues from what is filed on the same day", () =>
    inWorld({ mode: "dry-run", extra: "flood: { issuesPerDay: 2 }" }, async (world) => {
      expect((await worker.run(world, startMs)).summary.reports).toHaveLength(2);
      editServiceMap(world, "mode: dry-run", "mode: issue");
      await worker.run(world, startMs + minuteMs);
      expect(issueTitles(world)).toHaveLength(2);
    }));

  it("reports an incident again when it changes", () =>
    inWorld(
      {
        mode: "dry-run",
        hasModel: false,
        environments: ({ loki }) =>
          `  prod: { mode: dry-run, loki: { url: "${loki}", query: '{deployment_environment="prod"}' } }`,
      },
      async (world) => {
        pushFailureOf(world.loki, { kind: "Moved", service: "orders", atMs: startMs - 5 * minuteMs });
        expect((await worker.run(world, startMs)).summary.reports).toHaveLength(3);
        pushFailureOf(world.loki, { kind: "Moved", service: "orders", atMs: startMs, environment: "prod" });
        const second = await worker.run(world, startMs + 5 * minuteMs);
        expect(second.summary.reports).toHaveLength(1);
        expect((await worker.run(world, startMs + 10 * minuteMs)).summary.reports).toEqual([]);
      },
    ));
});

describe("run --dry-run on a live configuration", () => {
  it("works on a copy: reports, and nothing else but the bill", () =>
    inWorld({ nowMs: Date.now() }, async (world) => {
      const given = ["--json", "--config", world.configFile, "--state", world.stateDirectory];
      const before = await worker.cli(world, ["incidents", "--json"]);
      expect(before.stdout).toBe("");
      const dry = await runCli(["run", "--dry-run", ...given], world.env);
      expect(dry.code, dry.stderr).toBe(0);
      const summary = JSON.parse(dry.stdout) as RunJson;
      expect(summary.effects).toEqual([]);
      expect(summary.reports).toHaveLength(2);
      expect(summary.costUsd).toBeGreaterThan(0);
      expect(world.github.requests).toEqual([]);
      for (const report of summary.reports) expect(existsSync(join(world.stateDirectory, report))).toBe(true);

      expect((await worker.cli(world, ["incidents", "--json"])).stdout).toBe("");
      expect((await worker.cli(world, ["coverage", "--json"])).stdout).toBe("");
      expect((await worker.cli(world, ["audit", "--json"])).stdout).toBe("");
      const cost = JSON.parse((await worker.cli(world, ["cost", "--json"])).stdout);
      expect(cost.todayUsd).toBeCloseTo(summary.costUsd, 9);

      const live = JSON.parse((await runCli(["run", ...given], world.env)).stdout) as RunJson;
      expect(live.effects.map(({ state }) => state)).toEqual(["done", "done"]);
      const after = JSON.parse((await worker.cli(world, ["cost", "--json"])).stdout);
      expect(after.todayUsd).toBeCloseTo(summary.costUsd + live.costUsd, 9);

      const second = JSON.parse((await runCli(["run", ...given], world.env)).stdout) as RunJson;
      expect(second).toMatchObject({ effects: [], reports: [], modelCalls: 0, costUsd: 0, exitCode: 0 });
    }));
});

describe("run --dry-run beside live work", () => {
  it("takes no order that is under way, and both bills are in the live budget", () =>
    inWorld({ nowMs: Date.now() }, async (world) => {
      world.model.faults.always = "overloaded";
      // Long enough ago that both may be tried again.
      await worker.run(world, Date.now() - 5 * minuteMs);
      world.model.faults.always = null;
      const given = ["--json", "--config", world.configFile, "--state", world.stateDirectory];
      const dry = JSON.parse((await runCli(["run", "--dry-run", ...given], world.env)).stdout) as RunJson;
      expect(dry.reports).toHaveLength(2);
      expect(dry.costUsd).toBeGreaterThan(0);
      const orders = JSON.parse((await worker.cli(world, ["cost", "--json"])).stdout).orders as readonly Bill[];
      expect(orders.filter(({ actualUsd }) => actualUsd === null)).toHaveLength(2);
      expect(orders.reduce((sum, { actualUsd }) => sum + (actualUsd ?? 0), 0)).toBeCloseTo(dry.costUsd, 9);

      const live = JSON.parse((await runCli(["run", ...given], world.env)).stdout) as RunJson;
      expect(live.effects.map(({ state }) => state)).toEqual(["done", "done"]);
      const after = JSON.parse((await worker.cli(world, ["cost", "--json"])).stdout).orders as readonly Bill[];
      expect(after).toHaveLength(4);
      expect(after.every(({ actualUsd }) => actualUsd !== null && actualUsd > 0)).toBe(true);
    }));
});

interface Bill {
  readonly actualUsd: number | null;
}

function reportsOf({ stateDirectory }: SmallWorld): readonly string[] {
  const folder = join(stateDirectory, "reports");
  return readdirSync(folder).map((name) => readFileSync(join(folder, name), "utf8"));
}
