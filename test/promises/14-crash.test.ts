import { describe, expect, it, onTestFinished } from "vitest";
import { type ChildResult, type Runner, startRunner } from "../support/runner.ts";
import { failures, type SmallWorld, startSmallWorld } from "../support/small-world.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const startMs = Date.parse("2026-03-01T03:00:00Z");
const minuteMs = 60_000;
/** Leases are over by then, and an unclear write has been looked for three times. */
const runsMax = 8;
/** Investigations at once, as the service map has it by default. */
const concurrency = 2;

/** What must be the same however often the process died: no entry lost or counted twice, one issue a bug, nothing paid again. */
interface Outcome {
  readonly incidents: readonly { readonly state: string; readonly count: number }[];
  readonly issues: readonly string[];
  readonly causes: number;
}

describe("a process killed at any write", () => {
  it("loses and doubles nothing, and pays for no finished step again", { timeout: 600_000 }, async () => {
    const runner = startRunner();
    onTestFinished(() => runner.kill());
    const undisturbed = await inWorld(async (world) => {
      const run = await finished(runner, world, startMs);
      return { run, outcome: outcomeOf(run, world), calls: world.model.requests.length, writes: writesOf(world) };
    });
    expect(undisturbed.outcome.issues).toHaveLength(2);
    expect(undisturbed.outcome.incidents.map((incident) => incident.count).sort()).toEqual(
      Object.values(failures).sort(),
    );
    expect(undisturbed.outcome.causes).toBe(1);

    const { points } = undisturbed.run;
    // Every write that the servers saw has passed a crash point, or this test would not see what it is for.
    expect(points.filter((point) => /^before (POST|PATCH|PUT|DELETE) /.test(point))).toHaveLength(undisturbed.writes);
    expect(points.filter((point) => point === "before commit").length).toBeGreaterThan(5);

    const indices = [...points.keys()];
    const failed: string[] = [];
    const halves = [indices.filter((index) => index % 2 === 0), indices.filter((index) => index % 2 === 1)];
    await Promise.all(
      halves.map(async (half) => {
        // Whoever was not killed makes the first run of the next world.
        const killed = startRunner();
        onTestFinished(() => killed.kill());
        for (const index of half) {
          const difference = await inWorld((world) => differenceAfterCrash(killed, world, index, undisturbed));
          if (difference !== null) failed.push(`killed ${points[index] ?? index} (${index}): ${difference}`);
        }
      }),
    );
    expect(failed).toEqual([]);
  });
});

async function differenceAfterCrash(
  runner: Runner,
  world: SmallWorld,
  crashAt: number,
  undisturbed: { readonly outcome: Outcome; readonly calls: number },
): Promise<string | null> {
  if ((await runner.run(world, startMs, crashAt)) !== null) return "it was not killed";
  let last: ChildResult | null = null;
  for (let run = 1; run <= runsMax; run++) {
    last = await finished(runner, world, startMs + run * 2 * minuteMs);
    if (last.underWay === 0) break;
  }
  if (last === null) return "it did not run again";
  const outcome = outcomeOf(last, world);
  if (JSON.stringify(outcome) !== JSON.stringify(undisturbed.outcome)) {
    return `${JSON.stringify(outcome)} instead of ${JSON.stringify(undisturbed.outcome)}`;
  }
  // Of each investigation at work one call may have been under way, its answer lost with the process.
  const again = world.model.requests.length - undisturbed.calls;
  return again > concurrency ? `${again} calls to the model were paid twice` : null;
}

async function finished(runner: Runner, world: SmallWorld, nowMs: number): Promise<ChildResult> {
  const result = await runner.run(world, nowMs, null);
  if (result === null) throw new Error("a run without a crash point was killed");
  return result;
}

async function inWorld<Result>(work: (world: SmallWorld) => Promise<Result>): Promise<Result> {
  const world = await startSmallWorld(temporaryFolder(), startMs);
  try {
    const result = await work(world);
    expect(world.github.violations).toEqual([]);
    return result;
  } finally {
    await world.close();
  }
}

function outcomeOf(run: ChildResult, world: SmallWorld): Outcome {
  return {
    incidents: run.incidents
      .map(({ id, state, counts }) => ({
        id,
        state,
        count: Object.values(counts).reduce((sum, count) => sum + count, 0),
      }))
      .sort((a, b) => (a.id < b.id ? -1 : 1)),
    issues: world.github.world
      .issues()
      .map((issue) => `${issue.repository} ${issue.title}`)
      .sort(),
    causes: run.incidents.filter((incident) => incident.causedBy !== null).length,
  };
}

function writesOf(world: SmallWorld): number {
  return world.github.requests.filter((request) => request.method !== "GET").length + world.model.requests.length;
}
