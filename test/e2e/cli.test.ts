import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { RunJson } from "../../src/main/run-json.ts";
import { runCli } from "../support/cli-process.ts";
import { editServiceMap } from "../support/edit-service-map.ts";
import { inWorld, issueTitles } from "../support/in-world.ts";
import { failures } from "../support/small-world.ts";
import { type CliResult, startWorkerProcess, type WorkerProcess } from "../support/worker-process.ts";

let worker: WorkerProcess;
beforeAll(() => {
  worker = startWorkerProcess();
});
afterAll(() => worker.close());

const commands = [
  "run",
  "start",
  "explain",
  "evidence",
  "service-map check",
  "doctor",
  "status",
  "incidents",
  "incidents list",
  "incidents show",
  "incidents retry",
  "incidents ignore",
  "incidents resolve",
  "show",
  "why",
  "retry",
  "ignore",
  "investigate",
  "report",
  "config",
  "logs",
  "coverage",
  "audit",
  "cost",
  "pause",
  "resume",
  "mode",
  "redact",
  "demo",
];

describe("the command line", () => {
  it("runs twice: the second time there is nothing to do; then everything it knows can be looked at", () =>
    inWorld({ nowMs: Date.now() }, async (world) => {
      const given = ["--json", "--config", world.configFile, "--state", world.stateDirectory];
      const first = await runCli(["run", ...given], world.env);
      expect(first.code, first.stderr).toBe(0);
      expect(first.stderr).toBe("");
      const summary = JSON.parse(first.stdout) as RunJson;
      expect(summary.effects.map(({ kind, state, url }) => ({ kind, state, url }))).toEqual([
        { kind: "open-issue", state: "done", url: expect.stringContaining("/company/orders/issues/1") },
        { kind: "open-issue", state: "done", url: expect.stringContaining("/company/orders/issues/2") },
      ]);
      expect(summary.modelCalls).toBe(world.model.requests.length);
      const second = JSON.parse((await runCli(["run", ...given], world.env)).stdout) as RunJson;
      expect(second).toMatchObject({ effects: [], reports: [], modelCalls: 0, costUsd: 0, exitCode: 0 });
      expect(issueTitles(world)).toHaveLength(2);
      // Every value of the document has its key, also where it is null.
      expect(Object.keys(second)).toEqual(Object.keys(summary));

      const incidents = ndjson(await worker.cli(world, ["incidents", "--json"]));
      expect(incidents.map(({ counts }) => counts["dev"]).toSorted()).toEqual(Object.values(failures).toSorted());
      const shown = await worker.cli(world, ["incidents", "show", incidents[0]?.id ?? "", "--json"]);
      expect(JSON.parse(shown.stdout)).toMatchObject({ incident: { id: incidents[0]?.id }, failed: null });
      const coverage = ndjson(await worker.cli(world, ["coverage", "--json"]));
      expect(coverage.at(-1)).toMatchObject({ scope: { environment: "dev" }, errors: 11, gap: null });
      const audit = ndjson(await worker.cli(world, ["audit", "--json"]));
      const actions = new Set(audit.map(({ action }) => action));
      for (const action of ["incident.opened", "order.given", "findings.settled", "effect.sending", "effect.done"]) {
        expect(actions).toContain(action);
      }
      const cost = JSON.parse((await worker.cli(world, ["cost", "--json"])).stdout);
      expect(cost.todayUsd).toBeCloseTo(summary.costUsd, 9);
      expect(cost).toMatchObject({ dayCeilingUsd: 5, orders: [{ actualUsd: expect.any(Number) }, {}] });
      const doctor = JSON.parse((await worker.cli(world, ["doctor", "--json"])).stdout);
      expect(doctor.failed).toBe(0);
      for (const view of ["incidents", "coverage", "audit", "cost", "doctor"]) {
        const { code, stdout, stderr } = await worker.cli(world, [view]);
        expect({ view, code, stderr }).toEqual({ view, code: 0, stderr: "" });
        expect(stdout.split("\n").length).toBeGreaterThan(2);
      }
    }));

  it("has an example in the help of every command", () =>
    inWorld({ hasFailures: false }, async () => {
      for (const command of commands) {
        const help = await worker.bareCli([...command.split(" "), "--help"]);
        expect(help.code, command).toBe(0);
        expect(help.stdout, command).toContain(`\nExample:\n  `);
        expect(help.stdout, command).toContain(`error-autopilot ${command.split(" ")[0]}`);
      }
      const all = await worker.bareCli(["--help"]);
      for (const command of commands) expect(all.stdout).toContain(`\n  ${command.split(" ")[0]}`);
    }));

  it.each([
    [["jump"], /There is no command error-autopilot jump; error-autopilot help lists those there are\./],
    [["run", "--fast"], /unknown option '--fast'/],
    [["run", "--max-minutes", "soon"], /It must be a whole number/],
    [["explain", "--input", "xml"], /--input "xml" is no form of input; use one of loki, entries, lines, auto/],
    [["mode", "yolo"], /yolo is no mode; use one of dry-run, issue, patch, draft-pr, or clear/],
    [["incidents", "list", "--state-is", "odd"], /"odd" is no state of an incident/],
    [["demo", "--language", "fr"], /--language "fr" is not one of en, ko/],
  ] as const)("answers %j with what is wrong, and exit code 2", (args, words) =>
    inWorld({ hasFailures: false }, async (world) => {
      const given = args[0] === "jump" || args[0] === "demo" ? [] : ["--state", world.stateDirectory];
      const end = await worker.bareCli([...args, ...given]);
      expect(end).toMatchObject({ code: 2, stdout: "" });
      expect(end.stderr).toMatch(words);
    }),
  );

  it("says which service map is missing", async () => {
    const end = await runCli(["run", "--config", "/nowhere/service-map.yaml", "--state", "/nowhere/state"]);
    expect(end).toMatchObject({ code: 2, stdout: "" });
    expect(end.stderr).toMatch(/\/nowhere\/service-map\.yaml/);
    expect(end.stderr).not.toMatch(/\n\s+at /);
  });

  it("tells all mistakes of a service map together, each with its place and cure", () =>
    inWorld({ hasFailures: false }, async (world) => {
      editServiceMap(world, "mode: issue", "mode: isue");
      editServiceMap(world, "tempo:", "temopo:");
      editServiceMap(world, "company/shop", "shop");
      const end = await runCli(["run", "--config", world.configFile, "--state", world.stateDirectory], world.env);
      expect(end).toMatchObject({ code: 2, stdout: "" });
      expect(end.stderr).toMatch(/service-map\.yaml:3:5.*issue/);
      expect(end.stderr).toMatch(/:5:5.*tempo/);
      expect(end.stderr).toMatch(/:9:\d+.*owner\/name/);
      expect(world.loki.requests).toEqual([]);
    }));

  it("takes no secret from the service map", () =>
    inWorld({ hasFailures: false }, async (world) => {
      const secret = `ghp_${"a1B2".repeat(9)}`;
      editServiceMap(world, "github: {", `github: { token: ${secret},`);
      const end = await worker.bareCli(["run", "--config", world.configFile, "--state", world.stateDirectory]);
      expect(end.code).toBe(2);
      expect(end.stderr).not.toContain(secret);
      expect(end.stderr).toMatch(/\$\{GITHUB_TOKEN\}/);
    }));

  it("names an incident that is not there", () =>
    inWorld({ hasFailures: false }, async (world) => {
      for (const action of ["show", "retry", "ignore", "resolve"]) {
        const end = await worker.cli(world, ["incidents", action, "i000000000000"]);
        expect(end).toMatchObject({ code: 1, stdout: "" });
        expect(end.stderr).toBe(
          "There is no incident i000000000000; error-autopilot incidents lists those there are.\n",
        );
      }
    }));

  it("answers what a chat can be asked, as a person who may do everything", () =>
    inWorld({ nowMs: Date.now() }, async (world) => {
      expect((await worker.cli(world, ["run"])).code).toBe(0);
      const [incident] = ndjson(await worker.cli(world, ["incidents", "--json"]));
      const id = incident?.id ?? "";
      const asked = async (...args: readonly string[]) => {
        const { code, stdout, stderr } = await worker.cli(world, args);
        expect({ args, code, stderr }).toEqual({ args, code: 0, stderr: "" });
        return stdout;
      };
      expect(await asked("status")).toMatch(
        /^▶️ Running\.\ndev: issue, read up to 20[\s\S]*\nModel today: \$0\.\d\d of \$5\.00\n$/,
      );
      expect(await asked("why", id)).toMatch(
        /^What was decided, in order i[0-9a-f]{12}\n.* incident\.opened [\s\S]* findings\.settled /,
      );
      expect(await asked("show", id)).toMatch(
        /\nCause \(\d+ % sure\): [\s\S]*\nIssue \d \(http:.*\/issues\/\d\)\nCost \$/,
      );
      expect(await asked("report")).toMatch(/^Last 24 hours: 3 new incidents, 2 investigated, 2 issues filed, /);
      expect(await asked("config")).toMatch(
        /\ndev: mode issue \(service-map\.yaml\)\n[\s\S]*\nbudget\.incident \$0\.50 \(default\)\n/,
      );
      expect(await asked("ignore", id, "for", "7d", "because", "load", "test")).toMatch(
        /^🔕 i\w+ is ignored until 20.*Z\.\n$/,
      );
      expect(await asked("why", id)).toContain("because load test; it is still counted");
      expect(await asked("pause")).toBe("⏹ Stopped. Nothing new begins; nothing was under way.\n");
      expect(await asked("status")).toMatch(/^⏸ Paused by cli:.*; an admin goes on with error-autopilot resume\.\n/);
      expect(await asked("resume")).toBe("▶️ Going on where it stopped.\n");
      const higher = await worker.cli(world, ["mode", "draft-pr"]);
      expect(higher).toMatchObject({ code: 1, stdout: "" });
      expect(higher.stderr).toMatch(/^The service map allows issue at most, and no command can raise it/);
    }));

  it("investigates at once what is given to it, and waits for the answer", () =>
    inWorld({ nowMs: Date.now() }, async (world) => {
      const { code, stdout, stderr } = await worker.cli(world, [
        "investigate",
        "service: orders, status: firing",
        "--since",
        "1h",
      ]);
      expect({ code, stderr }).toEqual({
        code: 0,
        stderr: expect.stringContaining("⏳ The investigation was ordered"),
      });
      expect(stdout).toMatch(/\nCause \(\d+ % sure\): [\s\S]*\nIssue 1 \(http:.*\)\nCost \$0\.\d\d, took \d+ s\n$/);
      expect(issueTitles(world)).toHaveLength(2);
      const again = await worker.cli(world, ["investigate", "service: orders, status: firing", "--since", "1h"]);
      expect(again).toMatchObject({ code: 0, stderr: "" });
      expect(again.stdout).toContain("📌 Known: seen");
      const nothing = await worker.cli(world, ["investigate", "hello there"]);
      expect(nothing).toMatchObject({ code: 1, stdout: "" });
      expect(nothing.stderr).toContain("I could not find an alert");
    }));

  it("reads .env beside the service map", () =>
    inWorld({ nowMs: Date.now() }, async (world) => {
      const lines = Object.entries(world.env).map(([name, value]) => `${name}=${value}\n`);
      writeFileSync(join(world.folder, ".env"), lines.join(""), { mode: 0o600 });
      const end = await runCli(["run", "--config", world.configFile, "--state", world.stateDirectory]);
      expect(end.code, end.stderr).toBe(0);
      expect(end.stdout).toMatch(/done: 2 written, \$0\.\d{4}/);
      expect(issueTitles(world)).toHaveLength(2);
    }));
});

/** As much of the printed objects as is looked at here. */
interface Printed {
  readonly id: string;
  readonly action: string;
  readonly counts: Readonly<Record<string, number>>;
}

function ndjson({ code, stdout }: CliResult): readonly Printed[] {
  expect(code).toBe(0);
  return stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Printed);
}
