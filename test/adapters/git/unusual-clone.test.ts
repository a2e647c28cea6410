import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { createCodeSource } from "../../../src/adapters/git/code-source.ts";
import { probeRepository, repositoryOfAddress } from "../../../src/adapters/git/probe-repository.ts";
import { CodeSourceError } from "../../../src/domain/sources.ts";
import { makeRepository, runGitCommand, temporaryFolder } from "./git-repository.ts";

const { signal } = new AbortController();
const folder = temporaryFolder();
afterAll(folder.remove);

const stateDirectory = join(folder.path, "state");
const open = (path: string) => createCodeSource({ repository: "acme/shop", path, stateDirectory, isFetched: false });
const origin = makeRepository(join(folder.path, "origin"));
const first = origin.commit({ "a.js": "one\n" }, "first");
const second = origin.commit({ "a.js": "two\n" }, "second");
const third = origin.commit({ "b.js": "three\n" }, "third");

async function readsEverything(path: string): Promise<void> {
  const code = await open(path);
  expect(await code.head(signal)).toBe(third);
  expect((await code.lines(third, "a.js", 1, 1, signal))?.lines).toEqual(["two"]);
  expect((await code.log(third, "a.js", 9, signal)).map(({ commit }) => commit)).toEqual([second, first]);
  expect(code.caution).toBeNull();
}

describe("an unusual clone", () => {
  it("is read as a linked worktree", async () => {
    origin.git("worktree", "add", "-q", "--detach", join(folder.path, "worktree"));
    await readsEverything(join(folder.path, "worktree"));
  });

  it("is read as a bare repository", async () => {
    runGitCommand(folder.path, ["clone", "-q", "--bare", origin.path, "bare.git"]);
    await readsEverything(join(folder.path, "bare.git"));
  });

  it("is read where its objects live in another clone, and its path has a colon", async () => {
    runGitCommand(folder.path, ["clone", "-q", "--shared", origin.path, 'sha:red "clone"']);
    await readsEverything(join(folder.path, 'sha:red "clone"'));
  });

  it("is read as a submodule", async () => {
    const parent = makeRepository(join(folder.path, "parent"));
    parent.git("submodule", "--quiet", "add", origin.path, "shop");
    const head = parent.commit({}, "with submodule");
    await readsEverything(join(parent.path, "shop"));
    const code = await open(parent.path);
    expect((await code.files(head, "", 9, signal)).paths).toEqual([".gitmodules"]);
    expect(await code.lines(head, "shop", 1, 1, signal)).toBeNull();
    expect(await code.lines(head, "shop/a.js", 1, 1, signal)).toBeNull();
  });

  it("is read when it belongs to another user, without a change to anybody's configuration", async () => {
    // git's own switch for this case; our environment would not hand it on, so a wrapper does.
    const bin = join(folder.path, "bin");
    const real = execFileSync("sh", ["-c", "command -v git"], { encoding: "utf8" }).trim();
    mkdirSync(bin);
    writeFileSync(join(bin, "git"), `#!/bin/sh\nexport GIT_TEST_ASSUME_DIFFERENT_OWNER=1\nexec '${real}' "$@"\n`);
    chmodSync(join(bin, "git"), 0o755);
    const path = process.env["PATH"] ?? "";
    process.env["PATH"] = `${bin}:${path}`;
    try {
      expect(() => runGitCommand(origin.path, ["rev-parse", "HEAD"])).toThrow("dubious ownership");
      await readsEverything(origin.path);
    } finally {
      process.env["PATH"] = path;
    }
  });

  it("says that the history is cut in a shallow clone, and reads what is there", async () => {
    runGitCommand(folder.path, ["clone", "-q", "--depth", "2", `file://${origin.path}`, "shallow"]);
    const code = await open(join(folder.path, "shallow"));
    expect(code.caution).toMatch(/shallow/);
    expect((await code.log(third, null, 9, signal)).map(({ commit }) => commit)).toEqual([third, second]);
    expect(await code.resolve(first, signal)).toBeNull();
  });

  it("is refused with the cure when it is partial", async () => {
    origin.git("config", "uploadpack.allowFilter", "true");
    const path = join(folder.path, "partial");
    runGitCommand(folder.path, [
      "clone",
      "-q",
      "--filter=blob:none",
      "--no-checkout",
      `file://${origin.path}`,
      "partial",
    ]);
    await expect(open(path)).rejects.toThrow(/partial.*--refetch --no-filter/s);
    expect(
      await probeRepository({ repository: "acme/shop", path, stateDirectory, isFetched: false }, signal),
    ).toMatchObject({
      problem: expect.stringContaining("partial"),
      head: null,
    });
  });

  it.each([
    ["missing", () => join(folder.path, "nowhere"), /does not exist/],
    [
      "nothing that can be looked at",
      () => {
        symlinkSync("round", join(folder.path, "round"));
        return join(folder.path, "round");
      },
      /cannot be looked at \(ELOOP\).* enter every folder above it/,
    ],
    [
      "not a repository",
      () => {
        mkdirSync(join(folder.path, "plain"));
        return join(folder.path, "plain");
      },
      /is not a git repository/,
    ],
    [
      "a folder inside a clone",
      () => {
        mkdirSync(join(origin.path, "services"));
        return join(origin.path, "services");
      },
      /set `path` to that folder, and `under`/,
    ],
    [
      "a file",
      () => {
        writeFileSync(join(folder.path, "file"), "");
        return join(folder.path, "file");
      },
      /is not a folder/,
    ],
    [
      "damaged",
      () => {
        const broken = makeRepository(join(folder.path, "broken"));
        writeFileSync(join(broken.path, ".git/config"), "[core\n");
        return broken.path;
      },
      /cannot read the clone.*bad config/s,
    ],
  ])("is refused with the cure when it is %s", async (_what, path, message) => {
    const opened = open(path());
    await expect(opened).rejects.toThrow(message);
    await expect(opened).rejects.toBeInstanceOf(CodeSourceError);
    await expect(opened).rejects.toMatchObject({
      isRetryable: false,
      reason: expect.not.stringContaining(folder.path),
    });
  });

  it("is refused with the cure when it has no commit", async () => {
    const empty = makeRepository(join(folder.path, "empty"));
    await expect((await open(empty.path)).head(signal)).rejects.toThrow(/no commit yet.*fetch/s);
  });

  it("says that git is missing", async () => {
    const path = process.env["PATH"] ?? "";
    process.env["PATH"] = join(folder.path, "no-programs");
    try {
      await expect(open(origin.path)).rejects.toThrow(/git is not installed.*Install git/s);
    } finally {
      process.env["PATH"] = path;
    }
  });
});

describe("our own directory", () => {
  it("is made once when several ask at the same time, and stays empty", async () => {
    const fresh = join(folder.path, "fresh-state");
    const settings = { repository: "acme/shop", path: origin.path, stateDirectory: fresh, isFetched: false } as const;
    const sources = await Promise.all(Array.from({ length: 8 }, () => createCodeSource(settings)));
    await Promise.all(sources.map((source) => source.log(third, null, 3, signal)));
    const own = join(fresh, "git", "empty-sha1.git");
    expect(readFileSync(join(own, "config"), "utf8")).toBe("[core]\n\trepositoryformatversion = 0\n\tbare = true\n");
    const files = execFileSync("find", [join(fresh, "git"), "-type", "f"], { encoding: "utf8" });
    expect(files.trim().split("\n").sort()).toEqual([join(own, "HEAD"), join(own, "config")]);
  });

  it("is refused when somebody put something else in its place", async () => {
    const tampered = join(folder.path, "tampered-state");
    const own = join(tampered, "git", "empty-sha1.git");
    mkdirSync(own, { recursive: true });
    writeFileSync(join(own, "HEAD"), "ref: refs/heads/none\n");
    writeFileSync(join(own, "config"), "[core]\n\tpager = something\n");
    const settings = {
      repository: "acme/shop",
      path: origin.path,
      stateDirectory: tampered,
      isFetched: false,
    } as const;
    await expect(createCodeSource(settings)).rejects.toThrow(/delete that one/);
  });
});

describe("the repository that an address names", () => {
  it.each([
    ["https://github.com/acme/shop.git", "acme/shop"],
    ["https://someone:token@github.com/acme/shop/", "acme/shop"],
    ["git@github.com:acme/shop.git", "acme/shop"],
    ["ssh://git@github.com:22/acme/my.shop", "acme/my.shop"],
    ["/srv/git/acme/shop.git", "acme/shop"],
    ["shop", null],
    ["", null],
  ])("of %s is %s", (address, repository) => {
    expect(repositoryOfAddress(address)).toBe(repository);
  });
});
