import { type RedactionMemory, redact } from "./redact.ts";
import type { Redacted } from "./text.ts";

/**
 * Lines above a place that the gate sees with it: a private key of 16,384 bits has 203, and one that is entered in its middle looks like nothing in
 * particular.
 */
export const linesSeenBefore = 250;
/** Characters of one line of code that the gate sees; generated files have lines of a megabyte. */
const lineLengthMax = 200_000;
/** How far back a cut looks for the end of a word: longer than any token in use. */
const wordLengthMax = 20_000;

/** The first `lengthMax` characters of a text of any length, which passed the gate before it was cut: half a secret may not look like one. */
export function redactPart(text: string, lengthMax: number, memory?: RedactionMemory): Redacted {
  // Far more than is kept, for placeholders are shorter than what they stand for.
  const redacted = redact(cutBetweenWords(text, lengthMax * 4 + 10_000), memory);
  return redacted.length <= lengthMax ? redacted : redact(`${redacted.slice(0, lengthMax)}…`, memory);
}

/**
 * Some lines of a file, each in one line as it was, which passed the gate together with the lines above them.
 * @param lines of the file, or the part of it that ends with the last wanted line
 * @param from the first wanted one, counted from 0
 */
export function redactLines(lines: readonly string[], from: number, memory: RedactionMemory): readonly Redacted[] {
  const start = Math.max(0, from - linesSeenBefore);
  const text = lines
    .slice(start)
    .map((line) => cutBetweenWords(line, lineLengthMax))
    .join("\n");
  return redact(text, memory)
    .split("\n")
    .slice(from - start)
    .map((line) => redact(line, memory));
}

/** At most `lengthMax` characters; no word is cut in two unless it is longer than any secret. */
export function cutBetweenWords(text: string, lengthMax: number): string {
  if (text.length <= lengthMax) return text;
  const shortest = Math.max(0, lengthMax - wordLengthMax);
  for (let end = lengthMax; end > shortest; end--) {
    if (/\s/.test(text.charAt(end))) return text.slice(0, end);
  }
  return text.slice(0, lengthMax);
}
