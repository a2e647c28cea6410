import { describe, expect, it } from "vitest";
import type { CommitSummary } from "../../src/domain/sources.ts";
import type { RankedPlace } from "../../src/gather/code/ranked-place.ts";
import { rankSuspects } from "../../src/gather/history/suspects.ts";

const day = 86_400_000;
const firstSeenMs = 100 * day;

function place(path: string, score: number): RankedPlace {
  const file = { path, lines: [], outline: null };
  return { place: { path, line: 1, enclosing: null, file, certainty: 1 }, function: null, score, because: "" };
}

function commit(name: string, daysBefore: number, paths: readonly string[]): CommitSummary {
  return { commit: name, authoredAtMs: firstSeenMs - daysBefore * day, author: "Ada", subject: name, paths };
}

describe("suspects", () => {
  const places = [place("a.js", 1), place("b.js", 0.2)];
  let deployedSince: ReadonlySet<string> | null = null;
  const rank = (...commits: readonly CommitSummary[]) =>
    rankSuspects(commits, places, { closeness: new Map(), relevance: new Map(), deployedSince }, firstSeenMs).map(
      (each) => each.commit,
    );

  it("are commits of the likeliest file first, and the newest of these", () => {
    expect(rank(commit("old-a", 60, ["a.js"]), commit("new-b", 1, ["b.js"]), commit("new-a", 1, ["a.js"]))).toEqual([
      "new-a",
      "old-a",
      "new-b",
    ]);
  });

  it("are sooner those that came with the last deployment", () => {
    const commits = [commit("ran", 1, ["a.js"]), commit("came", 2, ["a.js"])];
    expect(rank(...commits)).toEqual(["ran", "came"]);
    deployedSince = new Set(["came"]);
    expect(rank(...commits)).toEqual(["came", "ran"]);
    deployedSince = null;
  });

  it("did not come after the first sight", () => {
    expect(rank(commit("after", -3, ["a.js"]), commit("before", 60, ["b.js"]))).toEqual(["before", "after"]);
  });

  it("keep the order of the history where nothing else tells them apart", () => {
    expect(rank(commit("x", 1, ["a.js"]), commit("c", 1, ["a.js"]))).toEqual(["x", "c"]);
  });
});
