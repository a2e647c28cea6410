import type { CommitEvidence, EntryEvidence, EvidenceBundle, LinesEvidence } from "../domain/evidence.ts";
import { observationText } from "../domain/observation.ts";
import { traceTree } from "../domain/trace-tree.ts";
import { foldedStack } from "./folded-stack.ts";
import { readableLine } from "./readable-line.ts";
import { harmless } from "./terminal-text.ts";

const entriesShown = 8;
const entryLinesShown = 30;
const traceLinesShown = 60;
const barWidth = 16;
/** Of a line of the trace: what a terminal shows without breaking it. */
const columns = 118;
const dayMs = 86_400_000;
const plurals = { entry: "log entries", span: "spans", lines: "excerpts", commit: "commits" } as const;

/** A bundle as a page for a terminal: what was logged, the trace, where to look, the code with the lines marked, who changed it, and what is missing. */
export function evidencePage(bundle: EvidenceBundle): string {
  const entries = bundle.evidence.filter((each) => each.kind === "entry");
  const lines = bundle.evidence.filter((each) => each.kind === "lines");
  const commits = bundle.evidence.filter((each) => each.kind === "commit");
  const sections = [
    section("What was logged", entriesText(entries)),
    section(traceTitle(bundle), traceText(bundle)),
    section("Where to look, likeliest first", rankingText(bundle)),
    ...lines.map((each) => section(linesTitle(each), linesText(each, bundle))),
    section("Who changed it, likeliest first", commitsText(commits, bundle)),
    section("Not there", missingText(bundle)),
  ];
  return `${sections.filter((each) => each !== "").join("\n\n")}\n`;
}

function section(title: string, lines: readonly string[]): string {
  return lines.length === 0 ? "" : [title, ...lines.map((line) => `  ${harmless(line)}`.trimEnd())].join("\n");
}

function entriesText(entries: readonly EntryEvidence[]): readonly string[] {
  const shown = entries.slice(0, entriesShown).flatMap((entry) => {
    const at = new Date(Number(entry.timestampNs / 1_000_000n)).toISOString();
    const lines = foldedStack(readableLine(entry.text), (count) => `${count} more lines`).split("\n");
    return [
      `${entry.id}  ${entry.service ?? "unknown service"}${entry.timestampNs < BigInt(dayMs) ? "" : `, ${at}`}`,
      ...lines.slice(0, entryLinesShown).map((line) => `  ${line}`),
      ...(lines.length > entryLinesShown ? [`  … ${lines.length - entryLinesShown} more lines`] : []),
    ];
  });
  const more = entries.length - entriesShown;
  return more > 0 ? [...shown, `… and ${more} more entries (--json has them)`] : shown;
}

function traceTitle({ trace }: EvidenceBundle): string {
  return trace === null ? "Trace" : `Trace ${trace.traceId}${trace.isPartial ? ", of which spans are missing" : ""}`;
}

function traceText({ trace, traceMissing, observations }: EvidenceBundle): readonly string[] {
  if (trace === null) return [`none: ${traceMissing ?? "no reason is known"}`];
  return [
    ...traceTree(trace, { linesMax: traceLinesShown, barWidth, columns }),
    ...observations.map((each) => `· ${observationText(each, "en")}`),
  ];
}

function rankingText({ ranking }: EvidenceBundle): readonly string[] {
  return ranking.flatMap((place, index) => [
    `${index + 1}. ${place.path}:${place.firstLine}${place.function === null ? "" : `  ${place.function}`}`,
    `   ${place.score.toFixed(2)}  ${place.because}`,
  ]);
}

function linesTitle({ id, repository, commit, path, enclosing }: LinesEvidence): string {
  return harmless(
    `${id}  ${path} of ${repository} at ${commit.slice(0, 10)}${enclosing === null ? "" : `, in ${enclosing}`}`,
  );
}

/** Each line with its number, an arrow before those that the ranking names. */
function linesText(evidence: LinesEvidence, { ranking }: EvidenceBundle): readonly string[] {
  const marked = new Set(
    ranking
      .filter(({ path, repository }) => path === evidence.path && repository === evidence.repository)
      .map(({ firstLine }) => firstLine),
  );
  const width = String(evidence.lastLine).length;
  return evidence.text.split("\n").map((line, index) => {
    const number = evidence.firstLine + index;
    return `${marked.has(number) ? "→" : " "} ${String(number).padStart(width)} │ ${line}`;
  });
}

function commitsText(commits: readonly CommitEvidence[], bundle: EvidenceBundle): readonly string[] {
  const byId = new Map(commits.map((commit) => [commit.id as string, commit]));
  return bundle.suspects.flatMap((id) => {
    const commit = byId.get(id);
    if (commit === undefined) return [];
    const days = Math.floor((bundle.gatheredAtMs - commit.authoredAtMs) / dayMs);
    const age = days < 1 ? "today" : days === 1 ? "a day old" : `${days} days old`;
    return [
      `${commit.id}  ${commit.commit.slice(0, 10)}  ${age}${commit.pullRequest === null ? "" : `, pull request ${commit.pullRequest}`}  ${commit.text}`,
    ];
  });
}

function missingText({ leftOut, code }: EvidenceBundle): readonly string[] {
  return [
    ...leftOut.map(({ kind, count, because }) => `${count} ${plurals[kind]}: ${because}`),
    ...code.flatMap(({ service, staleness, isDeployedKnown, deployed }) => [
      ...(isDeployedKnown
        ? []
        : [`deployed commit of ${service}: not known, read at the branch's head ${deployed.slice(0, 10)}`]),
      ...(staleness === 0 ? [] : [`${service}: ${staleness}`]),
    ]),
  ];
}
