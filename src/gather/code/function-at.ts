import { namedFunctionAt } from "../../domain/syntax.ts";
import { type Enclosing, findEnclosing } from "./enclosing.ts";
import type { SourceFile } from "./source-files.ts";

/** The innermost function with a name around a line: by the syntax tree, and by a reading of the text in a language without a grammar. */
export function functionAt(file: SourceFile, line: number): Enclosing | null {
  if (file.outline === null) return findEnclosing(file.lines, line, file.path);
  const found = namedFunctionAt(file.outline, line);
  if (found === null || found.name === null) return null;
  const { name, firstLine, lastLine, container, signature } = found;
  return { name, firstLine, lastLine, container, signature };
}
