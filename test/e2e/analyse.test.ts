import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
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
const traceId = "a0".padEnd(32, "1");

async function keptCase(world: SmallWorld): Promise<string> {
  await worker.run(world, now.nowMs);
  const folder = join(world.stateDirectory, "evidence");
  const name = readdirSync(folder).find((each) => readFileSync(join(folder, each), "utf8").includes('"kind":"found"'));
  return join(folder, name ?? "none");
}

describe("analyse", () => {
  it("of a trace is the root cause and what the policy would allow, and files nothing", () =>
    inWorld(now, async (world) => {
      const { code, stdout, stderr } = await worker.cli(world, ["analyse", traceId]);
      expect([code, stderr]).toEqual([0, ""]);
      expect(stdout).toMatch(/^Found, \d\d % sure: null_dereference\n {2}Line 4 of src\/total\.js, in total,/);
      expect(stdout).toContain("How it comes to it\n  1. total in src/total.js reaches line 4.");
      expect(stdout).toMatch(/Allowed: issue at most\n {2}✗ mode: the configured mode is issue/);
      expect(world.github.requests).toEqual([]);
    }));

  it("is on the bill, by step, service and outcome", () =>
    inWorld(now, async (world) => {
      await worker.cli(world, ["analyse", traceId]);
      const cost = JSON.parse((await worker.cli(world, ["cost", "--json"])).stdout);
      expect(cost.orders).toMatchObject([
        { order: expect.stringMatching(/^analyse-/), service: "orders", outcome: "found", actualUsd: cost.todayUsd },
      ]);
      expect(cost.todayUsd).toBeGreaterThan(0);
      expect(cost.steps.map(({ name }: { name: string }) => name).sort()).toEqual(["analyse", "challenge"]);
      expect(cost.warning).toBeNull();
    }));

  it("takes evidence that was printed, and log text, on standard input", () =>
    inWorld(now, async (world) => {
      const { stdout: printed } = await worker.cli(world, ["evidence", traceId, "--json"]);
      await Promise.all([world.loki.close(), world.tempo.close()]);
      const again = await worker.cli(world, ["analyse", "-"], printed);
      expect([again.code, again.stderr]).toEqual([0, ""]);
      expect(again.stdout).toContain("src/total.js:4  total  (company/orders)");
      const text = "Error: ENOSPC: no space left on device\n    at write (/app/src/total.js:4:2)\n";
      const pasted = await worker.cli(world, ["analyse", "-", "--service", "orders"], text);
      expect(pasted.stdout).toMatch(/^Not in the code: capacity\n/);
      expect(pasted.stdout).toContain('change: the limit behind "ENOSPC"');
    }));

  it("says so where there is no key, and where the day's money is used up", () =>
    inWorld({ ...now, extra: "budget: { incident: 0.5, day: 0.001 }" }, async (world) => {
      const { stdout, stderr } = await worker.cli(world, ["analyse", traceId]);
      expect(stdout).toContain("cannot be told");
      expect(stdout).toContain("budget");
      expect(stderr).toBe("");
      const poor = await worker.cli({ ...world, env: {} }, ["analyse", traceId]);
      expect(poor.stderr).toMatch(/No model was asked: there is no key/);
    }));
});

describe("replay", () => {
  it("asks another model about a kept case and shows what differs", () =>
    inWorld(now, async (world) => {
      const file = await keptCase(world);
      const { code, stdout } = await worker.cli(world, ["replay", file, "--model", "claude-opus-5-5"]);
      expect(code).toBe(0);
      expect(stdout).toMatch(/Different from before\n {2}model +claude-sonnet-5-5 +→ +claude-opus-5-5\n$/);
      expect((await worker.cli(world, ["replay", file])).stdout).toContain("The same as before.");
      const prompt = join(world.folder, "prompt.md");
      writeFileSync(prompt, "Find the cause. Answer in {{language}}.");
      expect((await worker.cli(world, ["replay", file, "--prompt", prompt])).stdout).toMatch(/prompt +[0-9a-f]{12} +→/);
      expect(world.github.world.issues().length).toBe(2);
    }));

  it("compares with nothing where nothing was said before", () =>
    inWorld(now, async (world) => {
      const file = join(world.folder, "evidence.json");
      writeFileSync(file, (await worker.cli(world, ["evidence", "a0".padEnd(32, "1"), "--json"])).stdout);
      const { code, stdout } = await worker.cli(world, ["replay", file]);
      expect(code).toBe(0);
      expect(stdout).toContain("Nothing was said of this case before");
      expect(stdout).not.toContain("Different from before");
    }));

  it.each([
    ["a model that nobody knows", ["--model", "gpt-9"], /gpt-9 has no known price.*Known are .*claude-opus-5-5/],
    [
      "a prompt that is not there",
      ["--prompt", "nowhere.md"],
      /nowhere\.md cannot be read \(ENOENT\)\. --prompt names a text file/,
    ],
  ])("says in one sentence what is wrong with %s", (_what, args, sentence) =>
    inWorld(now, async (world) => {
      const file = await keptCase(world);
      const { code, stdout, stderr } = await worker.cli(world, ["replay", file, ...args]);
      expect([code, stdout]).toEqual([2, ""]);
      expect(stderr).toMatch(sentence);
      expect(stderr.trim().split("\n")).toHaveLength(1);
      expect(existsSync(file)).toBe(true);
    }),
  );

  it("takes no file for a case that is none", () =>
    inWorld({ ...now, hasFailures: false }, async (world) => {
      for (const text of ["no json", "{}", '{"bundle":{"format":1}}']) {
        const file = join(world.folder, "case.json");
        writeFileSync(file, text);
        const { code, stderr } = await worker.cli(world, ["replay", file]);
        expect(code).toBe(2);
        expect(stderr).toMatch(/is not one JSON document|holds no evidence/);
      }
    }));
});
