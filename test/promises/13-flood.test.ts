import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { inWorld, issueTitles, minuteMs } from "../support/in-world.ts";
import { pushFailureOf, type SmallWorld } from "../support/small-world.ts";
import { startWorkerProcess, type WorkerProcess } from "../support/worker-process.ts";

let worker: WorkerProcess;
beforeAll(() => {
  worker = startWorkerProcess();
});
afterAll(() => worker.close());

const kinds = 30;
const dayMs = 24 * 60 * minuteMs;
/** Soon after midnight by UTC. */
const earlyMs = Date.parse("2026-03-01T00:40:00Z");

describe("a bad deploy with thirty kinds of error", () => {
  it("gives five issues a run, worst first, the rest on one page; and no more than a day's worth a day", () =>
    inWorld({ nowMs: earlyMs, hasModel: false, hasFailures: false }, async (world) => {
      pushKinds(world, earlyMs - 20 * minuteMs);
      const first = await worker.run(world, earlyMs);
      expect(first.incidents).toHaveLength(kinds);
      // The more often it happened, the earlier it is filed.
      expect(bugsOf(world).toSorted()).toEqual([0, 1, 2, 3, 4].map(rank).toSorted());
      const overview = overviewOf(world);
      expect(overview?.body).toContain("25 incidents wait");
      expect(overview?.body.indexOf(rank(5))).toBeLessThan(overview?.body.indexOf(rank(6)) ?? 0);
      expect(overview?.labels).toContain("overview");
      expect(first.summary.incidents.filter(({ change }) => change === "held-back")).toHaveLength(25);

      for (const [run, filed] of [10, 15, 20, 20].entries()) {
        await worker.run(world, earlyMs + (run + 1) * 5 * minuteMs);
        expect(bugsOf(world)).toHaveLength(filed);
      }
      expect(world.github.world.issues().filter(({ labels }) => labels.includes("overview"))).toHaveLength(1);

      // An hour later the page is brought up to date, by one comment.
      await worker.run(world, earlyMs + 65 * minuteMs);
      expect(bugsOf(world)).toHaveLength(20);
      expect(overviewOf(world)?.comments).toHaveLength(1);
      expect(overviewOf(world)?.comments[0]?.body).toContain("10 incidents wait");

      for (const [run, filed] of [25, 30, 30].entries()) {
        await worker.run(world, earlyMs + dayMs + run * 5 * minuteMs);
        expect(bugsOf(world)).toHaveLength(filed);
      }
      expect(new Set(issueTitles(world)).size).toBe(kinds + 1);
    }));
});

/** The n-th kind happens n times more than the first, so the last is the worst. */
function pushKinds(world: SmallWorld, fromMs: number): void {
  for (let kind = 0; kind < kinds; kind++) {
    for (let time = 0; time <= kind; time++) {
      pushFailureOf(world.loki, { kind: nameOf(kind), service: "orders", atMs: fromMs + kind * 10_000 + time });
    }
  }
}

function nameOf(kind: number): string {
  return `Kind${String.fromCharCode(65 + Math.floor(kind / 26))}${String.fromCharCode(97 + (kind % 26))}`;
}

/** The kind at a place of the ranking, 0 for the worst. */
function rank(position: number): string {
  return nameOf(kinds - 1 - position);
}

function bugsOf(world: SmallWorld): readonly string[] {
  return issueTitles(world).flatMap((title) => /(Kind\w\w)Error/.exec(title)?.[1] ?? []);
}

function overviewOf(world: SmallWorld) {
  return world.github.world.issues().find(({ labels }) => labels.includes("overview"));
}
