import type { AlertReading, Finding, Inquiry } from "../../domain/chat/chat-memory.ts";

/** How long before an alert its logs are read, where nobody asked for more. */
export const lookBackMsUsual = 15 * 60_000;

/** A question as it comes in; one that already has its finding is answered with it. */
export function newInquiry(asked: {
  readonly id: string;
  readonly chat: string;
  readonly user: string;
  readonly message: number;
  readonly nowMs: number;
  readonly alerts: readonly AlertReading[];
  readonly lookBackMs: number;
  readonly finding: Finding | null;
  readonly urgentMsMax: number;
}): Inquiry {
  const { nowMs, urgentMsMax, ...inquiry } = asked;
  return {
    ...inquiry,
    state: asked.finding === null ? "received" : "answered",
    receivedAtMs: nowMs,
    isAgain: false,
    moreKinds: 0,
    environment: null,
    incidents: [],
    deadlineMs: nowMs + urgentMsMax,
    sent: 0,
    answer: null,
    shown: null,
    shownAtMs: 0,
  };
}
