import { symlinkSync, unlinkSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createCodeSource } from "../../../src/adapters/git/code-source.ts";
import type { CodeSource } from "../../../src/domain/sources.ts";
import { type GitRepository, makeRepository, temporaryFolder } from "./git-repository.ts";

const { signal } = new AbortController();
const folder = temporaryFolder();
afterAll(folder.remove);

let repository: GitRepository;
let code: CodeSource;
let first: string;
let second: string;
let merge: string;

beforeAll(async () => {
  repository = makeRepository(join(folder.path, "shop"));
  first = repository.commit(
    { "src/cart.js": "one\ntwo\nthree\n", "data/logo.png": Buffer.from([1, 0, 2]) },
    "feat: cart",
  );
  symlinkSync("cart.js", join(repository.path, "src/link.js"));
  second = repository.commit(
    { "src/cart.js": "one\nTWO\nthree\nfour\n", ".env": "TOKEN=1\n", "src/new.js": "x\n", "odd\nname.js": "y\n" },
    "fix: two\n\nwith a body",
    "Grace",
  );
  repository.git("checkout", "-q", "-b", "side", first);
  repository.commit({ "src/side.js": "side\n" }, "feat: side");
  repository.git("checkout", "-q", "main");
  repository.git(
    "-c",
    "user.name=Ada",
    "-c",
    "user.email=ada@example.com",
    "merge",
    "-q",
    "--no-ff",
    "-m",
    "Merge pull request #7 from side",
    "side",
  );
  merge = repository.git("rev-parse", "HEAD");
  code = await createCodeSource({
    repository: "acme/shop",
    path: repository.path,
    stateDirectory: join(folder.path, "state"),
    isFetched: false,
  });
});

describe("who changed a line last", () => {
  it("is told for each line of a range, with where it stood then", async () => {
    const blamed = await code.blame(merge, "src/cart.js", 1, 3, signal);
    expect(
      blamed?.map(({ line, commit, author, subject, lineThere, path }) => [
        line,
        commit,
        author,
        subject,
        lineThere,
        path,
      ]),
    ).toEqual([
      [1, first, "Ada", "feat: cart", 1, "src/cart.js"],
      [2, second, "Grace", "fix: two", 2, "src/cart.js"],
      [3, first, "Ada", "feat: cart", 3, "src/cart.js"],
    ]);
    expect(blamed?.[0]?.authoredAtMs).toBe(Date.parse("2026-01-02T12:00:00Z"));
  });

  it("is told at the commit that was asked about", async () => {
    expect((await code.blame(first, "src/cart.js", 2, 2, signal))?.map(({ commit }) => commit)).toEqual([first]);
  });

  it("is cut to the lines that are there, and null where there is no such text file", async () => {
    expect((await code.blame(merge, "src/cart.js", 4, 99, signal))?.map(({ line }) => line)).toEqual([4]);
    expect(await code.blame(merge, "src/cart.js", 50, 99, signal)).toEqual([]);
    for (const path of [".env", "src/link.js", "data/logo.png", "gone.js", "-L1", "src"]) {
      expect(await code.blame(merge, path, 1, 5, signal), path).toBeNull();
    }
  });
});

describe("a history", () => {
  it("has the parents of each commit, and the commits that changed a text", async () => {
    const links = await code.history(merge, 10, signal);
    expect(links[0]).toEqual({
      commit: merge,
      parents: [second, expect.any(String)],
      subject: "Merge pull request #7 from side",
    });
    expect(links).toHaveLength(4);
    expect(links.at(-1)).toEqual({ commit: first, parents: [], subject: "feat: cart" });
    expect(await code.history(merge, 2, signal)).toHaveLength(2);
    const changed = (text: string) => code.changesOf(merge, "src/cart.js", text, 5, signal);
    expect((await changed("TWO")).map(({ commit }) => commit)).toEqual([second]);
    expect((await changed("two")).map(({ commit }) => commit)).toEqual([second, first]);
    expect(await changed("t.o")).toEqual([]);
    expect(await changed("")).toEqual([]);
  });
});

describe("what a commit changed", () => {
  it("leaves out what may not be read: secrets, links, binary content, odd names", async () => {
    const patch = await code.patch(second, null, 100_000, signal);
    expect(patch.files).toEqual([
      { path: "src/cart.js", change: "modified" },
      { path: "src/new.js", change: "added" },
    ]);
    expect(patch.diff).toContain("-two\n+TWO\n three\n+four\n");
    expect(patch.diff).not.toMatch(/TOKEN|link\.js|odd/);
    expect(patch.isCut).toBe(false);
  });

  it("is told of the first commit, of a merge against its first parent, and of one file alone", async () => {
    expect((await code.patch(first, null, 100_000, signal)).diff).toContain("+one\n+two\n+three\n");
    expect((await code.patch(merge, null, 100_000, signal)).files).toEqual([{ path: "src/side.js", change: "added" }]);
    expect((await code.patch(second, "src/new.js", 100_000, signal)).files.map(({ path }) => path)).toEqual([
      "src/new.js",
    ]);
    expect((await code.patch(second, ".env", 100_000, signal)).files).toEqual([]);
  });

  it("is cut where it is longer than asked for, and refuses names of commits", async () => {
    const cut = await code.patch(second, null, 40, signal);
    expect(cut.isCut).toBe(true);
    expect(cut.diff.length).toBeLessThanOrEqual(40);
    await expect(code.patch("main", null, 100, signal)).rejects.toThrow(/full id/);
  });

  it("knows a file that became a link for none", async () => {
    unlinkSync(join(repository.path, "src/new.js"));
    symlinkSync("/etc/passwd", join(repository.path, "src/new.js"));
    const commit = repository.commit({}, "link");
    expect((await code.patch(commit, null, 10_000, signal)).files).toEqual([]);
  });
});
