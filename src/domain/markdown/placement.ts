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

/** Keeps fences on lines of their own, after a blank line that ends any HTML, and the backticks of two code spans apart. */
function append(before: string, next: string): string {
  if (before === "" || next === "") return before + next;
  if (beginsWithFence(next) && !before.endsWith("\n\n"))
    return `${before}${before.endsWith("\n") ? "\n" : "\n\n"}${next}`;
  if (endsWithFence(before) && !next.startsWith("\n")) return `${before}\n\n${next}`;
  return before.endsWith("`") && next.startsWith("`") ? `${before} ${next}` : before + next;
}

/** The value as it may stand after these words of ours. */
function fitting(value: string, ours: string): string {
  const line = ours.slice(ours.lastIndexOf("\n") + 1);
  const paragraph = ours.slice(ours.lastIndexOf("\n\n") + 1);
  if (/\]\([^)\s]*$/.test(line)) return encodeURIComponent(value);
  if (isOdd(ours.match(/^`{3,}/gm))) return value.replaceAll("`", "'");
  if (isOdd(line.match(/`/g))) return value.replace(/[`\n]/g, "'");
  if (/<[A-Za-z!/?]/.test(paragraph)) return value.replace(/[^\p{L}\p{N} .,:;$/()=+_-]/gu, "_").replaceAll("//", "/");
  if (/^\s*\|/.test(line)) return value.replaceAll("|", "¦").replaceAll("\n", " ");
  return value;
}

function isOdd(found: RegExpMatchArray | null): boolean {
  return (found?.length ?? 0) % 2 === 1;
}
