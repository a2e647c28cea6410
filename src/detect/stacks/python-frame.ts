import type { Frame } from "../../domain/error-entry.ts";
import type { OwnJudge } from "./own-frame.ts";

/** @param name of the function; null where the place is one of text that could not be read, as of a SyntaxError */
export function pythonFrame(file: string, line: number, name: string | null, isOwn: OwnJudge): Frame {
  const module = moduleOf(file);
  return { function: name, module, file, line, column: null, isOwn: isOwn("python", module, file) };
}

/** Dotted, where the path tells where packages begin; null for a file of the application, whose root only the repository knows. */
function moduleOf(file: string): string | null {
  const packages = /(?:site|dist)-packages\/(.+)\.py$/.exec(file) ?? /\/lib\/python[\d.]+\/(.+)\.py$/.exec(file);
  return packages?.[1] === undefined ? null : packages[1].replaceAll("/", ".").replace(/\.__init__$/, "");
}
