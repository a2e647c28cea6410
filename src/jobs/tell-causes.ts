import { intendEffect } from "../domain/effect.ts";
import type { Incident, IncidentIssue } from "../domain/incident.ts";
import { commentMarker } from "../domain/marker.ts";
import { lowestMode } from "../domain/mode.ts";
import type { BrainMeans } from "./brain-means.ts";
import { environmentsOf } from "./plan-orders.ts";

/**
 * Leads from the issue of an incident that turned out to follow from another to that one's issue: one comment for each cause. Nothing is closed, for the trace
 * tells what failed first and not what a person wants done about either. Asked at every tick, so that a cause whose issue comes later is told too.
 */
export async function tellCauses(means: BrainMeans, reported: readonly Incident[]): Promise<void> {
  const { store, rules, clock } = means;
  for (const incident of reported) {
    const { issue, causedBy } = incident;
    if (issue === null || causedBy === null) continue;
    const cause = (await store.incident(causedBy))?.issue ?? null;
    if (cause === null || isSame(issue, cause)) continue;
    const id = `cause-${incident.id}-${incident.episode}-${causedBy}`;
    if ((await store.effects({ subject: incident.id })).some((effect) => effect.id === id)) continue;
    const environments = environmentsOf(incident);
    const { modeCeiling } = await store.handles();
    if (lowestMode(rules.modeOf(environments, incident.service), modeCeiling) === "dry-run") continue;
    const { causeText } = await import("../report/cause-text.ts");
    const marker = commentMarker(incident.id, incident.episode, `cause-${causedBy}`);
    const body = causeText(cause, { webUrl: rules.webUrl, language: rules.language, marker });
    const { repository, number } = issue;
    const outgoing = { kind: "comment", repository, number, body, marker } as const;
    const effect = intendEffect(id, outgoing, incident.id, environments[0] ?? null, clock.nowMs());
    await store.commit({ effects: [effect] }, null);
  }
}

function isSame(one: IncidentIssue, other: IncidentIssue): boolean {
  return one.repository === other.repository && one.number === other.number;
}
