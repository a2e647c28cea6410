import { execFileSync } from "node:child_process";
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { createCodeSource } from "../../../src/adapters/git/code-source.ts";
import type { CodeSource } from "../../../src/domain/sources.ts";
import { type GitRepository, makeRepository, temporaryFolder } from "./git-repository.ts";

const { signal } = new AbortController();
const folder = temporaryFolder();
afterAll(folder.remove);

const stateDirectory = join(folder.path, "state");
const open = (path: string) => createCodeSource({ repository: "acme/shop", path, stateDirectory, isFetched: false });

let repository: GitRepository;
let code: CodeSource;
let first: string;
let second: string;

beforeAll(async () => {
  repository = makeRepository(join(folder.path, "shop"));
  first = repository.commit(
    {
      "README.md": "# Shop\n",
      "services/cart/src/cart.js": "export function total(items) {\n  return items.length;\n}\n",
      "services/cart/src/odd\nname.js": "total();\n",
    },
    "feat: cart",
  );
  symlinkSync("/etc/passwd", join(repository.path, "services/cart/passwd"));
  symlinkSync("src", join(repository.path, "services/cart/linked"));
  second = repository.commit(
    {
      "services/cart/src/cart.js":
        "export function total(items) {\n  return items.map((item) => item.price.amount);\n}",
      ".env": "TOKEN=committed\n",
      "services/cart/prod.pem": "-----BEGIN PRIVATE KEY-----\ntotal\n",
      "config/id_rsa": "total\n",
      "config/id_generator.py": "total = 1\n",
      "data/logo.png": Buffer.from([137, 80, 78, 71, 0, 1, 116, 111, 116, 97, 108]),
      "data/latin.txt": Buffer.from("total caf\xe9\nzweite\r\n", "latin1"),
      "data/large.js": `total\n${"x".repeat(1_048_576)}\n`,
      "data/model.bin.txt": "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 12\n",
      "data/min.js": `${"a".repeat(100_000)}needle${"b".repeat(100_000)}\n`,
    },
    "fix: total of prices",
    "Grace",
  );
  writeFileSync(join(repository.path, ".env.local"), "TOKEN=untracked\n");
  writeFileSync(join(repository.path, "services/cart/untracked.js"), "total\n");
  code = await open(repository.path);
});

describe("a code source", () => {
  it("resolves branches, tags and abbreviated ids to full ids, and nothing else", async () => {
    repository.git("tag", "v1.4.2", first);
    repository.git("branch", "abcdef1", first);
    expect(await code.resolve("main", signal)).toBe(second);
    expect(await code.resolve("refs/tags/v1.4.2", signal)).toBe(first);
    expect(await code.resolve(first.slice(0, 9), signal)).toBe(first);
    expect(await code.resolve(first, signal)).toBe(first);
    for (const ref of [
      "nothing",
      "0".repeat(40),
      "abcdef1",
      "--help",
      "main:README.md",
      "main~1",
      ":/cart",
      "a..b",
      "",
    ]) {
      expect(await code.resolve(ref, signal), ref).toBeNull();
    }
  });

  it("takes the branch that pull requests go to as head: origin's, before the one that is checked out", async () => {
    const clone = makeRepository(join(folder.path, "head"));
    const own = clone.commit({ a: "1" }, "own");
    expect(await (await open(clone.path)).head(signal)).toBe(own);
    const theirs = clone.commit({ a: "2" }, "theirs");
    clone.git("update-ref", "refs/remotes/origin/master", theirs);
    clone.git("reset", "-q", "--hard", own);
    expect(await (await open(clone.path)).head(signal)).toBe(theirs);
    clone.git("update-ref", "refs/remotes/origin/develop", own);
    clone.git("symbolic-ref", "refs/remotes/origin/HEAD", "refs/remotes/origin/develop");
    expect(await (await open(clone.path)).head(signal)).toBe(own);
  });

  it("lists the files at a commit below a folder, without symlinks, refused names and what is not committed", async () => {
    expect(await code.files(second, "./services/cart/", 10, signal)).toEqual({
      paths: ["services/cart/src/cart.js"],
      total: 1,
    });
    const all = await code.files(second, "", 2, signal);
    expect(all.paths).toHaveLength(2);
    expect(all.total).toBe(8);
    expect((await code.files(second, "services/car", 10, signal)).total).toBe(0);
  });

  it("reads lines at the commit that is asked for", async () => {
    expect(await code.lines(first, "services/cart/src/cart.js", 2, 2, signal)).toEqual({
      path: "services/cart/src/cart.js",
      firstLine: 2,
      lines: ["  return items.length;"],
      lineCount: 3,
    });
    const later = await code.lines(second, "services/cart/src/cart.js", -5, 900, signal);
    expect(later?.lines).toHaveLength(3);
    expect(later?.lines[1]).toContain("item.price.amount");
    expect((await code.lines(second, "services/cart/src/cart.js", 50, 60, signal))?.lines).toEqual([]);
  });

  it("knows no path that would break a line of text", async () => {
    expect(await code.lines(second, "services/cart/src/odd\nname.js", 1, 9, signal)).toBeNull();
  });

  it("reads text that is not UTF-8, and Windows line ends", async () => {
    expect((await code.lines(second, "data/latin.txt", 1, 9, signal))?.lines).toEqual(["total café", "zweite"]);
  });

  it.each([
    [".env"],
    [".env.local"],
    ["services/cart/prod.pem"],
    ["config/id_rsa"],
    ["services/cart/passwd"],
    ["services/cart/linked/cart.js"],
    ["services/cart/untracked.js"],
    ["data/logo.png"],
    ["data/large.js"],
    ["data/model.bin.txt"],
    ["../shop/README.md"],
    ["/etc/passwd"],
    ["services/cart"],
    ["missing.js"],
  ])("does not read %s", async (path) => {
    expect(await code.lines(second, path, 1, 10, signal)).toBeNull();
  });

  it("finds a fixed string, only in files that it would read", async () => {
    const hits = await code.search(second, "total", "", 100, signal);
    expect(hits.map((hit) => `${hit.path}:${hit.line}`)).toEqual([
      "config/id_generator.py:1",
      "data/latin.txt:1",
      "services/cart/src/cart.js:1",
    ]);
    expect(await code.search(second, "total", "services/cart", 1, signal)).toEqual([
      { path: "services/cart/src/cart.js", line: 1, text: "export function total(items) {" },
    ]);
    expect(await code.search(second, "t.tal", "", 10, signal)).toEqual([]);
    expect(await code.search(second, "total\nitems", "", 10, signal)).toEqual([]);
    expect(await code.search(second, "--help", "", 10, signal)).toEqual([]);
  });

  it("finds several strings in one pass, each up to its limit, in a folder or in the files that are named", async () => {
    const code = await open(repository.path);
    const found = await code.searchAll(second, ["total", "items", "nowhere", "a\nb"], "", 100, signal);
    expect([...found.keys()]).toEqual(["total", "items", "nowhere"]);
    expect(found.get("total")).toEqual(await code.search(second, "total", "", 100, signal));
    expect(found.get("items")).toEqual(await code.search(second, "items", "", 100, signal));
    expect(found.get("nowhere")).toEqual([]);
    const path = found.get("total")?.[0]?.path ?? "";
    const named = await code.searchAll(second, ["total"], [path], 1, signal);
    expect(named.get("total")).toEqual(
      found
        .get("total")
        ?.filter((hit) => hit.path === path)
        .slice(0, 1),
    );
    expect((await code.searchAll(second, ["total"], [], 10, signal)).size).toBe(0);
  });

  it("finds a rare string beside one that stands everywhere", async () => {
    const many = makeRepository(join(folder.path, "everywhere"));
    const commit = many.commit({ "a.js": "the\n".repeat(50_000), "b.js": "the\nneedle\n" }, "feat: many");
    const limits = { timeoutMs: 20_000, treeBytesMax: 10_000, fileBytesMax: 1_000_000, searchBytesMax: 10_000 };
    const code = await createCodeSource(
      { repository: "acme/shop", path: many.path, stateDirectory, isFetched: false },
      signal,
      limits,
    );
    const found = await code.searchAll(commit, ["the", "needle"], "", 5, signal);
    expect(found.get("the")).toHaveLength(5);
    expect(found.get("needle")).toEqual([{ path: "b.js", line: 2, text: "needle" }]);
  });

  it("shows the part of a very long line that matches", async () => {
    const [hit] = await code.search(second, "needle", "", 10, signal);
    expect(hit?.text).toContain("aaneedlebb");
    expect(hit?.text.length).toBeLessThan(410);
  });

  it("tells who changed a file, newest first, with the paths of each commit", async () => {
    const log = await code.log(second, "services/cart/src/cart.js", 10, signal);
    expect(log.map(({ commit, author, subject }) => ({ commit, author, subject }))).toEqual([
      { commit: second, author: "Grace", subject: "fix: total of prices" },
      { commit: first, author: "Ada", subject: "feat: cart" },
    ]);
    expect(log[0]?.paths).toEqual(["services/cart/src/cart.js"]);
    expect(log[1]?.authoredAtMs).toBe(Date.UTC(2026, 0, 2, 12));
    const [whole] = await code.log(first, null, 1, signal);
    expect(whole?.paths).toEqual(["README.md", "services/cart/src/cart.js"]);
    expect(await code.log(second, "--output=/tmp/written", 5, signal)).toEqual([]);
  });

  it("keeps commits apart whose paths look like commit ids, and merges, which name no path", async () => {
    const clone = makeRepository(join(folder.path, "merges"));
    const base = clone.commit({ [first]: "a file named like a commit" }, "");
    clone.git("checkout", "-q", "-b", "side");
    const side = clone.commit({ b: "2" }, "side");
    clone.git("checkout", "-q", "main");
    const main = clone.commit({ c: "3" }, "main");
    clone.git("-c", "user.name=M", "-c", "user.email=m@example.org", "merge", "-q", "--no-ff", "-m", "merged", "side");
    const merge = clone.git("rev-parse", "HEAD");
    const log = await (await open(clone.path)).log(merge, null, 10, signal);
    expect(log.map(({ commit, paths }) => [commit, paths])).toEqual([
      [merge, []],
      [main, ["c"]],
      [side, ["b"]],
      [base, [first]],
    ]);
  });

  it("reads at full ids only", async () => {
    for (const name of ["HEAD", "main", first.slice(0, 12), "--all"]) {
      await expect(code.files(name, "", 1, signal), name).rejects.toThrow("full id");
      await expect(code.log(name, null, 1, signal), name).rejects.toThrow("full id");
    }
  });

  it("says so when a commit is not in the clone", async () => {
    await expect(code.files("1".repeat(40), "", 1, signal)).rejects.toThrow(/git ls-tree failed on the clone.*fetch/s);
  });

  it("reads a SHA-256 repository", async () => {
    const clone = makeRepository(join(folder.path, "sha256"), ["--object-format=sha256"]);
    const commit = clone.commit({ "a.go": "package a\n" }, "a");
    expect(commit).toHaveLength(64);
    const source = await open(clone.path);
    expect(await source.resolve("main", signal)).toBe(commit);
    expect((await source.lines(commit, "a.go", 1, 1, signal))?.lines).toEqual(["package a"]);
  });

  it("stops at once when the signal aborts, with its reason", async () => {
    const stop = new AbortController();
    stop.abort(new Error("paused"));
    await expect(code.log(second, null, 1, stop.signal)).rejects.toThrow("paused");
    const later = new AbortController();
    const reading = code.log(second, null, 1, later.signal);
    later.abort(new Error("paused meanwhile"));
    await expect(reading).rejects.toThrow("paused meanwhile");
  });

  it("kills a git that takes too long, and one that writes too much", async () => {
    const limits = { timeoutMs: 20_000, treeBytesMax: 100, fileBytesMax: 10, searchBytesMax: 1_000 };
    const settings = { repository: "acme/shop", path: repository.path, stateDirectory, isFetched: false } as const;
    const small = await createCodeSource(settings, signal, limits);
    await expect(small.files(second, "", 1, signal)).rejects.toThrow("too many files");
    const slow = join(folder.path, "slow");
    mkdirSync(slow);
    const git = execFileSync("sh", ["-c", "command -v git"], { encoding: "utf8" }).trim();
    const script = `#!/bin/sh\nfor each; do [ "$each" = log ] && exec sleep 600; done\nexec ${git} "$@"\n`;
    writeFileSync(join(slow, "git"), script, { mode: 0o755 });
    vi.stubEnv("PATH", `${slow}:${process.env["PATH"] ?? ""}`);
    const short = await createCodeSource(settings, signal, { ...limits, timeoutMs: 2_000 });
    vi.unstubAllEnvs();
    await expect(short.log(second, null, 1, signal)).rejects.toMatchObject({ isRetryable: true });
  });
});
