import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseExplainInput } from "../../../src/detect/explain/explain-input.ts";
import type { LogEntry } from "../../../src/domain/log-entry.ts";

/** What a frame must say; what is left out is not compared. */
export interface ExpectedFrame {
  readonly function?: string | null;
  readonly module?: string | null;
  readonly file?: string | null;
  readonly line?: number | null;
  readonly column?: number | null;
  readonly isOwn?: boolean;
}

export interface ExpectedException {
  readonly type?: string | null;
  readonly message?: string | null;
  readonly frames?: readonly ExpectedFrame[];
}

/** What an entry must say; what is left out is not compared. */
export interface ExpectedEntry {
  /** Name of the bug, the same in all corpora of one language; null where there is none or nobody judges. */
  readonly bug?: string | null;
  readonly isError?: boolean;
  readonly level?: string | null;
  readonly message?: string;
  readonly service?: string | null;
  readonly traceId?: string | null;
  readonly spanId?: string | null;
  /** Index of the entry that this one continues; nothing else of it is compared then. */
  readonly joinedTo?: number | null;
  readonly exceptions?: readonly ExpectedException[];
}

/** What is held to, where 0.99 is not reached; what is given up is told. */
export interface Floor {
  readonly fields: number;
  readonly framesF1: number;
  readonly because: string;
}

export interface GivenUp {
  readonly entry: number;
  readonly field: string;
  readonly because: string;
}

export interface Corpus {
  readonly name: string;
  readonly language: string;
  readonly logger: string;
  /** recorded: written by the real program · documented: typed from a published description. */
  readonly origin: "recorded" | "documented";
  /** It was made, and put away, before the code that reads it. */
  readonly heldOut: boolean;
  /** What it reached when it was read for the first time. */
  readonly firstRun: { readonly fields: number; readonly framesF1: number } | null;
  /** Null where 0.99 is reached. */
  readonly floor: Floor | null;
  readonly own: readonly string[];
  readonly givenUp: readonly GivenUp[];
  readonly entries: readonly LogEntry[];
  readonly expected: readonly ExpectedEntry[];
}

export const corporaFolder = join(import.meta.dirname, "..", "..", "fixtures", "corpora");

/** All corpora, by name; each a folder of `corpus.json`, `entries.ndjson` and `expected.ndjson`. */
export function loadCorpora(folder = corporaFolder): readonly Corpus[] {
  return readdirSync(folder)
    .filter((name) => existsSync(join(folder, name, "corpus.json")))
    .sort()
    .map((name) => loadCorpus(folder, name));
}

/** By language, the most groups of a bug and bugs of a group, where the mean of 1 is not reached. */
export function loadGroupLimits(folder = corporaFolder): Readonly<Record<string, GroupLimit>> {
  return JSON.parse(readFileSync(join(folder, "groups.json"), "utf8")) as Record<string, GroupLimit>;
}

export interface GroupLimit {
  readonly groupsPerBug: number;
  readonly bugsPerGroup: number;
  readonly because: string;
}

function loadCorpus(folder: string, name: string): Corpus {
  const read = (file: string) => readFileSync(join(folder, name, file), "utf8");
  const said = JSON.parse(read("corpus.json")) as Omit<Corpus, "name" | "entries" | "expected">;
  const entries = parseExplainInput(read("entries.ndjson"), "entries");
  const expected = read("expected.ndjson")
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as ExpectedEntry);
  if (entries.length !== expected.length) {
    throw new Error(`${name} has ${entries.length} entries and ${expected.length} expectations: each line needs one.`);
  }
  return {
    ...said,
    name,
    firstRun: said.firstRun ?? null,
    floor: said.floor ?? null,
    own: said.own ?? [],
    givenUp: said.givenUp ?? [],
    entries,
    expected,
  };
}
