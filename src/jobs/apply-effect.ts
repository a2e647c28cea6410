import type { Effect } from "../domain/effect.ts";
import type { Incident } from "../domain/incident.ts";
import { redact } from "../domain/redact.ts";
import type { Change } from "../domain/store.ts";
import { totalOf } from "./plan-orders.ts";

/** What the end of an effect changes about its incident. Pure; committed together with that end. */
export function applyEffect(
  effect: Effect,
  incident: Incident | null,
  nowMs: number,
): Pick<Change, "incidents" | "kept"> {
  if (incident === null) return {};
  const { outgoing } = effect;
  if (effect.state === "refused" && outgoing.kind === "open-issue") {
    const note = redact(
      `GitHub refused the issue: ${effect.because ?? "no reason given"} Then run error-autopilot incidents retry ${incident.id}.`,
    );
    return { incidents: [{ ...incident, state: "stuck", note }] };
  }
  if (effect.state === "refused" && outgoing.kind === "edit-comment" && incident.issue !== null) {
    // Somebody deleted our comment: the next recurrence writes a new one.
    return { incidents: [{ ...incident, issue: { ...incident.issue, recurrenceComment: null } }] };
  }
  if (effect.state !== "done" || effect.reference === null) return {};
  if (outgoing.kind === "open-issue") {
    const issue = {
      repository: outgoing.repository,
      number: effect.reference,
      url: effect.url ?? "",
      reportedUntilNs: incident.lastSeenNs,
      reportedCount: totalOf(incident),
      recurrenceComment: null,
      recurrenceAtMs: nowMs,
    };
    return { incidents: [{ ...incident, state: "reported", note: null, issue }] };
  }
  if ((outgoing.kind === "comment" || outgoing.kind === "edit-comment") && incident.issue !== null) {
    const issue = {
      ...incident.issue,
      recurrenceComment: effect.reference,
      recurrenceAtMs: nowMs,
      reportedUntilNs: incident.lastSeenNs,
    };
    return { incidents: [{ ...incident, issue }] };
  }
  return {};
}
