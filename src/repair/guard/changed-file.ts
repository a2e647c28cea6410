import { isTestFile } from "../test-file.ts";
import { type CodeSide, codeSide } from "./code-side.ts";
import { type CodeLanguage, languageOf } from "./languages.ts";
import type { DiffFile, Hunk } from "./parse-diff.ts";

/** A part of a file, before and after: the whole of it where it can be seen, else one hunk. */
export interface Fragment {
  readonly before: CodeSide;
  readonly after: CodeSide;
}

/** A file that a patch changes, as the rules look at it. */
export interface ChangedFile {
  readonly path: string;
  readonly isTest: boolean;
  readonly isNew: boolean;
  /** Null: no code whose rules we know. */
  readonly language: CodeLanguage | null;
  readonly hunks: readonly Hunk[];
  /** The whole text; null where only the hunks are known, or where there is none. */
  readonly before: string | null;
  readonly after: string | null;
  /** Of code that can be read; empty for other files. */
  readonly fragments: readonly Fragment[];
}

/** A line of a source file that is longer was not written by a person, and no person reads it in a review. */
export const lineLengthMax = 1_000;
/** UTF-16 units of a source file that is read as code. */
const textLengthMax = 1_000_000;

export function changedFile(
  file: DiffFile,
  whole: { readonly before: string | null; readonly after: string } | null,
): ChangedFile {
  const language = languageOf(file.path);
  const known = {
    path: file.path,
    isTest: isTestFile(file.path),
    isNew: file.isNew,
    hunks: file.hunks,
    before: whole?.before ?? null,
    after: whole?.after ?? null,
  };
  if (language === null || !isReadable(file, whole)) return { ...known, language, fragments: [] };
  const fragments =
    whole === null ? file.hunks.map((hunk) => ofHunk(hunk, language)) : [ofWhole(file, whole, language)];
  return { ...known, language, fragments };
}

function isReadable(file: DiffFile, whole: { readonly before: string | null; readonly after: string } | null): boolean {
  const texts = whole === null ? [] : [whole.before ?? "", whole.after];
  const lines =
    texts.length > 0
      ? texts.flatMap((text) => text.split("\n"))
      : file.hunks.flatMap(({ lines }) => lines.map(({ text }) => text));
  const length = lines.reduce((sum, line) => sum + line.length, 0);
  return length <= textLengthMax * 2 && lines.every((line) => line.length <= lineLengthMax * 20);
}

function ofHunk({ lines }: Hunk, language: CodeLanguage): Fragment {
  const before = lines.filter(({ kind }) => kind !== "added");
  const after = lines.filter(({ kind }) => kind !== "removed");
  return {
    before: codeSide(
      language,
      before.map(({ text }) => text),
      lines[0]?.beforeLine ?? 1,
      new Set(before.filter(({ kind }) => kind === "removed").map(({ beforeLine }) => beforeLine)),
    ),
    after: codeSide(
      language,
      after.map(({ text }) => text),
      lines[0]?.afterLine ?? 1,
      new Set(after.filter(({ kind }) => kind === "added").map(({ afterLine }) => afterLine)),
    ),
  };
}

function ofWhole(
  file: DiffFile,
  whole: { readonly before: string | null; readonly after: string },
  language: CodeLanguage,
): Fragment {
  const lines = file.hunks.flatMap((hunk) => hunk.lines);
  const removed = new Set(lines.filter(({ kind }) => kind === "removed").map(({ beforeLine }) => beforeLine));
  const added = new Set(lines.filter(({ kind }) => kind === "added").map(({ afterLine }) => afterLine));
  return {
    before: codeSide(language, whole.before === null ? [] : whole.before.split("\n"), 1, removed),
    after: codeSide(language, whole.after.split("\n"), 1, added),
  };
}
