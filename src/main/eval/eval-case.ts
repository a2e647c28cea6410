import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import type { EvidenceBundle } from "../../domain/evidence.ts";
import { categories, type RootCause } from "../../domain/root-cause.ts";
import { systemCodeOf } from "../../domain/system-error.ts";
import { NoKeptCaseError, readCase } from "../case-file.ts";

export const knownAnswer = z.strictObject({
  kind: z.enum(["found", "not-in-code", "cannot-tell"]),
  /** Each of them is right; none: the category does not matter. */
  categories: z.array(z.enum(categories)).default([]),
  /** The functions of which one would have to change, as the lines they have at the deployed commit. */
  places: z
    .array(z.strictObject({ path: z.string(), firstLine: z.int(), lastLine: z.int(), function: z.string().nullable() }))
    .default([]),
});
export type KnownAnswer = z.output<typeof knownAnswer>;

export interface EvalCase {
  readonly name: string;
  readonly bundle: EvidenceBundle;
  readonly answer: KnownAnswer;
}

const caseFile = /^(.+)\.case\.json$/;

/**
 * The cases of a folder, by name: files `NAME.case.json`, each with the evidence as `evidence --json` prints it (`bundle`) and the right answer (`answer`).
 * @throws NoKeptCaseError naming the file
 */
export function readEvalCases(folder: string): readonly EvalCase[] {
  const names = filesOf(folder).flatMap((file) => caseFile.exec(file)?.[1] ?? []);
  if (names.length === 0) {
    throw new NoKeptCaseError(
      `${folder} has no case: files NAME.case.json, each {"bundle": …, "answer": {"kind": …}}. In an empty folder, --make lays out those that come along.`,
    );
  }
  return names.sort().map((name) => {
    const file = join(folder, `${name}.case.json`);
    const text = readFileSync(file, "utf8");
    const { bundle } = readCase(text, file);
    const said = knownAnswer.safeParse((JSON.parse(text) as { readonly answer?: unknown }).answer);
    if (!said.success)
      throw new NoKeptCaseError(`${file}: the answer is not as described. ${z.prettifyError(said.error)}`);
    return { name, bundle, answer: said.data };
  });
}

function filesOf(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    switch (systemCodeOf(error)) {
      case "ENOTDIR":
        throw new NoKeptCaseError(`${folder} is no folder. Name the folder of the files NAME.case.json.`);
      case "ENOENT":
        throw new NoKeptCaseError(`There is no folder ${folder}; --make lays out in it the cases that come along.`);
      case null:
        throw error;
      default:
        throw new NoKeptCaseError(
          `${folder} cannot be read (${systemCodeOf(error)}). Give this user the right to read it.`,
        );
    }
  }
}

/** What is right about an answer. */
export interface Judged {
  readonly kindIsRight: boolean;
  /** Null where the known answer names no place. */
  readonly functionAt1: boolean | null;
  readonly functionAt5: boolean | null;
  /** Null where the known answer names no category, or the given one has none. */
  readonly categoryIsRight: boolean | null;
  /** Citations and sentences that stand on nothing. */
  readonly unsupported: number;
}

export function judgeAnswer(said: RootCause, known: KnownAnswer): Judged {
  const places = said.kind === "found" ? said.faulty : [];
  const isIt = (one: (typeof places)[number]) =>
    known.places.some(
      ({ path, firstLine, lastLine }) => one.path === path && one.firstLine <= lastLine && one.lastLine >= firstLine,
    );
  return {
    kindIsRight: said.kind === known.kind,
    functionAt1: known.places.length === 0 ? null : places.slice(0, 1).some(isIt),
    functionAt5: known.places.length === 0 ? null : places.slice(0, 5).some(isIt),
    categoryIsRight:
      known.categories.length === 0 || said.kind === "cannot-tell" ? null : known.categories.includes(said.category),
    unsupported: said.unsupported.length + said.citations.filter(({ isResolved }) => !isResolved).length,
  };
}
