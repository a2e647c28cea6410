import { changesCode, type Effect, isOverview, type Outgoing } from "../domain/effect.ts";
import type { Incident } from "../domain/incident.ts";
import { purposeOfComment, recurrencePurpose } from "../domain/marker.ts";
import { redact } from "../domain/redact.ts";
import type { Change } from "../domain/store.ts";
import type { Redacted } from "../domain/text.ts";
import { applyDraftEffect } from "./drafts/apply-draft-effect.ts";
import { totalOf } from "./plan-orders.ts";

/** What the end of an effect changes about its incident. Pure; committed together with that end. */
export function applyEffect(
  effect: Effect,
  incident: Incident | null,
  nowMs: number,
): Pick<Change, "incidents" | "kept" | "audit"> {
  if (incident === null) return {};
  const { outgoing } = effect;
  if (changesCode(outgoing)) return applyDraftEffect(effect, incident, nowMs);
  if (effect.state === "refused" && outgoing.kind === "open-issue") {
    // Somebody decided about it while the issue waited: that stands.
    if (incident.state !== "new") return {};
    const note = redact(
      `GitHub refused the issue: ${effect.because ?? "no reason given"} Then run error-autopilot retry ${incident.id}.`,
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
    // An issue that was on its way when a person ignored or resolved the incident changes no decision of theirs.
    const state = incident.state === "new" ? "reported" : incident.state;
    const reported: Incident = { ...incident, state, reportDigest: null, note: null, issue };
    // Of what was found, a draft that is still to be opened needs all.
    const isNeeded = incident.pullRequest?.state === "planned";
    return { incidents: [reported], kept: isNeeded ? [] : [{ incident: incident.id, findings: null }] };
  }
  if (isOfRecurrence(outgoing) && incident.issue !== null) {
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

/** Of our comments on an incident's issue, only the one about recurrences is edited. */
export function isOfRecurrence(outgoing: Outgoing): boolean {
  return (
    outgoing.kind === "edit-comment" ||
    (outgoing.kind === "comment" && purposeOfComment(outgoing.marker) === recurrencePurpose)
  );
}

/** Why an effect that waited is not to be sent any more; null when it is. Asked immediately before it is sent. */
export function whyUnwanted(effect: Effect, incident: Incident | null): Redacted | null {
  if (isOverview(effect.subject)) return null;
  const { kind } = effect.outgoing;
  if (incident === null) return redact("Its incident is gone from the state.");
  if (kind === "open-issue" && incident.state !== "new") {
    return redact(`Its incident became ${incident.state} while the issue waited.`);
  }
  if ((kind === "comment" || kind === "edit-comment") && incident.state !== "reported") {
    return redact(`Its incident became ${incident.state} while the comment waited.`);
  }
  if (changesCode(effect.outgoing) && incident.state !== "reported") {
    return redact(`Its incident became ${incident.state} while the draft waited.`);
  }
  return null;
}
