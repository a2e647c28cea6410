import type { IncidentIssue } from "../domain/incident.ts";
import { identifier, joinInert, link, own } from "../domain/inert.ts";
import type { Language } from "../domain/language.ts";
import type { Inert } from "../domain/text.ts";
import { wordsOf } from "./words.ts";

/** The comment on an issue whose failures followed from those of another issue. */
export function causeText(
  cause: IncidentIssue,
  how: { readonly webUrl: string; readonly language: Language; readonly marker: Inert },
): Inert {
  const name = own`${identifier(cause.repository, 200)}, issue ${cause.number}`;
  const to = link(name, cause.url, [new URL(how.webUrl).host]);
  return joinInert([wordsOf[how.language].followsFrom(to), how.marker], "\n\n");
}
