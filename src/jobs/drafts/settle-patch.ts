import { type AuditLine, type Effect, intendEffect, type Outgoing } from "../../domain/effect.ts";
import type { Incident, IncidentIssue, IncidentPullRequest } from "../../domain/incident.ts";
import { prose } from "../../domain/inert.ts";
import { commentMarker } from "../../domain/marker.ts";
import { lowestMode, type Mode } from "../../domain/mode.ts";
import type { CommitId } from "../../domain/names.ts";
import type { Findings, Order } from "../../domain/order.ts";
import { redact } from "../../domain/redact.ts";
import type { Change } from "../../domain/store.ts";
import type { Redacted } from "../../domain/text.ts";
import type { RuleResult } from "../../domain/verdict.ts";
import type { BrainMeans } from "../brain-means.ts";
import { paidOrder } from "../paid-order.ts";
import { environmentsOf } from "../plan-orders.ts";
import { decidePatch } from "./decide-patch.ts";
import { lookAgain } from "./look-again.ts";

/** Findings of an order for a patch, about an incident that has its issue already. */
export interface PatchFindings {
  readonly incident: Incident;
  readonly issue: IncidentIssue;
  readonly order: Order;
  readonly findings: Findings;
  readonly mode: Mode;
}

/** Whether findings are of an order that was given for a patch, and not for the issue that is there. */
export function isForPatch(incident: Incident, order: Order | null): boolean {
  // One that was given before there was an issue was given for that.
  return incident.state === "reported" && order !== null && order.incident.issue !== null;
}

/**
 * What an order for a patch changes: a draft that is asked for is planned, a change of an open draft becomes one more commit on its branch, and whatever stopped
 * either is told where it was asked.
 * @throws ListingFailedError when GitHub could not be read whole
 */
export async function settlePatch(means: BrainMeans, about: PatchFindings): Promise<Change> {
  const { incident, order, findings } = about;
  const bill: Change = {
    settled: [order.id],
    settle: paidOrder(order, findings, incident.service),
  };
  const draft = incident.pullRequest;
  const change =
    draft?.state === "changing" && draft.number !== null && draft.head !== null
      ? await changeOfDraft(means, about, { ...draft, number: draft.number, head: draft.head })
      : await askedPatch(means, about);
  const line = {
    atMs: means.clock.nowMs(),
    actor: "brain",
    action: "findings.settled",
    subject: incident.id,
    result: redact(`${findings.rootCause.kind}, $${findings.costUsd.toFixed(4)}`),
  };
  return { ...bill, ...change, audit: [line, ...(change.audit ?? [])] };
}

async function askedPatch(means: BrainMeans, about: PatchFindings): Promise<Change> {
  const { incident, issue, findings, mode } = about;
  const { repository } = issue;
  const nowMs = means.clock.nowMs();
  const { told, planned, base } = await decidePatch(findings, { incident, repository, mode, nowMs }, means.drafts);
  const next: Incident = {
    ...withBase(incident, base),
    ...(planned === null ? {} : { pullRequest: planned, note: null }),
  };
  const { patchSection } = await import("../../report/patch-section.ts");
  const { draftWordsOf } = await import("../../report/draft-words.ts");
  const words = draftWordsOf[means.rules.language];
  const said = told === null ? [words.noPatch] : patchSection(told, means.rules.language);
  const comment = await commentOn(means, incident, issue, `patch-${incident.rounds}`, [words.asked, ...said]);
  const kept = planned === null ? [] : [{ incident: incident.id, findings }];
  const audit = told === null ? [] : [gatesLine(incident, told.rules, nowMs)];
  return { incidents: [next], effects: [comment], kept, audit };
}

type OpenDraft = IncidentPullRequest & { readonly number: number; readonly head: CommitId };

async function changeOfDraft(means: BrainMeans, about: PatchFindings, draft: OpenDraft): Promise<Change> {
  const { incident, issue, findings, mode } = about;
  const { language } = means.rules;
  const { proposal, verdict } = findings;
  const { repository, number } = draft;
  const on = { repository, number };
  const name = `${incident.episode}-${incident.rounds}`;
  const look =
    proposal === null || !verdict.allowed
      ? null
      : await lookAgain(proposal.patch, { repository, service: incident.service, draftBase: draft.base }, means.drafts);
  const rules: readonly RuleResult[] = [
    ...verdict.rules,
    ...(look?.rules.filter(({ rule }) => rule !== "head") ?? []),
    modeRule(lowestMode(mode, verdict.mode)),
  ];
  const text = await import("../../report/draft-text.ts");
  if (proposal === null || look === null || rules.some(({ holds }) => !holds)) {
    const { draftWordsOf } = await import("../../report/draft-words.ts");
    const { gateTable, objections } = await import("../../report/gate-table.ts");
    const said = [draftWordsOf[language].cannotChange, objections(rules), gateTable(rules, language)];
    const comment = await commentOn(means, incident, on, `draft-answer-${name}`, said);
    const audit = [gatesLine(incident, rules, means.clock.nowMs())];
    return { incidents: [{ ...incident, pullRequest: { ...draft, state: "open" } }], effects: [comment], audit };
  }
  const commit = text.commitOf({
    incident,
    issue,
    patch: look.patch,
    language,
    place: { repository: draft.headRepository, branch: draft.branch, onto: draft.head },
    restored: await restored(
      means,
      incident,
      draft,
      look.patch.files.map(({ path }) => path),
    ),
    round: draft.round,
  });
  const marker = commentMarker(incident.id, incident.episode, `draft-case-${incident.rounds}`);
  const { ownShare } = await import("../../report/own-share.ts");
  const { wordsOf } = await import("../../report/words.ts");
  const own = ownShare({ incident, findings }, repository, means.rules.repositoryOf, wordsOf[language].elsewhere);
  const case_ = { incident, patch: look.patch, rules, proposal, language, marker, round: draft.round };
  const body = text.draftComment({ ...case_, findings: own.findings });
  const environment = environmentsOf(incident)[0] ?? null;
  const nowMs = means.clock.nowMs();
  const first = intendEffect(`commit-${incident.id}-${name}`, commit, incident.id, environment, nowMs);
  const comment: Outgoing = { kind: "comment", ...on, body, marker };
  const second = intendEffect(`draft-case-${incident.id}-${name}`, comment, incident.id, environment, nowMs, first.id);
  const audit = [gatesLine(incident, rules, nowMs)];
  return { incidents: [withBase(incident, look.patch.base)], effects: [first, second], audit };
}

/** What earlier patches on the branch changed and this one does not, as it was before: the draft holds one patch, the last one. */
async function restored(means: BrainMeans, incident: Incident, draft: OpenDraft, kept: readonly string[]) {
  const { remote } = means.drafts;
  const earlier = (await means.store.effects({ subject: incident.id, states: ["done"] })).flatMap(({ outgoing }) =>
    outgoing.kind === "commit" && outgoing.branch === draft.branch ? outgoing.files.map(({ path }) => path) : [],
  );
  const paths = [...new Set(earlier)].filter((path) => !kept.includes(path));
  const files: { path: string; content: Uint8Array | null }[] = [];
  for (const path of paths) {
    if (remote === null) continue;
    const signal = AbortSignal.timeout(readMs);
    const before = await remote.file(draft.repository, draft.base, path, signal);
    const now = await remote.file(draft.headRepository, draft.head, path, signal);
    if (before !== null || now !== null) files.push({ path, content: before?.content ?? null });
  }
  return files;
}

const readMs = 60_000;

function modeRule(mode: Mode): RuleResult {
  return { rule: "mode-now", holds: mode === "draft-pr", path: null, detail: redact(`the mode is ${mode}`) };
}

function withBase(incident: Incident, base: CommitId | null): Incident {
  if (base === null || incident.patchedBases.includes(base)) return incident;
  return { ...incident, patchedBases: [...incident.patchedBases, base].slice(-basesMax) };
}

const basesMax = 50;

/** An order for a patch that nothing usable came back for: whoever asked is told where they asked, and an open draft stays as it is. */
export async function patchGivenUp(means: BrainMeans, incident: Incident, note: Redacted): Promise<Change> {
  const { issue, pullRequest: draft } = incident;
  const { draftWordsOf } = await import("../../report/draft-words.ts");
  const words = draftWordsOf[means.rules.language];
  const line = {
    atMs: means.clock.nowMs(),
    actor: "brain",
    action: "patch.given-up",
    subject: incident.id,
    result: note,
  };
  if (draft?.state === "changing" && draft.number !== null) {
    const on = { repository: draft.repository, number: draft.number };
    const purpose = `draft-answer-${incident.episode}-${incident.rounds}`;
    const comment = await commentOn(means, incident, on, purpose, [words.cannotChange, prose(note)]);
    const open: Incident = { ...incident, pullRequest: { ...draft, state: "open", words: note } };
    return { incidents: [open], effects: [comment], audit: [line] };
  }
  if (issue === null) return { audit: [line] };
  const comment = await commentOn(means, incident, issue, `patch-${incident.rounds}`, [words.noPatch, prose(note)]);
  return { effects: [comment], audit: [line] };
}

/** Every gate with its value, as the audit log has it. */
export function gatesLine(incident: Incident, rules: readonly RuleResult[], nowMs: number): AuditLine {
  const told = rules
    .map(({ rule, holds, path, detail }) => {
      const where = path === null || detail.includes(path) ? "" : `${path}: `;
      return `${rule} ${holds ? "holds" : "stops"} (${where}${detail})`;
    })
    .join("; ");
  const result = redact(told.slice(0, gatesLengthMax));
  return { atMs: nowMs, actor: "brain", action: "patch.gates", subject: incident.id, result };
}

const gatesLengthMax = 4_000;

/** An issue that was there already says nothing of the patch: a comment does. */
export async function tellInIssue(
  means: BrainMeans,
  incident: Incident,
  issue: IncidentIssue,
  blocks: Parameters<typeof commentOn>[4],
): Promise<readonly Effect[]> {
  return blocks.length === 0 ? [] : [await commentOn(means, incident, issue, `patch-${incident.rounds}`, blocks)];
}

async function commentOn(
  means: BrainMeans,
  incident: Incident,
  on: Pick<IncidentIssue, "repository" | "number">,
  purpose: string,
  paragraphs: Parameters<typeof import("../../report/draft-text.ts").draftAnswer>[0],
): Promise<Effect> {
  const { draftAnswer } = await import("../../report/draft-text.ts");
  const marker = commentMarker(incident.id, incident.episode, purpose);
  const { repository, number } = on;
  const outgoing: Outgoing = { kind: "comment", repository, number, body: draftAnswer(paragraphs, marker), marker };
  const id = `${purpose}-${incident.id}-${incident.episode}`;
  return intendEffect(id, outgoing, incident.id, environmentsOf(incident)[0] ?? null, means.clock.nowMs());
}
