import { describe, expect, it } from "vitest";
import { type Effect, intendEffect } from "../../src/domain/effect.ts";
import type { Incident, IncidentState } from "../../src/domain/incident.ts";
import { own } from "../../src/domain/inert.ts";
import { redact } from "../../src/domain/redact.ts";
import { applyEffect, whyUnwanted } from "../../src/jobs/apply-effect.ts";
import { incidentNamed, startMs } from "../support/incidents.ts";

function effectOn(incident: Incident, changes: Partial<Effect> = {}): Effect {
  const repository = "company/orders";
  const outgoing = { kind: "open-issue", repository, title: own`t`, body: own`b`, labels: [], marker: own`m` } as const;
  return { ...intendEffect("open-issue-1", outgoing, incident.id, "dev", startMs), ...changes };
}

const done = { state: "done", reference: 7, url: "https://github.com/company/orders/issues/7" } as const;

describe("the end of an issue's effect", () => {
  it("makes a new incident reported, with its issue", () => {
    const incident = incidentNamed("new");
    const { incidents } = applyEffect(effectOn(incident, done), incident, startMs);
    expect(incidents).toMatchObject([{ state: "reported", issue: { number: 7, reportedCount: 3 } }]);
  });

  it.each<IncidentState>(["muted", "resolved", "symptom"])(
    "keeps the decision that it is %s, and knows the issue",
    (state) => {
      const incident = incidentNamed(state, { state });
      const { incidents } = applyEffect(effectOn(incident, done), incident, startMs);
      expect(incidents).toMatchObject([{ state, issue: { number: 7 } }]);
    },
  );

  it("asks a human where GitHub refused, but not about what was decided meanwhile", () => {
    const refused = { state: "refused", because: redact("Issues are disabled.") } as const;
    const fresh = incidentNamed("fresh");
    const ignored = incidentNamed("ignored", { state: "muted" });
    expect(applyEffect(effectOn(fresh, refused), fresh, startMs).incidents).toMatchObject([{ state: "stuck" }]);
    expect(applyEffect(effectOn(ignored, refused), ignored, startMs).incidents).toBeUndefined();
  });
});

describe("an effect that waited", () => {
  it.each<[IncidentState, boolean]>([
    ["new", true],
    ["muted", false],
    ["resolved", false],
    ["symptom", false],
    ["reported", false],
  ])("opens an issue of an incident that is %s: %s", (state, isWanted) => {
    const incident = incidentNamed(state, { state });
    expect(whyUnwanted(effectOn(incident), incident) === null).toBe(isWanted);
  });

  it("is not sent for an incident that is gone", () => {
    expect(whyUnwanted(effectOn(incidentNamed("gone")), null)).toContain("gone");
  });
});
