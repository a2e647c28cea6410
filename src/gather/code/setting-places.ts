import type { CommitId } from "../../domain/names.ts";
import type { CodeSource } from "../../domain/sources.ts";
import type { RankedPlace } from "./ranked-place.ts";
import type { ReadFile } from "./source-files.ts";

const namesMax = 4;
const hitsMax = 20;
const placesMax = 3;
/** Files with settings that are searched; their paths are arguments of one process. */
const filesMax = 500;
const weight = 0.25;

/** `spring.datasource.url`, `app.retry-count`; a class or a host begins or ends otherwise. */
const dotted = /(?<![\w./@-])([a-z][a-z0-9-]{1,40}(?:\.[a-z][A-Za-z0-9_-]{1,60}){1,6})(?![\w/(@-])/g;
/** `DATABASE_URL` */
const environmentVariable = /(?<![\w$])([A-Z][A-Z0-9]{1,30}(?:_[A-Z0-9]{1,30}){1,6})(?![\w(])/g;
const settingsFile =
  /(?:^|\/)(?:application|bootstrap|config|settings|values|appsettings)[\w.-]*\.(?:ya?ml|properties|json|toml|conf|ini|xml)$|\.(?:properties|tf|env\.example)$|(?:^|\/)(?:docker-compose|compose)[\w.-]*\.ya?ml$|(?:^|\/)(?:k8s|helm|deploy|config|charts)\/.*\.ya?ml$/i;

/** Where settings that a message names are set, or would be: a property that is missing is a fault of no function. */
export async function settingPlaces(
  said: string,
  code: {
    readonly source: Pick<CodeSource, "searchAll">;
    readonly commit: CommitId;
    /** All files of the service. */
    readonly paths: readonly string[];
  },
  read: ReadFile,
  signal: AbortSignal,
): Promise<readonly RankedPlace[]> {
  const names = settingsIn(said);
  if (names.length === 0) return [];
  const files = code.paths.filter((path) => settingsFile.test(path)).slice(0, filesMax);
  const asked = new Map(names.map((name) => [name, name.includes("_") ? name : lastPart(name)]));
  const found = await code.source.searchAll(code.commit, [...new Set(asked.values())], files, hitsMax, signal);
  const places: RankedPlace[] = [];
  for (const [name, text] of asked) {
    for (const { path, line, text: held } of found.get(text) ?? []) {
      if (!isSetThere(held, name)) continue;
      const file = await read(path);
      if (file === null || line > file.lines.length) continue;
      places.push({
        place: { path, line, enclosing: null, file, certainty: 1 },
        function: null,
        score: weight,
        because: `the message names the setting ${name}`,
      });
    }
  }
  return places.slice(0, placesMax);
}

/** Names of settings in a message, each once. */
export function settingsIn(said: string): readonly string[] {
  const text = said.slice(0, 4_000);
  const found = [...text.matchAll(dotted), ...text.matchAll(environmentVariable)].map(([, name = ""]) => name);
  return [...new Set(found)]
    .filter((name) => !/^(?:java|javax|org|com|net|io|www|kotlin|scala)\./.test(name))
    .slice(0, namesMax);
}

function lastPart(name: string): string {
  return name.slice(name.lastIndexOf(".") + 1);
}

/** `name: …`, `name=…`, `"name": …` at the beginning of a line, whole or by its last part, as YAML nests it. */
function isSetThere(text: string, name: string): boolean {
  const key = /^\s*(?:- )?["']?([\w.-]+)["']?\s*[:=]/.exec(text.slice(0, 300))?.[1];
  return key !== undefined && (key === name || key.split(".").at(-1) === lastPart(name));
}
