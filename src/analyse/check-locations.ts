import type { FaultyLocation } from "../domain/evidence.ts";
import { redact } from "../domain/redact.ts";
import type { ModelClaim } from "./answer.ts";
import type { Code } from "./tool-means.ts";

/** Lines of one location: more is a file, not a place. */
const linesMax = 200;

/** Of the places the model named those that exist at the deployed commit, without repetition. */
export async function existingLocations(
  said: ModelClaim["faulty"],
  codes: readonly Code[],
  signal: AbortSignal,
): Promise<readonly FaultyLocation[]> {
  const found: FaultyLocation[] = [];
  for (const place of said) {
    const code = codes.find(({ version }) => place.service === null || version.service === place.service);
    if (code === undefined || place.firstLine < 1 || place.lastLine < place.firstLine) continue;
    if (place.lastLine - place.firstLine >= linesMax) continue;
    const { source, version } = code;
    const path = place.path.replace(/^(?:\.?\/)+/, "");
    const file = await source.lines(version.deployed, path, place.firstLine, place.lastLine, signal);
    if (file === null || place.lastLine > file.lineCount) continue;
    const location: FaultyLocation = {
      repository: version.repository,
      commit: version.deployed,
      path: file.path,
      firstLine: place.firstLine,
      lastLine: place.lastLine,
      function: await functionIn(file.path, place.function, code, signal),
    };
    const isKnown = found.some(
      (other) =>
        other.repository === location.repository &&
        other.path === location.path &&
        other.firstLine === location.firstLine &&
        other.lastLine === location.lastLine,
    );
    if (!isKnown) found.push(location);
  }
  return found;
}

/** The place stands without a name that its file does not have: a link leads to lines, and nobody looks a name up behind it. */
async function functionIn(path: string, name: string | null, { source, version }: Code, signal: AbortSignal) {
  const said = name?.slice(0, 120) ?? "";
  const last =
    said
      .replace(/\(.*$/s, "")
      .split(/[.#:\s]/)
      .at(-1) ?? "";
  if (last === "") return null;
  const hits = await source.search(version.deployed, last, path, 1, signal);
  return hits.length > 0 ? redact(said) : null;
}
