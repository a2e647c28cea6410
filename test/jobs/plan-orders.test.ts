import { describe, expect, it } from "vitest";
import { type PlanRules, planOrders } from "../../src/jobs/plan-orders.ts";
import { incidentNamed, sampleOf, startMs } from "../support/incidents.ts";

const rules: PlanRules = {
  configDigest: "digest",
  hasModel: true,
  ceilings: { incidentUsd: 0.5, dayUsd: 5, environmentDayUsd: null },
  leftUsd: 5,
  leftUsdOf: () => 5,
  leftIncidentUsd: () => 0.5,
  slotsOf: () => 5,
  modeOf: () => "issue",
  leaveOf: () => null,
  openIssuesFor: () => [],
  durationMsMax: 600_000,
  settleMs: 10_000,
  nowMs: startMs + 600_000,
};

describe("planning orders", () => {
  it("orders the worst first and holds back what is over the limit, worst first too", () => {
    const few = incidentNamed("few", { counts: { dev: 1 } });
    const many = incidentNamed("many", { counts: { dev: 200 } });
    const some = incidentNamed("some", { counts: { dev: 20 } });
    const plan = planOrders([few, many, some], [], { ...rules, slotsOf: () => 1 });
    expect(plan.orders.map((order) => order.incident.id)).toEqual([many.id]);
    expect(plan.heldBack.map((incident) => incident.id)).toEqual([some.id, few.id]);
  });

  it("gives one order for incidents that share a trace", () => {
    const cause = incidentNamed("cause", { samples: [sampleOf("shared")], counts: { dev: 2 } });
    const effect = incidentNamed("effect", { samples: [sampleOf("shared")], counts: { dev: 9 } });
    const plan = planOrders([cause, effect], [], rules);
    expect(plan.orders.map((order) => order.incident.id)).toEqual([effect.id]);
    expect(plan.heldBack).toEqual([]);
  });

  it("lets an incident wait that shares a trace with an order under way", () => {
    const waiting = incidentNamed("waiting", { samples: [sampleOf("shared")] });
    const ordered = incidentNamed("ordered", { samples: [sampleOf("shared")] });
    expect(planOrders([waiting], [ordered], rules).orders).toEqual([]);
  });

  it("counts the limit of each environment on its own", () => {
    const dev = incidentNamed("dev", { samples: [sampleOf(null, "dev")], counts: { dev: 1 } });
    const prod = incidentNamed("prod", { samples: [sampleOf(null, "prod")], counts: { prod: 1 } });
    const plan = planOrders([dev, prod], [], { ...rules, slotsOf: (environment) => (environment === "prod" ? 0 : 5) });
    expect(plan.orders.map((order) => order.incident.id)).toEqual([dev.id]);
    expect(plan.heldBack.map((incident) => incident.id)).toEqual([prod.id]);
  });

  it("reserves money while there is some, and then orders without a model and says why", () => {
    const incidents = ["a", "b", "c"].map((name) => incidentNamed(name, { samples: [sampleOf(name)] }));
    const plan = planOrders(incidents, [], { ...rules, leftUsd: 0.7 });
    expect(plan.orders.map((order) => [order.allowanceUsd > 0, order.noModelBecause])).toEqual([
      [true, null],
      [true, null],
      [false, "over-budget"],
    ]);
    expect(plan.reservations.reduce((sum, each) => sum + each.amountUsd, 0)).toBeCloseTo(0.7);
  });

  it("never reserves more for an environment than its day has left", () => {
    const incidents = ["a", "b"].map((name) => incidentNamed(name, { samples: [sampleOf(name)] }));
    const plan = planOrders(incidents, [], { ...rules, leftUsdOf: () => 0.6 });
    expect(plan.reservations.reduce((sum, each) => sum + each.amountUsd, 0)).toBeCloseTo(0.6);
  });

  it("waits a little for what shares a trace, and not at all for what is long past", () => {
    const fresh = incidentNamed("fresh", { lastSeenNs: BigInt(rules.nowMs) * 1_000_000n });
    const old = incidentNamed("old", { samples: [sampleOf(null)], lastSeenNs: BigInt(startMs) * 1_000_000n });
    const [first, second] = planOrders([fresh, old], [], rules).orders;
    expect(first?.notBeforeMs).toBe(rules.nowMs + rules.settleMs);
    expect(second?.notBeforeMs).toBeLessThan(rules.nowMs);
  });

  it("gives the same plan again for the same state", () => {
    const incidents = ["a", "b", "c", "d"].map((name) => incidentNamed(name, { samples: [sampleOf(name)] }));
    expect(planOrders(incidents, [], rules)).toEqual(planOrders(incidents.toReversed(), [], rules));
  });
});
