import type { Stats } from "node:fs";
import { readdir, readFile, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { CodeSourceError } from "../../domain/sources.ts";
import { systemCodeOf } from "../../domain/system-error.ts";
import { runGit } from "./run-git.ts";

/** Where the operator's clone keeps what we read, asked from git once. Absolute paths. */
export interface CloneLocation {
  readonly gitDirectory: string;
  readonly objects: string;
  /** The file with the cut ends of a shallow history; null in a complete one. */
  readonly shallowFile: string | null;
  readonly config: string;
  readonly objectFormat: "sha1" | "sha256";
}

const timeoutMs = 10_000;

/**
 * Finds the git directory of a clone, a linked worktree, a submodule or a bare repository, without running anything that its configuration names.
 * `--git-dir` is always explicit: git then neither searches parent folders nor minds that the clone belongs to another user.
 * @throws CodeSourceError when the folder is no clone, or a partial one
 */
export async function locateClone(path: string, ownDirectory: string, signal: AbortSignal): Promise<CloneLocation> {
  const gitDirectory = await gitDirectoryOf(path);
  const args = [`--git-dir=${gitDirectory}`, "rev-parse", "--path-format=absolute"];
  const asked = ["--git-path", "objects", "--git-path", "shallow", "--git-common-dir", "--show-object-format"];
  const output = await runGit(
    {
      args: [...args, ...asked],
      env: resolvingEnvironment(),
      cwd: ownDirectory,
      stdin: null,
      timeoutMs,
      bytesMax: 65_536,
    },
    signal,
  );
  const [objects, shallow, common, format, ...rest] = output.stdout.toString("utf8").trimEnd().split("\n");
  if (
    output.exitCode !== 0 ||
    objects === undefined ||
    shallow === undefined ||
    common === undefined ||
    (format !== "sha1" && format !== "sha256") ||
    rest.length > 0
  ) {
    throw new CodeSourceError(
      {
        reason: "git cannot read the clone",
        detail: `git says of ${path}: ${output.stderr.split("\n")[0] || "an answer that is not understood"}. Clone it anew, or mend it until \`git -C ${path} rev-parse HEAD\` works.`,
      },
      { isRetryable: false },
    );
  }
  const location = {
    gitDirectory,
    objects,
    shallowFile: (await sizeOf(shallow)) > 0 ? shallow : null,
    config: join(common, "config"),
    objectFormat: format,
  } as const;
  if (await isPartialClone(location, ownDirectory, signal)) {
    throw new CodeSourceError(
      {
        reason: "the clone is a partial one, in which missing files look like files without a match",
        detail: `Make ${path} a complete clone: \`git -C ${path} fetch --refetch --no-filter\` and then \`git -C ${path} config --unset-all remote.origin.promisor\`, or clone it again without --filter.`,
      },
      { isRetryable: false },
    );
  }
  return location;
}

/** For the two commands that name the operator's git directory, `rev-parse` and `config --file`: no configuration but its own is read, and no protocol is allowed. */
export function resolvingEnvironment(): Record<string, string> {
  return {
    PATH: process.env["PATH"] ?? "/usr/local/bin:/usr/bin:/bin",
    GIT_CONFIG_NOSYSTEM: "1",
    GIT_CONFIG_GLOBAL: "/dev/null",
    GIT_NO_REPLACE_OBJECTS: "1",
    GIT_NO_LAZY_FETCH: "1",
    GIT_ALLOW_PROTOCOL: "none",
    GIT_OPTIONAL_LOCKS: "0",
    GIT_TERMINAL_PROMPT: "0",
  };
}

/** Values of one git configuration file, by a regular expression over its keys; included files are not followed. */
export async function readConfig(
  file: string,
  keys: string,
  ownDirectory: string,
  signal: AbortSignal,
): Promise<readonly { readonly key: string; readonly value: string }[]> {
  const output = await runGit(
    {
      args: ["config", "--file", file, "--no-includes", "-z", "--get-regexp", keys],
      env: { ...resolvingEnvironment(), GIT_DIR: ownDirectory },
      cwd: ownDirectory,
      stdin: null,
      timeoutMs,
      bytesMax: 1_048_576,
    },
    signal,
  );
  const pairs = output.stdout.toString("utf8").split("\0").slice(0, -1);
  return pairs.map((pair) => {
    const end = pair.indexOf("\n");
    return end === -1 ? { key: pair, value: "true" } : { key: pair.slice(0, end), value: pair.slice(end + 1) };
  });
}

async function gitDirectoryOf(path: string): Promise<string> {
  if (/[\n\r]/.test(path)) throw noClone(path, "has a line break in its name", "Rename the folder.");
  const folder = await entryAt(path);
  if (folder === null) throw noClone(path, "does not exist", "Clone the repository there, or correct `path`.");
  if (!folder.isDirectory()) throw noClone(path, "is not a folder", "Correct `path`.");
  if ((await entryAt(join(path, ".git"))) !== null) return join(path, ".git");
  const isBare =
    (await entryAt(join(path, "HEAD")))?.isFile() === true &&
    (await entryAt(join(path, "objects")))?.isDirectory() === true;
  if (isBare) return path;
  const above = await cloneAbove(path);
  throw noClone(
    path,
    "is not a git repository",
    above === null
      ? "Clone the repository there, or correct `path`."
      : `Its clone is ${above}: set \`path\` to that folder, and \`under\` to the service's folder in it.`,
  );
}

function entryAt(path: string): Promise<Stats | null> {
  return unlessMissing(() => stat(path), path);
}

/** Null where there is none. @throws CodeSourceError where it may not be looked at */
async function unlessMissing<Result>(look: () => Promise<Result>, path: string): Promise<Result | null> {
  try {
    return await look();
  } catch (error) {
    const code = systemCodeOf(error);
    if (code === null) throw error;
    if (code === "ENOENT" || code === "ENOTDIR") return null;
    const cure = "Let the user that runs error-autopilot read it, and enter every folder above it.";
    throw noClone(path, `cannot be looked at (${code})`, cure);
  }
}

async function cloneAbove(path: string): Promise<string | null> {
  for (let folder = dirname(path); folder !== dirname(folder); folder = dirname(folder)) {
    if ((await entryAt(join(folder, ".git"))) !== null) return folder;
  }
  return null;
}

function noClone(path: string, what: string, cure: string): CodeSourceError {
  return new CodeSourceError(
    { reason: `the folder of the clone ${what}`, detail: `The folder is ${path}. ${cure}` },
    { isRetryable: false },
  );
}

async function isPartialClone(
  location: Omit<CloneLocation, "shallowFile">,
  ownDirectory: string,
  signal: AbortSignal,
): Promise<boolean> {
  const packs = (await unlessMissing(() => readdir(join(location.objects, "pack")), location.objects)) ?? [];
  if (packs.some((name) => name.endsWith(".promisor"))) return true;
  const keys = "^(extensions\\.partialclone|remote\\..*\\.(promisor|partialclonefilter))$";
  for (const file of [location.config, join(location.gitDirectory, "config.worktree")]) {
    if (((await unlessMissing(() => readFile(file, "utf8"), file)) ?? "") === "") continue;
    const found = await readConfig(file, keys, ownDirectory, signal);
    if (found.some(({ key, value }) => !key.endsWith(".promisor") || value !== "false")) return true;
  }
  return false;
}

async function sizeOf(file: string): Promise<number> {
  return (await entryAt(file))?.size ?? 0;
}
