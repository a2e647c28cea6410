import type { AuditLine, Effect } from "../../src/domain/effect.ts";
import type { Incident } from "../../src/domain/incident.ts";
import { identifier } from "../../src/domain/inert.ts";
import type { Findings, Order } from "../../src/domain/order.ts";
import { redact } from "../../src/domain/redact.ts";
import type { RepairLeave } from "../../src/domain/repair-leave.ts";
import type { RepairLimits } from "../../src/domain/repair-limits.ts";

/** An instant that a number cannot hold to the last digit. */
export const sampleNs = 1_795_230_000_123_456_789n;

export function sampleIncident(over: Partial<Incident> = {}): Incident {
  return {
    id: "i000000000001",
    version: 0,
    state: "new",
    causedBy: null,
    sameAs: null,
    notSameAs: [],
    mutedUntilMs: null,
    ignoredBecause: null,
    episode: 1,
    rounds: 0,
    fingerprints: ["v1-aaaaaaaaaaaaaaaaaaaaaaaa"],
    service: "orders",
    isOriginConfirmed: false,
    title: identifier("NullPointerException"),
    samples: [
      {
        entryId: "0".repeat(32),
        timestampNs: sampleNs,
        traceId: null,
        spanId: null,
        environment: "dev",
        service: "orders",
        line: redact("boom"),
      },
    ],
    firstSeenNs: sampleNs,
    lastSeenNs: sampleNs,
    counts: {},
    reportDigest: null,
    note: null,
    issue: null,
    pullRequest: null,
    patchedBases: [],
    patchAskedBy: null,
    ...over,
  };
}

/** Takes nothing away. */
export const sampleRepairLimits: RepairLimits = {
  mode: "draft-pr",
  categoriesOff: [],
  confidenceMin: 0.7,
  excludedServices: [],
  excludedRepositories: [],
};

/** Of an incident for which nothing was tried yet. */
export const sampleLeave: RepairLeave = {
  openDrafts: 0,
  draftsMax: 3,
  restsUntilMs: null,
  triedBases: [],
  isAskedByName: false,
  request: null,
};

export function sampleOrder(over: Partial<Order> = {}): Order {
  return {
    id: "i000000000001-1-0",
    format: 1,
    incident: sampleIncident(),
    round: 0,
    environments: ["dev"],
    configDigest: "digest",
    urgency: "normal",
    notBeforeMs: 0,
    mode: "issue",
    durationMsMax: 60_000,
    allowanceUsd: 0.5,
    noModelBecause: null,
    askedBy: null,
    repair: null,
    openIssues: [],
    ...over,
  };
}

export function sampleFindings(orderId: string, over: Partial<Findings> = {}): Findings {
  return {
    orderId,
    format: 1,
    incident: "i000000000001",
    episode: 1,
    bundle: {
      format: 1,
      incident: "i000000000001",
      episode: 1,
      gatheredAtMs: 5,
      trace: {
        traceId: "a".repeat(32),
        isPartial: false,
        originSpanId: "b".repeat(16),
        spans: [
          {
            traceId: "a".repeat(32),
            spanId: "b".repeat(16),
            parentSpanId: null,
            links: [],
            service: "orders",
            name: redact("GET /orders"),
            kind: "server",
            startNs: sampleNs,
            durationNs: 5_000_000n,
            isError: true,
            statusMessage: null,
            // Whatever a program put into its span: our own mark for a bigint, and a name with a meaning in JavaScript.
            attributes: JSON.parse('{"$n":"12","__proto__":"x","http.status_code":500}'),
            exceptions: [],
          },
        ],
      },
      traceMissing: null,
      observations: [],
      code: [],
      evidence: [],
      ranking: [],
      suspects: [],
      leftOut: [],
    },
    origin: null,
    symptoms: [],
    sameAs: null,
    rootCause: {
      kind: "cannot-tell",
      claim: redact("No code for it."),
      unsupported: [],
      citations: [],
      ruledOut: [],
      nextStep: redact("Look at it."),
      severity: "low",
      promptVersion: "evidence",
      model: null,
      costUsd: 0,
      missing: [],
    },
    noModelBecause: null,
    proposal: null,
    verdict: { allowed: true, mode: "issue", rules: [] },
    costUsd: 0,
    bill: [],
    startedAtMs: 1,
    finishedAtMs: 2,
    ...over,
  };
}

export function sampleEffect(over: Partial<Effect> = {}): Effect {
  return {
    id: "open-issue-i000000000001-1",
    outgoing: {
      kind: "open-issue",
      repository: "acme/orders",
      title: identifier("first-title"),
      body: identifier("first-body"),
      labels: [],
      marker: identifier("marker"),
    },
    subject: "i000000000001",
    environment: "dev",
    after: null,
    state: "intended",
    attempts: 0,
    notBeforeMs: 0,
    absentReads: 0,
    unknownSinceMs: null,
    url: null,
    reference: null,
    because: null,
    intendedAtMs: 100,
    ...over,
  };
}

export function sampleAuditLine(over: Partial<AuditLine> = {}): AuditLine {
  return {
    atMs: 100,
    actor: "brain",
    action: "incident.opened",
    subject: "i000000000001",
    result: redact("new"),
    ...over,
  };
}

/** An entry's id as `entryId` makes them, different for each number. */
export function sampleEntryId(number: number): string {
  return number.toString(16).padStart(32, "0");
}
