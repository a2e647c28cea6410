import { type CodeSide, type Found, flatOf, isChanged, touches } from "../code-side.ts";
import type { Token } from "../token.ts";
import { anyError, isPassedOn, isTooWide } from "./passing-on.ts";

/** Handlers of Python and Ruby that pass nothing on, by their heads: their bodies are the lines further in. */
export function indentedHandlers(side: CodeSide, isNew: boolean): readonly Found[] {
  const { tokens, language } = side;
  const found: Found[] = [];
  const isHandler = language === "python" ? /^(?:except|finally)$/ : /^(?:rescue|ensure)$/;
  tokens.forEach((token, index) => {
    if (token.kind !== "word" || !isHandler.test(token.text) || token.isFilledIn) return;
    const before = tokens[index - 1];
    if (before?.text === "." || (tokens[index + 1]?.text === "(" && language === "ruby")) return;
    const isFirst = before === undefined || before.line !== token.line || /^(?:begin|;)$/.test(before.text);
    if (!isFirst) {
      if (language === "ruby" && isChanged(side, token)) {
        found.push({ text: flatOf(tokens, index, index + 4), line: token.line });
      }
      return;
    }
    const { header, body, end } = partsOf(side, index);
    if (isTooWide(header, language) && isChanged(side, token)) {
      found.push({ text: header + anyError, line: token.line });
    }
    const isFine = /^(?:finally|ensure)$/.test(token.text) ? !hasJump(body) : isHandled(body, header, side);
    if (isFine || !touches(side, index, Math.max(index, end - 1))) return;
    const jump = body.some(({ text }) => text === "return" || text === "continue" || text === "next") ? "return" : "…";
    const isCutOff = isNew && body.length === 0;
    found.push({ text: `${header}:${isCutOff ? "" : jump}`, line: token.line });
  });
  return found;
}

function partsOf(
  side: CodeSide,
  index: number,
): { readonly header: string; readonly body: readonly Token[]; readonly end: number } {
  const { tokens, language } = side;
  const head = tokens[index];
  const depth = indentOf(side, head?.line ?? 0);
  let bodyFrom = index + 1;
  let brackets = 0;
  while (bodyFrom < tokens.length) {
    const each = tokens[bodyFrom];
    if (each === undefined) break;
    if (/^[([{]$/.test(each.text)) brackets += 1;
    if (/^[)\]}]$/.test(each.text)) brackets -= 1;
    if (language === "python" && brackets === 0 && each.text === ":") {
      bodyFrom += 1;
      break;
    }
    if (language === "ruby" && (each.line !== head?.line || each.text === ";" || each.text === "then")) break;
    bodyFrom += 1;
  }
  let end = bodyFrom;
  while (end < tokens.length) {
    const each = tokens[end];
    if (each === undefined || (each.line !== head?.line && indentOf(side, each.line) <= depth)) break;
    end += 1;
  }
  return { header: flatOf(tokens, index, bodyFrom), body: tokens.slice(bodyFrom, end), end };
}

function isHandled(body: readonly Token[], header: string, side: CodeSide): boolean {
  if (body.length === 0) return false;
  // `raise … if …` passes on what it likes to.
  const text = lastStatement(body, side);
  if (side.language === "ruby" && /\b(?:if|unless)\b/.test(text.replace(/^(?:if|unless)\b/, ""))) return false;
  return isPassedOn(lastTokens(body, side), `(${header})`);
}

/** The tokens of the last statement that stands directly in a body. */
function lastTokens(body: readonly Token[], side: CodeSide): readonly Token[] {
  const outermost = body.reduce((least, { line }) => Math.min(least, indentOf(side, line)), Number.POSITIVE_INFINITY);
  const first = body.findLastIndex(
    (each, index) => (index === 0 || body[index - 1]?.line !== each.line) && indentOf(side, each.line) === outermost,
  );
  // The closing bracket of a call that goes over lines stands as far out as its beginning.
  const closer = body[first];
  if (closer !== undefined && /^[)\]}]/.test(closer.text)) {
    const start = body.findLastIndex(
      (each, index) =>
        index < first &&
        (index === 0 || body[index - 1]?.line !== each.line) &&
        indentOf(side, each.line) === outermost,
    );
    return body.slice(Math.max(0, start));
  }
  return body.slice(Math.max(0, first));
}

function lastStatement(body: readonly Token[], side: CodeSide): string {
  const tokens = lastTokens(body, side);
  return flatOf(tokens, 0, tokens.length);
}

function hasJump(body: readonly Token[]): boolean {
  return body.some(({ kind, text }) => kind === "word" && /^(?:return|break|continue|next|raise)$/.test(text));
}

export function indentOf(side: CodeSide, line: number): number {
  const text = side.lines[line - side.firstLine] ?? "";
  return /^[ \t]*/.exec(text)?.[0].replaceAll("\t", "        ").length ?? 0;
}
