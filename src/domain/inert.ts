import { codeSpan, fencedBlock } from "./markdown/code.ts";
import { placeBetween } from "./markdown/placement.ts";
import { proseText } from "./markdown/prose-text.ts";
import { ownValue } from "./own-value.ts";
import { redact } from "./redact.ts";
import type { Inert, Redacted } from "./text.ts";

/** A fenced block that shows the text as it is; the fence is longer than any run of backticks inside. */
export function fenced(text: Redacted): Inert {
  return fencedBlock(text) as Inert;
}

/** One line of code; line breaks become spaces. */
export function inlineCode(text: Redacted): Inert {
  return codeSpan(text) as Inert;
}

/** Prose of a model: every URL, mention, reference, SHA, tag, bracket, image, pipe and dollar run becomes a code span; lines are kept, and none opens a block. */
export function prose(text: Redacted): Inert {
  return proseText(text) as Inert;
}

/** What GitHub would take for a commit; digits alone are counts and codes far more often. */
const commitId = /(?<![\w-])(?=[a-f]*\d)(?=\d*[a-f])[0-9a-f]{7,64}(?![\w-])/gi;

/**
 * Letters, digits and `_ . $ - / :` of a name, at most `lengthMax`; all else becomes `_`. For titles, labels and branch names: it makes no link,
 * reference, commit, formula, rule or list wherever it stands.
 */
export function identifier(text: string, lengthMax = 80): Inert {
  const name = redact(text)
    .replaceAll(/[^\w.$/:-]/g, "_")
    .slice(0, lengthMax)
    .replaceAll(/\/{2,}/g, "/")
    .replaceAll(/www\./gi, "www_")
    .replaceAll(/gh-(?=\d)/gi, "GH_")
    .replaceAll(/\${2,}/g, "$")
    .replaceAll(/(?<![A-Za-z0-9])\$|\$(?![A-Za-z0-9])/g, "_")
    // In the middle of a word an underscore emphasises nothing, so it stays.
    .replaceAll(commitId, (id) => `${id.slice(0, 6)}_${id.slice(6)}`)
    .slice(0, lengthMax)
    .replace(/^(\d+)\.$/, "$1_");
  return (name !== "" && !/[A-Za-z0-9]/.test(name) ? "_" : name) as Inert;
}

/** Our own words with inert values: ``own`seen ${count} times in ${identifier(service)}` ``. */
export function own(words: TemplateStringsArray, ...values: readonly (Inert | number)[]): Inert {
  return placeBetween(words, values.map(String)) as Inert;
}

/** Inert parts, joined by our own separator; fenced blocks keep a blank line around them. */
export function joinInert(parts: readonly Inert[], separator: "" | " " | ", " | "\n" | "\n\n"): Inert {
  return placeBetween(["", ...parts.slice(1).map(() => separator), ""], parts) as Inert;
}

/**
 * A Markdown link to one of the configured hosts (`github.com`, the Grafana …), over http or https. Only the text where the address is of another
 * host, carries a password or anything else that the gate would hide, or is none.
 */
export function link(text: Inert, url: string, hosts: readonly string[]): Inert {
  if (!URL.canParse(url)) return text;
  const { protocol, host, username, password, href } = new URL(url);
  const isOurs = (protocol === "https:" || protocol === "http:") && hosts.includes(host);
  if (!isOurs || username !== "" || password !== "" || redact(href) !== href) return text;
  const target = href.replaceAll(/[^\w\-.~:/?#@&=%+,!]/g, (character) =>
    [...Buffer.from(character)].map((byte) => `%${byte.toString(16).toUpperCase().padStart(2, "0")}`).join(""),
  );
  return `[${text.replaceAll("\n", " ")}](${target})` as Inert;
}

declare const template: unique symbol;

/** Markdown of ours read from `prompts/`, with `{{slot}}` places. */
export interface Template {
  readonly source: string;
  readonly [template]: true;
}

/** A template and the slots it is filled with do not fit together. */
export class TemplateError extends Error {
  override readonly name = "TemplateError";
  readonly isRetryable = false;
}

const slotPattern = /\{\{(\w+)\}\}/g;

/** Only for files of `prompts/`: their words are ours. @throws TemplateError when braces are no slot */
export function parseTemplate(source: string): Template {
  const wrong = source.replaceAll(slotPattern, "").match(/.*(?:\{\{|\}\}).*/)?.[0];
  if (wrong !== undefined) {
    throw new TemplateError(
      `The template line "${redact(wrong)}" has braces that are no slot; write {{name}} without spaces.`,
    );
  }
  return { source } as Template;
}

/** Every slot must be filled; a line whose only content is slots filled with "" is dropped. @throws TemplateError when a slot has no value */
export function fillTemplate(from: Template, slots: Readonly<Record<string, Inert>>): Inert {
  const slotValue = (name: string): Inert => {
    const value = ownValue(slots, name);
    if (value !== undefined) return value;
    throw new TemplateError(
      `The template has a slot {{${name}}} that nothing fills; take it out of the file in prompts/.`,
    );
  };
  const isDropped = (line: string): boolean =>
    slotNames(line).length > 0 &&
    line.replaceAll(slotPattern, "").trim() === "" &&
    slotNames(line).every((name) => slotValue(name) === "");
  const source = from.source
    .split("\n")
    .filter((line) => !isDropped(line))
    .join("\n");
  return placeBetween(source.split(/\{\{\w+\}\}/), slotNames(source).map(slotValue)) as Inert;
}

function slotNames(source: string): string[] {
  return [...source.matchAll(slotPattern)].map(([, name = ""]) => name);
}

/** Whole blocks, first ones first, within `lengthMax` characters; `more` stands where the rest was left out. */
export function cutBlocks(blocks: readonly Inert[], lengthMax: number, more: Inert): Inert {
  const gap = "\n\n";
  const whole = blocks.reduce((length, block) => length + gap.length + block.length, -gap.length);
  if (whole <= lengthMax) return joinInert(blocks, gap);
  let length = more.length;
  const left = blocks.findIndex((block) => {
    length += block.length + gap.length;
    return length > lengthMax;
  });
  return joinInert([...blocks.slice(0, Math.max(0, left)), more], gap);
}
