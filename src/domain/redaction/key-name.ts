import { keyTriggers } from "./key-words.ts";
import { compileFinder, type Place } from "./trigger-scan.ts";

/** A longer run of such characters is no name but data. */
const sideMax = 48;
const moreWords =
  /(?: (?:access|registration|reg|security|number|num|no|nr|key|code|value|hash|date|phrase|of birth|id)\b\.?| ?번호| 등록 ?번호| 코드| 키){0,3}/iy;
const wordsBeforeMax = 3;
const wordLengthMax = 24;

export interface KeyName {
  /** Where the name begins and where what belongs to it ends. */
  readonly from: number;
  readonly to: number;
  /** As it is written. */
  readonly name: string;
}

export interface FoundName {
  /** Null where the word stands in something longer than names are. */
  readonly name: KeyName | null;
  /** Where to look on. */
  readonly next: number;
}

const findKeyWord = compileFinder([keyTriggers]);

/**
 * The names of a text that hold a word of keys, one after the other. Looks at a bounded stretch around each word.
 * @param places where words of keys are; null where nobody has looked
 */
export function createNameReader(text: string, places: readonly Place[] | null): (from: number) => FoundName | null {
  const words = places ?? placesOfWords(text);
  let index = 0;
  return (from) => {
    let word = words[index];
    while (word !== undefined && word.at < from) word = words[++index];
    return word === undefined ? null : nameAround(text, from, word.at, word.at + word.length);
  };
}

function placesOfWords(text: string): readonly Place[] {
  const places: Place[] = [];
  findKeyWord(text, (_, at, word) => places.push({ at, length: word.length }));
  return places;
}

/** @param least where the name before it ended @param at where the word begins, and `after` where it ends */
function nameAround(text: string, least: number, at: number, after: number): FoundName {
  const lowest = Math.max(least, at - sideMax);
  let start = at;
  while (start > lowest && isNameCharacter(text.charCodeAt(start - 1))) start--;
  const most = Math.min(text.length, after + sideMax);
  let end = after;
  while (end < most && isNameCharacter(text.charCodeAt(end))) end++;
  if (end === most && end < text.length && isNameCharacter(text.charCodeAt(end))) return { name: null, next: end };
  while (end > after && /[.@-]/.test(text.charAt(end - 1))) end--;
  start += escapeLength(text, start);
  if (text.startsWith("-D", start)) start += 2;
  if (text.charAt(start - 1) === "⟨") return { name: null, next: end };
  let to = end;
  if (/[ 번]/.test(text.charAt(end))) {
    moreWords.lastIndex = end;
    to += moreWords.exec(text)?.[0].length ?? 0;
  }
  return { name: { from: start, to, name: text.slice(start, to) }, next: end };
}

/** Up to three words before a name that says little alone: `Client API ` of `Client API key`. */
export function wordsBefore(text: string, { from }: KeyName): string {
  let start = from;
  for (let count = 0; count < wordsBeforeMax && text.charAt(start - 1) === " "; count++) {
    const least = Math.max(0, start - 1 - wordLengthMax);
    let at = start - 1;
    while (at > least && isWordCharacter(text.charCodeAt(at - 1))) at--;
    if (at === start - 1 || (at === least && at > 0 && isWordCharacter(text.charCodeAt(at - 1)))) break;
    start = at;
  }
  return text.slice(start, from);
}

function isWordCharacter(code: number): boolean {
  return isNameCharacter(code) && code !== 46 && code !== 36 && code !== 64;
}

/** Letters, digits, `_`, `-`, `.`, `$`, `@`. */
function isNameCharacter(code: number): boolean {
  if (code >= 128)
    return (code >= 0xac00 && code <= 0xd7a3) || (code < 0x2000 && /[\p{L}\p{N}]/u.test(String.fromCharCode(code)));
  return (
    (code >= 97 && code <= 122) ||
    (code >= 64 && code <= 90) ||
    (code >= 48 && code <= 57) ||
    code === 95 ||
    code === 45 ||
    code === 46 ||
    code === 36
  );
}

/** What of `\npassword`, `\u003cpassword` and `%22password` is no part of the name. */
function escapeLength(text: string, start: number): number {
  const previous = text.charAt(start - 1);
  if (previous === "\\")
    return /^u00[0-9a-f]{2}/i.test(text.slice(start, start + 5)) ? 5 : /[nrt]/.test(text.charAt(start)) ? 1 : 0;
  if (previous === "%" && /^[0-9a-f]{2}/i.test(text.slice(start, start + 2))) return 2;
  return 0;
}
