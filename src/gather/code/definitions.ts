import type { FunctionSpan } from "../../domain/syntax.ts";
import { looksLikeTest } from "./candidate-paths.ts";
import { stemOf } from "./file-index.ts";
import { folderToSearch } from "./search-folder.ts";
import type { SearchedCode } from "./searched-code.ts";
import type { ReadFile, SourceFile } from "./source-files.ts";

const hitsMax = 60;
const filesPerNameMax = 6;
const filesMax = 40;

/** Names that every library has: one of ours is meant only where the text says of whose class or file it is. */
export const ordinaryNames: ReadonlySet<string> = new Set(
  "get set put add map filter find for forEach then catch push pop log info warn error debug print println format toString equals hashCode append join split length size len str int list dict range open close read write call apply bind run invoke let also use with of from new require assert check next iter value values keys entries item items Some Ok Err unwrap expect clone into String Number Boolean Array Object Error".split(
    " ",
  ),
);

/** A call as it stands in a file; line 0 for a name alone, which may mean any function so called. */
export interface NamedCall {
  readonly name: string;
  readonly line: number;
  readonly file: SourceFile;
}

export interface Definition {
  readonly file: SourceFile;
  readonly span: FunctionSpan;
}

/** Where the functions that these calls mean are defined: in the same file, else in the files around it that hold the name. In order of the calls. */
export async function definitionsOf(
  given: readonly NamedCall[],
  { source, commit, under, paths }: SearchedCode,
  read: ReadFile,
  signal: AbortSignal,
): Promise<readonly (readonly Definition[])[]> {
  const calls = given.map((call) => (call.name === "new" ? { ...call, name: receiverOf(call) || "new" } : call));
  const elsewhere = [
    ...new Set(calls.filter((call) => namedIn(call.file, call.name).length === 0).map(({ name }) => name)),
  ];
  const [first] = calls;
  if (first === undefined) return [];
  const within = folderToSearch(first.file.path, paths, under);
  const hits = await source.searchAll(commit, elsewhere, within, hitsMax, signal);
  const found = new Map<string, readonly Definition[]>();
  const opened = new Set<string>();
  for (const name of elsewhere) {
    const held = [...new Set((hits.get(name) ?? []).map(({ path }) => path))].filter((path) => !looksLikeTest(path));
    const definitions: Definition[] = [];
    for (const path of held.slice(0, filesPerNameMax)) {
      if (!opened.has(path) && opened.size >= filesMax) continue;
      opened.add(path);
      const file = await read(path);
      if (file !== null) definitions.push(...namedIn(file, name));
    }
    found.set(name, definitions);
  }
  return calls.map((call) => {
    const own = namedIn(call.file, call.name);
    return meant(call, own.length > 0 ? own : (found.get(call.name) ?? []));
  });
}

/** By the word before the call: `registry.get(…)` is of a class Registry or of a file registry, `Agenda.new` is the constructor of Agenda. */
function meant(call: NamedCall, definitions: readonly Definition[]): readonly Definition[] {
  if (call.line === 0) return definitions;
  const receiver = receiverOf(call);
  const whose = receiver.replaceAll(/[_$]/g, "").toLowerCase();
  const isOfReceiver = ({ file: { path }, span }: Definition): boolean => {
    const names = [span.container?.split(".").at(-1) ?? "", stemOf(path.slice(path.lastIndexOf("/") + 1))];
    return whose.length >= 3 && names.some((each) => alike(each.replaceAll(/[_$-]/g, "").toLowerCase(), whose));
  };
  const ofReceiver = definitions.filter(isOfReceiver);
  return ofReceiver.length > 0 ? ofReceiver : receiver !== "" && ordinaryNames.has(call.name) ? [] : definitions;
}

/** `registry` of `this.registry.get(…)`; "" where a call has none. */
function receiverOf({ name, line, file }: NamedCall): string {
  const text = (file.lines[line - 1] ?? "").slice(0, 1_000);
  const at = text.search(new RegExp(`(?<![\\w$])${name.replaceAll("$", "\\$")}(?![\\w$])`));
  const before = text.slice(0, Math.max(0, at));
  return /([\p{L}_$][\p{L}\p{N}_$]*)(?:\(\))?\s*(?:\?\.|\.|->|::)\s*#?$/u.exec(before)?.[1] ?? "";
}

function alike(one: string, other: string): boolean {
  const isPart = one.length >= 4 && (other.endsWith(one) || one.endsWith(other));
  return one === other || isPart || `${other}s` === one || `${one}s` === other;
}

const constructorNames = new Set(["__init__", "__construct", "initialize", "constructor"]);

/** A class is called by its name where an instance is made. */
function namedIn(file: SourceFile, name: string): readonly Definition[] {
  return (file.outline?.functions ?? [])
    .filter(
      (span) =>
        span.name === name ||
        ((span.kind === "constructor" || constructorNames.has(span.name ?? "")) &&
          span.container?.split(".").at(-1) === name),
    )
    .map((span) => ({ file, span }));
}
