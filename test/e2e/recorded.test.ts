import { existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readConversation } from "../../src/adapters/anthropic/conversation-file.ts";
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

/** A case on disk, and what the model said about it. */
async function recordedCase(world: SmallWorld) {
  const bundle = join(world.folder, "total.json");
  writeFileSync(bundle, (await worker.cli(world, ["evidence", traceId, "--json"])).stdout);
  const file = join(world.folder, "conversation.ndjson");
  const first = await worker.cli(world, ["replay", bundle, "--record", file]);
  expect([first.code, first.stderr]).toEqual([0, ""]);
  return { bundle, file, first };
}

describe("a conversation that a command recorded", () => {
  it("stands in for the model: the same page without a key, without a call and without a cost", () =>
    inWorld(now, async (world) => {
      const { bundle, file, first } = await recordedCase(world);
      expect(statSync(file).mode & 0o777).toBe(0o600);
      const { head, exchanges } = readConversation(file);
      expect(head.of).toBe(`answered by ${new URL(world.model.url).host}`);
      expect(exchanges.map(({ step }) => step)).toEqual([...exchanges.slice(1).map(() => "analyse"), "challenge"]);
      expect(readFileSync(file, "utf8")).not.toContain(world.env["ANTHROPIC_API_KEY"]);

      const before = JSON.parse((await worker.cli(world, ["cost", "--json"])).stdout);
      await world.model.close();
      const again = await worker.cli({ ...world, env: {} }, ["replay", bundle, "--conversation", file]);
      expect(again.stdout).toBe(first.stdout);
      expect(again.stderr).toMatch(/^The answers are those of .*: no model is asked, and nothing is paid\.\n$/);
      expect(JSON.parse((await worker.cli(world, ["cost", "--json"])).stdout)).toEqual(before);
    }));

  it("says in one sentence what is asked otherwise, and answers nothing", () =>
    inWorld(now, async (world) => {
      const { bundle, file } = await recordedCase(world);
      const prompt = join(world.folder, "prompt.md");
      writeFileSync(prompt, "Find the cause. Answer in {{language}}.");
      const { code, stdout, stderr } = await worker.cli(world, [
        "replay",
        bundle,
        "--prompt",
        prompt,
        "--conversation",
        file,
      ]);
      expect([code, stdout]).toEqual([1, ""]);
      expect(stderr.trim().split("\n").slice(1)).toEqual([
        expect.stringMatching(/so nothing is said: in the conversation analyse, the prompt or its language changed\./),
      ]);
      const other = ["replay", bundle, "--model", "claude-opus-5-5", "--conversation", file];
      expect((await worker.cli(world, other)).stderr).toMatch(/the model is claude-opus-5-5 and was claude-sonnet-5-5/);
    }));

  it("holds several cases, and eval keeps no result of what it says again", () =>
    inWorld(now, async (world) => {
      const { bundle, file } = await recordedCase(world);
      const place = { path: "src/total.js", firstLine: 3, lastLine: 6, function: "total" };
      const answer = { kind: "found", categories: ["null_dereference"], places: [place] };
      const text = JSON.stringify({ bundle: JSON.parse(readFileSync(bundle, "utf8")), answer });
      writeFileSync(join(world.folder, "one.case.json"), text);
      const said = await worker.cli({ ...world, env: {} }, ["eval", world.folder, "--json", "--conversation", file]);
      expect(said.code, said.stderr).toBe(0);
      expect(JSON.parse(said.stdout).summaries).toMatchObject([{ cases: 1, functionAt1: 1 }]);
      expect(existsSync(join(world.folder, "results.ndjson"))).toBe(false);

      const lines = readFileSync(file, "utf8").split("\n").length;
      expect((await worker.cli(world, ["analyse", traceId, "--record", file])).code).toBe(0);
      expect(readFileSync(file, "utf8").split("\n").length).toBeGreaterThan(lines);
    }));

  it("is written by a run too", () =>
    inWorld(now, async (world) => {
      const file = join(world.folder, "run.ndjson");
      const { code, stdout } = await worker.cli(world, ["run", "--json", "--record", file]);
      expect(code).toBe(0);
      expect(readConversation(file).exchanges).toHaveLength(JSON.parse(stdout).modelCalls);
    }));

  it.each([
    [
      "a file that is not there",
      ["analyse", traceId, "--conversation", "nowhere"],
      2,
      /nowhere cannot be read \(ENOENT\)/,
    ],
    [
      "something else",
      ["analyse", traceId, "--conversation", "CONFIG"],
      2,
      /is no recorded conversation of this version/,
    ],
    ["both at once", ["analyse", traceId, "--record", "a", "--conversation", "b"], 2, /cannot be used with option/],
    [
      "a file of somebody's",
      ["analyse", traceId, "--record", "CONFIG"],
      2,
      /so nothing is added to it\. Name another file/,
    ],
    ["a run on Redis", ["run", "--record", "a", "REDIS"], 2, /hands in other processes ask the model/],
  ])("says what is wrong with %s, before anything is asked", (_what, args, code, sentence) =>
    inWorld(now, async (world) => {
      const isOnRedis = args.includes("REDIS");
      const given = args.filter((arg) => arg !== "REDIS").map((arg) => (arg === "CONFIG" ? world.configFile : arg));
      const env = isOnRedis ? { ...world.env, REDIS_URL: "redis://127.0.0.1:1" } : world.env;
      const said = await worker.cli({ ...world, env }, given);
      expect([said.code, said.stdout]).toEqual([code, ""]);
      expect(said.stderr).toMatch(sentence);
      expect(world.model.requests).toEqual([]);
    }),
  );
});
