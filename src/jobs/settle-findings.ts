import { intendEffect, type Outgoing } from "../domain/effect.ts";
import type { Incident, IncidentIssue } from "../domain/incident.ts";
import { type Mode, modes } from "../domain/mode.ts";
import type { Fingerprint, RepositoryName, TraceId } from "../domain/names.ts";
import type { Findings, Order } from "../domain/order.ts";
import { redact } from "../domain/redact.ts";
import type { Change } from "../domain/store.ts";
import type { Redacted } from "../domain/text.ts";
import { paidOrder } from "./paid-order.ts";
import { environmentsOf, tracesOf } from "./plan-orders.ts";

/** Who really failed: the incident that gets the issue, and those that only followed from it. */
export interface Settled {
  readonly target: Incident;
  readonly symptoms: readonly Incident[];
  /** Those that followed from it and have an issue already: it is left open, and a comment leads from it to the cause. */
  readonly linked: readonly Incident[];
  /** Of an origin that only its span has told of so far: its log entries, when they come, belong to the target. */
  readonly aliases: readonly Fingerprint[];
}

/**
 * Moves what was found to where the failure began. An incident yields to another only as its symptom: sharing a trace is not enough.
 * @param origin the incident of the origin's fingerprint, when there is one
 * @param followers the incidents of the symptoms' fingerprints
 */
export function settleOrigin(
  asked: Incident,
  findings: Findings,
  origin: Incident | null,
  followers: readonly Incident[],
): Settled {
  const isSymptom = asked.fingerprints.some((fingerprint) => findings.symptoms.includes(fingerprint));
  const target = origin !== null && origin.id !== asked.id && isSymptom ? origin : asked;
  const service = findings.origin?.service ?? target.service;
  const withCause = new Set([asked, target].flatMap(tracesOf).concat(findings.bundle.trace?.traceId ?? []));
  const followed = [...new Map([asked, ...followers].map((incident) => [incident.id, incident])).values()]
    .filter((incident) => incident.id !== target.id && incident.id !== target.causedBy)
    .filter((incident) => (incident.id === asked.id ? isSymptom : isMostlyIn(withCause, incident)));
  const symptoms = followed.filter((incident) => incident.state === "new" || incident.state === "symptom");
  const linked = followed.filter((incident) => incident.state === "reported" && incident.causedBy !== target.id);
  const unlogged = findings.origin?.fingerprint ?? null;
  // One that is muted, or another's symptom, would swallow them.
  const standsForIt = isSymptom && (asked.state === "new" || asked.state === "reported");
  const aliases = origin === null && unlogged !== null && standsForIt ? [unlogged] : [];
  const placed = target.isOriginConfirmed
    ? target
    : { ...target, service, isOriginConfirmed: findings.origin !== null };
  return {
    target: aliases.length === 0 ? placed : { ...placed, fingerprints: [...placed.fingerprints, ...aliases] },
    aliases,
    symptoms: symptoms.map((incident) => ({ ...incident, state: "symptom", causedBy: target.id })),
    linked: linked.map((incident) => ({ ...incident, causedBy: target.id })),
  };
}

/** The hands saw it follow in one trace; of an incident with traces of its own, that is a part of its story. It gets an order that reads them. */
function isMostlyIn(traces: ReadonlySet<TraceId>, follower: Incident): boolean {
  const sampled = new Set(tracesOf(follower));
  return sampled.size === 0 || sampled.intersection(traces).size * 2 > sampled.size;
}

export interface Destination {
  readonly repository: RepositoryName | null;
  readonly mode: Mode;
  /** What a dry run's report of it would be known by. */
  readonly reportDigest: string;
  /** An issue of ours that carries one of its fingerprints, found by listing: our state was lost, or another copy filed it. */
  readonly existing: IncidentIssue | null;
  /** Its issue is already intended or sent, by another order's findings. */
  readonly isUnderWay: boolean;
}

/**
 * What to do with an order's findings. Pure: everything it decides is in the change, which is committed as a whole.
 * @param render the issue text; called only where it is needed
 */
export function settleFindings(given: {
  readonly findings: Findings;
  /** Null: findings that a dry run kept, paid for then. */
  readonly order: Order | null;
  readonly settled: Settled;
  readonly destination: Destination;
  readonly render: (incident: Incident, repository: RepositoryName) => Extract<Outgoing, { kind: "open-issue" }>;
  readonly nowMs: number;
}): Change {
  const { findings, order, settled, destination, nowMs } = given;
  const { target, aliases, linked } = settled;
  const symptoms = [...settled.symptoms, ...linked];
  const audit = (action: string, subject: string, result: Redacted) => ({
    atMs: nowMs,
    actor: "brain",
    action,
    subject,
    result,
  });
  const base: Change = {
    settled: order === null ? [] : [order.id],
    settle: paidOrder(order, findings, target.service),
    aliases: aliases.map((fingerprint) => ({ fingerprint, incident: target.id })),
  };
  const followed = symptoms.map((incident) =>
    audit(
      incident.state === "symptom" ? "incident.symptom" : "incident.linked",
      incident.id,
      redact(`caused by ${target.id}`),
    ),
  );
  const settledLine = audit(
    "findings.settled",
    target.id,
    redact(`${findings.rootCause.kind}, $${findings.costUsd.toFixed(4)}`),
  );

  if (target.state !== "new" || destination.isUnderWay) {
    const incidents = aliases.length === 0 ? symptoms : [target, ...symptoms];
    return { ...base, incidents, audit: [settledLine, ...followed] };
  }
  if (destination.existing !== null) {
    const incident: Incident = { ...target, state: "reported", issue: destination.existing };
    const line = audit("issue.adopted", target.id, redact(destination.existing.url));
    const kept = target.pullRequest?.state === "planned" ? [{ incident: target.id, findings }] : [];
    return { ...base, incidents: [incident, ...symptoms], kept, audit: [settledLine, line, ...followed] };
  }
  if (destination.repository === null) {
    const note = redact(
      `No repository is mapped to the service "${target.service ?? "unknown"}": add it under services in service-map.yaml, or set fallbackRepository, then run error-autopilot retry ${target.id}.`,
    );
    const incident: Incident = { ...target, state: "stuck", note };
    return {
      ...base,
      incidents: [incident, ...symptoms],
      audit: [settledLine, audit("incident.stuck", target.id, note), ...followed],
    };
  }

  const environment = environmentsOf(target)[0] ?? null;
  const issue = given.render(target, destination.repository);
  if (modes.indexOf(destination.mode) < modes.indexOf("issue")) {
    const { repository, title, body, labels } = issue;
    const file = `${new Date(nowMs).toISOString().slice(0, 10)}-${target.id}.md`;
    const outgoing: Outgoing = { kind: "write-report", file, repository, title, body, labels };
    const incident: Incident = { ...target, reportDigest: destination.reportDigest };
    return {
      ...base,
      incidents: [incident, ...symptoms],
      kept: [{ incident: target.id, findings }],
      effects: [
        intendEffect(
          `report-${target.id}-${target.episode}-${destination.reportDigest}`,
          outgoing,
          target.id,
          environment,
          nowMs,
        ),
      ],
      audit: [settledLine, ...followed],
    };
  }
  return {
    ...base,
    incidents: [target, ...symptoms],
    // Until the issue is there: what a refusal stopped is filed by a retry without being paid for again.
    kept: [{ incident: target.id, findings }],
    effects: [
      intendEffect(`open-issue-${target.id}-${target.episode}-${target.rounds}`, issue, target.id, environment, nowMs),
    ],
    audit: [settledLine, ...followed],
  };
}
