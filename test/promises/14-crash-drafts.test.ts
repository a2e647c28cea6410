import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { draftStartMs, startDraftWorld } from "../support/draft-world.ts";
import { type RedisServer, startRedis } from "../support/redis-server.ts";
import { type ChildResult, type Runner, startRunner } from "../support/runner.ts";
import type { SmallWorld } from "../support/small-world.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const repository = "company/orders";
const minuteMs = 60_000;
/** Leases are over by then, and an unclear write has been looked for three times. */
const runsMax = 8;
const script = "draft-runner.child.ts";

let redis: RedisServer;
let databases = 0;

beforeAll(async () => {
  redis = await startRedis();
});

afterAll(() => redis.close());

/** What must be the same however often the process died: one issue, one branch, one commit, one draft, one of each comment. */
function outcomeOf(last: ChildResult, world: SmallWorld) {
  const { world: github } = world.github;
  const code = github.code(repository);
  const branches = code.branches().filter((branch) => branch !== "main");
  return {
    incidents: last.incidents.map(({ state, pullRequest }) => [state, pullRequest]),
    branches,
    commits: branches.map((branch) => {
      const head = code.commit(code.head(branch) ?? "");
      return { files: [...(head?.files.keys() ?? [])], isOnBase: head?.parents[0] === code.head("main") };
    }),
    pulls: github.pulls.all().map(({ number, isDraft }) => ({ number, isDraft })),
    issues: github.issues().map(({ title, comments }) => ({ title, comments: comments.length })),
    underWay: last.underWay,
  };
}

describe.each(["embedded", "on Redis"])("a process killed before and after each write of a draft, %s", (queue) => {
  it("leaves one branch, one commit and one draft", { timeout: 300_000 }, async () => {
    const runner = startRunner({}, script);
    onTestFinished(() => runner.kill());
    const undisturbed = await inWorld(queue, async (world) => {
      const last = await finished(runner, world, draftStartMs);
      return { points: last.points, outcome: outcomeOf(last, world) };
    });
    expect(undisturbed.outcome).toMatchObject({
      incidents: [["reported", "open"]],
      commits: [{ isOnBase: true }],
      pulls: [{ number: 2, isDraft: true }],
      issues: [{ comments: 1 }, { comments: 1 }],
      underWay: 0,
    });
    const { points } = undisturbed;
    // The issue, the branch, the commit, the pull request, its first comment, and the one that leads to it.
    const writes = [...points.keys()].filter((index) => /^(?:before|after) POST /.test(points[index] ?? ""));
    expect(writes).toHaveLength(12);
    const halves = [writes.filter((_, at) => at % 2 === 0), writes.filter((_, at) => at % 2 === 1)];
    const failed = await Promise.all(
      halves.map(async (half) => {
        const killed = startRunner({}, script);
        onTestFinished(() => killed.kill());
        const differences: string[] = [];
        for (const index of half) {
          const outcome = await inWorld(queue, (world) => afterCrash(killed, world, index));
          if (JSON.stringify(outcome) !== JSON.stringify(undisturbed.outcome)) {
            differences.push(`killed ${points[index]} (${index}): ${JSON.stringify(outcome)}`);
          }
        }
        return differences;
      }),
    );
    expect(failed.flat()).toEqual([]);
  });
});

async function afterCrash(runner: Runner, world: SmallWorld, crashAt: number): Promise<unknown> {
  if ((await runner.run(world, draftStartMs, crashAt)) !== null) return "it was not killed";
  let last: ChildResult | null = null;
  // One more than it needs, so that what is not under way and not there either shows itself.
  for (let run = 1; run <= runsMax; run++) {
    const wasDone = last?.underWay === 0;
    last = await finished(runner, world, draftStartMs + run * 2 * minuteMs);
    if (wasDone && last.underWay === 0) break;
  }
  return last === null ? "it did not run again" : outcomeOf(last, world);
}

async function finished(runner: Runner, world: SmallWorld, nowMs: number): Promise<ChildResult> {
  const result = await runner.run(world, nowMs, null);
  if (result === null) throw new Error("a run without a crash point was killed");
  return result;
}

async function inWorld<Result>(queue: string, work: (world: SmallWorld) => Promise<Result>): Promise<Result> {
  const world = await startDraftWorld(temporaryFolder());
  databases += 1;
  const env = queue === "embedded" ? {} : { REDIS_URL: redis.url(databases) };
  try {
    const result = await work({ ...world, env: { ...world.env, ...env } });
    expect(world.github.violations).toEqual([]);
    return result;
  } finally {
    await world.close();
  }
}
