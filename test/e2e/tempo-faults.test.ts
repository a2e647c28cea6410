import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { bodiesOf, inWorld, issueTitles, minuteMs, startMs } from "../support/in-world.ts";
import type { SmallWorld } from "../support/small-world.ts";
import { startWorkerProcess, type WorkerProcess } from "../support/worker-process.ts";

let worker: WorkerProcess;
beforeAll(() => {
  worker = startWorkerProcess();
});
afterAll(() => worker.close());

const traceId = "9".repeat(32);
const noTrace = "No trace could be read, so nothing beyond this issue will be done.";

/** An error whose trace Tempo does not have. */
function pushTracelessFailure(world: SmallWorld, atMs: number): void {
  const message = "no seat left";
  const stack = `SeatError: ${message}\n    at seat (/app/src/stock.js:4:7)`;
  world.loki.push([
    {
      labels: { deployment_environment: "dev", service_name: "orders" },
      timestampNs: BigInt(atMs) * 1_000_000n,
      line: JSON.stringify({
        level: 50,
        time: atMs,
        msg: message,
        err: { type: "SeatError", message, stack },
        trace_id: traceId,
        span_id: "8".repeat(16),
      }),
    },
  ]);
}

describe("a trace that Tempo never has", () => {
  it("is waited for, and then the issue is filed without it and says so", () =>
    inWorld({ hasFailures: false, tempo: "wait: 10m" }, async (world) => {
      const atMs = startMs - 40_000;
      pushTracelessFailure(world, atMs);
      const first = await worker.run(world, startMs);
      expect(first.summary).toMatchObject({ exitCode: 0, modelCalls: 0, jobs: { delayed: 1 } });
      for (const minutes of [2, 5, 9]) {
        const waiting = await worker.run(world, atMs + minutes * minuteMs);
        expect(waiting.summary).toMatchObject({ exitCode: 0, modelCalls: 0, jobs: { delayed: 1 } });
      }
      expect(issueTitles(world)).toEqual([]);
      // Waiting is no failed attempt: it may be looked for any number of times.
      expect(tracesAsked(world)).toBeGreaterThanOrEqual(4);

      const last = await worker.run(world, atMs + 11 * minuteMs);
      expect(last.openOrders).toEqual([]);
      expect(issueTitles(world)).toHaveLength(1);
      expect(bodiesOf(world)[0]).toContain(noTrace);
      expect(bodiesOf(world)[0]).toContain(traceId);
    }));

  it("that comes after all is read, and the issue has it", () =>
    inWorld({ hasFailures: false, tempo: "wait: 10m" }, async (world) => {
      const atMs = startMs - 40_000;
      pushTracelessFailure(world, atMs);
      await worker.run(world, startMs);
      pushTrace(world, atMs);
      await worker.run(world, atMs + 3 * minuteMs);
      expect(bodiesOf(world)[0]).not.toContain(noTrace);
      expect(bodiesOf(world)[0]).toContain("GET /seat");
    }));
});

describe("a Tempo that fails", () => {
  it("with 500 for some minutes holds investigations up, and nothing is paid meanwhile", () =>
    inWorld({}, async (world) => {
      const broken = { kind: "answer", status: 500, body: "block is missing\n" } as const;
      world.tempo.faults.next(broken, { path: "/api/", times: 1_000 });
      const first = await worker.run(world, startMs);
      expect(first.summary).toMatchObject({ exitCode: 0, modelCalls: 0, jobs: { delayed: 2 } });
      expect(issueTitles(world)).toEqual([]);
      world.tempo.faults.clear();
      await worker.run(world, startMs + 2 * minuteMs);
      expect(issueTitles(world)).toHaveLength(2);
      for (const body of bodiesOf(world)) expect(body).not.toContain(noTrace);
    }));

  it("for hours keeps no issue back for ever, and what was not asked costs nothing", () =>
    inWorld({}, async (world) => {
      const broken = { kind: "answer", status: 500, body: "block is missing\n" } as const;
      world.tempo.faults.next(broken, { path: "/api/", times: 100_000 });
      for (let run = 0; run < 8; run++) await worker.run(world, startMs + run * 20 * minuteMs);
      expect(issueTitles(world)).toHaveLength(2);
      for (const body of bodiesOf(world)) {
        expect(body).toContain(noTrace);
        expect(body).toContain("500");
      }
    }));
});

function tracesAsked(world: SmallWorld): number {
  return world.tempo.requests.filter(({ path }) => path === `/api/traces/${traceId}`).length;
}

function pushTrace(world: SmallWorld, atMs: number): void {
  const startTimeUnixNano = `${atMs}000000`;
  world.tempo.push({
    resourceSpans: [
      {
        resource: { attributes: [{ key: "service.name", value: { stringValue: "orders" } }] },
        scopeSpans: [
          {
            scope: {},
            spans: [
              {
                traceId,
                spanId: "8".repeat(16),
                name: "GET /seat",
                kind: 2,
                startTimeUnixNano,
                endTimeUnixNano: `${atMs + 20}000000`,
                status: { code: 2, message: "no seat left" },
              },
            ],
          },
        ],
      },
    ],
  });
}
