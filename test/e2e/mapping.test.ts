import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { editServiceMap } from "../support/edit-service-map.ts";
import { inWorld, issueTitles, minuteMs, startMs } from "../support/in-world.ts";
import { pushFailureOf } from "../support/small-world.ts";
import { startWorkerProcess, type WorkerProcess } from "../support/worker-process.ts";

let worker: WorkerProcess;
beforeAll(() => {
  worker = startWorkerProcess();
});
afterAll(() => worker.close());

const onlyShop = (clone: string) => `  shop: { repository: company/shop, path: ${clone} }`;

describe("a service that no repository is mapped to", () => {
  it("needs a human, told by the exit code once; mapped and retried it is filed", () =>
    inWorld({ services: onlyShop, hasFailures: false }, async (world) => {
      pushFailureOf(world.loki, { kind: "Alone", service: "orders", atMs: startMs - 5 * minuteMs });
      const first = await worker.run(world, startMs);
      expect(first.summary.exitCode).toBe(3);
      expect(first.summary.needsHuman).toEqual([
        expect.stringMatching(/No repository is mapped to the service "orders": add it under services/),
      ]);
      const second = await worker.run(world, startMs + minuteMs);
      expect(second.summary).toMatchObject({ exitCode: 0, effects: [], modelCalls: 0 });
      expect(second.summary.needsHuman).toHaveLength(1);
      expect(issueTitles(world)).toEqual([]);

      editServiceMap(
        world,
        "  shop:",
        `  orders: { repository: company/orders, path: ${world.folder}/orders }\n  shop:`,
      );
      const id = first.incidents[0]?.id ?? "";
      expect(await worker.cli(world, ["incidents", "retry", id])).toMatchObject({ code: 0 });
      const third = await worker.run(world, startMs + 2 * minuteMs);
      expect(third.summary).toMatchObject({ exitCode: 0, needsHuman: [] });
      expect(issueTitles(world)).toEqual(["company/orders: [orders] AloneError in stock.js:handleAlone"]);
    }));

  it("that is the origin of another's failure: the symptom waits with it", () =>
    inWorld({ services: onlyShop }, async (world) => {
      const first = await worker.run(world, startMs);
      expect(issueTitles(world)).toEqual([]);
      expect(first.incidents.map(({ state, service }) => `${service} ${state}`).toSorted()).toEqual([
        "orders stuck",
        "orders stuck",
        "shop symptom",
      ]);
    }));

  it("is filed in the fallback repository where there is one", () =>
    inWorld({ services: onlyShop, extra: "fallbackRepository: company/orders" }, async (world) => {
      const first = await worker.run(world, startMs);
      expect(first.summary.exitCode).toBe(0);
      expect(world.github.world.issues().map(({ repository }) => repository)).toEqual([
        "company/orders",
        "company/orders",
      ]);
      for (const { body, labels } of world.github.world.issues()) {
        expect(labels).toContain("service:orders");
        expect(body).toContain("No place in the code could be named.");
      }
    }));
});
