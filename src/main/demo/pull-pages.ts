import type { StoredPull } from "../../demo/github/pull-requests.ts";
import type { World } from "../../demo/github/world.ts";
import { diffOf } from "../../repair/build-patch.ts";

/** A pull request as its page shows it, beside what it has of an issue. */
export interface PullPage {
  /** `draft`, `closed` … */
  readonly state: string;
  readonly from: string;
  readonly into: string;
  /** Of its branch, against the branch that it is to go to. */
  readonly diff: string;
}

/** Null: the number is of an issue. */
export function pullPageOf(world: World, repository: string, number: number): PullPage | null {
  const pull = world.pulls.one(repository, number);
  if (pull === null) return null;
  const isOpen = world.issue(repository, number)?.state === "open";
  const state = pull.isMerged ? "merged" : !isOpen ? "closed" : pull.isDraft ? "draft" : "open";
  return { state, from: `${pull.headRepository}:${pull.branch}`, into: pull.into, diff: changesOf(world, pull) };
}

function changesOf(world: World, pull: StoredPull): string {
  const [from, to] = [world.code(pull.headRepository), world.code(pull.repository)];
  const after = from.commit(from.head(pull.branch) ?? "")?.files ?? new Map();
  const before = to.commit(to.head(pull.into) ?? "")?.files ?? new Map();
  const files = [...after]
    .filter(([path, { sha }]) => before.get(path)?.sha !== sha)
    .map(([path, { sha }]) => {
      const old = before.get(path);
      const content = (found: Uint8Array | null) => found ?? new Uint8Array();
      return {
        path,
        before: old === undefined ? null : content(to.blob(old.sha)),
        after: content(from.blob(sha)),
        isTest: false,
      };
    });
  return diffOf(files) ?? "";
}
