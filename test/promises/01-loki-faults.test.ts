import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { SourceFault } from "../../src/demo/source-faults.ts";
import { inWorld, issueTitles, minuteMs, startMs } from "../support/in-world.ts";
import { failures, pushFailureOf } from "../support/small-world.ts";
import { startWorkerProcess, type WorkerProcess } from "../support/worker-process.ts";

let worker: WorkerProcess;
beforeAll(() => {
  worker = startWorkerProcess();
});
afterAll(() => worker.close());

const queryPath = "/query_range";
const expectedErrors = failures.total + failures.shop + failures.stock;

const faults: readonly (readonly [string, SourceFault, RegExp])[] = [
  ["429", answer(429, "too many outstanding requests\n"), /Loki answered 429 .*too many outstanding requests/],
  ["500", answer(500, "ingester is on fire\n"), /Loki answered 500 .*ingester is on fire/],
  [
    "a web page with status 200",
    answer(200, "<!doctype html><html><title>Sign in</title></html>", "text/html"),
    /Loki answered 200 with/,
  ],
  ["JSON that is cut off", { kind: "cut", bytes: 300 }, /Loki answered 200 with/],
  ["a connection that is reset", { kind: "reset" }, /Loki/],
];

function answer(status: number, body: string, contentType = "text/plain"): SourceFault {
  return { kind: "answer", status, body, headers: { "content-type": contentType } };
}

describe("a Loki that fails", () => {
  it.each(faults)(
    "with %s changes nothing, keeps no other environment, and is read whole by the next run",
    (_, fault, words) =>
      inWorld(
        {
          environments: ({ loki }) =>
            `  prod: { mode: issue, loki: { url: "${loki}", query: '{deployment_environment="prod"}' } }`,
        },
        async (world) => {
          pushFailureOf(world.loki, {
            kind: "Billing",
            service: "orders",
            atMs: startMs - 5 * minuteMs,
            environment: "prod",
          });
          world.loki.faults.next(fault, { path: queryPath });
          const first = await worker.run(world, startMs);
          expect(first.summary.exitCode).toBe(1);
          expect(first.summary.failures).toEqual([expect.stringMatching(/^dev: /)]);
          expect(first.summary.failures[0]).toMatch(words);
          expect(first.checkpoints["dev"]).toBeNull();
          expect(first.incidents.map((incident) => incident.counts)).toEqual([{ prod: 1 }]);
          expect(issueTitles(world)).toEqual(["company/orders: [orders] BillingError in stock.js:handleBilling"]);

          const second = await worker.run(world, startMs + 5 * minuteMs);
          expect(second.summary.exitCode).toBe(0);
          expect(second.checkpoints["dev"]).toBe(`${startMs + 5 * minuteMs - 30_000}000000`);
          expect(countOf(second, "dev")).toBe(expectedErrors);
          expect(issueTitles(world)).toHaveLength(3);
        },
      ),
  );

  it("in the middle of several pages keeps the pages before, and counts none of them again", () =>
    inWorld({ loki: "limit: 4" }, async (world) => {
      const pagesBefore = 2;
      for (let page = 0; page < pagesBefore; page++)
        world.loki.faults.next({ kind: "drip", everyMs: 0 }, { path: queryPath });
      world.loki.faults.next(answer(500, "ingester is on fire\n"), { path: queryPath });
      const first = await worker.run(world, startMs);
      expect(first.summary.exitCode).toBe(1);
      expect(first.checkpoints["dev"]).toBeNull();
      const countedFirst = countOf(first, "dev");
      expect(countedFirst).toBeGreaterThan(0);
      expect(countedFirst).toBeLessThan(expectedErrors);

      const second = await worker.run(world, startMs + minuteMs);
      expect(second.summary.failures).toEqual([]);
      expect(countOf(second, "dev")).toBe(expectedErrors);
      const [window] = second.coverage;
      expect(window).toMatchObject({ entries: expectedErrors, errors: expectedErrors - countedFirst, gap: null });
      expect(window?.pages).toBeGreaterThan(pagesBefore);
      expect(issueTitles(world)).toHaveLength(2);
    }));
});

function countOf(run: Awaited<ReturnType<WorkerProcess["run"]>>, environment: string): number {
  return run.incidents.reduce((sum, incident) => sum + (incident.counts[environment] ?? 0), 0);
}
