import { execFileSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { afterAll, afterEach, beforeEach, describe, expect, it } from "vitest";
import { createCodeSource } from "../../../src/adapters/git/code-source.ts";
import { fetchRepository } from "../../../src/adapters/git/fetched-repository.ts";
import { openWorkplaces } from "../../../src/adapters/git/workplaces.ts";
import { type GitHttpServer, startGitServer } from "./git-http-server.ts";
import {
  digestOfFolder,
  type GitRepository,
  makeRepository,
  runGitCommand,
  temporaryFolder,
} from "./git-repository.ts";

const { signal } = new AbortController();
const folder = temporaryFolder();
afterAll(folder.remove);
const token = "read-token-0123456789";
const login = `Basic ${Buffer.from(`x-access-token:${token}`).toString("base64")}`;

let round = 0;
let remote: GitRepository;
let clone: string;
let stateDirectory: string;
let root: string;
let server: GitHttpServer;
let known: string;

beforeEach(async () => {
  round += 1;
  root = join(folder.path, `remote-${round}`);
  remote = makeRepository(join(folder.path, `work-${round}`));
  known = remote.commit({ "a.js": "one\n", "big.txt": "x".repeat(20_000) }, "feat: a");
  mkdirSync(join(root, "acme"), { recursive: true });
  runGitCommand(root, ["clone", "-q", "--bare", remote.path, join(root, "acme/shop.git")]);
  clone = join(folder.path, `clone-${round}`);
  runGitCommand(root, ["clone", "-q", join(root, "acme/shop.git"), clone]);
  stateDirectory = join(folder.path, `state-${round}`);
  server = await startGitServer(root);
});
afterEach(() => server.close());

/** A commit on the remote that the clone does not have. */
function push(files: Readonly<Record<string, string>>, subject: string): string {
  const commit = remote.commit(files, subject);
  remote.git("push", "-q", "--force", "--tags", join(root, "acme/shop.git"), "HEAD:main");
  return commit;
}

const settings = (rest: Partial<Parameters<typeof fetchRepository>[0]> = {}) =>
  ({
    repository: "acme/shop",
    path: clone,
    stateDirectory,
    webUrl: server.url,
    token: null,
    ...rest,
    isFetched: false,
  }) as const;
const fetchAll = (rest: Partial<Parameters<typeof fetchRepository>[0]> = {}) => fetchRepository(settings(rest), signal);
const open = (isFetched: boolean) =>
  createCodeSource({ repository: "acme/shop", path: clone, stateDirectory, isFetched });

describe("fetching what a clone lacks", () => {
  it("brings it into our own repository, and leaves the clone byte for byte as it was", async () => {
    remote.git("tag", "v2");
    const pushed = push({ "a.js": "two\n" }, "fix: a");
    remote.git("tag", "v3");
    remote.git("push", "-q", "--tags", join(root, "acme/shop.git"));
    const before = digestOfFolder(clone);
    expect(await (await open(true)).head(signal)).toBe(known);
    expect(await fetchAll()).toBeNull();
    const source = await open(true);
    expect(await source.head(signal)).toBe(pushed);
    expect(await source.resolve(pushed.slice(0, 8), signal)).toBe(pushed);
    expect(await source.resolve("refs/tags/v3", signal)).toBe(pushed);
    expect((await source.lines(pushed, "a.js", 1, 9, signal))?.lines).toEqual(["two"]);
    expect((await source.log(pushed, "a.js", 5, signal)).map(({ subject }) => subject)).toEqual(["fix: a", "feat: a"]);
    expect(await (await open(false)).head(signal)).toBe(known);
    expect(digestOfFolder(clone)).toBe(before);
  });

  it("works with a state folder that is named from the working directory, as the command line does by default", async () => {
    const pushed = push({ "a.js": "two\n" }, "fix: a");
    const here = relative(process.cwd(), stateDirectory);
    expect(await fetchAll({ stateDirectory: here })).toBeNull();
    const source = await createCodeSource({
      repository: "acme/shop",
      path: clone,
      stateDirectory: here,
      isFetched: true,
    });
    expect(await source.head(signal)).toBe(pushed);
    expect((await source.lines(pushed, "a.js", 1, 1, signal))?.lines).toEqual(["two"]);
  });

  it("asks for nothing that the clone has", async () => {
    push({ "a.js": "two\n" }, "fix: a");
    await fetchAll();
    const own = join(stateDirectory, "git");
    const objects = execFileSync("sh", ["-c", `find '${own}' -type f -path '*objects*' | wc -l`], { encoding: "utf8" });
    // A commit, a tree, a file; not the twenty thousand bytes beside it.
    expect(Number(objects)).toBe(3);
    expect(await fetchAll()).toBeNull();
  });

  it("gives a patch the commit that it is for", async () => {
    const pushed = push({ "a.js": "two\n" }, "fix: a");
    await fetchAll();
    const workplace = await openWorkplaces({
      repository: "acme/shop",
      path: clone,
      stateDirectory,
      isFetched: false,
    }).open(pushed, signal);
    expect((await workplace.read("a.js"))?.toString()).toBe("two\n");
    await workplace.remove();
  });

  it("sends its token to that server alone, and leaves it in no argument and no file", async () => {
    const bin = join(folder.path, `bin-${round}`);
    const log = join(bin, "arguments");
    mkdirSync(bin);
    const real = execFileSync("sh", ["-c", "command -v git"], { encoding: "utf8" }).trim();
    writeFileSync(join(bin, "git"), `#!/bin/sh\necho "$*" >> '${log}'\nexec '${real}' "$@"\n`);
    chmodSync(join(bin, "git"), 0o755);
    await server.close();
    server = await startGitServer(root, login);
    push({ "a.js": "two\n" }, "fix: a");
    expect(await fetchAll()).toContain("wants a login that may read it");
    const path = process.env["PATH"] ?? "";
    process.env["PATH"] = `${bin}:${path}`;
    try {
      expect(await fetchAll({ token })).toBeNull();
    } finally {
      process.env["PATH"] = path;
    }
    expect(new Set(server.requests.slice(-2).map(({ authorization }) => authorization))).toEqual(new Set([login]));
    const secret = login.replace("Basic ", "");
    expect(readFileSync(log, "utf8")).toContain("fetch --quiet");
    for (const hidden of [token, secret]) {
      expect(readFileSync(log, "utf8")).not.toContain(hidden);
      expect(() => execFileSync("grep", ["-r", hidden, stateDirectory, clone])).toThrow();
    }
  });

  it("keeps a tag that was moved where it was, and brings all else", async () => {
    remote.git("tag", "v1");
    push({ "a.js": "two\n" }, "fix: a");
    await fetchAll();
    const tagged = await (await open(true)).resolve("refs/tags/v1", signal);
    const next = remote.commit({ "a.js": "three\n" }, "fix: b");
    remote.git("tag", "-f", "v1");
    remote.git("push", "-q", "--force", "--tags", join(root, "acme/shop.git"), "HEAD:main");
    expect(await fetchAll()).toBeNull();
    const source = await open(true);
    expect(await source.resolve("refs/tags/v1", signal)).toBe(tagged);
    expect(await source.head(signal)).toBe(next);
  });

  it("follows no redirect", async () => {
    const other = await startGitServer(root);
    server.answer = (request, response) => {
      response.writeHead(302, { location: `${other.url}${request.url}` }).end();
    };
    expect(await fetchAll({ token })).toContain("sends somewhere else, which is not followed");
    expect(other.requests).toEqual([]);
    await other.close();
  });

  it("runs nothing that the clone or the remote names", async () => {
    const ran = join(folder.path, `ran-${round}`);
    const trap = join(folder.path, `trap-${round}.sh`);
    writeFileSync(trap, `#!/bin/sh\ntouch '${ran}'\n`);
    chmodSync(trap, 0o755);
    for (const [key, value] of [
      ["core.alternateRefsCommand", trap],
      ["core.fsmonitor", trap],
      ["credential.helper", `!${trap}`],
      ["core.sshCommand", trap],
      ["remote.origin.uploadpack", trap],
      ["core.askPass", trap],
      [`url.ext::${trap}.insteadOf`, server.url],
    ]) {
      runGitCommand(clone, ["config", key ?? "", value ?? ""]);
    }
    const modules = '[submodule "x"]\n\tpath = x\n\turl = -u./trap\n\tupdate = !touch ran\n';
    const pushed = push({ ".gitmodules": modules, "a.js": "two\n" }, "feat: submodule");
    const before = digestOfFolder(clone);
    expect(await fetchAll()).toBeNull();
    expect(await (await open(true)).head(signal)).toBe(pushed);
    expect(existsSync(ran)).toBe(false);
    expect(digestOfFolder(clone)).toBe(before);
  });

  it.each([
    ["a server that is not there", async () => server.close(), "cannot be reached"],
    [
      "no such repository",
      async () => rmSync(join(root, "acme/shop.git"), { recursive: true }),
      "has no such repository, or shows it to nobody without a login",
    ],
    [
      "a server that talks nonsense",
      async () => {
        server.answer = (_request, response) => response.end("<html>");
      },
      "git could not fetch",
    ],
  ])("says what is wrong with %s", async (_what, spoil, because) => {
    await spoil();
    expect(await fetchAll()).toContain(because);
    expect(await (await open(true)).head(signal)).toBe(known);
  });

  it("ends in time, with all that it started", async () => {
    const asked: unknown[] = [];
    server.answer = (request) => asked.push(request.url);
    const limits = { timeoutMs: 800, bytesMax: 1_000_000 };
    expect(await fetchRepository(settings(), signal, limits)).toContain("git took longer than 0.8 s");
    expect(asked.length).toBeGreaterThan(0);
    const left = execFileSync("sh", ["-c", "ps -eo args | grep '[g]it-remote-http' || true"], { encoding: "utf8" });
    expect(left).not.toContain(server.url);
    server.answer = null;
    push({ "a.js": "two\n" }, "fix: a");
    expect(await fetchAll()).toBeNull();
  });

  it("begins anew where what was there is of no use any more", async () => {
    push({ "a.js": "two\n" }, "fix: a");
    expect(await fetchAll()).toBeNull();
    const own = execFileSync("sh", ["-c", `ls -d '${stateDirectory}'/git/fetched-*.git`], { encoding: "utf8" }).trim();
    writeFileSync(join(own, "refs/remotes/origin/main.lock"), "");
    const pushed = push({ "a.js": "three\n" }, "fix: b");
    expect(await fetchAll()).toBeNull();
    expect(await (await open(true)).head(signal)).toBe(pushed);
    execFileSync("sh", ["-c", `rm -rf '${own}'/objects/??`]);
    expect(await fetchAll()).toBeNull();
    expect((await (await open(true)).lines(pushed, "a.js", 1, 1, signal))?.lines).toEqual(["three"]);
  });

  it("is done by one of several at a time", async () => {
    const pushed = push({ "a.js": "two\n" }, "fix: a");
    expect(await Promise.all([fetchAll(), fetchAll(), fetchAll()])).toEqual([null, null, null]);
    expect(await (await open(true)).head(signal)).toBe(pushed);
  });

  it("brings all of a shallow clone's history, and goes over plain http to this machine alone", async () => {
    rmSync(clone, { recursive: true });
    const second = push({ "a.js": "two\n" }, "fix: a");
    runGitCommand(root, ["clone", "-q", "--depth=1", `file://${join(root, "acme/shop.git")}`, clone]);
    const third = push({ "a.js": "three\n" }, "fix: b");
    expect(await fetchAll()).toBeNull();
    expect(await (await open(true)).head(signal)).toBe(third);
    expect(second).not.toBe(third);
    expect(await fetchAll({ webUrl: "http://github.example.com" })).toContain("plain http");
  });
});
