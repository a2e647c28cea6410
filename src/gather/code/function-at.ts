import { namedFunctionAt } from "../../domain/syntax.ts";
import { type Enclosing, findEnclosing } from "./enclosing.ts";
import type { SourceFile } from "./source-files.ts";

/**
 * The innermost function with a name around a line: by the syntax tree, and by a reading of the text in a language without a grammar.
 * @param wanted the name that a frame says; it decides between a function and a named lambda in it
 */
export function functionAt(file: SourceFile, line: number, wanted: string | null = null): Enclosing | null {
  if (file.outline === null) return findEnclosing(file.lines, line, file.path);
  const found = namedFunctionAt(file.outline, line, wanted);
  if (found === null || found.name === null) return null;
  const { name, firstLine, lastLine, container, signature } = found;
  return { name, firstLine, lastLine, container, signature };
}
