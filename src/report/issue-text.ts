import type { CommitEvidence, Evidence, LinesEvidence } from "../domain/evidence.ts";
import type { Incident } from "../domain/incident.ts";
import {
  cutBlocks,
  fenced,
  fillTemplate,
  identifier,
  inlineCode,
  joinInert,
  link,
  own,
  parseTemplate,
  prose,
  type Template,
} from "../domain/inert.ts";
import type { Language } from "../domain/language.ts";
import type { RepositoryName, ServiceName } from "../domain/names.ts";
import { observationText } from "../domain/observation.ts";
import type { Findings } from "../domain/order.ts";
import { redact } from "../domain/redact.ts";
import type { Citation } from "../domain/root-cause.ts";
import type { Inert, Redacted } from "../domain/text.ts";
import { traceTree } from "../domain/trace-tree.ts";
import { claimText, remedyBlocks } from "./cause-details.ts";
import { foldedStack } from "./folded-stack.ts";
import { instant } from "./instant.ts";
import { isToldInLead, lead, placesOf, placeText } from "./lead.ts";
import { ownShare } from "./own-share.ts";
import { readableLine } from "./readable-line.ts";
import { type Words, wordsOf } from "./words.ts";

/** GitHub refuses bodies above 65,536 characters; the marker must fit behind the rest. */
const bodyCharactersMax = 60_000;
const titleCharactersMax = 256;
const excerptLinesMax = 30;
const traceLinesMax = 60;
/** What GitHub shows without scrolling. */
const traceColumns = 100;
const messageCharactersMax = 4_000;
const lineCharactersMax = 300;
const citationsMax = 10;
const quoteCharactersMax = 600;
const unreadMax = 4;
const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

export interface IssueText {
  readonly title: Inert;
  readonly body: Inert;
  readonly labels: readonly Inert[];
}

/** The issue of an incident. Pure: the same arguments give the same bytes. `marker` becomes the last line. */
export function issueText(about: {
  readonly incident: Incident;
  readonly findings: Findings;
  readonly repository: RepositoryName;
  /** Where the issues of a service go: what belongs elsewhere is not repeated here. */
  readonly repositoryOf: (service: ServiceName | null) => RepositoryName | null;
  readonly webUrl: string;
  readonly language: Language;
  readonly template: Template;
  /** What came of a patch; empty where none was meant. */
  readonly patch: readonly Inert[];
  readonly marker: Inert;
}): IssueText {
  const words = wordsOf[about.language];
  const { incident, findings } = ownShare(about, about.repository, about.repositoryOf, words.elsewhere);
  const service = incident.service === null ? words.unknownService : identifier(incident.service);
  const blocks = fillBlocks(about.template, {
    summary: words.summary(
      incident.title,
      service,
      Object.values(incident.counts).reduce((sum, count) => sum + count, 0),
      joinInert(
        Object.keys(incident.counts).map((name) => identifier(name)),
        ", ",
      ),
      instant(incident.firstSeenNs),
      instant(incident.lastSeenNs),
    ),
    lead: lead(findings, about.language, about.webUrl, words),
    what: whatFails(incident, findings, words),
    where: where(findings, about.webUrl, words),
    claim: why(findings, about.language),
    citations: citations(incident, findings, words),
    trace: trace(findings, words, about.language),
    // Of one environment the first line says it all.
    seen: joinInert(
      Object.entries(Object.keys(incident.counts).length > 1 ? incident.counts : {}).map(([name, count]) =>
        words.seenRow(identifier(name), count, instant(incident.firstSeenNs), instant(incident.lastSeenNs)),
      ),
      "\n",
    ),
    suspects: suspects(incident, findings, about.webUrl, words),
    ruledOut: bullets(findings.rootCause.ruledOut),
    nextStep: nextStep(incident, findings, about, words),
    footer: words.footer(
      findings.rootCause.model === null ? words.noModel : identifier(findings.rootCause.model),
      own`$${inlineNumber(findings.costUsd, 4)}`,
      own`${Math.max(1, Math.round((findings.finishedAtMs - findings.startedAtMs) / 1000))} s`,
      inlineCode(redact(findings.rootCause.promptVersion.slice(0, 12))),
      identifier(incident.id),
    ),
  });
  return {
    title: issueTitle(incident),
    body: joinInert([cutBlocks(withPatch(blocks, about.patch), bodyCharactersMax, words.more), about.marker], "\n\n"),
    labels: [
      own`error-autopilot`,
      own`service:${incident.service === null ? own`unknown` : identifier(incident.service, 40)}`,
    ],
  };
}

/** Before the line that ends the page. */
function withPatch(blocks: readonly Inert[], patch: readonly Inert[]): readonly Inert[] {
  const end = blocks.findLastIndex((block) => block.trim() === "---");
  return end === -1 ? [...blocks, ...patch] : [...blocks.slice(0, end), ...patch, ...blocks.slice(end)];
}

function issueTitle(incident: Incident): Inert {
  const service = incident.service === null ? own`` : own`[${identifier(incident.service, 60)}] `;
  const title = own`${service}${incident.title}`;
  return title.length <= titleCharactersMax ? title : identifier(incident.id);
}

function whatFails(incident: Incident, findings: Findings, words: Words): Inert {
  const line = failingLine(incident, findings);
  if (line === "") return words.noException;
  return fenced(redact(cutText(foldedStack(line, words.linesLeftOut), messageCharactersMax)));
}

function failingLine(incident: Incident, { bundle }: Findings): string {
  return readableLine(
    incident.samples[0]?.line ?? bundle.evidence.find(({ kind }) => kind === "entry")?.text ?? redact(""),
  );
}

function where(findings: Findings, webUrl: string, words: Words): Inert {
  const { bundle } = findings;
  const faulty = placesOf(findings);
  const places = faulty.map((place) => {
    const because = place.because === undefined ? own`` : words.because(prose(place.because));
    return own`- ${placeText(place, webUrl, words)}${because}`;
  });
  const versions = bundle.code.map((version) => {
    const commit = inlineCode(redact(version.deployed.slice(0, 12)));
    return version.isDeployedKnown ? words.deployedKnown(commit) : words.deployedUnknown(commit);
  });
  const first = faulty[0];
  const excerpt =
    first === undefined
      ? undefined
      : bundle.evidence
          .filter(
            (evidence): evidence is LinesEvidence =>
              evidence.kind === "lines" &&
              evidence.path === first.path &&
              evidence.firstLine <= first.firstLine &&
              evidence.lastLine >= first.lastLine,
          )
          .toSorted((one, other) => lengthOf(other) - lengthOf(one))[0];
  const parts = [
    // One that is all there is to say of it stands at the top.
    ...(places.length === 0 || (places.length === 1 && faulty[0]?.because === undefined)
      ? []
      : [joinInert(places, "\n")]),
    ...(excerpt === undefined || first === undefined ? [] : [fenced(around(excerpt, first))]),
    ...(versions[0] === undefined ? [] : [versions[0]]),
  ];
  return joinInert(parts, "\n\n");
}

function lengthOf(excerpt: LinesEvidence): number {
  return excerpt.lastLine - excerpt.firstLine;
}

/** The lines of an excerpt nearest to the place, numbered and the faulty ones marked, for a page that a tired person reads. */
function around(excerpt: LinesEvidence, place: { readonly firstLine: number; readonly lastLine: number }): Redacted {
  const lines = excerpt.text.split("\n").map((text, index) => {
    const number = excerpt.firstLine + index;
    const isFaulty = number >= place.firstLine && number <= place.lastLine;
    const gutter = String(number).padStart(String(excerpt.lastLine).length);
    return `${isFaulty ? ">" : " "} ${gutter} | ${cutText(text, lineCharactersMax)}`;
  });
  const middle = place.firstLine - excerpt.firstLine;
  const from = Math.max(0, Math.min(middle - excerptLinesMax / 2, lines.length - excerptLinesMax));
  return redact(lines.slice(from, from + excerptLinesMax).join("\n"));
}

/** Without a model it is no more than where to look, which is said at the top and in its section. */
function why({ rootCause, noModelBecause, bundle }: Findings, language: Language): Inert {
  return noModelBecause !== null && bundle.ranking.length > 0 ? own`` : claimText(rootCause, language);
}

function citations(incident: Incident, findings: Findings, words: Words): Inert {
  const { rootCause, bundle } = findings;
  const parts: Inert[] = [];
  // What is the whole of what failed stands above already; without a model all of it only repeats what stands in the other sections.
  const all = failingLine(incident, findings).trim();
  const shown = rootCause.citations.filter(({ quote, isResolved }) => !isResolved || quote.trim() !== all);
  if (shown.length > 0 && findings.noModelBecause === null) {
    parts.push(words.cited, ...shown.slice(0, citationsMax).map((each) => cited(each, bundle.evidence, words)));
  }
  const missing = rootCause.kind === "cannot-tell" ? missingOf(rootCause.missing, findings) : [];
  if (missing.length > 0) parts.push(words.missing, bullets(missing));
  return joinInert(parts, "\n\n");
}

/** Without a model: not that there was none, nor that there is no trace, which is said in its places, but what could not be read. */
function missingOf(missing: readonly Redacted[], { noModelBecause, bundle }: Findings): readonly Redacted[] {
  if (noModelBecause === null) return missing;
  const unread = bundle.leftOut.filter(({ kind }) => kind === "lines" || kind === "commit");
  return [
    ...missing.slice(bundle.traceMissing === null ? 1 : 2),
    ...unread.slice(0, unreadMax).map(({ because }) => because),
  ];
}

function cited(citation: Citation, evidence: readonly Evidence[], words: Words): Inert {
  const found = evidence.find((each) => each.id === citation.evidence);
  const place =
    found?.kind === "lines"
      ? own` ${inlineCode(redact(`${found.path}:${found.firstLine}-${found.lastLine}`))}`
      : found !== undefined && "service" in found && found.service !== null
        ? own` (${identifier(found.service)})`
        : own``;
  const doubt = citation.isResolved ? own`` : own` ${words.unsupported}`;
  return joinInert(
    [
      own`${found === undefined ? identifier(citation.evidence) : words.evidenceKinds[found.kind]}${place}${doubt}`,
      fenced(redact(cutText(citation.quote, quoteCharactersMax))),
    ],
    "\n",
  );
}

function trace(findings: Findings, words: Words, language: Language): Inert {
  const { trace: read, traceMissing, observations } = findings.bundle;
  if (read === null) {
    const missing = traceMissing === null ? words.noTrace : own`${words.noTrace} ${prose(traceMissing)}`;
    const told = observations.map((each) => observationText(each, language));
    return joinInert([missing, ...(told.length === 0 ? [] : [bullets(told)])], "\n\n");
  }
  const lines = traceTree(read, { linesMax: traceLinesMax, barWidth: 0, columns: traceColumns });
  const told = observations.map((each) => `· ${observationText(each, language)}`);
  const tree = fenced(redact([`trace ${read.traceId}`, ...lines, ...told].join("\n")));
  return read.isPartial ? joinInert([words.partialTrace, tree], "\n\n") : tree;
}

function suspects(incident: Incident, findings: Findings, webUrl: string, words: Words): Inert {
  const lines = suspectedCommits(findings)
    .slice(0, 3)
    .map((commit) => {
      const { id, age, subject } = commitWords(commit, incident, webUrl, words);
      const { repository, pullRequest } = commit;
      const through =
        pullRequest === null
          ? own``
          : own`, ${linkTo(words.pullRequest(pullRequest), `${webUrl}/${repository}/pull/${pullRequest}`, webUrl)}`;
      return own`- ${id}, ${age}: ${subject}${through}`;
    });
  // Where no code is to blame, or none was read, nobody is asked who changed it.
  const isOfCode = findings.rootCause.kind !== "not-in-code" && findings.bundle.code.length > 0;
  return lines.length === 0 ? (isOfCode ? words.noSuspects : own``) : joinInert(lines, "\n");
}

function suspectedCommits({ bundle }: Findings): readonly CommitEvidence[] {
  return bundle.suspects.flatMap((id) => {
    const evidence = bundle.evidence.find((each) => each.id === id);
    return evidence?.kind === "commit" ? [evidence] : [];
  });
}

function commitWords(commit: CommitEvidence, { firstSeenNs }: Incident, webUrl: string, words: Words) {
  const days = (Number(firstSeenNs / 1_000_000n) - commit.authoredAtMs) / dayMs;
  return {
    id: linkTo(
      inlineCode(redact(commit.commit.slice(0, 12))),
      `${webUrl}/${commit.repository}/commit/${commit.commit}`,
      webUrl,
    ),
    age: words.beforeFirstSight(Math.floor(days)),
    subject: inlineCode(redact(commit.text.split("\n")[0] ?? "")),
  };
}

/** What the top has no room for: what can be carried out as it stands, and without a model whom to suspect and what would show it. */
function nextStep(
  incident: Incident,
  findings: Findings,
  { webUrl, language }: { readonly webUrl: string; readonly language: Language },
  words: Words,
): Inert {
  const { rootCause } = findings;
  const parts = isToldInLead(rootCause.nextStep) ? [] : [prose(rootCause.nextStep)];
  parts.push(...remedyBlocks(rootCause, language));
  if (findings.noModelBecause === null) return joinInert(parts, "\n\n");
  const [suspect] = suspectedCommits(findings);
  const tests = findings.bundle.observations.find(({ kind }) => kind === "tests");
  if (suspect !== undefined && suspect.authoredAtMs <= Number(incident.firstSeenNs / 1_000_000n) + hourMs) {
    const { id, age, subject } = commitWords(suspect, incident, webUrl, words);
    parts.push(words.likelyCommit(id, age, subject));
  }
  if (tests?.kind === "tests") parts.push(words.coveringTests(inlineCode(tests.tests)));
  return joinInert(parts, "\n\n");
}

function bullets(texts: readonly Redacted[]): Inert {
  return joinInert(
    texts.map((text) => own`- ${prose(oneLine(text))}`),
    "\n",
  );
}

function cutText(text: string, charactersMax: number): string {
  return text.length <= charactersMax ? text : `${text.slice(0, charactersMax)} …`;
}

function oneLine(text: Redacted): Redacted {
  return redact(text.replaceAll(/\s+/g, " "));
}

function linkTo(text: Inert, url: string, webUrl: string): Inert {
  return link(text, url, [new URL(webUrl).host]);
}

function inlineNumber(value: number, digits: number): Inert {
  return identifier(value.toFixed(digits));
}

/** The page block by block, so that what does not fit is left out by whole blocks; empty ones are dropped. */
function fillBlocks(template: Template, slots: Readonly<Record<string, Inert>>): readonly Inert[] {
  return (
    template.source
      .trim()
      .split(/\n{2,}/)
      .map((block) => fillTemplate(parseTemplate(block), slots))
      .filter((block) => block.trim() !== "")
      // A heading whose section came out empty.
      .filter((block, index, all) => !block.startsWith("## ") || !/^(?:## |---$|$)/.test(all[index + 1]?.trim() ?? ""))
  );
}
