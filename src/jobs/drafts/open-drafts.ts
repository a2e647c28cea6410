import { type Effect, intendEffect, ListingFailedError, type Outgoing } from "../../domain/effect.ts";
import type { Incident, IncidentIssue, IncidentPullRequest } from "../../domain/incident.ts";
import { commentMarker } from "../../domain/marker.ts";
import { lowestMode } from "../../domain/mode.ts";
import type { Findings } from "../../domain/order.ts";
import type { Proposal } from "../../domain/patch.ts";
import { redact } from "../../domain/redact.ts";
import type { Redacted } from "../../domain/text.ts";
import type { BrainMeans } from "../brain-means.ts";
import { environmentsOf } from "../plan-orders.ts";
import { lookAgain } from "./look-again.ts";

/**
 * Drafts whose issue is there are intended, as one: branch, commit, pull request, each after the one before. Once the pull request is there its first comment
 * follows, and a comment that leads to it. Asked at every tick of what the store holds, so that a crash anywhere leaves a draft to go on with.
 * @returns why some wait for a later tick
 */
export async function openDrafts(means: BrainMeans, reported: readonly Incident[]): Promise<readonly string[]> {
  const putOff: string[] = [];
  for (const incident of reported) {
    const { pullRequest, issue } = incident;
    if (pullRequest === null || issue === null) continue;
    if (pullRequest.state === "planned" && (await isAllowedNow(means, incident))) {
      const because = await openOne(means, incident, pullRequest, issue);
      if (because !== null && !putOff.includes(because)) putOff.push(because);
    }
    if (pullRequest.state === "open" && pullRequest.round === 1) await tellOne(means, incident, pullRequest, issue);
  }
  return putOff;
}

async function isAllowedNow({ store, rules }: BrainMeans, incident: Incident): Promise<boolean> {
  const { modeCeiling, pausedBy } = await store.handles();
  return (
    pausedBy === null &&
    lowestMode(rules.modeOf(environmentsOf(incident), incident.service), modeCeiling) === "draft-pr"
  );
}

async function openOne(
  means: BrainMeans,
  incident: Incident,
  draft: IncidentPullRequest,
  issue: IncidentIssue,
): Promise<Redacted | null> {
  const findings = await means.store.keptFindings(incident.id);
  const proposal = findings?.proposal ?? null;
  if (findings === null || proposal === null) {
    await stop(means, incident, draft, redact("What was found is not kept any more."), null);
    return null;
  }
  try {
    const about = { repository: draft.repository, service: incident.service, draftBase: null };
    const look = await lookAgain(proposal.patch, about, means.drafts);
    const rules = [...findings.verdict.rules, ...look.rules];
    const headRepository = look.headRepository;
    const text = await import("../../report/draft-text.ts");
    if (headRepository === null || rules.some(({ holds }) => !holds)) {
      const [because] = rules.filter(({ holds }) => !holds);
      const { draftWordsOf } = await import("../../report/draft-words.ts");
      const { gateTable, objections } = await import("../../report/gate-table.ts");
      const { language } = means.rules;
      const words = draftWordsOf[language];
      const marker = commentMarker(incident.id, incident.episode, `no-draft-${incident.rounds}`);
      const said = [words.noDraft, objections(rules), gateTable(rules, language)];
      const body = text.draftAnswer(said, marker);
      const comment = { kind: "comment", repository: issue.repository, number: issue.number, body, marker } as const;
      await stop(means, incident, draft, redact(because?.detail ?? "stopped"), comment);
      return null;
    }
    const next: IncidentPullRequest = {
      ...draft,
      state: "opening",
      headRepository,
      into: look.into,
      base: look.patch.base,
    };
    const effects = effectsOf(means, {
      incident,
      draft: next,
      issue,
      proposal: { ...proposal, patch: look.patch },
      rules,
      text,
    });
    const line = audit(means, incident, "draft.intended", redact(`${next.branch} at ${next.base.slice(0, 12)}`));
    await means.store.commit({ incidents: [{ ...incident, pullRequest: next }], effects, audit: [line] }, null);
    return null;
  } catch (error) {
    if (!(error instanceof ListingFailedError)) throw error;
    return redact(error.message);
  }
}

function effectsOf(
  means: BrainMeans,
  about: {
    readonly incident: Incident;
    readonly draft: IncidentPullRequest;
    readonly issue: IncidentIssue;
    readonly proposal: Proposal;
    readonly rules: Findings["verdict"]["rules"];
    readonly text: typeof import("../../report/draft-text.ts");
  },
): readonly Effect[] {
  const { incident, draft, issue, proposal, rules, text } = about;
  const { branch, headRepository, repository, into, base } = draft;
  const { patch } = proposal;
  const { language } = means.rules;
  const marker = commentMarker(incident.id, incident.episode, `draft-${incident.rounds}`);
  const { patchesPerDraftMax } = means.drafts;
  const words = text.draftText({ incident, issue, patch, rules, proposal, patchesPerDraftMax, language, marker });
  const place = { repository: headRepository, branch, onto: base };
  const chain: readonly Outgoing[] = [
    { kind: "create-branch", repository: headRepository, branch, at: base },
    text.commitOf({ incident, issue, patch, language, place, restored: [], round: 1 }),
    { kind: "open-pull-request", repository, headRepository, branch, into, ...words, marker },
  ];
  const idOf = ({ kind }: Outgoing): string => `${kind}-${incident.id}-${incident.episode}-${incident.rounds}`;
  return chain.map((outgoing, index) => {
    const before = chain[index - 1];
    return intendEffect(
      idOf(outgoing),
      outgoing,
      incident.id,
      environmentsOf(incident)[0] ?? null,
      means.clock.nowMs(),
      before === undefined ? null : idOf(before),
    );
  });
}

/** The first comment on the draft, and the one on the issue that leads to it. What was found is kept until both are intended. */
async function tellOne(
  means: BrainMeans,
  incident: Incident,
  draft: IncidentPullRequest,
  issue: IncidentIssue,
): Promise<void> {
  if (draft.number === null) return;
  const findings = await means.store.keptFindings(incident.id);
  if (findings?.proposal == null) return;
  const { proposal } = findings;
  const { language, webUrl, repositoryOf } = means.rules;
  const { draftComment, draftLink } = await import("../../report/draft-text.ts");
  const { ownShare } = await import("../../report/own-share.ts");
  const { wordsOf } = await import("../../report/words.ts");
  const own = ownShare({ incident, findings }, draft.repository, repositoryOf, wordsOf[language].elsewhere);
  const caseMarker = commentMarker(incident.id, incident.episode, `draft-case-${incident.rounds}`);
  const linkMarker = commentMarker(incident.id, incident.episode, `draft-link-${incident.rounds}`);
  const { repository, number } = draft;
  const case_ = { incident, patch: proposal.patch, rules: [], proposal, language, round: 1 };
  const comments: readonly (readonly [string, Extract<Outgoing, { kind: "comment" }>])[] = [
    [
      "draft-case",
      {
        kind: "comment",
        repository,
        number,
        body: draftComment({ ...case_, findings: own.findings, marker: caseMarker }),
        marker: caseMarker,
      },
    ],
    [
      "draft-link",
      {
        kind: "comment",
        repository: issue.repository,
        number: issue.number,
        body: draftLink({ repository, number, url: draft.url ?? "" }, { webUrl, language, marker: linkMarker }),
        marker: linkMarker,
      },
    ],
  ];
  let after: string | null = null;
  const effects: Effect[] = [];
  for (const [name, outgoing] of comments) {
    const id = `${name}-${incident.id}-${incident.episode}-${incident.rounds}`;
    const environment = environmentsOf(incident)[0] ?? null;
    effects.push(intendEffect(id, outgoing, incident.id, environment, means.clock.nowMs(), after));
    after = id;
  }
  await means.store.commit({ effects, kept: [{ incident: incident.id, findings: null }] }, null);
}

async function stop(
  means: BrainMeans,
  incident: Incident,
  draft: IncidentPullRequest,
  words: Redacted,
  comment: Extract<Outgoing, { kind: "comment" }> | null,
): Promise<void> {
  const nowMs = means.clock.nowMs();
  const id = `no-draft-${incident.id}-${incident.episode}-${incident.rounds}`;
  const effects =
    comment === null ? [] : [intendEffect(id, comment, incident.id, environmentsOf(incident)[0] ?? null, nowMs)];
  const pullRequest: IncidentPullRequest = { ...draft, state: "stopped", words, sinceMs: nowMs };
  await means.store.commit(
    {
      incidents: [{ ...incident, pullRequest }],
      kept: [{ incident: incident.id, findings: null }],
      effects,
      audit: [audit(means, incident, "draft.stopped", words)],
    },
    null,
  );
}

function audit({ clock }: BrainMeans, incident: Incident, action: string, result: Redacted) {
  return { atMs: clock.nowMs(), actor: "brain", action, subject: incident.id, result };
}
