import { namedFunctionAt } from "../../domain/syntax.ts";
import { looksLikeTest } from "./candidate-paths.ts";
import { ordinaryNames } from "./definitions.ts";
import type { RankedPlace } from "./ranked-place.ts";
import { folderToSearch } from "./search-folder.ts";
import type { SearchedCode } from "./searched-code.ts";
import type { ReadFile } from "./source-files.ts";

const nameLengthMin = 4;
const hitsMax = 60;
const filesMax = 8;
/** More callers: what failed is called from everywhere, and none of them stands out. */
const callersMax = 3;
const weight = 0.2;

/** Who calls the function that failed, one step, by its name: what was wrong may have been handed over. For a failure whose stack trace does not tell. */
export async function callerPlaces(
  { place, score }: RankedPlace,
  { source, commit, under, paths }: SearchedCode,
  read: ReadFile,
  signal: AbortSignal,
): Promise<readonly RankedPlace[]> {
  const name = place.enclosing?.name ?? "";
  if (name.length < nameLengthMin || !/^[\w$]+$/.test(name) || ordinaryNames.has(name)) return [];
  const hits = await source.searchAll(commit, [name], folderToSearch(place.path, paths, under), hitsMax, signal);
  const held = [...new Set([place.path, ...(hits.get(name) ?? []).map(({ path }) => path)])].filter(
    (path) => !looksLikeTest(path),
  );
  const callers = new Map<string, RankedPlace>();
  for (const path of held.slice(0, filesMax)) {
    const file = await read(path);
    if (file?.outline === null || file === null) continue;
    for (const call of file.outline.calls.filter((each) => each.name === name)) {
      const around = namedFunctionAt(file.outline, call.line);
      const isItself = path === place.path && around?.firstLine === place.enclosing?.firstLine;
      if (around === null || around.name === null || isItself) continue;
      const key = `${path}:${around.firstLine}`;
      if (callers.has(key)) continue;
      const { firstLine, lastLine, container, signature } = around;
      callers.set(key, {
        place: {
          ...{ path, line: call.line, file, certainty: 1 },
          enclosing: { name: around.name, firstLine, lastLine, container, signature },
        },
        function: around.name,
        score: score * weight,
        because: `it calls ${name}, where the failure shows`,
      });
    }
  }
  return callers.size > callersMax ? [] : [...callers.values()];
}
