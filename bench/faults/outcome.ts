import type { Exception, Frame } from "../../src/domain/error-entry.ts";

/** What became of one fault. */
export interface Outcome {
  readonly bug: string;
  readonly language: string;
  /** single: its own frames and functions near them · far: the fault is not where it shows · across: several services. */
  readonly kind: "single" | "far" | "across";
  readonly isHeldOut: boolean;
  /** The innermost own frame was resolved to its file and line. */
  readonly located: boolean;
  /** The place of the function to mend among frames in order, counted from 1; infinite where it is not there. */
  readonly framesAt: number;
  readonly at: number;
  readonly culpritAt: number;
  readonly named: string;
}

/** The baseline: own frames as they stand, the innermost cause first, each function once. */
export function framesInOrder(
  entries: readonly { readonly exceptions: readonly Exception[] }[],
  places: readonly string[],
): number {
  const frames = entries.flatMap(({ exceptions }) => exceptions.toReversed().flatMap((each) => each.frames));
  const own = frames.some(({ isOwn }) => isOwn) ? frames.filter(({ isOwn }) => isOwn) : frames;
  const seen = new Map(own.map((frame) => [JSON.stringify([fileOf(frame), nameOf(frame)]), frame]));
  return placeOf(
    [...seen.values()].map((frame) =>
      places.some((place) => {
        const [file = "", name = ""] = place.split(" ").slice(-2);
        const last = file.split("/").at(-1) ?? "";
        return nameOf(frame) === name && (fileOf(frame) === last || fileOf(frame) === last.replace(/\.\w+$/, ""));
      }),
    ),
  );
}

/** The file of a frame, or the class where it names none. */
function fileOf({ file, module }: Frame): string {
  return (file ?? (module ?? "").replaceAll(/[.:\\]+/g, "/")).split(/[\\/]/).at(-1) ?? "";
}

function nameOf({ function: name }: Frame): string {
  const lambda = /^lambda\$(\w+)\$/.exec(name ?? "")?.[1];
  return (
    lambda ??
    (name ?? "")
      .replace(/ \[as .*$/, "")
      .replace(/\.func\d+.*$/, "")
      .split(/[.#:]/)
      .at(-1) ??
    ""
  );
}

/** Whether a place is that of a frame; the line of a frame that names none is not compared. */
export function isAtFrame(path: string, line: number, frame: Frame): boolean {
  const file = fileOf(frame);
  const last = path.split("/").at(-1) ?? "";
  return (
    (last === file || last.replace(/\.\w+$/, "") === file.replace(/\.\w+$/, "")) &&
    (frame.line === null || frame.line === line)
  );
}

/** Counted from 1; infinite where none is a hit. */
export function placeOf(hits: readonly boolean[]): number {
  const at = hits.indexOf(true);
  return at === -1 ? Number.POSITIVE_INFINITY : at + 1;
}

export function isFile(path: string, ending: string): boolean {
  return path === ending || path.endsWith(`/${ending}`);
}

export const heading = row("", "faults", "line", "frame@1", "frame@5", "fn@1", "fn@5", "commit@1", "commit@3");

export function shares(name: string, outcomes: readonly Outcome[]): string {
  const share = (of: (each: Outcome) => boolean) => (outcomes.filter(of).length / outcomes.length).toFixed(2);
  return row(
    name,
    String(outcomes.length),
    share(({ located }) => located),
    share(({ framesAt }) => framesAt <= 1),
    share(({ framesAt }) => framesAt <= 5),
    share(({ at }) => at <= 1),
    share(({ at }) => at <= 5),
    share(({ culpritAt }) => culpritAt <= 1),
    share(({ culpritAt }) => culpritAt <= 3),
  );
}

function row(...cells: readonly string[]): string {
  return `${cells
    .map((cell, index) => cell.padEnd(index === 0 ? 34 : 9))
    .join("")
    .trimEnd()}\n`;
}
