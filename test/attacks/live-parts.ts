import { render } from "../domain/rendered.ts";

/** What a page with gates has besides: one table of them. */
const ofGates = new Set(["h3", "table", "thead", "tbody", "tr", "th", "td"]);
/** What our pages are made of. Everything else in a rendered page came out of foreign text. */
const ourElements = new Set(["p", "h2", "ul", "ol", "li", "strong", "em", "del", "code", "pre", "hr", "br", "a"]);

/** GitHub's own rules, on text that is not code. @see GitHub docs, "Autolinked references and URLs", "Linking a pull request to an issue" */
const referring: readonly (readonly [string, RegExp])[] = [
  ["mention", /@[a-z0-9_-]/i],
  ["issue reference", /#\d/],
  ["issue reference", /\bGH-\d/i],
  ["closing keyword", /\b(?:close[sd]?|fix(?:e[sd])?|resolve[sd]?):?\s+(?:#|GH-|https?:|[\w.-]+\/[\w.-]+#)/i],
  ["repository reference", /[\w-]\/[\w.-]+[#@]/],
  ["address", /(?:https?|ftp):\/\/\S|www\.\S|(?:mailto|xmpp):\S+@/i],
  ["commit", /(?<![\w-])(?=[a-f]*\d)(?=\d*[a-f])[0-9a-f]{7,40}(?![\w-])/],
  ["formula", /\$\$|(?<![\w$])\$[^\s$\d]/],
  ["alert", /\[!\w+\]/],
];

const hidden = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/u;

/**
 * Whatever of this Markdown would act where GitHub shows it.
 * @param linkHosts where links of ours may lead
 * @param hasGates whether a table of gates may stand there
 */
export function liveParts(markdown: string, linkHosts: readonly string[], hasGates = false): readonly string[] {
  const found: string[] = [];
  const { elements, text } = readPage(render(markdown));
  for (const { name, attributes } of elements) {
    if (!ourElements.has(name) && !(hasGates && ofGates.has(name) && attributes === ""))
      found.push(`element <${name}>`);
    const href = /href="([^"]*)"/.exec(attributes)?.[1]?.replaceAll("&amp;", "&") ?? null;
    if (name === "a" && (href === null || !URL.canParse(href) || !linkHosts.includes(new URL(href).host))) {
      found.push(`link to ${href?.slice(0, 200)}`);
    }
    if (name === "code" && !/^(?: class="language-text")?$/.test(attributes)) found.push(`code with ${attributes}`);
  }
  if (elements.filter(({ name }) => name === "table").length > 1) found.push("a second table");
  for (const [what, pattern] of referring) {
    const match = pattern.exec(text);
    if (match !== null) found.push(`${what}: ${text.slice(Math.max(0, match.index - 30), match.index + 40)}`);
  }
  const unseen = hidden.exec(markdown.replace(/[\n\t]/g, ""));
  if (unseen !== null) found.push(`hidden character U+${unseen[0].codePointAt(0)?.toString(16)}`);
  return found;
}

interface Page {
  readonly elements: readonly { readonly name: string; readonly attributes: string }[];
  /** Without what stands in code, which neither mentions nor refers. */
  readonly text: string;
}

function readPage(html: string): Page {
  const elements: { name: string; attributes: string }[] = [];
  let text = "";
  let codeDepth = 0;
  for (const [part, closing, name = "", attributes = ""] of html.matchAll(
    /<(\/?)([a-z!?][a-z0-9]*|!--)([^>]*)>|[^<]+|</gi,
  )) {
    if (name === "") {
      if (codeDepth === 0) text += decoded(part);
    } else if (closing === "/") {
      if (name === "code") codeDepth -= 1;
      if (codeDepth === 0) text += name === "a" || name === "strong" || name === "em" || name === "del" ? "" : "\n";
    } else {
      elements.push({ name: name.toLowerCase(), attributes: attributes.replace(/ ?\/$/, "") });
      if (name === "code") codeDepth += 1;
    }
  }
  return { elements, text };
}

function decoded(text: string): string {
  return text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&quot;", '"').replaceAll("&amp;", "&");
}
