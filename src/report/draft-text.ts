import { createHash } from "node:crypto";
import type { Outgoing } from "../domain/effect.ts";
import type { Incident, IncidentIssue } from "../domain/incident.ts";
import { cutBlocks, fenced, identifier, inlineCode, joinInert, link, own, prose } from "../domain/inert.ts";
import type { Language } from "../domain/language.ts";
import type { Findings } from "../domain/order.ts";
import type { Patch, Proposal } from "../domain/patch.ts";
import { redact } from "../domain/redact.ts";
import type { Inert, Redacted } from "../domain/text.ts";
import type { RuleResult } from "../domain/verdict.ts";
import { draftWordsOf } from "./draft-words.ts";
import { gateTable } from "./gate-table.ts";
import { touchedFiles } from "./patch-section.ts";
import { wordsOf } from "./words.ts";

const titleCharactersMax = 240;
const headlineCharactersMax = 72;
const commentCharactersMax = 60_000;
const outputCharactersMax = 12_000;

/** What a draft is told about; everything in it is data of ours. */
export interface DraftCase {
  readonly incident: Incident;
  readonly issue: Pick<IncidentIssue, "number">;
  readonly patch: Patch;
  readonly rules: readonly RuleResult[];
  readonly proposal: Proposal;
  readonly patchesPerDraftMax: number;
  readonly language: Language;
  readonly marker: Inert;
}

/** Title and body of the pull request: our own words and values of plain alphabets, for a squash makes a commit message of them. */
export function draftText(about: DraftCase): { readonly title: Inert; readonly body: Inert } {
  const words = draftWordsOf[about.language];
  const { incident, patch, proposal } = about;
  const tests = patch.files.filter(({ isTest }) => isTest).length;
  const lines = patch.diff.split("\n");
  const count = (mark: RegExp) => lines.filter((line) => mark.test(line)).length;
  const commands =
    proposal.verification === null || proposal.verification.kind === "cannot-run" ? [] : proposal.verification.commands;
  const blocks = [
    words.bodyIntro(incident.title, serviceOf(incident, about.language), about.issue.number, identifier(incident.id)),
    words.bodyDraft,
    words.whatChanges(patch.files.length - tests, tests, count(/^\+(?!\+\+ )/), count(/^-(?!-- )/)),
    touchedFiles(patch),
    own`## ${words.gates}`,
    gateTable(about.rules, about.language),
    own`## ${words.runTest}`,
    words.runSuite,
    fenced(redact(commands.map(shellWords).join("\n"))),
    own`## ${words.feedback}`,
    words.feedbackText(about.patchesPerDraftMax),
  ];
  return {
    title: titleOf(incident, about.language),
    body: joinInert([cutBlocks(blocks, commentCharactersMax, wordsOf[about.language].more), about.marker], "\n\n"),
  };
}

/** The first comment: the claim, the reason for this change, and what the tests said; foreign words, each set apart. */
export function draftComment(
  about: Omit<DraftCase, "issue" | "patchesPerDraftMax"> & { readonly findings: Findings; readonly round: number },
): Inert {
  const words = draftWordsOf[about.language];
  const { verification, rationale } = about.proposal;
  const ran = verification === null || verification.kind === "cannot-run" ? null : verification;
  const blocks = [
    ...(about.round > 1
      ? [words.round(about.round), own`### ${words.gates}`, gateTable(about.rules, about.language)]
      : []),
    own`### ${words.claim}`,
    prose(about.findings.rootCause.claim),
    own`### ${words.rationale}`,
    prose(rationale),
    ...(ran === null
      ? []
      : [
          own`### ${words.testOutput}`,
          words.onBase,
          output(ran.redOutput, words.noOutput),
          words.onPatch,
          output(ran.greenOutput, words.noOutput),
          ...(ran.flickering.length === 0
            ? []
            : [
                words.flickering,
                joinInert(
                  ran.flickering.slice(0, 20).map((name) => own`- ${inlineCode(name)}`),
                  "\n",
                ),
              ]),
        ]),
  ];
  return joinInert([cutBlocks(blocks, commentCharactersMax, wordsOf[about.language].more), about.marker], "\n\n");
}

/** The commit of a patch, rendered once: what is sent, and by what it is found again. */
export function commitOf(
  about: Pick<DraftCase, "incident" | "issue" | "patch" | "language"> & {
    readonly place: Pick<Extract<Outgoing, { kind: "commit" }>, "repository" | "branch" | "onto">;
    /** Paths that an earlier round changed, with what stood there before it. */
    readonly restored: readonly { readonly path: string; readonly content: Uint8Array | null }[];
    readonly round: number;
  },
): Extract<Outgoing, { kind: "commit" }> {
  const words = draftWordsOf[about.language];
  const { incident, patch } = about;
  const files = [...patch.files.map(({ path, after }) => ({ path, content: after })), ...about.restored];
  const digest = createHash("sha256").update(`${patch.base}\0`);
  for (const { path, content } of files) digest.update(`${path}\0${content?.length ?? -1}\0`).update(content ?? "");
  const service = serviceOf(incident, about.language);
  // In parts so short that nobody takes one for a commit.
  const [first, second, third] = chunks(digest.digest("hex"));
  const marker = own`Error-Autopilot: ${identifier(incident.id)} ${incident.episode} ${about.round} p-${first}-${second}-${third}`;
  const whole = words.headline(incident.title, about.issue.number);
  const headline =
    whole.length <= headlineCharactersMax ? whole : words.headline(identifier(incident.id), about.issue.number);
  const body = words.commitBody(service, identifier(incident.id), identifier(patch.base.slice(0, 6)));
  return { kind: "commit", ...about.place, headline, body: joinInert([body, marker], "\n\n"), files, marker };
}

function chunks(hex: string): readonly [Inert, Inert, Inert] {
  return [identifier(hex.slice(0, 5)), identifier(hex.slice(5, 10)), identifier(hex.slice(10, 15))];
}

/** The comment on the issue that leads to the draft. */
export function draftLink(
  draft: { readonly repository: string; readonly number: number; readonly url: string },
  how: { readonly webUrl: string; readonly language: Language; readonly marker: Inert },
): Inert {
  const name = own`${identifier(draft.repository, 200)}, pull request ${draft.number}`;
  const to = link(name, draft.url, [new URL(how.webUrl).host]);
  return joinInert([draftWordsOf[how.language].link(to), how.marker], "\n\n");
}

/** A comment of our own words, and what they are about. */
export function draftAnswer(paragraphs: readonly Inert[], marker: Inert): Inert {
  return joinInert([cutBlocks(paragraphs, commentCharactersMax, own`…`), marker], "\n\n");
}

function titleOf(incident: Incident, language: Language): Inert {
  const title = own`[${serviceOf(incident, language)}] ${incident.title}`;
  return title.length <= titleCharactersMax ? title : identifier(incident.id);
}

function serviceOf(incident: Incident, language: Language): Inert {
  return incident.service === null ? wordsOf[language].unknownService : identifier(incident.service, 60);
}

function output(text: Redacted, none: Inert): Inert {
  if (text.trim() === "") return none;
  const cut = text.length <= outputCharactersMax ? text : `… ${text.slice(-outputCharactersMax)}`;
  return fenced(redact(cut));
}

/** As one would type it: a word that a shell would take apart stands in quotes. */
function shellWords(argv: readonly string[]): string {
  return argv.map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`)).join(" ");
}
