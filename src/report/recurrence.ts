import type { Outgoing } from "../domain/effect.ts";
import type { Incident } from "../domain/incident.ts";
import { identifier, joinInert } from "../domain/inert.ts";
import type { Language } from "../domain/language.ts";
import type { Inert } from "../domain/text.ts";
import { instant } from "./instant.ts";
import { wordsOf } from "./words.ts";

/** One comment, edited: a bug that goes on all night must not send a mail every five minutes. */
const recurrenceEveryMs = 3_600_000;

/**
 * What to tell an incident's issue about new occurrences: a first comment, an edit of it, or null while there is
 * nothing new or it was told within the last hour. Pure.
 */
export function decideRecurrence(
  incident: Incident,
  language: Language,
  nowMs: number,
  marker: Inert,
): Extract<Outgoing, { kind: "comment" | "edit-comment" }> | null {
  const { issue } = incident;
  if (issue === null || incident.state !== "reported") return null;
  const count = Object.values(incident.counts).reduce((sum, each) => sum + each, 0);
  if (incident.lastSeenNs <= issue.reportedUntilNs || count <= issue.reportedCount) return null;
  if (nowMs - issue.recurrenceAtMs < recurrenceEveryMs) return null;
  const environments = joinInert(
    Object.keys(incident.counts).map((name) => identifier(name)),
    ", ",
  );
  const words = wordsOf[language];
  const more = count - issue.reportedCount;
  const last = instant(incident.lastSeenNs);
  const text =
    incident.sameAs === null
      ? words.recurrence(count, more, last, environments)
      : words.recurrenceOfSame(incident.title, count, more, last, environments);
  const body = joinInert([text, marker], "\n\n");
  const { repository, number } = issue;
  return issue.recurrenceComment === null
    ? { kind: "comment", repository, number, body, marker }
    : { kind: "edit-comment", repository, number, comment: issue.recurrenceComment, body };
}
