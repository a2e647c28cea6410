import { existsSync } from "node:fs";
import { join } from "node:path";
import { CodeSourceError } from "../../domain/sources.ts";
import { type CloneLocation, locateClone, resolvingEnvironment } from "./clone-location.ts";
import { createObjectReader, type ObjectReader } from "./object-reader.ts";
import { ensureOwnDirectory, fetchedDirectory } from "./own-directory.ts";
import { type GitOutput, runGit } from "./run-git.ts";

/** The commands that read objects; each of them gets full object ids only. */
type ReadingCommand = "blame" | "grep" | "log" | "ls-tree";

export interface ReadingLimits {
  /** Of one git process. */
  readonly timeoutMs: number;
  /** Of the list of all files at one commit. */
  readonly treeBytesMax: number;
  /** Of one file: a larger one is generated or data, and is not read. */
  readonly fileBytesMax: number;
  /** Of what one search may find before it is cut. */
  readonly searchBytesMax: number;
}

/**
 * The objects of a clone, borrowed by our own empty bare directory. The clone's configuration, hooks, attributes, refs and working tree are not there for git,
 * so nothing they name can run. Only names of commits are asked of the clone itself, by `rev-parse`.
 */
export interface BorrowedObjects {
  readonly location: CloneLocation;
  /** The commit that a ref, a tag or an abbreviated id names; null when there is none. */
  commitOf(ref: string, signal: AbortSignal): Promise<string | null>;
  readonly blobs: ObjectReader;
  /** @param bytesMax of the answer: it is cut there */
  read(command: ReadingCommand, args: readonly string[], bytesMax: number, signal: AbortSignal): Promise<GitOutput>;
  /** Writes the files of a commit into an empty folder; `index` is a file of ours beside it. */
  writeTree(
    commit: string,
    to: { readonly folder: string; readonly index: string },
    signal: AbortSignal,
  ): Promise<void>;
}

/** A large repository takes longer to write than to read. */
const writingMsMax = 300_000;

/** Names that cannot be an option, a range, a search or a path: what `rev-parse` is asked may come from a log label. */
const plainRef = /^[A-Za-z0-9_][A-Za-z0-9_./+@-]{0,199}$/;

/** @throws CodeSourceError when the folder is no clone, a partial one, or git is missing */
export async function borrowObjects(
  clone: {
    readonly path: string;
    readonly stateDirectory: string;
    readonly timeoutMs: number;
    /** Names are those of what we fetched ourselves, and only then of the clone. */
    readonly isFetched: boolean;
  },
  signal: AbortSignal,
): Promise<BorrowedObjects> {
  const { path, stateDirectory, timeoutMs, isFetched } = clone;
  const location = await locateClone(path, await ensureOwnDirectory(stateDirectory, "sha1"), signal);
  const own = await ensureOwnDirectory(stateDirectory, location.objectFormat);
  const fetched = fetchedDirectory(stateDirectory, path);
  // A patch may be for a commit that only came by fetching, whoever asks for it.
  const objects = [location.objects, ...(isFetched || existsSync(fetched) ? [join(fetched, "objects")] : [])];
  const env = readingEnvironment(own, location, objects);
  const run = { cwd: own, stdin: null, timeoutMs, bytesMax: 65_536 };

  /** In one git directory; null when it has no such name. */
  async function namedIn(directory: string, ref: string, inner: AbortSignal): Promise<string | null> {
    const args = [`--git-dir=${directory}`, "rev-parse", "--verify", "--quiet"];
    const borrowed = directory === fetched ? { GIT_ALTERNATE_OBJECT_DIRECTORIES: quotedList([location.objects]) } : {};
    const resolving = { ...run, env: { ...resolvingEnvironment(), ...borrowed } };
    const output = await runGit({ ...resolving, args: [...args, "--end-of-options", `${ref}^{commit}`] }, inner);
    const commit = output.stdout.toString("utf8").trim();
    return output.exitCode === 0 && isObjectId(commit) ? commit : null;
  }

  return {
    location,
    blobs: createObjectReader({ env, cwd: own, timeoutMs }),
    async commitOf(ref, inner) {
      if (!plainRef.test(ref) || ref.includes("..")) return null;
      const commit =
        (isFetched && existsSync(fetched) ? await namedIn(fetched, ref, inner) : null) ??
        (await namedIn(location.gitDirectory, ref, inner));
      if (commit === null) return null;
      // A branch whose name looks like an abbreviated id is not what was meant.
      return /^[0-9a-f]{7,}$/.test(ref) && !commit.startsWith(ref) ? null : commit;
    },
    async read(command, args, bytesMax, inner) {
      const output = await runGit({ args: [command, ...args], env, cwd: own, stdin: null, timeoutMs, bytesMax }, inner);
      // `grep` ends with 1 when nothing matches, and also when an object is missing: then it says so.
      const isFine = output.exitCode === 0 || (command === "grep" && output.exitCode === 1 && output.stderr === "");
      if (!isFine && !output.isCut) throw commandFailed(command, path, output);
      return output;
    },
    async writeTree(commit, { folder, index }, inner) {
      const writing = { ...env, GIT_INDEX_FILE: index, GIT_WORK_TREE: folder, GIT_ATTR_NOSYSTEM: "1" };
      const settings = ["-c", "core.symlinks=false", "-c", "core.attributesFile=/dev/null"];
      for (const args of [
        ["read-tree", commit],
        ["checkout-index", "--all"],
      ]) {
        const run = { args: [...settings, ...args], env: writing, cwd: folder, stdin: null, timeoutMs: writingMsMax };
        const output = await runGit({ ...run, bytesMax: 65_536 }, inner);
        if (output.exitCode !== 0) throw commandFailed(args[0] ?? "", path, output);
      }
    },
  };
}

/** Full ids only: 40 hexadecimal digits, or 64 in a SHA-256 repository. */
export function isObjectId(text: string): boolean {
  return /^([0-9a-f]{40}|[0-9a-f]{64})$/.test(text);
}

function readingEnvironment(own: string, location: CloneLocation, objects: readonly string[]): Record<string, string> {
  return {
    PATH: resolvingEnvironment()["PATH"] ?? "",
    GIT_DIR: own,
    // One that does not exist is passed over.
    GIT_ALTERNATE_OBJECT_DIRECTORIES: quotedList(objects),
    GIT_CONFIG_NOSYSTEM: "1",
    GIT_CONFIG_GLOBAL: "/dev/null",
    GIT_NO_REPLACE_OBJECTS: "1",
    GIT_NO_LAZY_FETCH: "1",
    GIT_LITERAL_PATHSPECS: "1",
    GIT_OPTIONAL_LOCKS: "0",
    GIT_TERMINAL_PROMPT: "0",
    // Without it `log` dies at the cut end of a shallow history.
    ...(location.shallowFile === null ? {} : { GIT_SHALLOW_FILE: location.shallowFile }),
  };
}

export function quotedList(paths: readonly string[]): string {
  return paths.map(quoted).join(":");
}

/** The variable is a list separated by colons; a path with a colon, a quote or a leading quote must be quoted as in C. */
function quoted(path: string): string {
  return /[:"\\]/.test(path) ? `"${path.replaceAll(/["\\]/g, "\\$&")}"` : path;
}

function commandFailed(command: string, path: string, output: GitOutput): CodeSourceError {
  const said = output.stderr.split("\n")[0] || `exit code ${output.exitCode}`;
  return new CodeSourceError(
    {
      reason: `git ${command} failed on the clone`,
      detail: `git says of ${path}: ${said}. If the clone is damaged, \`git -C ${path} fsck\` tells; if a commit is missing, \`git -C ${path} fetch\` brings it.`,
    },
    { isRetryable: false },
  );
}
