import { describe, expect, it } from "vitest";
import { pullRequestOf } from "../../src/domain/pull-request-of.ts";
import { commitsBetween, pullRequestsOf } from "../../src/gather/history/pull-requests.ts";

const link = (commit: string, parents: string, subject = commit) => ({
  commit,
  parents: parents.split(" ").filter((id) => id !== ""),
  subject,
});

/** Newest first: `m2` merged `c` and `d`, in which `m1` had been merged back; `s` was squashed; `m1` merged `a` and `b`. */
const history = [
  link("e", "m2"),
  link("m2", "s d", "Merge pull request #8 from acme/second"),
  link("s", "m1", "Round prices (#7)"),
  link("d", "c m1", "Merge branch 'main' into second"),
  link("c", "z"),
  link("m1", "z b", "Merge pull request #6 from acme/first"),
  link("b", "a", "Fix it (#5)"),
  link("a", "z"),
  link("z", "y"),
];

describe("the pull request of a commit", () => {
  it.each([
    ["Merge pull request #12 from acme/fix", 12],
    ["Fix rounding (#345)", 345],
    ['Revert "Fix rounding (#345)" (#346)', 346],
    ["Fix #12", null],
    ["see (#12) for more", null],
    ["Merge pull request #0 from x", null],
    ["Merge pull request #12345678901 from x", null],
  ])("is read from %s", (subject, number) => {
    expect(pullRequestOf(subject)).toBe(number);
  });

  it("is that of the merge that brought it, its own first, and none for what was pushed", () => {
    expect(Object.fromEntries(pullRequestsOf(history))).toEqual({ m2: 8, d: 8, c: 8, s: 7, m1: 6, b: 5, a: 6 });
    expect(pullRequestsOf([]).size).toBe(0);
  });
});

describe("the commits between two", () => {
  it("are those of the newer that the older did not have", () => {
    expect([...(commitsBetween(history, "m1", "e") ?? [])].sort()).toEqual(["c", "d", "e", "m2", "s"]);
    expect([...(commitsBetween(history, "s", "e") ?? [])].sort()).toEqual(["c", "d", "e", "m2"]);
  });

  it("are not known where the one did not lead to the other", () => {
    expect(commitsBetween(history, "s", "d")).toBeNull();
    expect(commitsBetween(history, "e", "e")).toBeNull();
    expect(commitsBetween(history, "nowhere", "e")).toBeNull();
  });
});
