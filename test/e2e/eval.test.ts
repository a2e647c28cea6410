import { appendFileSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { inWorld } from "../support/in-world.ts";
import type { SmallWorld } from "../support/small-world.ts";
import { startWorkerProcess, type WorkerProcess } from "../support/worker-process.ts";

let worker: WorkerProcess;
beforeAll(() => {
  worker = startWorkerProcess();
});
afterAll(() => worker.close());

const now = { nowMs: Date.now() } as const;

/** Two cases in the world's folder: one that is in the code, and one that is not. */
async function writeCases(world: SmallWorld): Promise<void> {
  const total = (await worker.cli(world, ["evidence", "a0".padEnd(32, "1"), "--json"])).stdout;
  const text = "Error: ENOSPC: no space left on device\n    at write (/app/src/total.js:4:2)\n";
  const full = (await worker.cli(world, ["evidence", "-", "--service", "orders", "--json"], text)).stdout;
  const place = { path: "src/total.js", firstLine: 3, lastLine: 6, function: "total" };
  const write = (name: string, bundle: string, answer: unknown) =>
    writeFileSync(join(world.folder, `${name}.case.json`), JSON.stringify({ bundle: JSON.parse(bundle), answer }));
  write("total", total, { kind: "found", categories: ["null_dereference"], places: [place] });
  write("full", full, { kind: "not-in-code", categories: ["capacity"] });
}

describe("eval", () => {
  it("asks each case of each model, judges the answers, and asks nothing twice", () =>
    inWorld(now, async (world) => {
      await writeCases(world);
      const args = ["eval", world.folder, "--json", "--model", "claude-sonnet-5-5", "claude-opus-5-5"];
      const first = await worker.cli(world, args);
      expect(first.code, first.stderr).toBe(0);
      const { summaries, results, isComplete } = JSON.parse(first.stdout);
      expect(isComplete).toBe(true);
      expect(summaries).toMatchObject([
        {
          model: "claude-sonnet-5-5",
          cases: 2,
          functionAt1: 1,
          functionAt5: 1,
          category: 1,
          notInCode: 1,
          unsupported: 0,
        },
        { model: "claude-opus-5-5", cases: 2, functionAt1: 1 },
      ]);
      expect(results).toHaveLength(4);
      expect(summaries[0].cachedShare).toBeGreaterThan(0.7);

      const calls = world.model.requests.length;
      // What a crash cut off is asked again; what is there is not.
      appendFileSync(join(world.folder, "results.ndjson"), '{"name":"total","key":"tot');
      const second = await worker.cli(world, args);
      expect(JSON.parse(second.stdout)).toEqual(JSON.parse(first.stdout));
      expect(world.model.requests).toHaveLength(calls);
      expect((await worker.cli(world, ["eval", world.folder])).stdout).toMatch(/function at 1 +1\.00/);
    }));

  it("stops at its budget, says so, and goes on later", () =>
    inWorld(now, async (world) => {
      await writeCases(world);
      const poor = await worker.cli(world, [
        "eval",
        world.folder,
        "--model",
        "claude-opus-5-5",
        "claude-sonnet-5-5",
        "--budget",
        "0.51",
      ]);
      expect(poor.code).toBe(1);
      expect(poor.stderr).toContain("does not pay for a whole case");
      const lines = readFileSync(join(world.folder, "results.ndjson"), "utf8").trim().split("\n");
      expect(lines.length).toBeLessThan(4);
      const rich = await worker.cli(world, ["eval", world.folder, "--model", "claude-opus-5-5", "claude-sonnet-5-5"]);
      expect(rich.code).toBe(0);
    }));

  it("takes no silence for an answer: a wrong key is told, and nothing is kept of it", () =>
    inWorld(now, async (world) => {
      await writeCases(world);
      world.model.faults.always = "wrong-key";
      const mute = await worker.cli(world, ["eval", world.folder]);
      expect(mute.code).toBe(1);
      expect(mute.stderr).toMatch(
        /^Not every case was asked: the model gave no answer \(.+\)\. The same command goes on/m,
      );
      world.model.faults.always = null;
      const { code, stdout } = await worker.cli(world, ["eval", world.folder, "--json"]);
      expect(code).toBe(0);
      expect(JSON.parse(stdout).results.map((each: { said: string }) => each.said)).toEqual(["not-in-code", "found"]);
    }));

  it("writes its results after a line that a crash cut off, and asks nothing for which they could not be kept", () =>
    inWorld(now, async (world) => {
      await writeCases(world);
      const results = join(world.folder, "results.ndjson");
      writeFileSync(results, '{"name":"total","key":"tot');
      expect((await worker.cli(world, ["eval", world.folder])).code).toBe(0);
      const calls = world.model.requests.length;
      expect((await worker.cli(world, ["eval", world.folder])).code).toBe(0);
      expect(world.model.requests).toHaveLength(calls);
      const nowhere = await worker.cli(world, [
        "eval",
        world.folder,
        "--results",
        join(world.folder, "no", "r.ndjson"),
      ]);
      expect(nowhere.code).toBe(2);
      expect(nowhere.stderr).toMatch(/Results cannot be kept in .* \(ENOENT\)\. Name another file with --results\./);
      expect(world.model.requests).toHaveLength(calls);
    }));

  it.each([
    ["a folder that is not there", ["eval", "nowhere"], /There is no folder nowhere/],
    ["a folder without cases", ["eval", "."], /has no case: files NAME\.case\.json/],
    ["a file in place of a folder", ["eval", "package.json"], /package\.json is no folder/],
  ])("says in one sentence what is wrong with %s", (_what, args, sentence) =>
    inWorld({ ...now, hasFailures: false }, async (world) => {
      const { code, stderr } = await worker.cli(world, args);
      expect(code).toBe(2);
      expect(stderr).toMatch(sentence);
    }),
  );

  it.each([
    ["a model that nobody knows", ["--model", "gpt-9"], /^--model: gpt-9 has no known price.*Known are /],
    ["a prompt that is not there", ["--prompt", "none.md"], /^none\.md cannot be read\. --prompt names a text file/],
    [
      "a budget that pays for no case",
      ["--budget", "0.2"],
      /^--budget 0\.2 pays for no case: one may cost up to \$0\.5 /,
    ],
    ["a budget that is none", ["--budget", "0"], /an amount in US dollars, such as 2\.50/],
  ])("says in one sentence what is wrong with %s", (_what, more, sentence) =>
    inWorld(now, async (world) => {
      await writeCases(world);
      const { code, stderr } = await worker.cli(world, ["eval", world.folder, ...more]);
      expect(code).toBe(2);
      expect(stderr).toMatch(sentence);
      expect(world.model.requests).toHaveLength(0);
    }),
  );

  it.each([
    ["half of a case", (text: string) => text.slice(0, text.length / 2), /total\.case\.json is not one JSON document/],
    [
      "one of another version",
      (text: string) => text.replace('"format":1', '"format":2'),
      /another version \(format 2;/,
    ],
    ["a forged path", (text: string) => text.replaceAll("src/total.js", "../../etc/passwd"), /no plain path/],
  ])("reads nothing of %s", (_what, change, sentence) =>
    inWorld(now, async (world) => {
      await writeCases(world);
      const file = join(world.folder, "total.case.json");
      writeFileSync(file, change(readFileSync(file, "utf8")));
      const { code, stderr } = await worker.cli(world, ["eval", world.folder]);
      expect(code).toBe(2);
      expect(stderr).toMatch(sentence);
      expect(stderr.trim().split("\n")).toHaveLength(1);
    }),
  );

  it("takes no answer that is none", () =>
    inWorld(now, async (world) => {
      await writeCases(world);
      const file = join(world.folder, "total.case.json");
      const { bundle } = JSON.parse(readFileSync(file, "utf8"));
      writeFileSync(file, JSON.stringify({ bundle, answer: { kind: "guessed" } }));
      const { code, stderr } = await worker.cli(world, ["eval", world.folder]);
      expect(code).toBe(2);
      expect(stderr).toMatch(/total\.case\.json: the answer is not as described/);
    }));
});
