import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { inWorld, issueTitles, minuteMs, startMs } from "../support/in-world.ts";
import { runChild } from "../support/run-child.ts";
import { failures, pushFailureOf, pushStockFailure, type SmallWorld } from "../support/small-world.ts";
import { type RunResult, startWorkerProcess, type WorkerProcess } from "../support/worker-process.ts";

const hourMs = 60 * minuteMs;

let worker: WorkerProcess;
beforeAll(() => {
  worker = startWorkerProcess();
});
afterAll(() => worker.close());

describe("errors that come later than any poll looks back", () => {
  it.each([25, 90, 7 * 60, 23 * 60])(
    "%i minutes late are found by counting again, filed, and counted once",
    (lateMin) =>
      inWorld({ hasModel: false }, async (world) => {
        await worker.run(world, startMs);
        const beforeMs = startMs + lateMin * minuteMs - 10 * minuteMs;
        await worker.run(world, beforeMs);
        pushStockFailure(world.loki, startMs - 15 * minuteMs);
        pushFailureOf(world.loki, { kind: "Late", service: "orders", atMs: startMs - 14 * minuteMs });
        const runs: RunResult[] = [];
        for (let nowMs = beforeMs + minuteMs; nowMs < beforeMs + 26 * hourMs && countOf(runs.at(-1), "Late") === 0; ) {
          runs.push(await worker.run(world, nowMs));
          nowMs += lateMin < 60 ? 5 * minuteMs : hourMs;
        }
        const found = runs.at(-1);
        expect(countOf(found, "Late")).toBe(1);
        expect(countOf(found, "stock.js:reserve")).toBe(failures.stock + 1);
        expect(found?.summary.audits).toMatchObject([{ environment: "dev", readAgain: 1, errors: 2, problem: null }]);
        expect(found?.summary.exitCode).toBe(0);
        expect(found?.told).toContain("dev: counted again, 1 window differed and was read again, 2 late errors found");
        // In the same run.
        expect(issueTitles(world)).toContain("company/orders: [orders] LateError in stock.js:handleLate");

        const after = await worker.run(world, startMs + 60 * hourMs);
        expect(after.incidents.map(({ counts }) => counts)).toEqual(found?.incidents.map(({ counts }) => counts));
      }),
  );

  it.each([
    ["its windows cannot be read", /query_range$/, 1],
    ["it does not count", /query$/, 0],
  ])("are found in one environment while %s of another, and there the next time", (_, path, exitCode) =>
    inWorld(
      {
        hasModel: false,
        hasFailures: false,
        environments: ({ loki }) => `  prod:
    mode: issue
    loki: { url: "${loki}", query: '{deployment_environment="prod"}' }`,
      },
      async (world) => {
        await worker.run(world, startMs);
        for (const environment of ["dev", "prod"]) {
          pushFailureOf(world.loki, { kind: "Late", service: "orders", atMs: startMs - 14 * minuteMs, environment });
        }
        world.loki.faults.next({ kind: "answer", status: 503, body: "no\n" }, { path });
        const broken = await worker.run(world, startMs + 30 * minuteMs);
        expect(broken.summary.exitCode).toBe(exitCode);
        const told = [...broken.summary.failures, ...broken.summary.audits.map(({ problem }) => `dev: ${problem}`)];
        expect(told.some((each) => each.startsWith("dev: Loki answered 503"))).toBe(true);
        expect(broken.incidents.map(({ counts }) => counts)).toEqual([{ prod: 1 }]);
        const mended = await worker.run(world, startMs + 31 * minuteMs);
        expect(mended.incidents.map(({ counts }) => counts)).toEqual([{ dev: 1, prod: 1 }]);
      },
    ),
  );

  it("are told as what may be missing, and no more, where Loki refuses to count", () =>
    inWorld({ hasModel: false, hasFailures: false }, async (world) => {
      await worker.run(world, startMs);
      const refusal = { kind: "answer", status: 403, body: "no metric queries here\n" } as const;
      world.loki.faults.next(refusal, { path: /query$/, times: 100 });
      pushFailureOf(world.loki, { kind: "Now", service: "orders", atMs: startMs + 20 * minuteMs });
      const refused = await worker.run(world, startMs + 30 * minuteMs);
      expect(refused.summary.exitCode).toBe(0);
      expect(countOf(refused, "Now")).toBe(1);
      expect(refused.told).toContainEqual(
        expect.stringMatching(/^dev: could not be counted again: Loki answered 403 .*no metric queries here/),
      );
      expect(refused.coverage.some(({ closed }) => closed?.recount?.result === "not-counted")).toBe(true);
    }));
});

describe("a process killed while it reads again what counts have shown", () => {
  const auditMs = startMs + 40 * minuteMs;

  it("loses and doubles nothing", { timeout: 120_000 }, async () => {
    const undisturbed = await inLateWorld(async (world) => {
      const run = await runChild(world, auditMs, null);
      return { points: run?.points ?? [], counts: await countsAfter(world) };
    });
    expect(undisturbed.counts).toEqual([
      ["Late", 1],
      ["LateToo", 1],
      ["Once", 2],
    ]);
    // Up to the orders; behind them, and for what is written after a commit, other tests kill.
    const { points } = undisturbed;
    const commits = [...points.keys()].filter((index) => points[index] === "before commit");
    const early = commits.filter((index) => index < points.indexOf("before offer"));
    expect(early.length).toBeGreaterThan(4);
    for (const index of early) {
      const counts = await inLateWorld(async (world) => {
        expect(await runChild(world, auditMs, index)).toBeNull();
        return countsAfter(world);
      });
      expect([undisturbed.points[index], index, counts]).toEqual([
        undisturbed.points[index],
        index,
        undisturbed.counts,
      ]);
    }
  });

  /** Three errors came late, in pages of two, and no run has seen them. */
  function inLateWorld<Result>(work: (world: SmallWorld) => Promise<Result>): Promise<Result> {
    return inWorld({ hasModel: false, hasFailures: false, mode: "dry-run", loki: "limit: 2" }, async (world) => {
      pushFailureOf(world.loki, { kind: "Once", service: "orders", atMs: startMs - 21 * minuteMs });
      await worker.run(world, startMs);
      for (const [index, kind] of ["Late", "Once", "LateToo"].entries()) {
        pushFailureOf(world.loki, { kind, service: "orders", atMs: startMs - 20 * minuteMs + index });
      }
      return work(world);
    });
  }

  async function countsAfter(world: SmallWorld): Promise<readonly (readonly [string, number])[]> {
    await worker.run(world, auditMs + 5 * minuteMs);
    const last = await worker.run(world, auditMs + 26 * hourMs);
    return last.incidents
      .map(({ title, counts }) => [/(\w+)Error/.exec(title)?.[1] ?? title, counts["dev"] ?? 0] as const)
      .sort(([one], [other]) => (one < other ? -1 : 1));
  }
});

function countOf(run: RunResult | undefined, part: string): number {
  return run?.incidents.find(({ title }) => title.includes(part))?.counts["dev"] ?? 0;
}
