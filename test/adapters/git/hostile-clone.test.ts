import { execFileSync } from "node:child_process";
import { appendFileSync, chmodSync, cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createCodeSource } from "../../../src/adapters/git/code-source.ts";
import { probeRepository } from "../../../src/adapters/git/probe-repository.ts";
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

const stateDirectory = join(folder.path, "state");
const ran = join(folder.path, "ran");
const trap = join(folder.path, "trap.sh");
let hostile: GitRepository;
let head: string;

beforeAll(() => {
  writeFileSync(trap, `#!/bin/sh\necho "$0 $*" >> '${ran}'\ncat 2>/dev/null\nexit 0\n`);
  chmodSync(trap, 0o755);
  hostile = makeRepository(join(folder.path, "hostile"));
  hostile.commit({ "a.js": "one();\n", "b.dat": "two();\n" }, "first");
  const unsigned = hostile.commit({ "a.js": "throw new Error('three');\n", "c.js": "three();\n" }, "second");
  head = signedCopy(unsigned);
  hostile.git("update-ref", "refs/heads/main", head);
  writeFileSync(join(hostile.path, ".gitattributes"), "* diff=trap filter=trap merge=trap\n");
  const included = join(folder.path, "included.config");
  writeFileSync(included, `[core]\n\tfsmonitor = ${trap}\n[remote "other"]\n\turl = https://example.org/evil/other\n`);
  const hooks = join(hostile.path, ".git/hooks");
  mkdirSync(hooks, { recursive: true });
  for (const hook of [
    "post-checkout",
    "pre-commit",
    "post-index-change",
    "reference-transaction",
    "fsmonitor-watchman",
  ]) {
    cpSync(trap, join(hooks, hook));
  }
  mkdirSync(join(hostile.path, ".git/info"), { recursive: true });
  writeFileSync(join(hostile.path, ".git/info/attributes"), "* diff=trap filter=trap\n");
  appendFileSync(
    join(hostile.path, ".git/config"),
    `[core]
	fsmonitor = ${trap}
	sshCommand = ${trap}
	pager = ${trap}
	editor = ${trap}
	askPass = ${trap}
	gitProxy = ${trap}
	alternateRefsCommand = ${trap}
	hooksPath = ${hooks}
[pager]
	log = ${trap}
	grep = ${trap}
[diff]
	external = ${trap}
[diff "trap"]
	textconv = ${trap}
	command = ${trap}
[filter "trap"]
	clean = ${trap}
	smudge = ${trap}
	process = ${trap}
	required = true
[merge "trap"]
	driver = ${trap}
[gpg]
	program = ${trap}
[log]
	showSignature = true
[credential]
	helper = !${trap}
[uploadpack]
	packObjectsHook = ${trap}
[alias]
	log = !${trap}
	grep = !${trap}
	ls-tree = !${trap}
	cat-file = !${trap}
	rev-parse = !${trap}
[include]
	path = ${included}
[includeIf "gitdir:/"]
	path = ${included}
[remote "origin"]
	url = https://someone:token@github.com/Acme/Shop.git
	uploadpack = ${trap}
[url "ext::${trap}"]
	insteadOf = https://
`,
  );
});

/** The same commit with a signature, which `log.showSignature` hands to the program that the configuration names. */
function signedCopy(commit: string): string {
  const text = execFileSync("git", ["cat-file", "commit", commit], { cwd: hostile.path, encoding: "utf8" });
  const signature = "gpgsig -----BEGIN PGP SIGNATURE-----\n \n AAAA\n -----END PGP SIGNATURE-----\n\n";
  const file = join(folder.path, "commit");
  writeFileSync(file, text.replace("\n\n", `\n${signature}`));
  return hostile.git("hash-object", "-t", "commit", "-w", file);
}

describe("a hostile clone", () => {
  it("runs programs when it is read in the ordinary way, so that the next test can fail", () => {
    const copy = join(folder.path, "copy");
    cpSync(hostile.path, copy, { recursive: true });
    expect(() => runGitCommand(copy, ["show", "HEAD"])).toThrow("filter trap failed");
    expect(existsSync(ran)).toBe(true);
    rmSync(ran);
  });

  it("runs nothing, and is byte-identical after everything was read", async () => {
    const before = digestOfFolder(hostile.path);
    const settings = { repository: "acme/shop", path: hostile.path, stateDirectory, isFetched: false } as const;
    const code = await createCodeSource(settings);
    expect(await code.head(signal)).toBe(head);
    expect(await code.resolve("main", signal)).toBe(head);
    expect((await code.files(head, "", 10, signal)).paths).toEqual(["a.js", "b.dat", "c.js"]);
    expect((await code.lines(head, "b.dat", 1, 9, signal))?.lines).toEqual(["two();"]);
    expect(await code.search(head, "three", "", 10, signal)).toHaveLength(2);
    expect((await code.log(head, "a.js", 5, signal)).map(({ subject }) => subject)).toEqual(["second", "first"]);
    expect((await code.blame(head, "a.js", 1, 9, signal))?.map(({ subject }) => subject)).toContain("second");
    expect((await code.patch(head, null, 10_000, signal)).diff).toContain("three");
    const probe = await probeRepository(settings, signal);
    expect(probe).toMatchObject({ problem: null, isRemoteMatching: true, caution: null });
    expect(probe.remotes).toEqual([{ name: "origin", repository: "Acme/Shop" }]);
    expect(existsSync(ran)).toBe(false);
    expect(digestOfFolder(hostile.path)).toBe(before);
  });

  it("reads the objects themselves where refs/replace puts others in their place", async () => {
    const clone = makeRepository(join(folder.path, "replaced"));
    const real = clone.commit({ "a.js": "real\n" }, "real");
    const fake = clone.commit({ "a.js": "fake\n" }, "fake");
    clone.git("replace", real, fake);
    expect(clone.git("show", `${real}:a.js`)).toBe("fake");
    const code = await createCodeSource({
      repository: "acme/shop",
      path: clone.path,
      stateDirectory,
      isFetched: false,
    });
    expect((await code.lines(real, "a.js", 1, 1, signal))?.lines).toEqual(["real"]);
    expect((await code.log(real, null, 1, signal))[0]?.subject).toBe("real");
  });

  it("gives git exactly the environment that is written down, and our own directory", async () => {
    const bin = join(folder.path, "bin");
    const log = join(folder.path, "environments");
    const real = execFileSync("sh", ["-c", "command -v git"], { encoding: "utf8" }).trim();
    mkdirSync(bin, { recursive: true });
    writeFileSync(
      join(bin, "git"),
      `#!/bin/sh\n{ echo "== $*"; /usr/bin/env; pwd; } >> '${log}'\nexec '${real}' "$@"\n`,
    );
    chmodSync(join(bin, "git"), 0o755);
    const path = process.env["PATH"] ?? "";
    process.env["PATH"] = `${bin}:${path}`;
    process.env["GIT_SSH_COMMAND"] = trap;
    try {
      const code = await createCodeSource({
        repository: "acme/shop",
        path: hostile.path,
        stateDirectory,
        isFetched: false,
      });
      await code.files(await code.head(signal), "", 1, signal);
    } finally {
      process.env["PATH"] = path;
      delete process.env["GIT_SSH_COMMAND"];
    }
    const runs = readFileSync(log, "utf8").split("== ").slice(1);
    const reading = runs.find((run) => run.startsWith("ls-tree ")) ?? "";
    const own = join(stateDirectory, "git", "empty-sha1.git");
    const variables = reading
      .split("\n")
      .filter((line) => /^[A-Z_]+=/.test(line) && !/^(PWD|OLDPWD|_|SHLVL)=/.test(line));
    expect(variables.sort()).toEqual([
      `GIT_ALTERNATE_OBJECT_DIRECTORIES=${join(hostile.path, ".git/objects")}`,
      "GIT_CONFIG_GLOBAL=/dev/null",
      "GIT_CONFIG_NOSYSTEM=1",
      `GIT_DIR=${own}`,
      "GIT_LITERAL_PATHSPECS=1",
      "GIT_NO_LAZY_FETCH=1",
      "GIT_NO_REPLACE_OBJECTS=1",
      "GIT_OPTIONAL_LOCKS=0",
      "GIT_TERMINAL_PROMPT=0",
      `PATH=${bin}:${path}`,
    ]);
    expect(reading).toContain(`\n${own}\n`);
    for (const run of runs) {
      expect(run).not.toContain("GIT_SSH_COMMAND");
      const isOnClone = run.startsWith(`--git-dir=${hostile.path}/.git rev-parse`) || run.startsWith("config --file");
      expect(isOnClone || run.includes(`GIT_DIR=${own}`), run).toBe(true);
    }
  });
});
