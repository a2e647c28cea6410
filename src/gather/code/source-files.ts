import type { CommitId } from "../../domain/names.ts";
import type { CodeSource } from "../../domain/sources.ts";
import type { Outline, SyntaxReader } from "../../domain/syntax.ts";

/** A file of one commit: its lines, and what its syntax says; null where there is no grammar for it. */
export interface SourceFile {
  readonly path: string;
  readonly lines: readonly string[];
  readonly outline: Outline | null;
}

/** Null when there is no such readable text file. */
export type ReadFile = (path: string) => Promise<SourceFile | null>;

/** Reads each file of one commit once. */
export function createFileReader(
  source: Pick<CodeSource, "lines">,
  commit: CommitId,
  syntax: SyntaxReader,
  signal: AbortSignal,
): ReadFile {
  const files = new Map<string, Promise<SourceFile | null>>();
  const read = async (path: string): Promise<SourceFile | null> => {
    const found = await source.lines(commit, path, 1, Number.MAX_SAFE_INTEGER, signal);
    if (found === null) return null;
    return { path, lines: found.lines, outline: await syntax.outline(path, found.lines.join("\n")) };
  };
  return (path) => {
    const known = files.get(path) ?? read(path);
    files.set(path, known);
    return known;
  };
}
