import { putBack, type Reading } from "./aligned.ts";
import { anywhere } from "./trigger-scan.ts";

/** What turns on and off colours and bold print, also as strings in JSON and in source code have it: `\u001b[31m`, `\x1b[0m`, `\033[1;36m`. */
const sequence = /(?:\u001b|\\{1,8}(?:u001b|x1b|033|e))\[[\d;:]{0,24}m/gi;
const quickLook = /\u001b\[|\\(?:u001b|x1b|033|e)\[/i;
export const colourTriggers = anywhere("\u001b[", "\\u001b[", "\\x1b[", "\\033[", "\\e[");

/**
 * Reads the coloured lines without their colours, whose last letter would be taken for a part of the name or the secret behind it. A line in which
 * nothing is found stays as it is.
 * @param rewrite the whole gate, on one line
 */
export function rewriteColoured(text: string, rewrite: (line: string) => string): string {
  return text
    .split("\n")
    .map((line) => (quickLook.test(line) ? rewriteLine(line, rewrite) : line))
    .join("\n");
}

function rewriteLine(line: string, rewrite: (line: string) => string): string {
  const reading = withoutColours(line);
  const rewritten = rewrite(reading.text);
  return rewritten === reading.text ? line : putBack(line, reading, rewritten, (part) => part);
}

function withoutColours(line: string): Reading {
  const places: number[] = [];
  let text = "";
  let done = 0;
  const keep = (to: number): void => {
    for (let at = done; at < to; at++) places.push(at);
    text += line.slice(done, to);
  };
  for (const { index, 0: all } of line.matchAll(sequence)) {
    keep(index);
    done = index + all.length;
  }
  keep(line.length);
  places.push(line.length);
  return { text, places };
}
