import { describe, expect, it } from "vitest";
import { own } from "../../src/domain/inert.ts";
import { type Destination, settleFindings, settleOrigin } from "../../src/jobs/settle-findings.ts";
import { findingsFor, incidentNamed, orderFor, sampleOf, startMs } from "../support/incidents.ts";

const live: Destination = {
  repository: "company/orders",
  mode: "issue",
  reportDigest: "digest-1",
  existing: null,
  isUnderWay: false,
};

function settle(destination: Partial<Destination>, state: "new" | "reported" = "new") {
  const incident = incidentNamed("asked", { state });
  const order = orderFor(incident);
  return settleFindings({
    findings: findingsFor(order),
    order,
    settled: { target: incident, symptoms: [], linked: [], aliases: [] },
    destination: { ...live, ...destination },
    render: (_incident, repository) => ({
      kind: "open-issue",
      repository,
      title: own`title`,
      body: own`body`,
      labels: [],
      marker: own`marker`,
    }),
    nowMs: startMs,
  });
}

describe("where a failure began", () => {
  const asked = incidentNamed("asked", { service: "storefront" });
  const origin = incidentNamed("origin", { service: "pricing" });
  const found = { service: "pricing", fingerprint: origin.fingerprints[0] ?? null };

  it("moves the issue to the origin's incident and makes the asked one its symptom", () => {
    const findings = findingsFor(orderFor(asked), { origin: found, symptoms: asked.fingerprints });
    const { target, symptoms } = settleOrigin(asked, findings, origin, [asked]);
    expect(target.id).toBe(origin.id);
    expect(symptoms).toMatchObject([{ id: asked.id, state: "symptom", causedBy: origin.id }]);
  });

  it("leaves an incident its own when it only shares the trace", () => {
    const findings = findingsFor(orderFor(asked), { origin: found, symptoms: [] });
    const { target, symptoms } = settleOrigin(asked, findings, origin, []);
    expect(target.id).toBe(asked.id);
    expect(symptoms).toEqual([]);
  });

  it("takes the origin's service where the origin logged nothing of its own", () => {
    const findings = findingsFor(orderFor(asked), { origin: { service: "pricing", fingerprint: null } });
    expect(settleOrigin(asked, findings, null, []).target).toMatchObject({
      id: asked.id,
      service: "pricing",
      isOriginConfirmed: true,
    });
  });

  it("makes the fingerprint of an origin that only its span tells of one of the incident that stands for it", () => {
    const findings = findingsFor(orderFor(asked), { origin: found, symptoms: asked.fingerprints });
    const { target, aliases } = settleOrigin(asked, findings, null, [asked]);
    expect(target).toMatchObject({ id: asked.id, fingerprints: [...asked.fingerprints, ...origin.fingerprints] });
    expect(aliases).toEqual(origin.fingerprints);
  });

  it.each([
    [["shared", "own-1", "own-2"], false],
    [["shared", "own-1"], false],
    [["shared", "shared-too", "own-1"], true],
    [["shared"], true],
    [[], true],
  ])("takes one seen in %j for a symptom: %s", (traces, isSymptom) => {
    const cause = incidentNamed("cause", { samples: ["shared", "shared-too", "other"].map((each) => sampleOf(each)) });
    const follower = incidentNamed("follower", { samples: traces.map((each) => sampleOf(each)) });
    const findings = findingsFor(orderFor(cause), { symptoms: follower.fingerprints });
    const { target, symptoms } = settleOrigin(cause, findings, cause, [follower]);
    expect(target.id).toBe(cause.id);
    expect(symptoms.map(({ id }) => id)).toEqual(isSymptom ? [follower.id] : []);
  });

  it("takes over no fingerprint from a trace that it only shares", () => {
    const findings = findingsFor(orderFor(asked), { origin: found, symptoms: [] });
    const { target, aliases } = settleOrigin(asked, findings, null, []);
    expect(target.fingerprints).toEqual(asked.fingerprints);
    expect(aliases).toEqual([]);
  });

  it.each(["muted", "symptom"] as const)("lets what is %s swallow no fingerprint", (state) => {
    const quiet = { ...asked, state };
    const findings = findingsFor(orderFor(quiet), { origin: found, symptoms: asked.fingerprints });
    expect(settleOrigin(quiet, findings, null, [quiet]).aliases).toEqual([]);
  });

  it("makes no symptom of what has its issue already", () => {
    const reported = incidentNamed("reported", { state: "reported", samples: [] });
    const findings = findingsFor(orderFor(asked), { symptoms: reported.fingerprints });
    const settled = settleOrigin(asked, findings, null, [reported]);
    expect(settled.symptoms).toEqual([]);
    expect(settled.linked).toMatchObject([{ id: reported.id, state: "reported", causedBy: asked.id }]);
    // Told once, and never in a circle.
    const told = { ...reported, causedBy: asked.id };
    expect(settleOrigin(asked, findings, null, [told]).linked).toEqual([]);
    expect(settleOrigin({ ...asked, causedBy: reported.id }, findings, null, [reported]).linked).toEqual([]);
  });
});

describe("what is decided from findings", () => {
  it("intends one issue and settles order and money in the same change", () => {
    const change = settle({});
    expect(change.effects?.map((effect) => effect.outgoing.kind)).toEqual(["open-issue"]);
    expect(change.settled).toHaveLength(1);
    expect(change.settle).toMatchObject([{ actualUsd: 0.0312 }]);
  });

  it("gives the intent the same id however often it is decided", () => {
    expect(settle({}).effects?.[0]?.id).toBe(settle({}).effects?.[0]?.id);
  });

  it("writes a report in dry-run, keeps the findings, and leaves the incident new", () => {
    const change = settle({ mode: "dry-run" });
    expect(change.effects?.map((effect) => effect.outgoing.kind)).toEqual(["write-report"]);
    expect(change.incidents).toMatchObject([{ state: "new", reportDigest: "digest-1" }]);
    expect(change.kept).toHaveLength(1);
  });

  it("asks a human where no repository is mapped, and says what to do", () => {
    const [incident] = settle({ repository: null }).incidents ?? [];
    expect(incident?.state).toBe("stuck");
    expect(incident?.note).toContain("service-map.yaml");
  });

  it("adopts an issue that is already there", () => {
    const existing = {
      repository: "company/orders" as const,
      number: 7,
      url: "https://github.com/company/orders/issues/7",
      reportedUntilNs: 0n,
      reportedCount: 1,
      recurrenceComment: null,
      recurrenceAtMs: 0,
    };
    const change = settle({ existing });
    expect(change.effects).toBeUndefined();
    expect(change.incidents).toMatchObject([{ state: "reported", issue: { number: 7 } }]);
  });

  it.each([
    ["its issue is under way", () => settle({ isUnderWay: true })],
    ["it is reported", () => settle({}, "reported")],
  ])("intends nothing when %s, and settles the order all the same", (_case, decide) => {
    const change = decide();
    expect(change.effects).toBeUndefined();
    expect(change.settled).toHaveLength(1);
  });
});
