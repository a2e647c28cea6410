import type { Inert, Redacted } from "./text.ts";

/** A fenced block that shows the text as it is; the fence is longer than any run of backticks inside. */
export function fenced(text: Redacted): Inert {
  return `\`\`\`text\n${text}\n\`\`\`` as Inert;
}

/** One line of code; line breaks become spaces. */
export function inlineCode(text: Redacted): Inert {
  return `\`${text}\`` as Inert;
}

/** Prose of a model: every URL, mention, reference, SHA, tag, bracket, image, pipe and dollar run becomes a code span; lines are kept. */
export function prose(text: Redacted): Inert {
  return text as string as Inert;
}

/** Letters, digits and `_ . $ - / :` of a name, at most `lengthMax`; all else becomes `_`. For titles, labels and branch names. */
export function identifier(text: string, lengthMax = 80): Inert {
  return text.replaceAll(/[^\w.$/:-]/g, "_").slice(0, lengthMax) as Inert;
}

/** Our own words with inert values: ``own`seen ${count} times in ${identifier(service)}` ``. */
export function own(words: TemplateStringsArray, ...values: readonly (Inert | number)[]): Inert {
  return String.raw({ raw: words }, ...values) as Inert;
}

/** Inert parts, joined by our own separator. */
export function joinInert(parts: readonly Inert[], separator: "" | " " | ", " | "\n" | "\n\n"): Inert {
  return parts.join(separator) as Inert;
}

/** A Markdown link to one of the configured hosts (`github.com`, the Grafana …); only the text where the address is of another. */
export function link(text: Inert, url: string, hosts: readonly string[]): Inert {
  return hosts.includes(new URL(url).host) ? (`[${text}](${url})` as Inert) : text;
}

/** Markdown of ours read from `prompts/`, with `{{slot}}` places. */
export interface Template {
  readonly source: string;
}

/** Only for files of `prompts/`: their words are ours. */
export function parseTemplate(source: string): Template {
  return { source };
}

/** Every slot must be filled; a line whose only content is a slot filled with "" is dropped. @throws when a slot has no value */
export function fillTemplate(template: Template, slots: Readonly<Record<string, Inert>>): Inert {
  return template.source.replaceAll(/\{\{(\w+)\}\}/g, (_all, name: string) => slots[name] ?? "") as Inert;
}

/** Whole blocks, first ones first, within `lengthMax` characters; `more` stands where the rest was left out. */
export function cutBlocks(blocks: readonly Inert[], lengthMax: number, more: Inert): Inert {
  const kept: Inert[] = [];
  for (const block of blocks) {
    if ([...kept, block, more].join("\n\n").length > lengthMax) return [...kept, more].join("\n\n") as Inert;
    kept.push(block);
  }
  return kept.join("\n\n") as Inert;
}
