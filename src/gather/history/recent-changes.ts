import type { CommitId } from "../../domain/names.ts";
import type { CommitSummary } from "../../domain/sources.ts";

const recentMs = 30 * 86_400_000;
/** A commit this long after the first sight cannot be the cause; clocks leave that much doubt. */
const afterMs = 3_600_000;
const manifest =
  /(?:^|\/)(?:package(?:-lock)?\.json|yarn\.lock|pnpm-lock\.yaml|build\.gradle(?:\.kts)?|gradle\.lockfile|libs\.versions\.toml|pom\.xml|go\.(?:mod|sum)|requirements[\w.-]*\.txt|pyproject\.toml|poetry\.lock|uv\.lock|Pipfile(?:\.lock)?|Gemfile(?:\.lock)?|composer\.(?:json|lock)|Cargo\.(?:toml|lock)|mix\.(?:exs|lock)|[\w.-]+\.csproj|Directory\.Packages\.props|packages\.lock\.json|build\.sbt)$/;
const manifestWeight = 0.1;
/** Where a library threw, another version of it is a likely cause. */
const manifestWeightOfLibrary = 0.35;
const wordsWeight = 0.25;
const wordsMin = 2;

const ordinaryWords = new Set(
  "the and for with from into that this when what fix feat chore docs test refactor error errors exception failed fails cannot could not null undefined true false value return method because invoke".split(
    " ",
  ),
);

/** What recent commits have to do with a failure besides touching its lines: they changed a dependency, or their subject speaks of it. */
export function recentRelevance(
  commits: readonly CommitSummary[],
  failure: { readonly said: string; readonly isThrownByLibrary: boolean; readonly firstSeenMs: number },
): ReadonlyMap<CommitId, number> {
  const words = wordsOf(failure.said);
  const relevance = new Map<CommitId, number>();
  for (const { commit, subject, paths, authoredAtMs } of commits) {
    const ageMs = failure.firstSeenMs - authoredAtMs;
    if (ageMs > recentMs || ageMs < -afterMs) continue;
    const ofManifest = !paths.some((path) => manifest.test(path))
      ? 0
      : failure.isThrownByLibrary
        ? manifestWeightOfLibrary
        : manifestWeight;
    const shared = [...wordsOf(subject)].filter((word) => words.has(word)).length;
    const weight = Math.max(ofManifest, shared >= wordsMin ? wordsWeight : 0);
    if (weight > 0) relevance.set(commit, weight);
  }
  return relevance;
}

/** Words of a sentence, and of the names in it: `priceOf` is price and of. */
function wordsOf(text: string): ReadonlySet<string> {
  const words = text
    .slice(0, 5_000)
    .replaceAll(/([a-z\d])([A-Z])/g, "$1 $2")
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u);
  return new Set(words.filter((word) => word.length >= 4 && !/^\d+$/.test(word) && !ordinaryWords.has(word)));
}
