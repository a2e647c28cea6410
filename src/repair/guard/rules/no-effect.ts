import { bracketPairs } from "../brackets.ts";
import type { ChangedFile, Fragment } from "../changed-file.ts";
import type { CodeSide } from "../code-side.ts";
import { hasBraces } from "../languages.ts";
import type { Token } from "../token.ts";
import type { Violation } from "../violation.ts";
import { indentOf } from "./indented-handlers.ts";
import { isImportLine } from "./new-imports.ts";

/** Comments, blanks, line breaks, quotes or the order of imports, and nothing that does anything. */
export function checkEffect(file: ChangedFile): readonly Violation[] {
  if (file.language === null || file.isTest || file.fragments.length === 0) return [];
  const keys = (which: keyof Fragment) => file.fragments.map((fragment) => keyOf(fragment[which])).join("\n");
  if (keys("before") === keys("after")) return [refused(file, "only comments, blanks or the form of the code change")];
  const changed = file.fragments.flatMap(({ before, after }) => [...codeLines(before), ...codeLines(after)]);
  const language = file.language;
  if (changed.every((line) => isImportLine(line, language))) return [refused(file, "only imports change")];
  return [];
}

function refused(file: ChangedFile, detail: string): Violation {
  return { rule: "effect", path: file.path, line: null, detail };
}

/** The code without what has no meaning in it. */
function keyOf(side: CodeSide): string {
  const isIndented = !hasBraces(side.language) && side.language === "python";
  const tokens = withoutNeedlessBrackets(
    side.tokens.filter((token) => !(token.kind === "string" && isDocumentation(side, token.line, token.text))),
  );
  let depth = 0;
  return tokens
    .map(({ text, kind, line }, index) => {
      const plain =
        kind === "string" ? text.replace(/^(["'`])(.*)\1$/s, (_all, _quote, inner: string) => `"${inner}"`) : text;
      const isTrailing = (text === "," && /^[)\]}]$/.test(tokens[index + 1]?.text ?? "")) || text === ";";
      const isFirst = depth === 0 && tokens[index - 1]?.line !== line;
      if (kind === "mark" && /^[([{]$/.test(text)) depth += 1;
      if (kind === "mark" && /^[)\]}]$/.test(text)) depth -= 1;
      return isTrailing
        ? ""
        : isIndented && isFirst && !/^[)\]}]/.test(text)
          ? `\n${indentOf(side, line)}${plain}`
          : plain;
    })
    .filter((text) => text !== "")
    .join(" ");
}

/** Without parentheses around the whole of what is returned or given to a name. */
function withoutNeedlessBrackets(tokens: readonly Token[]): readonly Token[] {
  const pairs = bracketPairs(tokens);
  const needless = new Set<number>();
  // What stood in them stood on the line where they were opened.
  const lines = tokens.map(({ line }) => line);
  tokens.forEach(({ kind, text, line }, index) => {
    const close = pairs.get(index);
    if (kind !== "mark" || text !== "(" || close === undefined || close === index + 1) return;
    const [previous, next] = [tokens[index - 1], tokens[close + 1]];
    const isBegun = /^(?:return|=|=>|->|:=)$/.test(previous?.text ?? "") && previous?.line === line;
    const isAll = next === undefined || /^[;})\]]$/.test(next.text) || next.line > (tokens[close]?.line ?? 0);
    // `(a, b)` is a tuple, and `(a) => b` a function.
    const isPlain = !tokens.slice(index, close).some(({ text: inner }) => inner === ",");
    const goesOn = /^(?:=>|->|[.?[(+*/%&|<>=-].*)$/.test(next?.text ?? "");
    if (!isBegun || !isAll || !isPlain || goesOn) return;
    needless.add(index).add(close);
    lines.fill(line, index, close + 1);
  });
  return tokens
    .map((token, index) => ({ ...token, line: lines[index] ?? token.line }))
    .filter((_token, index) => !needless.has(index));
}

/** A string that stands alone on its line: Python's way to comment. */
function isDocumentation(side: CodeSide, line: number, text: string): boolean {
  if (side.language !== "python") return false;
  return (
    /^[rRuU]?(?:"""|''')/.test(text) && (side.lines[line - side.firstLine] ?? "").trim().startsWith(text.slice(0, 3))
  );
}

function codeLines(side: CodeSide): readonly string[] {
  const withCode = new Set<number>();
  for (const { line, lastLine } of side.tokens) for (let at = line; at <= lastLine; at++) withCode.add(at);
  return side.lines.filter(
    (_text, index) => side.changed.has(side.firstLine + index) && withCode.has(side.firstLine + index),
  );
}
