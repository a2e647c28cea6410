import type { CodeLanguage } from "./languages.ts";
import type { Token } from "./token.ts";
import { tokensOf } from "./tokens.ts";

/** One side of a change, before or after: a whole file, or the lines of one hunk. */
export interface CodeSide {
  readonly language: CodeLanguage;
  /** Text of the lines, the first of which has the number `firstLine`. */
  readonly lines: readonly string[];
  readonly firstLine: number;
  /** Numbers of the lines that the other side does not have. */
  readonly changed: ReadonlySet<number>;
  /** Without comments. */
  readonly tokens: readonly Token[];
  readonly comments: readonly Token[];
  /** The tokens in one line, parted only where two would become one: what patterns are looked for in, however the code is laid out. */
  readonly flat: string;
  /** Where each token begins in `flat`. */
  readonly starts: readonly number[];
  /** How many tokens before each one stand on changed lines. */
  readonly changedBefore: readonly number[];
}

export function codeSide(
  language: CodeLanguage,
  lines: readonly string[],
  firstLine: number,
  changed: ReadonlySet<number>,
): CodeSide {
  const all = tokensOf(lines.join("\n"), language).map((token) => ({
    ...token,
    line: token.line + firstLine - 1,
    lastLine: token.lastLine + firstLine - 1,
  }));
  const tokens = all.filter(({ kind }) => kind !== "comment");
  const parts: string[] = [];
  const starts: number[] = [];
  let length = 0;
  let before = "";
  for (const { text } of tokens) {
    const isParted = /[\p{L}\p{N}_$]$/u.test(before) && /^[\p{L}\p{N}_$@"'`]/u.test(text);
    if (isParted) {
      parts.push(" ");
      length += 1;
    }
    starts.push(length);
    parts.push(text);
    length += text.length;
    before = text.length > 4 ? text.slice(-4) : text;
  }
  const comments = all.filter(({ kind }) => kind === "comment");
  const changedBefore = [0];
  for (const token of tokens) changedBefore.push((changedBefore.at(-1) ?? 0) + (isOn(changed, token) ? 1 : 0));
  return { language, lines, firstLine, changed, tokens, comments, flat: parts.join(""), starts, changedBefore };
}

function isOn(changed: ReadonlySet<number>, { line, lastLine }: Token): boolean {
  for (let at = line; at <= lastLine; at++) if (changed.has(at)) return true;
  return false;
}

export function isChanged(side: CodeSide, token: Token): boolean {
  return isOn(side.changed, token);
}

/** Whether a token of a range, both ends included, stands on a changed line. */
export function touches(side: CodeSide, from: number, to: number): boolean {
  const end = Math.min(to + 1, side.tokens.length);
  return (side.changedBefore[end] ?? 0) > (side.changedBefore[from] ?? 0);
}

/** Where a mark comes next, no further than `within` tokens away; -1 where it does not. */
export function indexOfMark(tokens: readonly Token[], from: number, text: string, within: number): number {
  for (let at = from; at < from + within && at < tokens.length; at++) {
    if (tokens[at]?.kind === "mark" && tokens[at]?.text === text) return at;
  }
  return -1;
}

/** The index of the token that holds an offset of `flat`. */
export function tokenIndexAt(side: CodeSide, offset: number): number {
  let low = 0;
  let high = side.starts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((side.starts[middle] ?? 0) <= offset) low = middle;
    else high = middle - 1;
  }
  return low;
}

export interface Found {
  readonly text: string;
  readonly line: number;
}

/** Where a pattern is found with at least one token on a changed line. */
export function changedMatches(side: CodeSide, pattern: RegExp): readonly Found[] {
  const found: Found[] = [];
  for (const match of side.flat.matchAll(pattern)) {
    const first = tokenIndexAt(side, match.index);
    const last = tokenIndexAt(side, Math.max(match.index, match.index + match[0].length - 1));
    const token = side.tokens.slice(first, last + 1).find((each) => isChanged(side, each));
    if (token !== undefined) found.push({ text: match[0], line: token.line });
    if (found.length >= matchesMax) break;
  }
  return found;
}

const matchesMax = 500;

/** The line of the changed side's text, as it stands in the file. */
export function changedLines(side: CodeSide): readonly { readonly line: number; readonly text: string }[] {
  return side.lines
    .map((text, index) => ({ line: side.firstLine + index, text }))
    .filter(({ line }) => side.changed.has(line));
}

export function flatOf(tokens: readonly Token[], from: number, to: number): string {
  let text = "";
  for (const each of tokens.slice(from, to)) {
    text +=
      /[\p{L}\p{N}_$]$/u.test(text.slice(-1)) && /^[\p{L}\p{N}_$@"'`]/u.test(each.text) ? ` ${each.text}` : each.text;
  }
  return text;
}
