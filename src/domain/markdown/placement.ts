import { beginsWithFence, endsWithFence } from "./code.ts";

/**
 * Our own words with values between them: `words` has one more than `values`. A value that is inert by itself may not be so in every place: next to
 * another code span, behind a list dash, inside a tag. Here it is set apart, or where no part of Markdown may stand, stripped to what is harmless.
 */
export function placeBetween(words: readonly string[], values: readonly string[]): string {
  const ours: string[] = [];
  let placed = "";
  for (const [index, word] of words.entries()) {
    ours.push(word);
    placed = append(placed, word);
    const value = values[index];
    if (value === undefined) continue;
    placed = append(placed, fitting(value, ours.join("")));
  }
  return placed;
}

/** Keeps fences on lines of their own, after a blank line that ends any HTML; two code spans apart; an exclamation mark off a link, which it would make an image. */
function append(before: string, next: string): string {
  if (before === "" || next === "") return before + next;
  if (beginsWithFence(next) && !before.endsWith("\n\n"))
    return `${before}${before.endsWith("\n") ? "\n" : "\n\n"}${next}`;
  if (endsWithFence(before) && !next.startsWith("\n")) return `${before}\n\n${next}`;
  const wouldMerge = (before.endsWith("`") && next.startsWith("`")) || (before.endsWith("!") && next.startsWith("["));
  return wouldMerge ? `${before} ${next}` : before + next;
}

/** The value as it may stand after these words of ours. */
function fitting(value: string, ours: string): string {
  const line = ours.slice(ours.lastIndexOf("\n") + 1);
  const paragraph = ours.slice(ours.lastIndexOf("\n\n") + 1);
  if (/\]\([^)\s]*$/.test(line)) return encodeURIComponent(value);
  if (isOdd(ours.match(/^`{3,}/gm))) return value.replaceAll("`", "'");
  if (isOdd(line.match(/`/g))) return value.replace(/[`\n]/g, "'");
  if (/<[A-Za-z!/?]/.test(paragraph)) return withinTags(value);
  if (/^\s*\|/.test(line)) return value.replaceAll("|", "¦").replaceAll("\n", " ");
  return value;
}

function isOdd(found: RegExpMatchArray | null): boolean {
  return (found?.length ?? 0) % 2 === 1;
}

/** Between tags Markdown means nothing: only values of a plain alphabet stay, of others their bare words. */
function withinTags(value: string): string {
  if (/^[\w .,:$=/-]*$/.test(value) && !value.includes("//")) return value;
  return value
    .replace(/[^\p{L}\p{N} .,:()=-]+/gu, " ")
    .replaceAll(/www\./gi, "www ")
    .replaceAll(/(?<![a-z0-9])gh-/gi, "GH ")
    .replaceAll(/(?<![0-9a-z])(?=[0-9a-f]{7,64}(?![0-9a-z]))/gi, "_");
}
