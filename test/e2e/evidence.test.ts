import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { inWorld } from "../support/in-world.ts";
import { startWorkerProcess, type WorkerProcess } from "../support/worker-process.ts";

let worker: WorkerProcess;
beforeAll(() => {
  worker = startWorkerProcess();
});
afterAll(() => worker.close());

const now = { nowMs: Date.now() } as const;
const pasted = `TypeError: Cannot read properties of undefined (reading 'discount')
    at total (/app/src/total.js:4:29)
    at handle (/app/node_modules/express/lib/router.js:9:1)`;

describe("evidence", () => {
  it("of an incident is its entries, its trace, the lines of code and who changed them", () =>
    inWorld({ ...now, hasModel: false }, async (world) => {
      const run = await worker.run(world, now.nowMs);
      const incident = run.incidents.find(({ title }) => title.includes("total"));
      const { code, stdout, stderr } = await worker.cli(world, ["evidence", incident?.id ?? ""]);
      expect([code, stderr]).toEqual([0, ""]);
      expect(stdout).toMatch(/^What was logged\n {2}entry-1 {2}orders, /);
      expect(stdout).toMatch(/✗ \| *=+ *\| └ orders: GET \/total .* ← the failure began here/);
      expect(stdout).toContain("1. src/total.js:4  total");
      expect(stdout).toMatch(/→ *4 │ {3}const discount = customer\.discount;/);
      expect(stdout).toMatch(/commit-1 {2}[0-9a-f]{10} {2}/);
      expect(world.github.world.issues().length).toBe(2);
    }));

  it("of a trace is what the errors with its id lead to, without the state", () =>
    inWorld({ ...now, hasModel: false }, async (world) => {
      const { code, stdout } = await worker.cli(world, ["evidence", "a0".padEnd(32, "1"), "--json"]);
      expect(code).toBe(0);
      const bundle = JSON.parse(stdout);
      expect(bundle.trace.traceId).toBe("a0".padEnd(32, "1"));
      expect(bundle.ranking[0]).toMatchObject({ path: "src/total.js", firstLine: 4, function: "total" });
      expect(world.github.requests).toEqual([]);
    }));

  it("of log text needs neither Loki nor Tempo", () =>
    inWorld({ ...now, hasFailures: false }, async (world) => {
      await Promise.all([world.loki.close(), world.tempo.close()]);
      const { code, stdout, stderr } = await worker.cli(world, ["evidence", "-", "--service", "orders"], pasted);
      expect([code, stderr]).toEqual([0, ""]);
      expect(stdout).toContain("none: Log text alone was given, and no Tempo was asked.");
      expect(stdout).toContain("1. src/total.js:4  total");
      const unmapped = await worker.cli(world, ["evidence", "-", "--service", "nobody"], pasted);
      expect(unmapped.stdout).toContain("The service nobody is in no entry of the service map");
      const missing = await worker.cli(world, ["evidence", "-", "--service", "orders", "--at", "v9.9.9"], pasted);
      expect(missing.stdout).toContain("What is deployed (v9.9.9) is not in the local clone");
    }));

  it.each([
    ["text without an error", 1, ["-", "--service", "orders"], "all is well", "No error was recognised in the text"],
    ["no word of whose it is", 1, ["-"], pasted, "Say it: --service NAME"],
    ["an id of nothing", 2, ["nonsense"], "", '"nonsense" is neither a trace id'],
    ["an incident that is not there", 1, ["i000000000000"], "", "There is no incident i000000000000"],
    ["a trace that nobody knows", 1, ["f".repeat(32)], "", "Neither Tempo nor Loki knows the trace"],
    [
      "an environment that is not there",
      2,
      ["f".repeat(32), "--environment", "moon"],
      "",
      'No environment "moon" is in',
    ],
  ])("says in one sentence what is wrong with %s", (_what, exitCode, args, stdin, sentence) =>
    inWorld({ ...now, hasFailures: false }, async (world) => {
      const { code, stdout, stderr } = await worker.cli(world, ["evidence", ...args], stdin);
      expect([code, stdout]).toEqual([exitCode, ""]);
      expect(stderr).toContain(sentence);
      expect(stderr.trim().split("\n")).toHaveLength(1);
    }),
  );

  it("says so where Loki and Tempo fail", () =>
    inWorld({ ...now, hasFailures: false }, async (world) => {
      await Promise.all([world.loki.close(), world.tempo.close()]);
      const { code, stderr } = await worker.cli(world, ["evidence", "f".repeat(32)]);
      expect(code).toBe(1);
      expect(stderr).toMatch(/dev: .*(Tempo|Loki)/);
    }));
});
