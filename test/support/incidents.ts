import type { Incident, Sample } from "../../src/domain/incident.ts";
import { own } from "../../src/domain/inert.ts";
import type { Fingerprint, IncidentId } from "../../src/domain/names.ts";
import type { Findings, Order } from "../../src/domain/order.ts";
import { redact } from "../../src/domain/redact.ts";

export const startMs = Date.parse("2026-03-01T02:00:00Z");
export const startNs = BigInt(startMs) * 1_000_000n;

/** An incident as it stands after its first poll; `name` makes its fingerprint, and so its id, its own. */
export function incidentNamed(name: string, changes: Partial<Incident> = {}): Incident {
  const fingerprint: Fingerprint = `v1-${Buffer.from(name).toString("hex").padEnd(24, "0").slice(0, 24)}`;
  const id: IncidentId = `i${fingerprint.slice(3, 15)}`;
  return {
    id,
    version: 1,
    state: "new",
    causedBy: null,
    sameAs: null,
    notSameAs: [],
    mutedUntilMs: null,
    ignoredBecause: null,
    episode: 1,
    rounds: 0,
    fingerprints: [fingerprint],
    service: "orders",
    isOriginConfirmed: false,
    title: own`NullPointerException in OrderService`,
    samples: [sampleOf(name)],
    firstSeenNs: startNs,
    lastSeenNs: startNs + 60_000_000_000n,
    counts: { dev: 3 },
    reportDigest: null,
    note: null,
    issue: null,
    pullRequest: null,
    patchedBases: [],
    patchAskedBy: null,
    ...changes,
  };
}

export function sampleOf(traceId: string | null, environment = "dev"): Sample {
  return {
    entryId: "0".repeat(32),
    timestampNs: startNs,
    traceId,
    spanId: null,
    environment,
    service: "orders",
    line: redact(
      "java.lang.NullPointerException: order is null\n\tat com.example.OrderService.total(OrderService.java:42)",
    ),
  };
}

export function orderFor(incident: Incident, changes: Partial<Order> = {}): Order {
  return {
    id: `${incident.id}-${incident.episode}-${incident.rounds}`,
    format: 1,
    incident,
    round: incident.rounds,
    environments: ["dev"],
    configDigest: "digest",
    urgency: "normal",
    notBeforeMs: 0,
    mode: "issue",
    durationMsMax: 600_000,
    allowanceUsd: 0.5,
    noModelBecause: null,
    askedBy: null,
    repair: null,
    openIssues: [],
    ...changes,
  };
}

export function findingsFor(order: Order, changes: Partial<Findings> = {}): Findings {
  const { incident } = order;
  return {
    orderId: order.id,
    format: 1,
    incident: incident.id,
    episode: incident.episode,
    bundle: {
      format: 1,
      incident: incident.id,
      episode: incident.episode,
      gatheredAtMs: startMs,
      trace: null,
      traceMissing: redact("The log entries carry no trace id."),
      observations: [],
      code: [],
      evidence: [
        {
          id: "entry-1",
          kind: "entry",
          text: incident.samples[0]?.line ?? redact("failed"),
          isOutsiderText: true,
          entryId: "0".repeat(32),
          timestampNs: startNs,
          service: incident.service,
        },
      ],
      ranking: [],
      suspects: [],
      leftOut: [],
    },
    origin: null,
    symptoms: [],
    rootCause: {
      kind: "cannot-tell",
      claim: redact("It cannot be told."),
      unsupported: [],
      citations: [],
      ruledOut: [],
      nextStep: redact("Look at the entries."),
      severity: "medium",
      promptVersion: "evidence",
      model: null,
      costUsd: 0,
      missing: [],
    },
    sameAs: null,
    noModelBecause: null,
    proposal: null,
    verdict: { allowed: false, mode: "issue", rules: [] },
    costUsd: 0.0312,
    bill: [],
    startedAtMs: startMs,
    finishedAtMs: startMs + 4_000,
    ...changes,
  };
}
