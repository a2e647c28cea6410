import { execFileSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { openWorkplaces } from "../../../src/adapters/git/workplaces.ts";
import { diceOf } from "../../attacks/dice.ts";
import { plantClone, setTraps, traps } from "../../attacks/hostile-clone.ts";
import { temporaryFolder as emptyFolder } from "../../support/temporary-folder.ts";
import { digestOfFolder, type GitRepository, makeRepository, temporaryFolder } from "./git-repository.ts";

const never = new AbortController().signal;
let removers: (() => void)[] = [];
afterEach(() => {
  for (const remove of removers) remove();
  removers = [];
});

function scene() {
  const { path, remove } = temporaryFolder();
  removers.push(remove);
  const repository = makeRepository(join(path, "clone"));
  const settings = {
    repository: "company/shop",
    path: repository.path,
    stateDirectory: join(path, "state"),
    isFetched: false,
  } as const;
  return { path, repository, workplaces: openWorkplaces(settings) };
}

describe("a workplace", () => {
  it("holds the files of the commit, whatever the clone looks like now", async () => {
    const { repository, workplaces } = scene();
    const first = repository.commit({ "src/a.js": "first", "bin/run": "#!/bin/sh\n" }, "first");
    repository.commit({ "src/a.js": "second" }, "second");
    writeFileSync(join(repository.path, "src/a.js"), "not committed");
    writeFileSync(join(repository.path, ".env"), "SECRET=1");
    const before = digestOfFolder(repository.path);
    const place = await workplaces.open(first, never);
    expect(readFileSync(join(place.folder, "src/a.js"), "utf8")).toBe("first");
    expect(place.paths).toEqual(["bin/run", "src/a.js"]);
    expect(existsSync(join(place.folder, ".git"))).toBe(false);
    expect(existsSync(join(place.folder, ".env"))).toBe(false);
    expect(digestOfFolder(repository.path)).toBe(before);
    await place.remove();
    expect(existsSync(place.folder)).toBe(false);
  });

  it("is removed a day after its worker was killed", async () => {
    const { repository, workplaces } = scene();
    const commit = repository.commit({ "a.js": "" }, "first");
    const [old, fresh] = [await workplaces.open(commit, never), await workplaces.open(commit, never)];
    const yesterday = Date.now() / 1000 - 90_000;
    utimesSync(dirname(old.folder), yesterday, yesterday);
    await workplaces.open(commit, never);
    expect([existsSync(old.folder), existsSync(fresh.folder)]).toEqual([false, true]);
  });

  it("keeps what may be executed, and writes links as files", async () => {
    const { repository, workplaces } = scene();
    repository.commit({ gradlew: "#!/bin/sh\n", "a.txt": "a" }, "first");
    symlinkSync("/etc/passwd", join(repository.path, "link"));
    chmodSync(join(repository.path, "gradlew"), 0o755);
    const commit = repository.commit({ "a.txt": "b" }, "second");
    const place = await workplaces.open(commit, never);
    const execute = (name: string) => lstatSync(join(place.folder, name)).mode & 0o111;
    expect([execute("gradlew") > 0, execute("a.txt")]).toEqual([true, 0]);
    expect(lstatSync(join(place.folder, "link")).isFile()).toBe(true);
    expect(readFileSync(join(place.folder, "link"), "utf8")).toBe("/etc/passwd");
    expect(place.cautions).toEqual(["1 symbolic link is written as a file with its target"]);
  });

  it("tells of submodules and of Git LFS pointers", async () => {
    const { repository, workplaces } = scene();
    const pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 1\n";
    const first = repository.commit({ "a.bin": pointer, ".gitattributes": "*.bin filter=lfs\n" }, "first");
    repository.git("update-index", "--add", "--cacheinfo", `160000,${first},vendor/other`);
    const commit = commitOf(repository, repository.git("write-tree"));
    const place = await workplaces.open(commit, never);
    expect(place.cautions).toEqual(["1 submodule is left out", "1 Git LFS pointer is not replaced by its content"]);
    expect(place.paths).not.toContain("vendor/other");
  });

  it("tells what was added, and does not follow a link", async () => {
    const { repository, workplaces } = scene();
    const place = await workplaces.open(repository.commit({ "packages/a/a.js": "", "b.js": "" }, "first"), never);
    for (const folder of ["node_modules/x", "packages/a/node_modules"])
      mkdirSync(join(place.folder, folder), { recursive: true });
    writeFileSync(join(place.folder, "packages/new.txt"), "");
    symlinkSync("/etc", join(place.folder, "packages/link"));
    expect(await place.added()).toEqual(["node_modules", "packages/a/node_modules", "packages/new.txt"]);
  });

  it("writes below its folder only", async () => {
    const { repository, workplaces } = scene();
    const place = await workplaces.open(repository.commit({ "a.js": "" }, "first"), never);
    await place.write("test/new/a.test.js", Buffer.from("new"));
    expect(Buffer.from((await place.read("test/new/a.test.js")) ?? "").toString()).toBe("new");
    await place.write("a.js", null);
    expect(await place.read("a.js")).toBeNull();
    for (const path of ["../a", "/etc/x", "a/../../b", ".git/config", "a//b", "a\\b", "a\nb"]) {
      await expect(place.write(path, Buffer.from("x")), path).rejects.toThrow("does not stay in the repository");
    }
  });

  it("takes no path out of the tree, and no commit by half its name", async () => {
    const { repository, workplaces, path } = scene();
    repository.commit({ "a.js": "x" }, "first");
    const blob = Buffer.from(repository.git("rev-parse", "HEAD:a.js"), "hex");
    for (const name of ["..", ".git"]) {
      const inner = writeTree(repository.path, ["100644 escaped", blob]);
      const tree = writeTree(repository.path, [`40000 ${name}`, Buffer.from(inner, "hex")]);
      const commit = commitOf(repository, tree);
      await expect(workplaces.open(commit, never), name).rejects.toThrow("The code cannot be read");
    }
    expect(existsSync(join(path, "state/work", "escaped"))).toBe(false);
    await expect(workplaces.open("abc123", never)).rejects.toThrow("whole id");
  });

  it.each(traps)("runs no program of the clone: %s", async (trap) => {
    const folder = emptyFolder();
    const clone = plantClone(join(folder, "clone"), diceOf(1, "clone"));
    const ran = setTraps(clone.path, folder, [trap]);
    rmSync(ran, { force: true });
    const before = digestOfFolder(clone.path);
    const settings = {
      repository: "company/shop",
      path: clone.path,
      stateDirectory: join(folder, "state"),
      isFetched: false,
    } as const;
    const head = readHead(clone.path);
    const place = await openWorkplaces(settings).open(head, never);
    expect(place.paths.length).toBeGreaterThan(2);
    expect(existsSync(ran)).toBe(false);
    expect(digestOfFolder(clone.path)).toBe(before);
  });
});

function readHead(path: string): string {
  return readFileSync(join(path, ".git/refs/heads/main"), "utf8").trim();
}

function commitOf(repository: GitRepository, tree: string): string {
  const who = ["-c", "user.name=Ada", "-c", "user.email=a@example.org"];
  return repository.git(...who, "commit-tree", "-m", "by hand", tree);
}

/** With a name that git itself would not write. */
function writeTree(cwd: string, [entry, object]: readonly [string, Buffer]): string {
  const input = Buffer.concat([Buffer.from(`${entry}\0`), object]);
  const args = ["hash-object", "-t", "tree", "-w", "--stdin", "--literally"];
  return execFileSync("git", args, { cwd, input, encoding: "utf8" }).trim();
}
