import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { openStore } from "../../src/adapters/sqlite/store.ts";
import { detect } from "../../src/demo/model/detective.ts";
import type { MessagesRequest } from "../../src/demo/model/messages-request.ts";
import type { Reply } from "../../src/demo/model/reply.ts";
import { decode } from "../../src/domain/codec.ts";
import type { Findings } from "../../src/domain/order.ts";
import type { CostLine } from "../../src/domain/store.ts";
import { databaseFileOf } from "../../src/main/setting.ts";
import { bodiesOf, inWorld, issueTitles, minuteMs, startMs } from "../support/in-world.ts";
import { type ChildResult, type Runner, startRunner } from "../support/runner.ts";
import { pushFailureOf, type SmallWorld } from "../support/small-world.ts";
import { createTestClock } from "../support/test-clock.ts";

/** Leases are over by then. */
const runsMax = 6;

/** What is left when everything is done. */
interface Outcome {
  readonly findings: Findings;
  readonly titles: readonly string[];
  readonly body: string;
  readonly costs: readonly CostLine[];
  readonly asked: readonly MessagesRequest[];
}

describe("a process killed after each answer of a model", () => {
  it("pays no answer twice and comes to the same, with triage, several turns, a stronger model and a doubt", {
    timeout: 420_000,
  }, async () => {
    const undisturbed = await inCase(async (world) => {
      const runner = newRunner();
      const run = await finished(runner, world, startMs);
      return { points: run.points, ...(await outcomeOf(world)) };
    });
    const steps = undisturbed.findings.bill.map(({ step, model, calls }) => [step, model, calls > 1]);
    expect(steps).toEqual([
      ["triage", "claude-haiku-5-5", false],
      ["analyse", "claude-sonnet-5-5", true],
      ["escalate", "claude-opus-5-5", true],
      ["challenge", "claude-sonnet-5-5", false],
    ]);
    expect(undisturbed.findings.rootCause).toMatchObject({ kind: "found", model: "claude-opus-5-5" });

    const { points } = undisturbed;
    const isAnswer = (when: "before" | "after") => (index: number) => points[index] === `${when} save analyse answered`;
    const saved = [...points.keys()].filter(isAnswer("after"));
    const unsaved = [...points.keys()].filter(isAnswer("before"));
    expect([saved.length, unsaved.length]).toEqual(Array(2).fill(undisturbed.asked.length));

    const failed: string[] = [];
    const halves = [saved, unsaved];
    await Promise.all(
      halves.map(async (indices) => {
        const runner = newRunner();
        for (const [answer, index] of indices.entries()) {
          const difference = await inCase(async (world) => {
            if ((await runner.run(world, startMs, index)) !== null) return "it was not killed";
            // Each answer so far was paid for.
            if (world.model.requests.length !== answer + 1)
              return `it was killed at answer ${world.model.requests.length}`;
            await finished(runner, world, startMs + 2 * minuteMs);
            const after = await outcomeOf(world);
            return indices === saved
              ? differenceOf(after, undisturbed)
              : differenceWhereLost(after, undisturbed, answer);
          });
          if (difference !== null) failed.push(`killed ${points[index]}, answer ${answer + 1}: ${difference}`);
        }
      }),
    );
    expect(failed).toEqual([]);
  });
});

/** Killed with the answer in hand and on disk: nobody can tell afterwards. */
function differenceOf(after: Outcome, undisturbed: Outcome): string | null {
  if (JSON.stringify(after.asked) !== JSON.stringify(undisturbed.asked)) {
    return `${after.asked.length} requests instead of ${undisturbed.asked.length}, or other ones`;
  }
  return unlike(after, undisturbed, (outcome) => [
    outcome.findings.rootCause,
    outcome.findings.bundle,
    outcome.findings.bill,
    outcome.titles,
    outcome.body,
    outcome.costs,
  ]);
}

/** Killed with the answer in hand and not on disk: that one is asked for again, counts twice, and no other does. */
function differenceWhereLost(after: Outcome, undisturbed: Outcome, answer: number): string | null {
  const { asked } = undisturbed;
  const expected = [...asked.slice(0, answer + 1), ...asked.slice(answer)];
  if (JSON.stringify(after.asked) !== JSON.stringify(expected)) {
    return `${after.asked.length} requests instead of ${expected.length}, or another than number ${answer + 1} twice`;
  }
  const calls = (outcome: Outcome) => outcome.findings.bill.reduce((sum, line) => sum + line.calls, 0);
  if (calls(after) !== calls(undisturbed) + 1) return `${calls(after)} calls are on the bill`;
  const [line] = after.costs;
  if (line?.actualUsd == null || line.actualUsd <= (undisturbed.costs[0]?.actualUsd ?? 0))
    return "the lost one is not on the bill";
  return unlike(after, undisturbed, ({ findings, titles }) => [
    { ...findings.rootCause, costUsd: 0 },
    findings.bundle,
    titles,
  ]);
}

function unlike(after: Outcome, undisturbed: Outcome, of: (outcome: Outcome) => readonly unknown[]): string | null {
  const plain = (value: unknown) =>
    JSON.stringify(value, (_key, inner: unknown) => (typeof inner === "bigint" ? String(inner) : inner));
  const [now, then] = [of(after), of(undisturbed)];
  const index = now.findIndex((value, at) => plain(value) !== plain(then[at]));
  return index === -1 ? null : `${plain(now[index])} instead of ${plain(then[index])}`;
}

function newRunner(): Runner {
  const runner = startRunner();
  onTestFinished(() => runner.kill());
  return runner;
}

/** One error whose words no rule decides on; a first model that is unsure of something grave. */
async function inCase<Result>(work: (world: SmallWorld) => Promise<Result>): Promise<Result> {
  const extra = "budget: { incident: 2, day: 20 }";
  return inWorld({ hasFailures: false, extra, says: unsureUnlessStrong }, async (world) => {
    commitAgain(join(world.folder, "orders"));
    pushFailureOf(world.loki, { kind: "Invalid", service: "orders", atMs: startMs - 5 * minuteMs });
    return work(world);
  });
}

/** At a time of its own, so that the commit has the same id in every world. */
function commitAgain(clone: string): void {
  const atDate = { GIT_AUTHOR_DATE: "2026-02-01T12:00:00Z", GIT_COMMITTER_DATE: "2026-02-01T12:00:00Z" };
  const who = { GIT_COMMITTER_NAME: "Orders", GIT_COMMITTER_EMAIL: "orders@company.invalid" };
  const args = ["-C", clone, "commit", "--quiet", "--amend", "--no-edit", "--date", atDate.GIT_AUTHOR_DATE];
  execFileSync("git", args, { env: { PATH: process.env["PATH"] ?? "", ...atDate, ...who }, stdio: "pipe" });
}

function unsureUnlessStrong(request: MessagesRequest): Reply {
  const reply = detect(request);
  const [block] = reply.content;
  if (block?.type !== "text" || !block.text.includes('"severity"')) return reply;
  const confidence = request.model === "claude-opus-5-5" ? 0.95 : 0.4;
  const said = { ...(JSON.parse(block.text) as object), severity: "high", confidence };
  return { ...reply, content: [{ type: "text", text: JSON.stringify(said) }] };
}

async function finished(runner: Runner, world: SmallWorld, fromMs: number): Promise<ChildResult> {
  for (let run = 0; run < runsMax; run += 1) {
    const result = await runner.run(world, fromMs + run * 2 * minuteMs, null);
    if (result === null) throw new Error("a run without a crash point was killed");
    if (result.underWay === 0) return result;
  }
  throw new Error(`it was not done after ${runsMax} runs`);
}

async function outcomeOf(world: SmallWorld): Promise<Outcome> {
  const folder = join(world.stateDirectory, "evidence");
  const files = readdirSync(folder);
  expect(files).toHaveLength(1);
  const store = await openStore({ path: databaseFileOf(world.stateDirectory), clock: createTestClock() });
  try {
    return {
      findings: decode<Findings>(readFileSync(join(folder, files[0] ?? ""), "utf8")),
      titles: issueTitles(world),
      body: (bodiesOf(world)[0] ?? "").replaceAll(world.github.url, "github"),
      costs: await store.costs("2026-01-01"),
      asked: [...world.model.requests],
    };
  } finally {
    await store.close();
  }
}
