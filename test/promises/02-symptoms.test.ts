import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { inWorld, issueTitles, minuteMs, startMs } from "../support/in-world.ts";
import { logCheckout, traceCheckout } from "../support/small-world.ts";
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
