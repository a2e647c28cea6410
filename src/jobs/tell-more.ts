import { hash } from "node:crypto";
import { intendEffect } from "../domain/effect.ts";
import type { Incident } from "../domain/incident.ts";
import { commentMarker, overviewMarker, recurrencePurpose } from "../domain/marker.ts";
import { lowestMode } from "../domain/mode.ts";
import type { Environment, RepositoryName } from "../domain/names.ts";
import { isOfRecurrence } from "./apply-effect.ts";
import type { BrainMeans } from "./brain-means.ts";
import { type TendedDrafts, tendDrafts } from "./drafts/tend-drafts.ts";
import { environmentsOf, worstFirst } from "./plan-orders.ts";
import { returnTold } from "./return-told.ts";
import { tellCauses } from "./tell-causes.ts";

const reportedMax = 2_000;
const hourMs = 3_600_000;

/** What else there is to say: recurrences of what has its issue, the one page about what the flood limit holds back, and all about drafts. */
export async function tellMore(
  means: BrainMeans,
  heldBack: readonly Incident[],
  isPolling: boolean,
): Promise<TendedDrafts> {
  const reported = await means.store.incidents({ states: ["reported"], limit: reportedMax });
  // Looked at where entries may have come: between polls nothing is said in the issue of another.
  const told = isPolling
    ? await returnTold(means, reported)
    : { stay: reported.filter(isOfItself), hasReturned: false, putOff: [] };
  await tellRecurrences(means, told.stay);
  await tellCauses(means, told.stay);
  // What is under way may turn out to be a symptom and give its place to what waits: the page is written when that is known.
  if ((await means.store.openOrders()).length === 0) await tellOverviews(means, heldBack);
  const tended = await tendDrafts(means, reported, isPolling);
  // What came back wants its order, which the next tick gives.
  return { ...tended, hasOrdered: tended.hasOrdered || told.hasReturned, putOff: [...told.putOff, ...tended.putOff] };
}

function isOfItself({ sameAs }: Incident): boolean {
  return sameAs === null;
}

async function tellRecurrences(means: BrainMeans, reported: readonly Incident[]): Promise<void> {
  const { store, rules, clock } = means;
  if (reported.length === 0) return;
  // Words are loaded when there is something to say.
  const { decideRecurrence } = await import("../report/recurrence.ts");
  const nowMs = clock.nowMs();
  const { modeCeiling } = await store.handles();
  for (const incident of reported) {
    const outgoing = decideRecurrence(
      incident,
      rules.language,
      nowMs,
      commentMarker(incident.id, incident.episode, recurrencePurpose),
    );
    if (outgoing === null) continue;
    const environments = environmentsOf(incident);
    if (lowestMode(rules.modeOf(environments, incident.service), modeCeiling) === "dry-run") continue;
    const hour = Math.floor(nowMs / hourMs);
    const id = `${outgoing.kind}-${incident.id}-${incident.episode}-${hour}`;
    const earlier = (await store.effects({ subject: incident.id })).filter((effect) => isOfRecurrence(effect.outgoing));
    // One after the other: the edit needs the comment's number, which its end brings.
    if (earlier.some((effect) => effect.id === id || (effect.state !== "done" && effect.state !== "refused"))) continue;
    if (
      outgoing.kind === "comment" &&
      earlier.some((effect) => effect.outgoing.kind === "comment" && effect.state === "refused")
    )
      continue;
    await store.commit({ effects: [intendEffect(id, outgoing, incident.id, environments[0] ?? null, nowMs)] }, null);
  }
}

async function tellOverviews(means: BrainMeans, heldBack: readonly Incident[]): Promise<void> {
  const groups = new Map<string, { repository: RepositoryName; environment: Environment; incidents: Incident[] }>();
  for (const incident of worstFirst(heldBack)) {
    const repository = means.rules.repositoryOf(incident.service);
    const environment = environmentsOf(incident)[0];
    if (repository === null || environment === undefined) continue;
    const group = groups.get(repository) ?? { repository, environment, incidents: [] };
    group.incidents.push(incident);
    groups.set(repository, group);
  }
  for (const group of groups.values()) await tellOverview(means, group);
}

/** Opened once for a repository, then kept current by one comment that is edited at most once an hour. */
async function tellOverview(
  means: BrainMeans,
  group: {
    readonly repository: RepositoryName;
    readonly environment: Environment;
    readonly incidents: readonly Incident[];
  },
): Promise<void> {
  const { store, rules, clock } = means;
  const { repository, environment } = group;
  const nowMs = clock.nowMs();
  const hour = Math.floor(nowMs / hourMs);
  const subject = `overview:${repository}` as const;
  const marker = overviewMarker(repository);
  const { overviewText } = await import("../report/overview-text.ts");
  const text = overviewText({ ...rules, repository, heldBack: group.incidents, marker });
  const key = hash("sha256", subject).slice(0, 12);
  const { modeCeiling } = await store.handles();
  if (lowestMode(rules.modeOf([environment], null), modeCeiling) === "dry-run") {
    const file = `overview-${key}.md`;
    const id = `report-${subject}-${hash("sha256", text.body).slice(0, 12)}`;
    const { title, body, labels } = text;
    const outgoing = { kind: "write-report", file, repository, title, body, labels } as const;
    await store.commit({ effects: [intendEffect(id, outgoing, subject, environment, nowMs)] }, null);
    return;
  }
  const earlier = await store.effects({ subject });
  const issue = earlier.find((effect) => effect.outgoing.kind === "open-issue");
  if (issue === undefined) {
    const outgoing = { kind: "open-issue", repository, ...text, marker } as const;
    await store.commit(
      { effects: [intendEffect(`open-issue-${subject}`, outgoing, subject, environment, nowMs)] },
      null,
    );
    return;
  }
  const isUnderWay = earlier.some((effect) => effect.state !== "done" && effect.state !== "refused");
  const last = earlier.reduce((latest, effect) => Math.max(latest, effect.intendedAtMs), 0);
  if (isUnderWay || issue.reference === null || nowMs - last < hourMs) return;
  const comment =
    earlier.find((effect) => effect.outgoing.kind === "comment" && effect.state === "done")?.reference ?? null;
  const outgoing =
    comment === null
      ? ({ kind: "comment", repository, number: issue.reference, body: text.body, marker } as const)
      : ({ kind: "edit-comment", repository, number: issue.reference, comment, body: text.body } as const);
  await store.commit(
    { effects: [intendEffect(`${outgoing.kind}-${subject}-${hour}`, outgoing, subject, environment, nowMs)] },
    null,
  );
}
