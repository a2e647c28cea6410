import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { LokiStandIn } from "../../src/demo/loki/server.ts";
import { inWorld, minuteMs, startMs } from "../support/in-world.ts";
import { failures, pushFailureOf, pushStockFailure } from "../support/small-world.ts";
import { type RunResult, startWorkerProcess, type WorkerProcess } from "../support/worker-process.ts";

let worker: WorkerProcess;
beforeAll(() => {
  worker = startWorkerProcess();
});
afterAll(() => worker.close());

describe("entries that come late", () => {
  it("are counted once when they come within the lateness", () =>
    inWorld({ hasModel: false }, async (world) => {
      await worker.run(world, startMs);
      // Nine minutes behind the checkpoint, of a kind that is known and of one that is not.
      pushStockFailure(world.loki, startMs - 9 * minuteMs);
      pushFailureOf(world.loki, { kind: "Late", service: "orders", atMs: startMs - 8 * minuteMs });
      const second = await worker.run(world, startMs + minuteMs);
      expect(countsOf(second)).toEqual([1, failures.stock + 1, failures.shop, failures.total].toSorted());
      expect(second.coverage.at(-1)).toMatchObject({ errors: 2, late: 2 });

      const third = await worker.run(world, startMs + 2 * minuteMs);
      expect(countsOf(third)).toEqual(countsOf(second));
      expect(third.coverage.at(-1)).toMatchObject({ errors: 0, late: 0, duplicates: 2 });
      expect(third.summary.effects).toEqual([]);
    }));

  it("leave what the settle time holds back to the next run", () =>
    inWorld({ hasModel: false, hasFailures: false }, async (world) => {
      pushStockFailure(world.loki, startMs - 10_000);
      expect(countsOf(await worker.run(world, startMs))).toEqual([]);
      expect(countsOf(await worker.run(world, startMs + minuteMs))).toEqual([1]);
    }));
});

describe("an answer of many pages", () => {
  it.each([1, 2, 3, 5, 7])("with %i entries a page is read whole", (limit) =>
    inWorld({ hasModel: false, loki: `limit: ${limit}` }, async (world) => {
      // More at one nanosecond than a page holds.
      for (let same = 0; same < 6; same++) {
        pushFailureOf(world.loki, { kind: `Same${"abcdef"[same]}`, service: "shop", atMs: startMs - 3 * minuteMs });
      }
      const first = await worker.run(world, startMs);
      expect(countsOf(first)).toEqual([1, 1, 1, 1, 1, 1, failures.stock, failures.shop, failures.total]);
      expect(first.coverage[0]?.gap).toBeNull();
      expect(countsOf(await worker.run(world, startMs + minuteMs))).toEqual(countsOf(first));
    }),
  );

  it.each([1, 2, 3, 4])("with %i entries a page counts a stack trace that pages cut as one", (limit) =>
    inWorld({ hasModel: false, hasFailures: false, loki: `limit: ${limit}` }, async (world) => {
      pushSplitTrace(world.loki, startMs - 4 * minuteMs);
      pushSplitTrace(world.loki, startMs - 2 * minuteMs);
      const first = await worker.run(world, startMs);
      expect(countsOf(first)).toEqual([2]);
      expect(first.incidents[0]?.title).toMatch(/NullPointerException/);
      expect(countsOf(await worker.run(world, startMs + minuteMs))).toEqual([2]);
    }),
  );

  it("counts a stack trace that the end of the window cuts as one", () =>
    inWorld({ hasModel: false, hasFailures: false }, async (world) => {
      const endMs = startMs - 30_000;
      // Its lines lie around the end of the first window.
      pushSplitTrace(world.loki, endMs, -2);
      expect(countsOf(await worker.run(world, startMs))).toEqual([]);
      const second = await worker.run(world, startMs + minuteMs);
      expect(countsOf(second)).toEqual([1]);
      expect(second.incidents[0]?.samples[0]?.line).toContain("at com.company.orders.Main.main(Main.java:12)");
    }));
});

describe("a long time that is read in slices", () => {
  const firstBorderMs = startMs - 30_000 - 2 * 60 * minuteMs;

  it("counts a line of text at the end of a slice once", () =>
    inWorld({ hasModel: false, hasFailures: false, loki: "since: 3h" }, async (world) => {
      pushTextLine(world.loki, firstBorderMs - 10);
      const first = await worker.run(world, startMs);
      expect(first.coverage).toHaveLength(3);
      expect(countsOf(first)).toEqual([1]);
      expect(countsOf(await worker.run(world, startMs + minuteMs))).toEqual([1]);
    }));

  it("counts a stack trace that the border of two slices cuts as one", () =>
    inWorld({ hasModel: false, hasFailures: false, loki: "since: 3h" }, async (world) => {
      pushSplitTrace(world.loki, firstBorderMs, -2);
      const first = await worker.run(world, startMs);
      expect(countsOf(first)).toEqual([1]);
      expect(first.incidents[0]?.title).toMatch(/NullPointerException/);
      expect(countsOf(await worker.run(world, startMs + minuteMs))).toEqual([1]);
    }));

  it("loses nothing at the borders after the machine was asleep", () =>
    inWorld({ hasModel: false, hasFailures: false }, async (world) => {
      await worker.run(world, startMs);
      const borderMs = startMs - 30_000 - 10 * minuteMs + 60 * minuteMs;
      world.setNowMs(startMs + 150 * minuteMs);
      pushTextLine(world.loki, borderMs - 20);
      expect(countsOf(await worker.run(world, startMs + 150 * minuteMs))).toEqual([1]);
    }));
});

/** A line that lines of a stack trace may follow. */
function pushTextLine(loki: LokiStandIn, atMs: number): void {
  loki.push([
    {
      labels: { deployment_environment: "dev", service_name: "orders", pod: "orders-1" },
      timestampNs: BigInt(atMs) * 1_000_000n,
      line: "2026-03-01 00:59:29,990 ERROR [main] com.company.orders.Orders - the order could not be saved",
    },
  ]);
}

/** One line an entry, a nanosecond apart; `firstNs` before or after the instant. */
function pushSplitTrace(loki: LokiStandIn, atMs: number, firstNs = 0): void {
  const lines = [
    "2026-03-01 02:56:00,123 ERROR [main] com.company.orders.Orders - order failed",
    "java.lang.NullPointerException: order is null",
    "\tat com.company.orders.Orders.total(Orders.java:42)",
    "\tat com.company.orders.Orders.check(Orders.java:31)",
    "\tat com.company.orders.Main.main(Main.java:12)",
  ];
  loki.push(
    lines.map((line, index) => ({
      labels: { deployment_environment: "dev", service_name: "orders", pod: "orders-1" },
      timestampNs: BigInt(atMs) * 1_000_000n + BigInt(firstNs + index),
      line,
    })),
  );
}

function countsOf(run: RunResult): readonly number[] {
  return run.incidents.map((incident) => incident.counts["dev"] ?? 0).toSorted((a, b) => a - b);
}
