import { randomUUID } from "node:crypto";
import { chmod, lstat, mkdir, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import type { CommitId } from "../../domain/names.ts";
import { CodeSourceError } from "../../domain/sources.ts";
import { type BorrowedObjects, isObjectId } from "./borrowed-objects.ts";

/** What the written tree is not, in clauses that may stand in an issue. */
export interface MaterialisedTree {
  readonly folder: string;
  /** Every file of the commit that was written, in order. */
  readonly paths: readonly string[];
  readonly cautions: readonly string[];
}

const listBytesMax = 64 * 1_048_576;

/**
 * Writes the tree of a commit into an empty folder: by `read-tree` into an index of our own and `checkout-index`, with our own empty git directory. No filter,
 * hook or attribute of the clone is there to run, symlinks become files that hold their target, submodules are left out, and no `.git` appears.
 * @throws CodeSourceError when the folder is not empty, the commit is missing, or git fails
 */
export async function materialise(
  objects: BorrowedObjects,
  commit: CommitId,
  folder: string,
  signal: AbortSignal,
): Promise<MaterialisedTree> {
  if (!isObjectId(commit)) throw cannot("the commit is not named by its whole id", commit);
  await mkdir(folder, { recursive: true, mode: 0o755 });
  if ((await readdir(folder)).length > 0) throw cannot("the folder for the tree is not empty", folder);
  const list = await objects.read("ls-tree", ["-r", "-z", "--full-tree", commit], listBytesMax, signal);
  if (list.isCut) throw cannot("the tree has too many files", `It lists more than ${listBytesMax} bytes.`);
  const entries = readEntries(list.stdout);
  const index = `${folder}.${randomUUID()}.index`;
  try {
    await objects.writeTree(commit, { folder, index }, signal);
  } finally {
    await rm(index, { force: true });
    await rm(`${index}.lock`, { force: true });
  }
  if (process.getuid?.() === 0) await letOthersRead(folder);
  const links = entries.filter(({ mode }) => mode === "120000").map(({ path }) => path);
  const submodules = entries.filter(({ mode }) => mode === "160000").map(({ path }) => path);
  const pointers = await findPointers(objects, commit, entries, signal);
  return {
    folder,
    paths: entries.filter(({ mode }) => mode !== "160000").map(({ path }) => path),
    cautions: [
      ...caution(links, "symbolic link", "written as a file with its target"),
      ...caution(submodules, "submodule", "left out"),
      ...caution(pointers, "Git LFS pointer", "not replaced by its content"),
    ],
  };
}

interface TreeEntry {
  readonly mode: string;
  readonly path: string;
}

/** @see git-ls-tree(1), output format */
function readEntries(output: Buffer): readonly TreeEntry[] {
  return output
    .toString("utf8")
    .split("\0")
    .slice(0, -1)
    .flatMap((line) => {
      const [, mode, path] = /^(\d{6}) \w+ [0-9a-f]+\t([\s\S]+)$/.exec(line) ?? [];
      return mode === undefined || path === undefined ? [] : [{ mode, path }];
    });
}

/** Only where attributes are, which is how a repository uses Git LFS. */
async function findPointers(
  objects: BorrowedObjects,
  commit: CommitId,
  entries: readonly TreeEntry[],
  signal: AbortSignal,
): Promise<readonly string[]> {
  if (!entries.some(({ path }) => path === ".gitattributes" || path.endsWith("/.gitattributes"))) return [];
  const firstLine = "^version https://git-lfs\\.github\\.com/spec/v1$";
  const args = ["-l", "-z", "-I", "-e", firstLine, commit, "--"];
  const found = await objects.read("grep", args, listBytesMax, signal);
  return found.stdout.toString("utf8").split("\0").slice(0, -1);
}

function caution(paths: readonly string[], what: string, outcome: string): readonly string[] {
  if (paths.length === 0) return [];
  return [`${paths.length} ${what}${paths.length === 1 ? " is" : "s are"} ${outcome}`];
}

/** Root's commands run as another user, and root's umask may keep that one out. */
async function letOthersRead(folder: string): Promise<void> {
  await chmod(folder, 0o755);
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (entry.isDirectory()) await chmod(path, 0o755);
    else if (entry.isFile()) await chmod(path, ((await lstat(path)).mode & 0o100) === 0 ? 0o644 : 0o755);
  }
}

function cannot(reason: string, detail: string): CodeSourceError {
  return new CodeSourceError({ reason, detail }, { isRetryable: false });
}
