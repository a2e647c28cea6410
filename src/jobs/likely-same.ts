import type { Incident } from "../domain/incident.ts";
import type { RepositoryName } from "../domain/names.ts";
import type { OpenIssue } from "../domain/open-issue.ts";
import { redactPart } from "../domain/redact-part.ts";

/** That a small model compares an incident with. */
const likelyMax = 3;
const lineCharactersMax = 1_500;
/** Shared of all words of two messages. */
const nearShare = 0.5;
const alikeShare = 0.2;

/**
 * The open issues that an incident may be told in already: of the same repository, and with a place of it, its exception and some of its words, or most of
 * its words. Likeliest first. It decides nothing: who reads both does. Pure.
 */
export function likelySame(
  incident: Incident,
  repository: RepositoryName | null,
  reported: readonly Incident[],
): readonly OpenIssue[] {
  const mine = cluesOf(incident);
  return reported
    .flatMap((other): readonly { readonly other: OpenIssue; readonly likeness: number }[] => {
      const { issue } = other;
      if (other.id === incident.id || other.state !== "reported" || issue === null) return [];
      // One that is told in another's issue itself leads there anyway.
      if (issue.repository !== repository || other.sameAs !== null || incident.notSameAs.includes(other.id)) return [];
      const likeness = likenessOf(mine, cluesOf(other));
      if (likeness === 0) return [];
      const { number } = issue;
      const line = redactPart(other.samples[0]?.line ?? other.title, lineCharactersMax);
      return [{ other: { incident: other.id, repository, number, title: other.title, line }, likeness }];
    })
    .toSorted((one, another) => another.likeness - one.likeness || another.other.number - one.other.number)
    .slice(0, likelyMax)
    .map(({ other }) => other);
}

interface Clues {
  readonly type: string | null;
  /** Where the own code threw: `cart.ts`, `toCart`, `InvoiceJob`. */
  readonly place: readonly string[];
  /** All that was logged. */
  readonly text: string;
  readonly words: ReadonlySet<string>;
}

/** The title holds exception and own place, found when the entry was read. */
function cluesOf({ title, samples }: Incident): Clues {
  const text = samples[0]?.line ?? "";
  const [, type = null, place = ""] = /^([\w$-]+) in ([\w.:$-]+)$/.exec(title) ?? [];
  const head = text.slice(0, lineCharactersMax).split(/\n|\\n/)[0] ?? "";
  const words = head.toLowerCase().match(/\p{L}[\p{L}_]{3,}/gu) ?? [];
  return { type, place: placeParts(place), text, words: new Set(words) };
}

/** Of `cart.ts:toCart` both; of `InvoiceJob.render` the whole, for a class alone is named in many stack traces. */
function placeParts(place: string): readonly string[] {
  return place === "" ? [] : place.includes(":") ? place.split(":").filter((part) => part.length > 3) : [place];
}

function likenessOf(mine: Clues, other: Clues): number {
  const places = [
    ...mine.place.filter((part) => other.text.includes(part)),
    ...other.place.filter((part) => mine.text.includes(part)),
  ].length;
  const all = mine.words.union(other.words).size;
  const share = all === 0 ? 0 : mine.words.intersection(other.words).size / all;
  const isSameType = mine.type !== null && mine.type === other.type;
  if (places === 0 && share < nearShare && !(isSameType && share >= alikeShare)) return 0;
  return places + 3 * share + (isSameType ? 1 : 0);
}
