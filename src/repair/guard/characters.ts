import type { Violation } from "./violation.ts";

/** Not seen, or seen elsewhere than it stands; also the blanks that only look like one, and what no text has. */
const hidden = /[\p{Cf}\p{Co}\p{Cs}\p{Cn}\p{Zl}\p{Zp}\p{DI}\u0000-\u0008\u000b-\u001f\u007f-\u009f\ufffd]|(?! )\p{Zs}/u;
/** Letters of these scripts look like Latin ones. */
const lookAlike =
  /[\p{Script=Cyrillic}\p{Script=Greek}\p{Script=Armenian}\p{Script=Cherokee}\p{Script=Coptic}\p{Script=Lisu}\p{Script=Deseret}]/u;
const latin = /\p{Script=Latin}/u;
const wordPattern = /[\p{L}\p{N}\p{M}_$]+/gu;
/** Signs that are read as those of code and are others. */
const lookAlikeSigns =
  /[\u037e\u2010-\u2015\u2018-\u201f\u2024\u2039\u203a\u2044\u2212\u2215\u2216\u2223\u2236\u2264\u2265\u2260\u29f8\u3000-\u3002\ua789\uff00-\uff65]/u;
const quotedText = /"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|`[^`]*`/g;
/** Blanks after which a line goes on where nobody looks. */
const wideGap = /\S[ \t]{60,}\S/;
/** Outside of strings, a code point by its number: Java and others read it as the letter. */
const escapedLetter = /\\u(?:\{[0-9a-fA-F]+\}|u*[0-9a-fA-F]{4})/;

/** What stands for a secret in what a model reads: a value that it could not know. */
const placeholder = /⟨[a-z][a-z-]{0,29}:\d{1,6}⟩/;

interface LinePlace {
  readonly isCode: boolean;
  /** Reads letters by their numbers everywhere, also in comments. */
  readonly isJava: boolean;
  readonly isCrlf: boolean;
}

/** Characters of an added line that show something else than what is there. */
export function characterTrick(text: string, place: LinePlace): string | null {
  const line = place.isCrlf && text.endsWith("\r") ? text.slice(0, -1) : text;
  const found = hidden.exec(line.replaceAll("\t", " "))?.[0];
  if (found !== undefined) return `${codePoint(found)} is not seen, or not as what it is`;
  for (const [each] of line.matchAll(wordPattern)) {
    const isMixed = latin.test(each) && lookAlike.test(each);
    if (isMixed || isFolded(each)) return `a word mixes letters that look alike: ${escapedWord(each)}`;
  }
  if (placeholder.test(line)) return "a placeholder stands where a value was hidden";
  if (wideGap.test(line)) return "the line goes on behind a wide gap";
  if (!place.isCode) return null;
  if (place.isJava && /\\u+00[0-7]/.test(line)) return "a letter is written by its number";
  const code = line.replaceAll(quotedText, '""').replace(/(?:\/\/|#|^\s*\*|\/\*).*$/, "");
  for (const [each] of code.matchAll(wordPattern)) {
    if (lookAlike.test(each)) return `a name is of letters that look like others: ${escapedWord(each)}`;
  }
  const sign = lookAlikeSigns.exec(code)?.[0];
  if (sign !== undefined) return `${codePoint(sign)} looks like a sign of code and is none`;
  if (escapedLetter.test(code)) return "a letter is written by its number";
  return null;
}

/** Letters that compatibility folding makes ASCII ones: bold, full-width, circled. Python reads them as those. */
function isFolded(word: string): boolean {
  if (/^[\x20-\x7e]*$/.test(word)) return false;
  for (const character of word) {
    if (character > "\u007f" && /[A-Za-z0-9_]/.test(character.normalize("NFKC"))) {
      const isAccented = /^\p{M}*$/u.test(character.normalize("NFD").slice(1)) && character.normalize("NFD").length > 1;
      if (!isAccented) return true;
    }
  }
  return false;
}

export function checkCharacters(
  path: string,
  lines: readonly { readonly line: number; readonly text: string }[],
  place: LinePlace,
): readonly Violation[] {
  return lines.flatMap(({ line, text }) => {
    const detail = characterTrick(text, place);
    return detail === null ? [] : [{ rule: "characters" as const, path, line, detail }];
  });
}

function codePoint(character: string): string {
  return `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}`;
}

function escapedWord(word: string): string {
  return word.slice(0, 40).replaceAll(/[^\x20-\x7e]/gu, (character) => `⟨${codePoint(character)}⟩`);
}
