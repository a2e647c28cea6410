import { execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type StandInModel, startModel } from "../../src/demo/model/server.ts";
import { type EvalCase, readEvalCases } from "../../src/main/eval/eval-case.ts";
import type { EvalResult, EvalSummary } from "../../src/main/eval/eval-results.ts";
import { runCli, startCli } from "../support/cli-process.ts";
import { until } from "../support/until.ts";

let folder: string;
let made: string;
let model: StandInModel;
let env: Readonly<Record<string, string>>;
let cases: readonly EvalCase[];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "error-autopilot-eval-"));
  made = join(folder, "cases");
  model = await startModel();
  env = { ANTHROPIC_API_KEY: "a-key-of-the-stand-in", ANTHROPIC_BASE_URL: model.url };
  const { code, stdout, stderr } = await runCli(["eval", made, "--make"]);
  expect(code, stderr).toBe(0);
  expect(stdout).toMatch(/^\d+ cases in /);
  cases = readEvalCases(made);
}, 120_000);
afterAll(async () => {
  await model.close();
  rmSync(folder, { recursive: true, force: true });
});

/** `eval` in a state folder of its own, its results where they belong to nobody else. */
function evalArgs(name: string, ...more: readonly string[]): readonly string[] {
  const results = join(folder, `${name}.ndjson`);
  return ["eval", made, "--state", join(folder, name), "--results", results, "--json", ...more];
}

function git(program: string, ...args: readonly string[]): string {
  return execFileSync("git", ["-C", join(made, "repositories", program), ...args], { encoding: "utf8", stdio: "pipe" });
}

interface Said {
  readonly summaries: readonly EvalSummary[];
  readonly results: readonly EvalResult[];
  readonly isComplete: boolean;
}

describe("the cases that come with the product", () => {
  it("are thirty and more of many programs, with ten that are not in the code and five that nobody could tell", () => {
    const ofKind = (kind: string) => cases.filter(({ answer }) => answer.kind === kind).length;
    expect(ofKind("found")).toBeGreaterThanOrEqual(30);
    expect(ofKind("not-in-code")).toBeGreaterThanOrEqual(10);
    expect(ofKind("cannot-tell")).toBeGreaterThanOrEqual(5);
    expect(new Set(cases.map(({ bundle }) => bundle.code[0]?.service)).size).toBeGreaterThanOrEqual(12);
  });

  it("have answers that stand in the code as it was deployed, and evidence in which something is cited", () => {
    for (const { name, bundle, answer } of cases) {
      expect(bundle.evidence.length, name).toBeGreaterThan(0);
      expect(answer.places.length > 0, name).toBe(answer.kind === "found");
      expect(answer.categories.length > 0, name).toBe(answer.kind === "not-in-code");
      for (const { path, firstLine, lastLine, function: named } of answer.places) {
        const { service = "", deployed = "" } = bundle.code[0] ?? {};
        const lines = git(service, "cat-file", "blob", `${deployed}:${path}`).split("\n");
        expect(lines.slice(firstLine - 1, lastLine).join("\n"), name).toContain(named);
      }
    }
  });

  it("have code that does not say where its fault is", () => {
    for (const program of new Set(cases.map(({ bundle }) => bundle.code[0]?.service ?? ""))) {
      const telling = "planted|on purpose|(//|#|[*]) .*\\bbugs?\\b";
      // It ends with 1 where nothing is found.
      expect(() => git(program, "grep", "--ignore-case", "--extended-regexp", telling, "main"), program).toThrow();
    }
  });

  it("say nothing of this machine, and are the same bytes in another folder", async () => {
    const again = join(folder, "again");
    const { code, stderr } = await runCli(["eval", relative(process.cwd(), again), "--make"]);
    expect(code, stderr).toBe(0);
    const names = readdirSync(made).filter((file) => file.endsWith(".case.json"));
    expect(names.length).toBe(cases.length);
    for (const file of names) {
      const text = readFileSync(join(made, file), "utf8");
      expect(text).not.toContain(folder);
      expect(text).not.toContain(process.cwd());
      expect(readFileSync(join(again, file), "utf8"), file).toBe(text);
    }
    expect(existsSync(`${again}.making`)).toBe(false);
  });

  it("are not laid over what is there", async () => {
    const { code, stderr } = await runCli(["eval", made, "--make"]);
    expect(code).toBe(2);
    expect(stderr).toBe(`${made} is not empty. Name a folder that does not exist yet.\n`);
  });
});

describe("eval over all of them", () => {
  it("puts two models side by side, and what it says of each adds up", async () => {
    const models = ["claude-sonnet-5-5", "claude-opus-5-5"];
    const { code, stdout, stderr } = await runCli(evalArgs("models", "--model", ...models, "--budget", "9"), env);
    expect(code, stderr).toBe(0);
    const said: Said = JSON.parse(stdout);
    expect(said.isComplete).toBe(true);
    expect(said.summaries.map((each) => each.model)).toEqual(models);
    for (const [index, summary] of said.summaries.entries()) {
      const those = said.results.filter((each) => each.model === models[index]);
      expect(those.map(({ name }) => name)).toEqual(cases.map(({ name }) => name));
      expect(summary.cases).toBe(cases.length);
      expect(summary.costUsd).toBeCloseTo(those.reduce((sum, { costUsd }) => sum + costUsd, 0));
      expect(summary.functionAt5 ?? 0).toBeGreaterThanOrEqual(summary.functionAt1 ?? 1);
      // The script cites what it was shown, and nothing else.
      expect(summary.unsupported).toBe(0);
      expect(summary.costUsdMedian).toBeLessThanOrEqual(0.1);
      expect(summary.cachedShare).toBeGreaterThanOrEqual(0.7);
      expect(summary.tokensP90).toBeGreaterThanOrEqual(summary.tokensMedian);
    }
    const [sonnet, opus] = said.summaries;
    expect(opus?.costUsd).toBeGreaterThan(sonnet?.costUsd ?? 0);

    const asked = model.requests.length;
    const table = evalArgs("models", "--model", ...models).filter((each) => each !== "--json");
    const printed = await runCli(table, env);
    expect(model.requests).toHaveLength(asked);
    expect(printed.stdout).toMatch(/^ +claude-sonnet-5-5 +claude-opus-5-5$/m);
    for (const row of ["function at 1", "function at 5", "category", "not in code, told so", "cannot tell, told so"])
      expect(printed.stdout).toMatch(new RegExp(`^${row} +[01]\\.\\d\\d +[01]\\.\\d\\d$`, "m"));
    expect(printed.stdout).toMatch(/^unsupported claims +0 +0$/m);
    expect(printed.stdout).toMatch(/^cost, median +\$0\.0\d+ +\$0\.0\d+$/m);
  }, 120_000);

  it("puts two prompts side by side, each known by its digest", async () => {
    const other = join(folder, "other.md");
    const ours = join(import.meta.dirname, "..", "..", "prompts", "analyse.md");
    writeFileSync(other, `${readFileSync(ours, "utf8")}\nAnswer in few words.\n`);
    const few = join(folder, "few");
    cpSync(made, few, { recursive: true });
    const named = readdirSync(few).filter((file) => file.endsWith(".case.json"));
    for (const file of named.slice(12)) rmSync(join(few, file));
    const args = evalArgs("prompts", "--prompt", ours, other, "--budget", "9");
    const { code, stdout, stderr } = await runCli(["eval", few, ...args.slice(2)], env);
    expect(code, stderr).toBe(0);
    const { summaries, results }: Said = JSON.parse(stdout);
    expect(new Set(summaries.map(({ prompt }) => prompt)).size).toBe(2);
    expect(summaries.map(({ cases: count }) => count)).toEqual([12, 12]);
    expect(new Set(results.map(({ key }) => key)).size).toBe(24);
    const told = model.requests.filter((each) => JSON.stringify(each.system).includes("Answer in few words."));
    expect(told.length).toBeGreaterThanOrEqual(12);
  }, 120_000);
});

describe("eval that is interrupted", () => {
  it("goes on where SIGKILL stopped it: no finished case is asked twice, and the table is that of an undisturbed run", async () => {
    const args = evalArgs("killed", "--model", "claude-sonnet-5-5", "--budget", "9");
    const results = join(folder, "killed.ndjson");
    const lines = () => (existsSync(results) ? readFileSync(results, "utf8").trim().split("\n") : []);
    const first = startCli(args, env);
    await until(() => lines().length >= 10);
    first.process.kill("SIGKILL");
    await first.ended;
    const kept = lines().length;
    const before = model.requests.length;
    const second = await runCli(args, env);
    expect(second.code, second.stderr).toBe(0);
    const said: Said = JSON.parse(second.stdout);
    expect(said.results).toHaveLength(cases.length);
    expect(new Set(said.results.map(({ key }) => key)).size).toBe(cases.length);
    // One line a case was told for those that were asked now.
    expect(second.stderr.trim().split("\n")).toHaveLength(cases.length - kept);
    const calls = said.results.slice(kept).reduce((sum, each) => sum + callsOf(each), 0);
    expect(model.requests.length - before).toBe(calls);
    const undisturbed = resultsOf("models").filter((each) => each.model === "claude-sonnet-5-5");
    const saidOf = (those: readonly EvalResult[]) => those.map((each) => [each.name, each.said, each.functionAt1]);
    expect(saidOf(said.results)).toEqual(saidOf(undisturbed));
  }, 60_000);

  it("spends no more than its budget", async () => {
    const poor = await runCli(evalArgs("poor", "--model", "claude-opus-5-5", "--budget", "0.7"), env);
    expect(poor.code).toBe(1);
    expect(poor.stderr).toContain("Not every case was asked: what is left of --budget does not pay for a whole case");
    const said: Said = JSON.parse(poor.stdout);
    expect(said.isComplete).toBe(false);
    expect(said.results.length).toBeGreaterThan(0);
    expect(said.results.length).toBeLessThan(cases.length);
    expect(said.results.reduce((sum, { costUsd }) => sum + costUsd, 0)).toBeLessThanOrEqual(0.7);
  }, 60_000);
});

function resultsOf(name: string): readonly EvalResult[] {
  const lines = readFileSync(join(folder, `${name}.ndjson`), "utf8")
    .trim()
    .split("\n");
  return lines.map((line) => JSON.parse(line) as EvalResult);
}

function callsOf({ bill }: EvalResult): number {
  return bill.reduce((sum, { calls }) => sum + calls, 0);
}
