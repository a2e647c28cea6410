import type { CodeSource, CommitSummary } from "../../domain/sources.ts";
import { looksLikeTest } from "../code/candidate-paths.ts";
import { functionAt } from "../code/function-at.ts";
import type { RankedPlace } from "../code/ranked-place.ts";
import type { ReadFile } from "../code/source-files.ts";

/** Newest commits before the first sight that are looked at. */
const commitsMax = 4;
/** A commit of more files moves or formats them. */
const filesMax = 20;
const placesPerCommitMax = 6;
const patchBytesMax = 60_000;
const reachMs = 10 * 86_400_000;
const halfLifeMs = 3.5 * 86_400_000;
/** Clocks leave that much doubt. */
const afterMs = 3_600_000;
const weight = 0.25;

const settings =
  /\.(?:ya?ml|json|properties|toml|ini|conf|xml|gradle|kts)$|(?:^|\/)(?:requirements[\w.-]*\.txt|go\.mod|Gemfile|Dockerfile)$/;
const locked = /(?:^|\/)(?:package-lock\.json|pnpm-lock\.yaml|composer\.lock|packages\.lock\.json)$|\.min\.\w+$/;
const comment = /^\s*(?:\/\/|\/?\*|#(?!\{|include|define)|--|"""|'''|$)/;

/** What was changed shortly before the first sight, wherever it is: with a new error, the newest change is under suspicion even where no call is known that leads to it. */
export async function changedPlaces(
  recent: readonly CommitSummary[],
  code: {
    readonly source: Pick<CodeSource, "patch">;
    readonly under: string;
    readonly firstSeenMs: number;
  },
  read: ReadFile,
  signal: AbortSignal,
): Promise<readonly RankedPlace[]> {
  const { source, under, firstSeenMs } = code;
  const prefix = under === "" ? "" : `${under}/`;
  const suspected = recent.filter(({ authoredAtMs, paths }) => {
    const ageMs = firstSeenMs - authoredAtMs;
    return (
      ageMs > -afterMs && ageMs < reachMs && paths.length <= filesMax && paths.some((path) => isCode(path, prefix))
    );
  });
  const found = new Map<string, RankedPlace>();
  const patches = suspected
    .slice(0, commitsMax)
    .map(async (each) => ({ ...each, ...(await source.patch(each.commit, null, patchBytesMax, signal)) }));
  for (const { commit, authoredAtMs, diff } of await Promise.all(patches)) {
    const recency = 0.5 ** (Math.max(0, firstSeenMs - authoredAtMs) / halfLifeMs);
    const places = new Map<string, RankedPlace>();
    for (const { path, line } of changedLines(diff).filter((each) => isCode(each.path, prefix))) {
      const file = await read(path);
      if (file === null || line > file.lines.length) continue;
      const enclosing = functionAt(file, line);
      if (enclosing === null && !settings.test(path)) continue;
      const key = `${path}:${enclosing?.firstLine ?? ""}`;
      if (places.has(key) || places.size >= placesPerCommitMax) continue;
      places.set(key, {
        place: { path, line, enclosing, file, certainty: 1 },
        function: enclosing?.name ?? null,
        score: weight * recency,
        because: `${commit.slice(0, 10)} changed it shortly before the first sight; no call is known that leads here`,
      });
    }
    const share = Math.sqrt(Math.max(1, places.size));
    // The newest change of a function counts.
    for (const [key, each] of places) if (!found.has(key)) found.set(key, { ...each, score: each.score / share });
  }
  return [...found.values()];
}

function isCode(path: string, prefix: string): boolean {
  return (
    path.startsWith(prefix) &&
    !looksLikeTest(path) &&
    !locked.test(path) &&
    !/\.(?:md|txt|rst|adoc)$/.test(path.replace(/requirements[\w.-]*\.txt$/, ""))
  );
}

/** Lines that a patch wrote and that are no comments, by their numbers after it; of what it only deleted, the line that follows. */
function changedLines(diff: string): readonly { readonly path: string; readonly line: number }[] {
  const changed: { path: string; line: number }[] = [];
  let path = "";
  let line = 0;
  for (const text of diff.split("\n")) {
    const file = /^\+\+\+ (?:b\/(.*)|\/dev\/null)$/.exec(text);
    const hunk = /^@@ -\d+(?:,\d+)? \+(\d+)/.exec(text);
    if (file !== null) path = file[1] ?? "";
    else if (hunk !== null) line = Number(hunk[1]);
    else if (text.startsWith("+") || text.startsWith("-")) {
      if (path !== "" && !comment.test(text.slice(1))) changed.push({ path, line: Math.max(1, line) });
      if (text.startsWith("+")) line += 1;
    } else if (text.startsWith(" ")) line += 1;
  }
  return changed;
}
