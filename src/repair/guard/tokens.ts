import type { CodeLanguage } from "./languages.ts";
import { type StringSpan, stringAt } from "./string-literals.ts";
import type { Token } from "./token.ts";

/** Strings in strings in strings: deeper ones are read as one string. */
const depthMax = 6;

const blank = /[\s\u200b\ufeff]+/y;
const word = /[\p{L}\p{Nl}_$\\][\p{L}\p{Nl}\p{Mn}\p{Mc}\p{N}\p{Pc}$\p{Join_Control}]*/uy;
const annotation = /@+[\p{L}_][\p{L}\p{N}_]*/uy;
const number = /(?:\d|\.\d)(?:[\p{L}\p{N}_]|\.(?=\d)|(?<=[eE])[+-](?=\d))*/uy;
const mark =
  /\?\?=|\?\.|\?\?|\?:|\?->|!!|===|!==|==|!=|<=>|=>|->|<-|&&=|\|\|=|&&|\|\||<=|>=|\+\+|--|\+=|-=|\*=|\/=|<<|::|&\.|\.\.\.|\.\.=|\.\.|:=|\*\*|[^\s]/uy;

const hasLineComment = /\/\/[^\n]*/y;
const hasHashComment = /#[^\n]*/y;
const slashLanguages: ReadonlySet<CodeLanguage> = new Set([
  "java",
  "kotlin",
  "typescript",
  "javascript",
  "go",
  "csharp",
  "php",
  "rust",
]);
const withAnnotations: ReadonlySet<CodeLanguage> = new Set([
  "java",
  "kotlin",
  "typescript",
  "javascript",
  "python",
  "ruby",
]);

/** Cuts a text, or a part of one, into tokens. Takes time in proportion to its length; a part that is broken is cut as well as it can be. */
export function tokensOf(text: string, language: CodeLanguage): readonly Token[] {
  const lineAt = lineCounter(text);
  const tokens: Token[] = [];
  cut(text, 0, text.length, { language, tokens, lineAt, depth: 0 });
  return tokens;
}

interface Cutting {
  readonly language: CodeLanguage;
  readonly tokens: Token[];
  readonly lineAt: (offset: number) => number;
  readonly depth: number;
}

function cut(text: string, from: number, to: number, cutting: Cutting): void {
  const { language, tokens, lineAt, depth } = cutting;
  const push = (kind: Token["kind"], start: number, end: number) =>
    tokens.push({
      kind,
      text: text.slice(start, end),
      line: lineAt(start),
      lastLine: lineAt(Math.max(start, end - 1)),
      isFilledIn: depth > 0,
    });
  let at = from;
  while (at < to) {
    const blanks = match(blank, text, at);
    if (blanks > at) {
      at = blanks;
      continue;
    }
    const comment = commentEnd(text, at, language);
    if (comment > at) {
      const end = Math.min(comment, to);
      push("comment", at, end);
      at = end;
      continue;
    }
    const string = stringAt(text, at, language, tokens.at(-1) ?? null);
    if (string !== null) {
      const end = Math.min(string.end, to);
      push("string", at, end);
      if (depth < depthMax) cutHoles(text, string, end, cutting);
      at = end;
      continue;
    }
    const annotated = withAnnotations.has(language) ? match(annotation, text, at) : at;
    const wordEnd = annotated > at ? annotated : match(word, text, at);
    if (wordEnd > at) {
      // Ruby's `empty?` and `save!` end so, but not before a comparison.
      const isRubyName = language === "ruby" && /[?!]/.test(text.charAt(wordEnd)) && text.charAt(wordEnd + 1) !== "=";
      const end = Math.min(isRubyName ? wordEnd + 1 : wordEnd, to);
      push("word", at, end);
      at = end;
      continue;
    }
    const numberEnd = match(number, text, at);
    if (numberEnd > at) {
      const end = Math.min(numberEnd, to);
      push("number", at, end);
      at = end;
      continue;
    }
    const end = Math.min(Math.max(match(mark, text, at), at + 1), to);
    push("mark", at, end);
    at = end;
  }
}

function cutHoles(text: string, string: StringSpan, end: number, cutting: Cutting): void {
  for (const hole of string.holes) {
    if (hole.from < end) cut(text, hole.from, Math.min(hole.to, end), { ...cutting, depth: cutting.depth + 1 });
  }
}

function commentEnd(text: string, at: number, language: CodeLanguage): number {
  const first = text.charAt(at);
  if (first === "/" && slashLanguages.has(language)) {
    const second = text.charAt(at + 1);
    if (second === "/") return match(hasLineComment, text, at);
    if (second === "*") return blockEnd(text, at, language === "kotlin" || language === "rust");
  }
  if (first === "#" && (language === "python" || language === "ruby" || language === "php")) {
    // `#[` is an attribute of PHP.
    return language === "php" && text.charAt(at + 1) === "[" ? at : match(hasHashComment, text, at);
  }
  if (first === "=" && language === "ruby" && text.startsWith("=begin", at) && (at === 0 || text[at - 1] === "\n")) {
    const end = text.indexOf("\n=end", at);
    return end === -1 ? text.length : end + 5;
  }
  return at;
}

function blockEnd(text: string, at: number, isNested: boolean): number {
  if (!isNested) {
    const end = text.indexOf("*/", at + 2);
    return end === -1 ? text.length : end + 2;
  }
  let depth = 1;
  const edges = /\/\*|\*\//g;
  edges.lastIndex = at + 2;
  for (let edge = edges.exec(text); edge !== null; edge = edges.exec(text)) {
    depth += edge[0] === "/*" ? 1 : -1;
    if (depth === 0) return edge.index + 2;
  }
  return text.length;
}

function match(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : at;
}

/** Line numbers of offsets: asked mostly in rising order, so the last answer is where the next begins. */
function lineCounter(text: string): (offset: number) => number {
  const starts = [0];
  for (let at = text.indexOf("\n"); at !== -1; at = text.indexOf("\n", at + 1)) starts.push(at + 1);
  let last = 0;
  return (offset) => {
    if ((starts[last] ?? 0) > offset) last = 0;
    while ((starts[last + 1] ?? Number.POSITIVE_INFINITY) <= offset) last += 1;
    return last + 1;
  };
}
