import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { inWorld, issueTitles, minuteMs, startMs } from "../support/in-world.ts";
import type { SmallWorld } from "../support/small-world.ts";
import { type RunResult, startWorkerProcess, type WorkerProcess } from "../support/worker-process.ts";
import { atScale, timeoutMs } from "./scale.ts";

const entries = atScale(2_000, 60_000);
const kinds = 12;
const hourMs = 60 * minuteMs;
const awakeMs = startMs + 72 * hourMs;
const mostMb = atScale(320, 400);

let worker: WorkerProcess;
beforeAll(() => {
  worker = startWorkerProcess();
});
afterAll(() => worker.close());

const sleeping = { hasFailures: false, loki: "slice: 1h" } as const;

describe(`three days asleep, ${entries} error entries`, () => {
  it(
    "are read oldest first, an hour at a time and told so, to the last entry, within flood limit, budget and memory",
    () =>
      inWorld(sleeping, async (world) => {
        await worker.run(world, startMs);
        const asked = world.loki.requests.length;
        pushThreeDays(world);
        const run = await worker.run(world, awakeMs);
        expectAllCounted(run);
        const starts = world.loki.requests
          .slice(asked)
          .filter(({ params }) => params.get("query") === '{deployment_environment="dev"}' && isPoll(params))
          .map(({ params }) => BigInt(params.get("start") ?? 0));
        expect(starts.length).toBeGreaterThanOrEqual(72);
        expect(starts).toEqual(starts.toSorted((one, other) => Number(one - other)));
        expectNoHole(run);
        const told = run.told.filter((line) => line.includes("more windows to read"));
        expect(told.length).toBeGreaterThanOrEqual(5);
        expect(told.length).toBeLessThanOrEqual(8);
        // What somebody must look at first is what happened most, and at most five at a time.
        expect(issueTitles(world).length).toBeLessThanOrEqual(6);
        expect(run.todayUsd).toBeLessThanOrEqual(5);
        expect(run.mostMb).toBeLessThan(mostMb);
      }),
    timeoutMs,
  );

  it(
    "that are broken off in the middle go on from there",
    () =>
      inWorld(sleeping, async (world) => {
        await worker.run(world, startMs);
        pushThreeDays(world);
        // Thirty answers are cut after more than they have.
        world.loki.faults.next({ kind: "cut", bytes: 1_000_000_000 }, { path: "query_range", times: 30 });
        // A reset of a kept connection is tried once more.
        world.loki.faults.next({ kind: "reset" }, { path: "query_range", times: 2 });
        const broken = await worker.run(world, awakeMs);
        expect(broken.summary.failures).toHaveLength(1);
        const reached = Number(BigInt(broken.checkpoints["dev"] ?? 0) / 1_000_000n);
        expect(reached).toBeGreaterThan(startMs + 20 * hourMs);
        expect(reached).toBeLessThan(startMs + 40 * hourMs);

        const asked = world.loki.requests.length;
        const second = await worker.run(world, awakeMs + 5 * minuteMs);
        expectAllCounted(second);
        expectNoHole(second);
        const first = world.loki.requests.slice(asked).find(({ params }) => isPoll(params));
        // Ten minutes for what came late, and a second for a stack trace that began before.
        const againNs = BigInt(10 * minuteMs + 1_000) * 1_000_000n;
        expect(BigInt(first?.params.get("start") ?? 0)).toBe(BigInt(broken.checkpoints["dev"] ?? 0) - againNs);
      }),
    timeoutMs,
  );
});

/** The windows of a poll are an hour; what investigations ask is shorter. */
function isPoll(params: URLSearchParams): boolean {
  return params.get("limit") === "1000";
}

function pushThreeDays(world: SmallWorld): void {
  const fromMs = startMs + minuteMs;
  const stepMs = (72 * hourMs - 3 * minuteMs) / entries;
  world.loki.push(
    Array.from({ length: entries }, (_, index) => {
      const atMs = Math.floor(fromMs + index * stepMs);
      const type = `${nameOf(index % kinds)}Error`;
      const message = `order ${index} failed`;
      return {
        labels: { deployment_environment: "dev", service_name: "orders" },
        timestampNs: BigInt(atMs) * 1_000_000n,
        line: JSON.stringify({
          level: 50,
          msg: message,
          err: { type, message, stack: `${type}: ${message}\n    at handle${type} (/app/src/stock.js:4:7)` },
        }),
      };
    }),
  );
}

function nameOf(kind: number): string {
  return `K${String.fromCharCode(97 + kind)}`;
}

function expectAllCounted(run: RunResult): void {
  expect(run.incidents).toHaveLength(kinds);
  const counts = run.incidents.map(({ counts: of }) => of["dev"] ?? 0);
  expect(counts.reduce((sum, count) => sum + count, 0)).toBe(entries);
  expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1);
}

/** Each window begins where one before it ended, or earlier. */
function expectNoHole(run: RunResult): void {
  const windows = run.coverage.toSorted((one, other) =>
    BigInt(one.window.fromNs) < BigInt(other.window.fromNs) ? -1 : 1,
  );
  let untilNs = BigInt(windows[0]?.window.fromNs ?? 0);
  for (const { window, gap } of windows) {
    expect(gap).toBeNull();
    expect(BigInt(window.fromNs) <= untilNs).toBe(true);
    if (BigInt(window.toNs) > untilNs) untilNs = BigInt(window.toNs);
  }
  expect(untilNs).toBe(BigInt(run.checkpoints["dev"] ?? 0));
}
