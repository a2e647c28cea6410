import type { Frame } from "../../domain/error-entry.ts";
import type { FunctionSpan } from "../../domain/syntax.ts";
import { type Candidate, candidatePaths } from "./candidate-paths.ts";
import type { Enclosing } from "./enclosing.ts";
import type { FileIndex } from "./file-index.ts";
import { functionAt } from "./function-at.ts";
import type { ReadFile, SourceFile } from "./source-files.ts";

/** Where a frame is in the code of its service, at one commit. */
export interface Place {
  readonly path: string;
  /** Of the frame; the function's first line where the frame's own line is of another file, compiled from this one. */
  readonly line: number;
  readonly enclosing: Enclosing | null;
  readonly file: SourceFile;
  /** 1: no doubt that it is this file; less where the name fits several, or the function is not there. */
  readonly certainty: number;
}

/** Candidates whose content is compared. */
const candidatesMax = 4;
/** Of a place that is known by the function's name, and not by its line. */
const driftCertainty = 0.8;

/**
 * The place of a frame: by the path as far as it agrees, and where several files agree equally, by the function that is found at that line.
 * @param read a file at the commit; null when it cannot be read
 * @returns null when no file fits
 */
export async function locate(
  frame: Frame,
  code: { readonly index: FileIndex; readonly under: string },
  read: ReadFile,
): Promise<Place | null> {
  const candidates = candidatePaths(frame, code.index, code.under);
  const best = candidates.filter(({ agreeing, isWhole }) => {
    return agreeing === candidates[0]?.agreeing && isWhole === candidates[0]?.isWhole;
  });
  const places: (Place & { readonly fits: boolean })[] = [];
  for (const candidate of best.slice(0, candidatesMax)) {
    const place = placeIn(frame, candidate, await read(candidate.path));
    if (place !== null) places.push(place);
  }
  const fitting = places.filter(({ fits }) => fits);
  const chosen = fitting[0] ?? places[0];
  if (chosen === undefined) return null;
  const doubt = fitting.length > 0 ? fitting.length : places.length * 2;
  const { fits: _fits, ...place } = chosen;
  return { ...place, certainty: Math.round((place.certainty / Math.max(1, doubt)) * 100) / 100 };
}

function placeIn(
  frame: Frame,
  candidate: Candidate,
  file: SourceFile | null,
): (Place & { readonly fits: boolean }) | null {
  if (file === null) return null;
  const name = plainName(frame.function);
  const line = candidate.isLineOurs && frame.line !== null ? frame.line : lineOfFunction(file, name, frame.module);
  if (line === null || line < 1 || line > file.lines.length) return null;
  const enclosing = functionAt(file, line, name);
  const drifted = candidate.isLineOurs ? driftedTo(file, line, name, enclosing, frame.module) : null;
  if (drifted !== null) {
    const { firstLine, lastLine, container, signature } = drifted;
    return {
      path: candidate.path,
      line: Math.min(Math.max(line, drifted.bodyLine), lastLine),
      enclosing: { name: drifted.name ?? "", firstLine, lastLine, container, signature },
      file,
      certainty: driftCertainty,
      fits: true,
    };
  }
  // A frame without a function's name (a module's top level, a lambda) fits everywhere.
  const fits = name === null || enclosing === null || enclosing.name === name;
  const certainty = (candidate.isLineOurs ? 1 : 0.7) * (candidate.isWhole || candidate.agreeing > 1 ? 1 : 0.8);
  return { path: candidate.path, line, enclosing, file, certainty, fits };
}

/**
 * The function that a frame names, nearest to its line, where the line is in another one: what is deployed is not quite what was read, and names outlive
 * lines. Null where the line agrees, or no such function is there.
 */
function driftedTo(
  file: SourceFile,
  line: number,
  name: string | null,
  enclosing: Enclosing | null,
  module: string | null,
): FunctionSpan | null {
  if (name === null || file.outline === null || enclosing?.name === name) return null;
  const named = file.outline.functions.filter((each) => each.name === name && each.kind !== "lambda");
  const className = classOf(module);
  const ofClass = named.filter(({ container }) => className !== null && container?.split(".").at(-1) === className);
  const distance = ({ firstLine, lastLine }: FunctionSpan) => (line < firstLine ? firstLine - line : line - lastLine);
  const [nearest] = (ofClass.length > 0 ? ofClass : named).toSorted((one, other) => distance(one) - distance(other));
  return nearest ?? null;
}

/** `Order` of `com.acme.Order$Line`, of `app.orders.Order`. */
function classOf(module: string | null): string | null {
  return module?.split(/[.$\\/]|::/).at(-1) ?? null;
}

/** `total` of `Object.total`, `(*Cart).Total`, `lambda$total$0`, `async Cart.total [as handler]`; null for what has no name of its own. */
function plainName(name: string | null): string | null {
  if (name === null) return null;
  const lambda = /^lambda\$(\w+)\$/.exec(name)?.[1];
  if (lambda !== undefined && lambda !== "new" && lambda !== "static") return lambda;
  const last = name
    .replace(/ \[as .*$/, "")
    .replace(/^(async|new) /, "")
    .replace(/\.func\d+.*$/, "")
    .split(/[.#:]/)
    .at(-1);
  return last === undefined || !/^[\w$?!]+$/.test(last) || /^(anonymous|invoke|apply|lambda|module)$/i.test(last)
    ? null
    : last;
}

/** The first line of the function of that name, of the class that the frame names where several have one. */
function lineOfFunction(file: SourceFile, name: string | null, module: string | null): number | null {
  if (name === null) return null;
  if (file.outline === null) return declaringLine(file.lines, name);
  const named = file.outline.functions.filter((each) => each.name === name);
  const className = classOf(module);
  const ofClass = named.filter(({ container }) => container !== null && container.split(".").at(-1) === className);
  return (ofClass[0] ?? named[0])?.firstLine ?? null;
}

/** By the words that declare functions, in a language without a grammar. */
function declaringLine(lines: readonly string[], name: string): number | null {
  const word = name.replaceAll(/[$?!]/g, "\\$&");
  const declaration = new RegExp(
    `(\\b(function\\*?|def|fun|fn|func)\\s+(\\([^)]*\\)\\s*)?(self\\.)?${word}\\s*[(<])|(^|[\\s.])${word}\\s*(=|:)\\s*(async\\s*)?(function|\\()|^\\s*((public|private|protected|static|async|override)\\s+)*${word}\\s*\\([^;]*\\{\\s*$`,
  );
  const at = lines.findIndex((line) => line.length < 2_000 && declaration.test(line));
  return at === -1 ? null : at + 1;
}
