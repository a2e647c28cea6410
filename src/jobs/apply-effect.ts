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
): Pick<Change, "incidents" | "kept" | "audit"> {
  if (incident === null) return {};
  const { outgoing } = effect;
  if (effect.state === "refused" && outgoing.kind === "open-issue") {
    const note = redact(
      `GitHub refused the issue: ${effect.because ?? "no reason given"} Then run error-autopilot incidents retry ${incident.id}.`,
    );
    const line = { atMs: nowMs, actor: "brain", action: "incident.stuck", subject: incident.id, result: note };
    return { incidents: [{ ...incident, state: "stuck", note }], audit: [line] };
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
    const reported: Incident = { ...incident, state: "reported", reportDigest: null, note: null, issue };
    return { incidents: [reported], kept: [{ incident: incident.id, findings: null }] };
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
