import type { IncidentPullRequest } from "../../domain/incident.ts";
import { redact } from "../../domain/redact.ts";
import type { RemotePullRequest } from "../../domain/remote-repository.ts";
import type { Redacted } from "../../domain/text.ts";

/** What people, bots and checks made of a draft since it was last looked at. */
export type AfterDraft =
  | { readonly kind: "merged" | "nothing"; readonly draft: IncidentPullRequest }
  | { readonly kind: "rejected"; readonly draft: IncidentPullRequest; readonly words: Redacted | null }
  /** Asked for by a review, or by checks that fail; `words` is what they said. */
  | { readonly kind: "change-asked"; readonly draft: IncidentPullRequest; readonly words: Redacted }
  | { readonly kind: "taken-over"; readonly draft: IncidentPullRequest };

const wordsLengthMax = 4_000;

/** Pure. The draft that it gives back has heard everything that is answered by it. */
export function decideAfter(draft: IncidentPullRequest, seen: RemotePullRequest, nowMs: number): AfterDraft {
  const { reviews, failing } = seen;
  const heard: IncidentPullRequest = {
    ...draft,
    heardReview: Math.max(draft.heardReview, ...reviews.map(({ id }) => id)),
    isReviewed: draft.isReviewed || reviews.some(({ counts }) => counts),
  };
  if (seen.isMerged) return { kind: "merged", draft: { ...heard, state: "merged", words: null, sinceMs: nowMs } };
  if (!seen.isOpen) {
    const said =
      seen.closingWords ?? reviews.findLast(({ counts, words }) => counts && words !== "")?.words ?? draft.words;
    return { kind: "rejected", draft: { ...heard, state: "rejected", words: said, sinceMs: nowMs }, words: said };
  }
  const asking = reviews.filter(({ asksForChange }) => asksForChange);
  const isHeard = draft.heardChecksOf === seen.head;
  const broken = failing === null || isHeard ? [] : failing;
  if (asking.length === 0 && broken.length === 0) return { kind: "nothing", draft: heard };
  const asked: IncidentPullRequest = broken.length === 0 ? heard : { ...heard, heardChecksOf: seen.head };
  // What is on the branch by now is not ours to build on.
  if (draft.head !== seen.head) return { kind: "taken-over", draft: asked };
  const words = [
    ...asking.map(({ author, words: said }) => `${author}: ${said === "" ? "asks for changes" : said}`),
    ...broken.map(
      ({ name, title }) =>
        `The check "${name}" fails on the draft and not on its base${title === null ? "." : `: ${title}`}`,
    ),
  ].join("\n");
  return { kind: "change-asked", draft: asked, words: redact(words.slice(0, wordsLengthMax)) };
}
