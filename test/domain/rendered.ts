import { micromark } from "micromark";
import { gfm, gfmHtml } from "micromark-extension-gfm";

/** Markdown as GitHub would read it, with raw HTML let through so that it shows. */
export function render(markdown: string): string {
  return micromark(markdown, { allowDangerousHtml: true, extensions: [gfm()], htmlExtensions: [gfmHtml()] });
}

/** What a reader sees as running text: the rendered page without code and tags, entities decoded. */
export function liveText(markdown: string): string {
  return render(markdown)
    .replace(/<code[^>]*>[\s\S]*?<\/code>/g, "\u0001")
    .replace(/<[^>]*>/g, "\n")
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&quot;", '"')
    .replaceAll("&amp;", "&");
}

/** The names of the elements that were rendered outside of code. */
export function elements(markdown: string): ReadonlySet<string> {
  const outside = render(markdown).replace(/<code[^>]*>[\s\S]*?<\/code>/g, "");
  return new Set([...outside.matchAll(/<([a-z!][a-z0-9-]*)/gi)].map(([, name = ""]) => name.toLowerCase()));
}

/** Why this Markdown would act on GitHub; empty when it can do nothing. */
export function actions(markdown: string, allowed: readonly string[]): readonly string[] {
  const text = liveText(markdown);
  const found: string[] = [];
  for (const name of elements(markdown)) if (!allowed.includes(name)) found.push(`element ${name}`);
  for (const [what, pattern] of acting) {
    const match = pattern.exec(text);
    if (match !== null) found.push(`${what}: ${match[0]}`);
  }
  const hidden = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/u.exec(markdown.replace(/[\n\t]/g, ""));
  if (hidden !== null) found.push(`hidden U+${hidden[0].codePointAt(0)?.toString(16)}`);
  return found;
}

const acting: readonly (readonly [string, RegExp])[] = [
  ["mention", /@[\w-]/],
  ["reference", /#\d/],
  ["reference", /\bgh-\d/i],
  ["repository", /[\w-]\/[\w.-]+#/],
  ["address", /https?:\/\/|www\.|ftp:\/\//i],
  ["commit", /(?<![\w\u0001])[0-9a-f]{7,64}(?![\w\u0001])/],
  ["entity", /&(?:#\d+|#x[0-9a-f]+|[a-z]+);/i],
  ["mathematics", /(?<![\w$])\$[^\s$]/],
];
