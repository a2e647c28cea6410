import type { CommitId } from "../../domain/names.ts";
import type { CodeSource } from "../../domain/sources.ts";
import type { FunctionSpan } from "../../domain/syntax.ts";
import { looksLikeTest } from "./candidate-paths.ts";
import type { RankedPlace } from "./ranked-place.ts";
import { folderToSearch } from "./search-folder.ts";
import type { ReadFile, SourceFile } from "./source-files.ts";

/** Places whose calls are followed, of those of the frames. */
const callersMax = 2;
const namesMax = 5;
const hitsMax = 60;
const filesMax = 6;
/** A name that is defined more often than this tells nothing. */
const definitionsMax = 3;
const weightCalled = 0.35;
/** The message says the name: "because the return value of find() is null". */
const weightNamed = 0.7;
const nameLengthMin = 3;

/** Names that every library has: where one of ours is so called, it is found by its own frame or not at all. */
export const ordinaryNames: ReadonlySet<string> = new Set(
  "get set put add map filter find for forEach then catch push pop log info warn error debug print println format toString equals hashCode append join split length size len str int list dict range open close read write call apply bind run invoke let also use with of from new require assert check next iter value values keys entries item items Some Ok Err unwrap expect clone into String Number Boolean Array Object Error".split(
    " ",
  ),
);

export interface SearchedCode {
  readonly source: Pick<CodeSource, "searchAll">;
  readonly commit: CommitId;
  readonly under: string;
  /** All files of the service. */
  readonly paths: readonly string[];
}

/** Functions of the service that the failing lines call: what one of them gave back may be what failed there. */
export async function calledPlaces(
  from: readonly RankedPlace[],
  message: string,
  code: SearchedCode,
  read: ReadFile,
  signal: AbortSignal,
): Promise<readonly RankedPlace[]> {
  const found: RankedPlace[] = [];
  for (const { place, score } of from.slice(0, callersMax)) {
    const byName = await definitionsOf(calledOn(place.file, place.line), place.file, code, read, signal);
    for (const [name, definitions] of byName) {
      if (definitions.length === 0 || definitions.length > definitionsMax) continue;
      const isNamed = new RegExp(`\\b${name.replaceAll("$", "\\$")}\\b`).test(message);
      const weight = (score * (isNamed ? weightNamed : weightCalled)) / definitions.length;
      for (const { file, span } of definitions) {
        const { firstLine, lastLine, container, signature } = span;
        found.push({
          place: {
            path: file.path,
            line: firstLine,
            enclosing: { name, firstLine, lastLine, container, signature },
            file,
            certainty: 1 / definitions.length,
          },
          function: name,
          score: weight,
          because: `it is called where the failure shows (${place.path}:${place.line})${isNamed ? ", and the message names it" : ""}`,
        });
      }
    }
  }
  return found;
}

function calledOn(file: SourceFile, line: number): readonly string[] {
  const names = (file.outline?.calls ?? []).filter((call) => call.line === line).map(({ name }) => name);
  return [...new Set(names)]
    .filter((name) => name.length >= nameLengthMin && !ordinaryNames.has(name))
    .slice(0, namesMax);
}

type Definition = { readonly file: SourceFile; readonly span: FunctionSpan };

/** Of each name: in the same file, else in the files around it that hold the name. */
export async function definitionsOf(
  names: readonly string[],
  here: SourceFile,
  { source, commit, under, paths }: SearchedCode,
  read: ReadFile,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, readonly Definition[]>> {
  const found = new Map<string, readonly Definition[]>(names.map((name) => [name, namedIn(here, name)]));
  const others = names.filter((name) => found.get(name)?.length === 0);
  const within = folderToSearch(here.path, paths, under);
  const hits = await source.searchAll(commit, others, within, hitsMax, signal);
  for (const name of others) {
    const held = [...new Set((hits.get(name) ?? []).map(({ path }) => path))];
    const definitions: Definition[] = [];
    for (const path of held.filter((each) => each !== here.path && !looksLikeTest(each)).slice(0, filesMax)) {
      const file = await read(path);
      if (file !== null) definitions.push(...namedIn(file, name));
    }
    found.set(name, definitions);
  }
  return found;
}

function namedIn(file: SourceFile, name: string) {
  return (file.outline?.functions ?? []).filter((span) => span.name === name).map((span) => ({ file, span }));
}
