import { intendEffect } from "../domain/effect.ts";
import type { Incident, IncidentIssue } from "../domain/incident.ts";
import { commentMarker } from "../domain/marker.ts";
import { type Mode, modes } from "../domain/mode.ts";
import type { RepositoryName } from "../domain/names.ts";
import type { SameAs } from "../domain/open-issue.ts";
import type { Findings, Order } from "../domain/order.ts";
import { redact } from "../domain/redact.ts";
import type { Change } from "../domain/store.ts";
import type { BrainMeans } from "./brain-means.ts";
import { paidOrder } from "./paid-order.ts";
import { environmentsOf, totalOf } from "./plan-orders.ts";
import type { Settled } from "./settle-findings.ts";

const lookMs = 60_000;

/** An incident that is told in the issue of another one: open, ours, and in the repository where its own would be. */
interface ToldIn {
  readonly other: Incident;
  readonly issue: IncidentIssue;
}

/**
 * What becomes of an incident of which the hands say that an open issue tells of it: a comment there, and no issue of its own. Where that issue is not what it
 * was when they were asked, the incident waits for an investigation of its own. Null: it has an issue by now, or only a report is written.
 * @throws ListingFailedError when GitHub does not say whether the issue is open
 */
export async function settleSame(
  means: BrainMeans,
  about: {
    readonly findings: Findings;
    readonly order: Order | null;
    readonly settled: Settled;
    readonly repository: RepositoryName | null;
    readonly mode: Mode;
  },
): Promise<Change | null> {
  const { findings, order, settled, repository, mode } = about;
  const { target } = settled;
  const { sameAs } = findings;
  if (sameAs === null || target.state !== "new" || modes.indexOf(mode) < modes.indexOf("issue")) return null;
  const nowMs = means.clock.nowMs();
  const told = await toldIn(means, target, sameAs, repository);
  const toldTarget = told === null ? without(target, sameAs) : withIssueOf(target, told, nowMs);
  const result =
    told === null
      ? redact(`not the same as ${sameAs.incident}, whose issue is not open: it is investigated for itself`)
      : redact(`the same as ${told.other.id}: ${sameAs.because}`);
  const action = told === null ? "incident.not-same" : "incident.same";
  return {
    settled: order === null ? [] : [order.id],
    settle: paidOrder(order, findings, target.service),
    aliases: settled.aliases.map((fingerprint) => ({ fingerprint, incident: target.id })),
    incidents: [toldTarget, ...settled.symptoms, ...settled.linked],
    kept: [{ incident: target.id, findings: null }],
    effects: told === null ? [] : [await comment(means, target, told, sameAs)],
    audit: [{ atMs: nowMs, actor: "brain", action, subject: target.id, result }],
  };
}

async function toldIn(
  { store, drafts }: BrainMeans,
  target: Incident,
  { incident }: SameAs,
  repository: RepositoryName | null,
): Promise<ToldIn | null> {
  const other = await store.incident(incident);
  const issue = other?.issue ?? null;
  if (other === null || issue === null || other.id === target.id || target.notSameAs.includes(other.id)) return null;
  if (other.state !== "reported" || other.sameAs !== null || issue.repository !== repository) return null;
  const isOpen = await drafts.remote?.isIssueOpen(issue.repository, issue.number, AbortSignal.timeout(lookMs));
  return isOpen === true ? { other, issue } : null;
}

function withIssueOf(target: Incident, { other, issue }: ToldIn, nowMs: number): Incident {
  return {
    ...target,
    state: "reported",
    sameAs: other.id,
    reportDigest: null,
    note: null,
    issue: {
      ...issue,
      reportedUntilNs: target.lastSeenNs,
      reportedCount: totalOf(target),
      recurrenceComment: null,
      recurrenceAtMs: nowMs,
    },
  };
}

/** It waits for an order that names that issue no more. */
function without(target: Incident, { incident }: SameAs): Incident {
  return { ...target, notSameAs: [...new Set([...target.notSameAs, incident])], reportDigest: null };
}

async function comment(means: BrainMeans, target: Incident, { other, issue }: ToldIn, sameAs: SameAs) {
  const { rules, clock } = means;
  const { sameText } = await import("../report/same-text.ts");
  const marker = commentMarker(target.id, target.episode, sameCommentOf(other));
  const body = sameText(target, sameAs.because, { language: rules.language, marker });
  const { repository, number } = issue;
  const outgoing = { kind: "comment", repository, number, body, marker } as const;
  return intendEffect(
    sameEffectId(target, other),
    outgoing,
    target.id,
    environmentsOf(target)[0] ?? null,
    clock.nowMs(),
  );
}

function sameCommentOf({ id }: Pick<Incident, "id">): string {
  return `same-${id}`;
}

/** Of the comment that says in an issue that this incident is told there. */
export function sameEffectId({ id, episode, rounds }: Incident, other: Pick<Incident, "id">): string {
  return `${sameCommentOf(other)}-${id}-${episode}-${rounds}`;
}
