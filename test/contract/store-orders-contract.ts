import { beforeEach, describe, expect, it } from "vitest";
import type { Ceilings, Reservation } from "../../src/domain/budget.ts";
import type { Change, Store } from "../../src/domain/store.ts";
import { sampleAuditLine, sampleIncident, sampleOrder } from "../support/domain-samples.ts";
import type { StoreUnderTest } from "./store-under-test.ts";

const otherId = "i000000000002";
const day = "2026-11-21";
const settled = {
  service: "orders",
  outcome: "found",
  bill: [
    {
      step: "analyse",
      model: "small",
      prompt: "abcdef012345",
      calls: 3,
      inputTokens: 10,
      cacheReadTokens: 20_000,
      cacheWriteTokens: 9_000,
      outputTokens: 700,
      costUsd: 0.2,
    },
  ],
} as const;

/** Orders and the money for them. */
export function ordersContract(underTest: () => StoreUnderTest): void {
  let store: Store;
  beforeEach(() => {
    ({ store } = underTest());
  });
  const commit = (change: Change) => store.commit(change, null);

  describe("orders", () => {
    const ids = (orders: readonly { readonly id: string }[]) => orders.map(({ id }) => id);

    it("keeps an order for the queue until it was taken over, and open until it is settled", async () => {
      await commit({ orders: [sampleOrder({ id: "b" }), sampleOrder({ id: "a" }), sampleOrder({ id: "c" })] });
      expect(ids(await store.orders(2))).toEqual(["b", "a"]);
      await store.forgetOrders(["b", "a"]);
      expect(ids(await store.orders(10))).toEqual(["c"]);
      expect(ids(await store.openOrders())).toEqual(["b", "a", "c"]);
      await commit({ settled: ["a", "unheard-of"] });
      expect(ids(await store.openOrders())).toEqual(["b", "c"]);
    });

    it("takes an order once, also after it was settled", async () => {
      await commit({ orders: [sampleOrder({ id: "a", urgency: "normal" })] });
      await commit({ orders: [sampleOrder({ id: "a", urgency: "urgent" })] });
      expect((await store.orders(10)).map(({ urgency }) => urgency)).toEqual(["normal"]);
      await commit({ settled: ["a"] });
      await commit({ orders: [sampleOrder({ id: "a" })] });
      expect(await store.openOrders()).toEqual([]);
      expect(await store.orders(10)).toEqual([]);
    });
  });

  describe("budget", () => {
    const order = (round: number, incident = "i000000000001") =>
      sampleOrder({
        id: `${incident}-1-${round}`,
        round,
        incident: sampleIncident({ id: incident as `i${string}` }),
      });
    const reserve = (reservations: readonly Reservation[], over: Partial<Ceilings> = {}): Change => ({
      orders: [order(0), order(1), order(2), order(0, otherId)],
      reserve: { reservations, ceilings: ceilings(over) },
    });

    it("reserves up to the ceiling of the day, and nothing of the change beyond it", async () => {
      expect(await commit(reserve([reservation("r1", 0.1), reservation("r2", 0.2)], { dayUsd: 0.3 }))).toBe("done");
      const over: Change = { ...reserve([reservation("r3", 0.01)], { dayUsd: 0.3 }), audit: [sampleAuditLine()] };
      expect(await commit(over)).toBe("over-budget");
      expect(await store.audit({ sinceMs: 0, limit: 10 })).toEqual([]);
      expect(await store.spentUsd(day, null)).toBeCloseTo(0.3, 9);
      const tomorrow = { ...reservation("r3", 0.3), dayUtc: "2026-11-22" };
      expect(await commit(reserve([tomorrow], { dayUsd: 0.3 }))).toBe("done");
    });

    it("reserves up to the ceiling of an environment's day", async () => {
      const prod = { ...reservation("r1", 1), environment: "prod" };
      expect(await commit(reserve([prod], { environmentDayUsd: 1 }))).toBe("done");
      expect(await commit(reserve([reservation("r2", 1)], { environmentDayUsd: 1 }))).toBe("done");
      expect(await commit(reserve([{ ...prod, id: "r3", amountUsd: 0.01 }], { environmentDayUsd: 1 }))).toBe(
        "over-budget",
      );
      expect(await store.spentUsd(day, "prod")).toBe(1);
      expect(await store.spentUsd(day, null)).toBe(2);
    });

    it("reserves up to the ceiling of an incident, over all its orders and days", async () => {
      expect(await commit(reserve([reservation("r1", 0.3)], { incidentUsd: 0.5 }))).toBe("done");
      const nextDay = { ...reservation("r2", 0.3, "i000000000001-1-1"), dayUtc: "2026-11-22" };
      expect(await commit(reserve([nextDay], { incidentUsd: 0.5 }))).toBe("over-budget");
      const two = [reservation("r2", 0.1, "i000000000001-1-1"), reservation("r3", 0.11, "i000000000001-1-2")];
      expect(await commit(reserve(two, { incidentUsd: 0.5 }))).toBe("over-budget");
      expect(await commit(reserve([reservation("r2", 0.3, `${otherId}-1-0`)], { incidentUsd: 0.5 }))).toBe("done");
      expect(await commit(reserve([reservation("r3", 0.2, "i000000000001-1-1")], { incidentUsd: 0.5 }))).toBe("done");
    });

    it("counts what is not settled as spent, and what is settled once", async () => {
      await commit(reserve([reservation("r1", 0.5), reservation("r2", 0.5)]));
      await commit({ settle: [{ ...settled, reservation: "r1", actualUsd: 0.2, model: "small" }] });
      await commit({ settle: [{ ...settled, reservation: "r1", actualUsd: 0.1, model: "other", bill: [] }] });
      expect(await store.spentUsd(day, null)).toBeCloseTo(0.7, 9);
      expect(await store.costs(day)).toEqual([
        costLine({ model: null, actualUsd: null, service: null, outcome: null, bill: [] }),
        costLine({}),
      ]);
      expect(await store.costs("2026-11-22")).toEqual([]);
    });

    it("reserves once, however often the same reservation is committed", async () => {
      for (let time = 0; time < 3; time++) {
        expect(await commit(reserve([reservation("r1", 0.5)], { dayUsd: 0.5 }))).toBe("done");
      }
      expect(await store.spentUsd(day, null)).toBe(0.5);
    });

    const costLine = (over: object) => ({
      dayUtc: day,
      environment: "dev",
      order: "i000000000001-1-0",
      model: "small",
      reservedUsd: 0.5,
      actualUsd: 0.2,
      ...settled,
      ...over,
    });
  });
}

function ceilings(over: Partial<Ceilings>): Ceilings {
  return { incidentUsd: 100, dayUsd: 100, environmentDayUsd: null, ...over };
}

function reservation(id: string, amountUsd: number, order = "i000000000001-1-0"): Reservation {
  return { id, order, environment: "dev", dayUtc: day, amountUsd };
}
