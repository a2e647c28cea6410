import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { bodiesOf, inWorld, issueTitles, minuteMs, startMs } from "../support/in-world.ts";
import type { SmallWorld } from "../support/small-world.ts";
import { type RunResult, startWorkerProcess, type WorkerProcess } from "../support/worker-process.ts";
import { atScale, timeoutMs } from "./scale.ts";

const kinds = atScale(20, 200);
const entries = atScale(5_000, 100_000);
const overview = "more kinds of error";
const mostMb = atScale(320, 480);

let worker: WorkerProcess;
beforeAll(() => {
  worker = startWorkerProcess();
});
afterAll(() => worker.close());

describe(`a bad deploy: ${kinds} kinds of error, ${entries} log entries in ten minutes`, () => {
  it(
    "is counted to the last entry, within the flood limit, the budget and its memory",
    () =>
      inWorld({ hasFailures: false }, async (world) => {
        const pushed = pushDeploy(world);
        const first = await worker.run(world, startMs);
        expect(countsByKind(first)).toEqual(pushed);
        expect(first.coverage.reduce((sum, window) => sum + window.errors, 0)).toBe(entries);
        // Five issues, and one page about all the others.
        const titles = issueTitles(world);
        expect(titles).toHaveLength(6);
        expect(titles.filter((title) => title.includes(overview))).toHaveLength(1);
        expect(first.summary.incidents.filter(({ change }) => change === "held-back")).toHaveLength(kinds - 5);
        // The worst ones were taken.
        const reported = first.incidents
          .filter(({ state }) => state === "reported")
          .map(({ counts }) => counts["dev"] ?? 0);
        const waiting = first.incidents.filter(({ state }) => state === "new").map(({ counts }) => counts["dev"] ?? 0);
        expect(Math.min(...reported)).toBeGreaterThanOrEqual(Math.max(...waiting));

        let last = first;
        for (let run = 1; run <= 6; run++) last = await worker.run(world, startMs + run * 5 * minuteMs);
        expect(countsByKind(last)).toEqual(pushed);
        const ofIncidents = issueTitles(world).filter((title) => !title.includes(overview));
        expect(ofIncidents).toHaveLength(Math.min(20, kinds));
        expect(new Set(ofIncidents).size).toBe(ofIncidents.length);
        expect(last.todayUsd).toBeLessThanOrEqual(5);
        for (const body of bodiesOf(world)) expect(body.length).toBeLessThanOrEqual(65_536);
        expect(last.mostMb).toBeLessThan(mostMb);
      }),
    timeoutMs,
  );
});

function pushDeploy(world: SmallWorld): Readonly<Record<string, number>> {
  const pushed: Record<string, number> = {};
  const startNs = BigInt(startMs - 25 * minuteMs) * 1_000_000n;
  const stepNs = BigInt(Math.floor((10 * minuteMs * 1e6) / entries));
  const all = Array.from({ length: entries }, (_, index) => {
    // The first kinds are the frequent ones, and each comes at least once.
    const kind = index < kinds ? index : Math.floor(kinds * ((index * 0.618033988749895) % 1) ** 2);
    const name = nameOf(kind);
    pushed[name] = (pushed[name] ?? 0) + 1;
    const timestampNs = startNs + BigInt(index) * stepNs;
    const message = `${name} went wrong for order ${100_000 + index} of customer ${index % 977}`;
    const stack = `${name}Error: ${message}\n    at handle${name} (/app/src/stock.js:${4 + (kind % 3)}:7)\n    at node:internal/main:1:1`;
    const traceId = (index + 1).toString(16).padStart(32, "a");
    return {
      labels: { deployment_environment: "dev", service_name: "orders", pod: `orders-${index % 4}` },
      timestampNs,
      line: JSON.stringify({
        level: 50,
        time: Number(timestampNs / 1_000_000n),
        msg: message,
        err: { type: `${name}Error`, message, stack },
        trace_id: traceId,
      }),
    };
  });
  world.loki.push(all);
  return pushed;
}

function countsByKind(run: RunResult): Readonly<Record<string, number>> {
  return Object.fromEntries(
    run.incidents.map(({ title, counts }) => [/\b(\w+)Error\b/.exec(title)?.[1] ?? title, counts["dev"] ?? 0]),
  );
}

/** `Kab`: letters only, for digits are what an error's kind does not depend on. */
function nameOf(kind: number): string {
  return `K${String.fromCharCode(97 + Math.floor(kind / 26), 97 + (kind % 26))}`;
}
