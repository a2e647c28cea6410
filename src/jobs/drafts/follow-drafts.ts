import { type Effect, intendEffect, ListingFailedError } from "../../domain/effect.ts";
import type { Incident, IncidentPullRequest } from "../../domain/incident.ts";
import { identifier } from "../../domain/inert.ts";
import { commentMarker } from "../../domain/marker.ts";
import { redact } from "../../domain/redact.ts";
import type { RemotePullRequest, RemoteRepository } from "../../domain/remote-repository.ts";
import type { Change } from "../../domain/store.ts";
import type { Inert, Redacted } from "../../domain/text.ts";
import type { BrainMeans } from "../brain-means.ts";
import { environmentsOf } from "../plan-orders.ts";
import { type AfterDraft, decideAfter } from "./decide-after.ts";
import { orderPatch } from "./order-patch.ts";

const lookMs = 60_000;

/**
 * Reads what became of our drafts: reviews, checks, merged, closed, moved base. A change that is asked for becomes an order, or an honest answer; all else is
 * written down. Nothing here changes a draft: that takes every gate again.
 * @returns why some could not be read now
 */
export async function followDrafts(means: BrainMeans, reported: readonly Incident[]): Promise<readonly string[]> {
  const { remote } = means.drafts;
  if (remote === null) return [];
  const putOff: string[] = [];
  for (const incident of reported) {
    const { pullRequest } = incident;
    if (pullRequest?.state !== "open" || pullRequest.number === null) continue;
    try {
      const seen = await read(remote, pullRequest, pullRequest.number, means);
      await follow(means, incident, pullRequest, seen);
    } catch (error) {
      if (!(error instanceof ListingFailedError)) throw error;
      if (!putOff.includes(error.message)) putOff.push(error.message);
    }
  }
  return putOff;
}

function read(
  remote: RemoteRepository,
  { repository, base, heardReview }: IncidentPullRequest,
  number: number,
  { drafts }: BrainMeans,
): Promise<RemotePullRequest> {
  const { reviewBots } = drafts;
  return remote.pullRequest({ repository, number, base, heardReview, reviewBots }, AbortSignal.timeout(lookMs));
}

async function follow(
  means: BrainMeans,
  incident: Incident,
  draft: IncidentPullRequest,
  seen: RemotePullRequest,
): Promise<void> {
  const after = decideAfter(draft, seen, means.clock.nowMs());
  switch (after.kind) {
    case "merged":
      return write(
        means,
        { ...incident, state: "fixed", note: null, pullRequest: after.draft },
        "draft.merged",
        after,
        [],
      );
    case "rejected": {
      const said = after.words === null ? "without a word" : `with these words: ${after.words}`;
      const note = redact(
        `Its draft was closed unmerged ${said} No other is made until somebody asks: error-autopilot retry ${incident.id}.`,
      );
      return write(means, { ...incident, note, pullRequest: after.draft }, "draft.rejected", after, []);
    }
    case "change-asked":
      return changeAsked(means, incident, after);
    case "taken-over": {
      const { someoneElsePushed } = await wordsOf(means);
      const effects = [
        await answer(means, incident, after.draft, `taken-over-${after.draft.heardReview}`, [someoneElsePushed]),
      ];
      return write(means, { ...incident, pullRequest: after.draft }, "draft.taken-over", after, effects);
    }
    case "nothing":
      return stale(means, incident, draft, after.draft, seen);
  }
}

async function changeAsked(
  means: BrainMeans,
  incident: Incident,
  after: Extract<AfterDraft, { kind: "change-asked" }>,
): Promise<void> {
  const { patchesPerDraftMax } = means.drafts;
  const { draft, words } = after;
  const { pausedBy } = await means.store.handles();
  // It is read again by the next tick: nothing of it counts as heard yet.
  if (pausedBy !== null) return;
  const key = `answer-${draft.heardReview}-${(draft.heardChecksOf ?? "none").slice(0, 6)}`;
  const said = await wordsOf(means);
  if (draft.round >= patchesPerDraftMax) {
    const effects = [await answer(means, incident, draft, key, [said.noRoundsLeft(patchesPerDraftMax)])];
    return write(means, { ...incident, pullRequest: { ...draft, words } }, "draft.change-asked", after, effects);
  }
  const next: IncidentPullRequest = { ...draft, state: "changing", round: draft.round + 1, words };
  const result = await orderPatch(means, incident, next);
  if (result !== "no-money") return;
  const effects = [await answer(means, incident, draft, key, [said.noMoney])];
  return write(means, { ...incident, pullRequest: { ...draft, words } }, "draft.change-asked", after, effects);
}

async function stale(
  means: BrainMeans,
  incident: Incident,
  before: IncidentPullRequest,
  heard: IncidentPullRequest,
  seen: RemotePullRequest,
): Promise<void> {
  const isNews = seen.intoHead !== before.base && !before.isStale;
  const draft: IncidentPullRequest = isNews ? { ...heard, isStale: true } : heard;
  const isSame = !isNews && heard.heardReview === before.heardReview && heard.isReviewed === before.isReviewed;
  if (isSame) return;
  const words = await wordsOf(means);
  const told = words.stale(identifier(before.base.slice(0, 6)), identifier(seen.intoHead.slice(0, 6)));
  const effects = isNews ? [await answer(means, incident, draft, `stale-${draft.round}`, [told])] : [];
  const after: AfterDraft = { kind: "nothing", draft };
  return write(means, { ...incident, pullRequest: draft }, isNews ? "draft.stale" : "draft.reviewed", after, effects);
}

async function wordsOf({ rules }: BrainMeans) {
  const { draftWordsOf } = await import("../../report/draft-words.ts");
  return draftWordsOf[rules.language];
}

/** A comment of ours on the draft. */
async function answer(
  means: BrainMeans,
  incident: Incident,
  draft: IncidentPullRequest,
  purpose: string,
  paragraphs: readonly Inert[],
): Promise<Effect> {
  const { draftAnswer } = await import("../../report/draft-text.ts");
  const marker = commentMarker(incident.id, incident.episode, `draft-${purpose}`);
  const { repository, number } = draft;
  const outgoing = {
    kind: "comment",
    repository,
    number: number ?? 0,
    body: draftAnswer(paragraphs, marker),
    marker,
  } as const;
  const id = `draft-${purpose}-${incident.id}-${incident.episode}-${number}`;
  return intendEffect(id, outgoing, incident.id, environmentsOf(incident)[0] ?? null, means.clock.nowMs());
}

async function write(
  { store, clock }: BrainMeans,
  incident: Incident,
  action: string,
  after: AfterDraft,
  effects: readonly Effect[],
): Promise<void> {
  const words: Redacted | null = after.kind === "rejected" || after.kind === "change-asked" ? after.words : null;
  const result = words ?? redact(after.draft.url ?? after.kind);
  const change: Change = {
    incidents: [incident],
    effects,
    audit: [{ atMs: clock.nowMs(), actor: "brain", action, subject: incident.id, result }],
  };
  await store.commit(change, null);
}
