import type { Incident } from "../domain/incident.ts";
import { cutBlocks, identifier, joinInert, own } from "../domain/inert.ts";
import type { Language } from "../domain/language.ts";
import type { RepositoryName } from "../domain/names.ts";
import type { Inert } from "../domain/text.ts";
import { instant } from "./instant.ts";
import type { IssueText } from "./issue-text.ts";
import { wordsOf } from "./words.ts";

const bodyCharactersMax = 60_000;

/** The one page about what the flood limit holds back in a repository, worst first. Pure. */
export function overviewText(about: {
  readonly repository: RepositoryName;
  readonly heldBack: readonly Incident[];
  readonly issuesPerRun: number;
  readonly issuesPerDay: number;
  readonly language: Language;
  readonly marker: Inert;
}): IssueText {
  const words = wordsOf[about.language];
  const rows = about.heldBack.map((incident, index) =>
    words.overviewRow(
      index + 1,
      incident.title,
      Object.values(incident.counts).reduce((sum, count) => sum + count, 0),
      instant(incident.lastSeenNs),
      identifier(incident.id),
    ),
  );
  const intro = words.overviewIntro(about.heldBack.length, about.issuesPerRun, about.issuesPerDay);
  return {
    title: words.overviewTitle(identifier(about.repository, 120)),
    body: joinInert([cutBlocks([intro, ...rows], bodyCharactersMax, words.more), about.marker], "\n\n"),
    labels: [own`error-autopilot`, own`overview`],
  };
}
