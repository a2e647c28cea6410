import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { inWorld, issueTitles, minuteMs, startMs } from "../support/in-world.ts";
import {
  type Checkout,
  entry,
  logCheckout,
  resource,
  type SmallWorld,
  span,
  traceCheckout,
} from "../support/small-world.ts";
import { startWorkerProcess, type WorkerProcess } from "../support/worker-process.ts";

let worker: WorkerProcess;
beforeAll(() => {
  worker = startWorkerProcess();
});
afterAll(() => worker.close());

/** An error of its own kind, thrown in its own file. */
function orderError(type: string, file: string) {
  const message = "unusable";
  return {
    type,
    message,
    stack: `${type}: ${message}\n    at handle (${file}:12:9)\n    at run (/app/orders/batch.js:3:1)`,
  };
}
const batchError = {
  type: "BatchError",
  message: "6 items failed",
  stack: "BatchError: 6 items failed\n    at run (/app/orders/batch.js:9:9)",
};

const quiet = { hasFailures: false, hasModel: false } as const;

describe("a service whose log comes after its caller's issue was filed", () => {
  it("gets no second issue: its entries join the incident that its span was known by", () =>
    inWorld(quiet, async (world) => {
      const checkout = { name: "ab", atMs: startMs - 2 * minuteMs, failsIn: "orders" } as const;
      traceCheckout(world.tempo, checkout);
      logCheckout(world.loki, checkout, "shop");
      await worker.run(world, startMs);
      const filed = issueTitles(world);
      expect(filed).toHaveLength(1);
      expect(filed[0]).toMatch(/^company\/orders: /);

      logCheckout(world.loki, checkout, "orders");
      const second = await worker.run(world, startMs + minuteMs);
      expect(issueTitles(world)).toEqual(filed);
      expect(second.incidents.map(({ state, counts }) => [state, counts])).toEqual([["reported", { dev: 2 }]]);
      // Also found again by it after the state was lost.
      const fingerprints = second.incidents.flatMap((incident) => incident.fingerprints);
      expect(fingerprints).toHaveLength(2);
      for (const each of fingerprints) expect(world.github.world.issues()[0]?.body).toContain(each);
    }));
});

describe("a service with a bug of its own that once failed because of another", () => {
  it.each(["last", "first"])("keeps it when the other's failure was the %s", (when) =>
    inWorld(quiet, async (world) => {
      for (let index = 0; index < 5; index++) {
        push(world, { name: `a${index}`, atMs: startMs - (20 - index) * minuteMs, failsIn: "shop" });
      }
      const atMs = when === "last" ? startMs - 5 * minuteMs : startMs - 25 * minuteMs;
      push(world, { name: "ab", atMs, failsIn: "orders" });
      const run = await worker.run(world, startMs);
      expect(issueTitles(world).toSorted()).toEqual([
        expect.stringMatching(/^company\/orders: \[orders\]/),
        expect.stringMatching(/^company\/shop: \[shop\]/),
      ]);
      expect(run.incidents.map(({ state }) => state)).toEqual(["reported", "reported"]);
    }),
  );
});

describe("a symptom whose cause goes on", () => {
  it("comes back when it is seen without it, and gets its own issue", () =>
    inWorld(quiet, async (world) => {
      push(world, { name: "ab", atMs: startMs - 2 * minuteMs, failsIn: "orders" });
      const first = await worker.run(world, startMs);
      expect(issueTitles(world)).toHaveLength(1);
      expect(first.incidents.map(({ state }) => state).toSorted()).toEqual(["reported", "symptom"]);
      for (let round = 1; round <= 10; round++) {
        const atMs = startMs + round * 5 * minuteMs;
        // Something else calls orders, and the shop has a bug of its own.
        logCheckout(
          world.loki,
          { name: `d${round.toString(16)}`, atMs: atMs - 3 * minuteMs, failsIn: "orders" },
          "orders",
        );
        push(world, { name: `e${round.toString(16)}`, atMs: atMs - 2 * minuteMs, failsIn: "shop" });
        await worker.run(world, atMs);
      }
      expect(issueTitles(world)).toHaveLength(2);
      expect(issueTitles(world)[1]).toMatch(/^company\/shop: /);
    }));

  it("stays one for as long as it is seen with it", () =>
    inWorld(quiet, async (world) => {
      for (let round = 0; round <= 10; round++) {
        const atMs = startMs + round * 5 * minuteMs;
        push(world, { name: `e${round.toString(16)}`, atMs: atMs - 2 * minuteMs, failsIn: "orders" });
        const run = await worker.run(world, atMs);
        // Of all runs together.
        expect(run.summary.jobs?.done).toBe(1);
        expect(run.incidents.map(({ state }) => state).toSorted()).toEqual(["reported", "symptom"]);
      }
      expect(issueTitles(world)).toHaveLength(1);
    }));
});

describe("a symptom that has its issue already", () => {
  it("keeps it, and one comment leads from it to the issue of its cause", () =>
    inWorld(quiet, async (world) => {
      // The first time, the trace never arrived: nobody could know.
      logCheckout(world.loki, { name: "ab", atMs: startMs - 30 * minuteMs, failsIn: "orders" }, "shop");
      await worker.run(world, startMs);
      expect(issueTitles(world)).toEqual([expect.stringMatching(/^company\/shop: /)]);

      for (const [index, name] of ["c1", "c2", "c3"].entries()) {
        push(world, { name, atMs: startMs + (index + 1) * minuteMs, failsIn: "orders" });
      }
      await worker.run(world, startMs + 10 * minuteMs);
      const last = await worker.run(world, startMs + 11 * minuteMs);
      const [shop, orders, ...more] = world.github.world.issues();
      expect([shop?.repository, orders?.repository, more]).toEqual(["company/shop", "company/orders", []]);
      expect(last.incidents.map(({ state }) => state)).toEqual(["reported", "reported"]);
      const leading = (shop?.comments ?? []).filter(({ body }) => body.includes("follows from another failure"));
      expect(leading).toHaveLength(1);
      expect(leading[0]?.body).toContain(`/company/orders/issues/${orders?.number})`);
      expect(shop?.state).toBe("open");
      expect(orders?.comments).toEqual([]);

      // Recurrences go on, in a comment of their own.
      push(world, { name: "c4", atMs: startMs + 90 * minuteMs, failsIn: "orders" });
      await worker.run(world, startMs + 100 * minuteMs);
      const bodies = (world.github.world.issues()[0]?.comments ?? []).map(({ body }) => body);
      expect(bodies.filter((body) => body.includes("Still happening: 5 times"))).toHaveLength(1);
      expect(bodies.filter((body) => body.includes("follows from another failure"))).toHaveLength(1);
    }));
});

describe("a batch whose trace holds six unrelated bugs", () => {
  it("has six incidents and six issues", () =>
    inWorld({ ...quiet, extra: "flood: { issuesPerRun: 20, issuesPerDay: 20 }" }, async (world) => {
      const traceId = "7".repeat(32);
      const root = "8".repeat(16);
      const items = Array.from({ length: 6 }, (_each, index) => ({
        spanId: `9${index}`.padEnd(16, "6"),
        atMs: startMs - 5 * minuteMs + index * 100,
        error: orderError(`Item${"ABCDEF"[index]}Error`, `/app/orders/item-${"abcdef"[index]}.js`),
      }));
      world.tempo.push({
        resourceSpans: [
          resource(
            "orders",
            span(traceId, root, null, "nightly batch", startMs - 6 * minuteMs, 100_000, batchError),
            ...items.map(({ spanId, atMs, error }) => span(traceId, spanId, root, "item", atMs, 40, error)),
          ),
        ],
      });
      world.loki.push(items.map(({ spanId, atMs, error }) => entry("orders", atMs, traceId, spanId, error)));
      let last = await worker.run(world, startMs);
      // One order at a time for those that share a trace, for any of them may turn out to be the cause of another.
      for (let round = 1; round < 3; round++) last = await worker.run(world, startMs + round * minuteMs);
      expect(last.incidents.map(({ state }) => state)).toEqual(items.map(() => "reported"));
      expect(new Set(issueTitles(world)).size).toBe(6);
    }));
});

/** The request with everything that it leaves behind. */
function push(world: SmallWorld, checkout: Checkout): void {
  traceCheckout(world.tempo, checkout);
  logCheckout(world.loki, checkout, "shop");
  if (checkout.failsIn === "orders") logCheckout(world.loki, checkout, "orders");
}
