import type { CommitId } from "../../domain/names.ts";
import { pullRequestOf } from "../../domain/pull-request-of.ts";
import type { CommitLink } from "../../domain/sources.ts";

/**
 * The pull request that brought each commit: the one that its subject names, else that of the merge through which it came to the branch.
 * @param history of the branch, newest first, as far as it is known
 */
export function pullRequestsOf(history: readonly CommitLink[]): ReadonlyMap<CommitId, number> {
  const byId = new Map(history.map((each) => [each.commit, each]));
  const branch: CommitLink[] = [];
  for (let at = history[0]; at !== undefined; at = byId.get(at.parents[0] ?? "")) branch.push(at);
  const found = new Map<CommitId, number>();
  const met = new Set<CommitId>();
  // From the oldest on: what is not met yet when a merge is reached came with it.
  for (const { commit, parents, subject } of branch.toReversed()) {
    met.add(commit);
    const merged = pullRequestOf(subject);
    if (merged !== null) found.set(commit, merged);
    const waiting = parents.slice(1);
    for (let id = waiting.pop(); id !== undefined; id = waiting.pop()) {
      const its = byId.get(id);
      if (its === undefined || met.has(id)) continue;
      met.add(id);
      const number = pullRequestOf(its.subject) ?? merged;
      if (number !== null) found.set(id, number);
      waiting.push(...its.parents);
    }
  }
  return found;
}

/** Commits that came between two, the older excluded; null where the one did not lead to the other, as far as history is known. */
export function commitsBetween(
  history: readonly CommitLink[],
  older: CommitId,
  newer: CommitId,
): ReadonlySet<CommitId> | null {
  const byId = new Map(history.map((each) => [each.commit, each]));
  const before = reachable(byId, [older]);
  const all = reachable(byId, [newer]);
  if (!all.has(older) || older === newer) return null;
  return new Set([...all].filter((commit) => !before.has(commit)));
}

function reachable(byId: ReadonlyMap<CommitId, CommitLink>, from: readonly CommitId[]): ReadonlySet<CommitId> {
  const met = new Set<CommitId>();
  const waiting = [...from];
  for (let id = waiting.pop(); id !== undefined; id = waiting.pop()) {
    if (met.has(id)) continue;
    met.add(id);
    waiting.push(...(byId.get(id)?.parents ?? []));
  }
  return met;
}
