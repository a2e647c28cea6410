import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { inWorld, issueTitles, minuteMs, startMs } from "../support/in-world.ts";
import { type Checkout, logCheckout, type SmallWorld, traceCheckout } from "../support/small-world.ts";
import { startWorkerProcess, type WorkerProcess } from "../support/worker-process.ts";

let worker: WorkerProcess;
beforeAll(() => {
  worker = startWorkerProcess();
});
afterAll(() => worker.close());

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

/** The request with everything that it leaves behind. */
function push(world: SmallWorld, checkout: Checkout): void {
  traceCheckout(world.tempo, checkout);
  logCheckout(world.loki, checkout, "shop");
  if (checkout.failsIn === "orders") logCheckout(world.loki, checkout, "orders");
}
