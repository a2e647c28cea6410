import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { inWorld } from "../support/in-world.ts";
import { startWorkerProcess, type WorkerProcess } from "../support/worker-process.ts";

let worker: WorkerProcess;
beforeAll(() => {
  worker = startWorkerProcess();
});
afterAll(() => worker.close());

const now = { nowMs: Date.now() } as const;

describe("repair", () => {
  it("shows the gates one by one, up to the first that is closed for good, and writes nothing outside", () =>
    inWorld({ ...now, mode: "issue" }, async (world) => {
      const run = await worker.run(world, now.nowMs);
      const incident = run.incidents.find(({ title }) => title.includes("total"));
      const written = world.github.requests.filter(({ method }) => method !== "GET").length;
      const { code, stdout, stderr } = await worker.cli(world, ["repair", incident?.id ?? ""]);
      expect([code, stderr]).toEqual([3, ""]);
      expect(stdout).toMatch(/^ {2}✗ {2}mode +the configured mode is issue$/m);
      expect(stdout).toMatch(/^ {2}✓ {2}category +the category is null_dereference$/m);
      expect(stdout).toMatch(/^ {2}✗ {2}can-be-verified +/m);
      expect(stdout).toMatch(/^No patch: mode \(the configured mode is issue\), and \d more\. It cost \$0\.0000\.$/m);
      expect(world.github.requests.filter(({ method }) => method !== "GET")).toHaveLength(written);

      // Of the incident that was asked about, whose trace led to this one.
      const folder = join(world.stateDirectory, "evidence");
      const file = readdirSync(folder).find((name) => readFileSync(join(folder, name), "utf8").includes("discount"));
      const ofFile = await worker.cli(world, ["repair", join(folder, file ?? "")]);
      expect(ofFile.stdout.split("\n").slice(1)).toEqual(stdout.split("\n").slice(1));
      const live = await worker.cli(world, ["repair", incident?.id ?? "", "--live"]);
      expect(live).toMatchObject({ code: 0, stdout: expect.stringContaining("a patch is tried at the next run") });
    }));

  it.each([
    ["an incident that is not there", ["i000000000000"], "Nothing is saved of i000000000000"],
    ["a file that is not there", ["nonsense.json"], '"nonsense.json" is neither an incident'],
    ["a file that is no case", ["package.json"], "package.json is no saved case of this version"],
    ["a file for a live order", ["package.json", "--live"], "--live is for an incident's id"],
    ["a folder of a live order", ["i000000000000", "--live", "--keep"], "--keep shows what a dry look made"],
  ])("says in one sentence what is wrong with %s", (_what, args, sentence) =>
    inWorld({ ...now, hasFailures: false }, async (world) => {
      await worker.run(world, now.nowMs);
      const { code, stdout, stderr } = await worker.cli(world, ["repair", ...args]);
      expect([code === 0, stdout]).toEqual([false, ""]);
      expect(stderr).toContain(sentence);
      expect(stderr.trim().split("\n")).toHaveLength(1);
    }),
  );
});
