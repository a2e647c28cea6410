import type { ChatItem, Conclusion } from "../../domain/chat/chat-memory.ts";
import type { Incident } from "../../domain/incident.ts";
import type { Findings, Order } from "../../domain/order.ts";
import { redactPart } from "../../domain/redact-part.ts";
import type { Redacted } from "../../domain/text.ts";
import { environmentsOf } from "../plan-orders.ts";

const claimMax = 1_500;
const ruledOutMax = 5;
const placesMax = 5;

/** What came of an order, kept for chats in the same commit as the decision about it. Findings that a dry run kept were told before. */
export function conclusionOf(
  order: Order | null,
  findings: Findings,
  settled: { readonly asked: Incident; readonly target: Incident },
  nowMs: number,
): readonly ChatItem[] {
  if (order === null) return [];
  const { asked, target } = settled;
  const { rootCause } = findings;
  const places = rootCause.kind === "found" ? rootCause.faulty : [];
  return [
    itemOf({
      id: order.id,
      asked: asked.id,
      incident: target.id,
      atMs: nowMs,
      environment: order.environments[0] ?? environmentsOf(target)[0] ?? null,
      service: target.service,
      title: target.title,
      isUrgent: order.urgency === "urgent",
      answer: rootCause.kind,
      claim: redactPart(rootCause.claim, claimMax),
      confidence: rootCause.kind === "found" ? rootCause.confidence : null,
      severity: rootCause.severity,
      places: places
        .slice(0, placesMax)
        .map(({ repository, path, firstLine }) => ({ repository, path, line: firstLine })),
      ruledOut: rootCause.ruledOut.slice(0, ruledOutMax).map((each) => redactPart(each, 300)),
      nextStep: rootCause.nextStep === "" ? null : redactPart(rootCause.nextStep, 500),
      hasModel: findings.noModelBecause === null,
      costUsd: findings.costUsd,
      tookMs: Math.max(0, findings.finishedAtMs - findings.startedAtMs),
    }),
  ];
}

/** Of an order that nothing usable came back for. */
export function failureOf(order: Order, incident: Incident, note: Redacted, nowMs: number): readonly ChatItem[] {
  return [
    itemOf({
      id: order.id,
      asked: incident.id,
      incident: incident.id,
      atMs: nowMs,
      environment: order.environments[0] ?? null,
      service: incident.service,
      title: incident.title,
      isUrgent: order.urgency === "urgent",
      answer: "failed",
      claim: note,
      confidence: null,
      severity: null,
      places: [],
      ruledOut: [],
      nextStep: null,
      hasModel: false,
      costUsd: 0,
      tookMs: 0,
    }),
  ];
}

function itemOf(value: Conclusion): ChatItem {
  return { kind: "conclusion", id: value.id, state: "untold", atMs: value.atMs, value };
}
