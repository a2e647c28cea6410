import type { ChangedFile, Fragment } from "../changed-file.ts";
import type { CodeSide } from "../code-side.ts";
import { hasBraces } from "../languages.ts";
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
  const tokens = side.tokens.filter(
    (token) => !(token.kind === "string" && isDocumentation(side, token.line, token.text)),
  );
  return tokens
    .map(({ text, kind, line }, index) => {
      const plain =
        kind === "string" ? text.replace(/^(["'`])(.*)\1$/s, (_all, _quote, inner: string) => `"${inner}"`) : text;
      const isTrailing = (text === "," && /^[)\]}]$/.test(tokens[index + 1]?.text ?? "")) || text === ";";
      const isFirst = tokens[index - 1]?.line !== line;
      return isTrailing
        ? ""
        : isIndented && isFirst && !/^[)\]}]/.test(text)
          ? `\n${indentOf(side, line)}${plain}`
          : plain;
    })
    .filter((text) => text !== "")
    .join(" ");
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
