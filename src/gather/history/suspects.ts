import type { CommitId } from "../../domain/names.ts";
import type { CommitSummary } from "../../domain/sources.ts";
import type { RankedPlace } from "../code/ranked-place.ts";
import type { Closeness } from "./blamed-places.ts";

const halfLifeMs = 3 * 86_400_000;
/** What a commit weighs however old it is: some failures wait long for the input that shows them. */
const oldWeight = 0.2;
/** A commit this long after the first sight cannot be the cause; authors' clocks and fast deployments leave that much doubt. */
const afterMs = 3_600_000;

/** What such a commit still weighs: clocks can be more wrong than that. */
const afterWeight = 0.01;
/** What touching a file weighs beside touching the line that failed. */
const fileWeight = 0.25;
/** Changes that say of themselves that they change nothing that runs. */
const harmlessSubject = /^(?:docs?|style|tests?|ci)(?:\([^)]*\))?:/i;
const harmlessWeight = 0.3;
/** What was deployed before the last deployment ran for a while, and nothing failed. */
const ranBeforeWeight = 0.6;
/** A commit of more files moves or formats them. */
const sweepingPaths = 60;
const sweepingWeight = 0.6;

/**
 * Commits ordered by how likely they brought the failure: they touch lines or at least files where the fix probably is, a dependency, or speak of it, and are
 * not much older than its first sight.
 * What came after it is last. Commits that weigh the same keep their order.
 */
export function rankSuspects(
  commits: readonly CommitSummary[],
  places: readonly RankedPlace[],
  found: {
    readonly closeness: Closeness;
    readonly relevance: ReadonlyMap<CommitId, number>;
    readonly deployedSince: ReadonlySet<CommitId> | null;
  },
  firstSeenMs: number,
): readonly CommitSummary[] {
  return weighSuspects(commits, places, found, firstSeenMs).map(({ commit }) => commit);
}

/** The same with what each weighs, so that those of several repositories can be compared. */
export function weighSuspects(
  commits: readonly CommitSummary[],
  places: readonly RankedPlace[],
  found: {
    readonly closeness: Closeness;
    readonly relevance: ReadonlyMap<CommitId, number>;
    readonly deployedSince: ReadonlySet<CommitId> | null;
  },
  firstSeenMs: number,
): readonly { readonly commit: CommitSummary; readonly score: number }[] {
  const scoreOf = ({ commit, subject, paths, authoredAtMs }: CommitSummary): number => {
    const touched = places.filter(({ place }) => paths.includes(place.path)).map(({ score }) => score * fileWeight);
    touched.push(found.closeness.get(commit)?.closeness ?? 0, found.relevance.get(commit) ?? 0);
    const size =
      (paths.length > sweepingPaths ? sweepingWeight : 1) * (harmlessSubject.test(subject) ? harmlessWeight : 1);
    const ageMs = firstSeenMs - authoredAtMs;
    const recency =
      ageMs < -afterMs ? afterWeight : oldWeight + (1 - oldWeight) * 0.5 ** (Math.max(0, ageMs) / halfLifeMs);
    const ran = found.deployedSince === null || found.deployedSince.has(commit) ? 1 : ranBeforeWeight;
    return Math.max(0, ...touched) * recency * size * ran;
  };
  return commits
    .map((commit) => ({ commit, score: scoreOf(commit) }))
    .toSorted((one, other) => other.score - one.score || other.commit.authoredAtMs - one.commit.authoredAtMs);
}
