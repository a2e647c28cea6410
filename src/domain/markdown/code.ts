import { showHidden } from "./hidden-characters.ts";

/** The info string is always `text`: others choose renderers (mermaid, math, geojson). */
const fenceInfo = "text";

/** A fenced block that shows the text as it is. */
export function fencedBlock(text: string): string {
  const shown = showHidden(text);
  const fence = "`".repeat(Math.max(3, longestRun(shown) + 1));
  return `${fence}${fenceInfo}\n${shown}\n${fence}`;
}

/** One line of code that shows the text as it is, line breaks as spaces. */
export function codeSpan(text: string): string {
  const shown = showHidden(text).replace(/[\n\t]/g, " ");
  const mark = "`".repeat(longestRun(shown) + 1);
  // A space on both sides is taken off again by readers, and keeps a backtick at the edge apart from ours.
  const needsSpace = shown === "" || /^[` ]|[` ]$/.test(shown);
  return needsSpace ? `${mark} ${shown} ${mark}` : `${mark}${shown}${mark}`;
}

/** Whether Markdown begins with a block made by `fencedBlock`; a code span may begin with as many backticks. */
export const beginsWithFence = (markdown: string): boolean => /^`{3,}text\n/.test(markdown);
/** Whether it ends with the closing line of one. */
export const endsWithFence = (markdown: string): boolean => markdown.endsWith("```") && /\n`{3,}$/.test(markdown);

function longestRun(text: string): number {
  let longest = 0;
  for (const [run] of text.matchAll(/`+/g)) longest = Math.max(longest, run.length);
  return longest;
}
