import { createHash, randomUUID } from "node:crypto";
import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { CodeSourceError } from "../../domain/sources.ts";

type ObjectFormat = "sha1" | "sha256";

/**
 * Our own empty bare git directory, one per object format, shared by all clones: it has no object, no ref and no configuration of anybody else.
 * Written by hand, for `git init` would copy the machine's templates, hooks included. Made aside and renamed, so that several processes may ask at once.
 * @returns its absolute path
 */
export async function ensureOwnDirectory(stateDirectory: string, format: ObjectFormat): Promise<string> {
  return await ensureOwnRepository(resolve(stateDirectory, "git", `empty-${format}.git`), format);
}

/** A bare repository with nobody's configuration, made in the same way. @returns its path */
export async function ensureOwnRepository(path: string, format: ObjectFormat): Promise<string> {
  if (await isOurs(path, format)) return path;
  const aside = `${path}.${randomUUID()}`;
  try {
    await mkdir(join(aside, "objects"), { recursive: true });
    await mkdir(join(aside, "refs"));
    for (const [name, content] of filesOf(format)) await writeFile(join(aside, name), content);
    await rename(aside, path);
  } catch (cause) {
    await rm(aside, { recursive: true, force: true });
    // Another process may have been first: then the folder is there, and as good as ours.
    if (!(await isOurs(path, format))) throw cannotMake(path, cause);
  }
  return path;
}

function filesOf(format: ObjectFormat): readonly (readonly [string, string])[] {
  const version = format === "sha1" ? 0 : 1;
  const extensions = format === "sha1" ? "" : `[extensions]\n\tobjectformat = ${format}\n`;
  return [
    ["HEAD", "ref: refs/heads/none\n"],
    ["config", `[core]\n\trepositoryformatversion = ${version}\n\tbare = true\n${extensions}`],
  ];
}

/**
 * Where what is fetched for a clone lies: a bare repository of ours that borrows the clone's objects.
 * @returns its absolute path; it need not exist
 */
export function fetchedDirectory(stateDirectory: string, path: string): string {
  return resolve(stateDirectory, "git", `fetched-${createHash("sha256").update(path).digest("hex").slice(0, 20)}.git`);
}

async function isOurs(path: string, format: ObjectFormat): Promise<boolean> {
  for (const [name, content] of filesOf(format)) {
    if ((await readFile(join(path, name), "utf8").catch(() => null)) !== content) return false;
  }
  return true;
}

function cannotMake(path: string, cause: unknown): CodeSourceError {
  return new CodeSourceError(
    {
      reason: "the state folder has no room for git's own directory",
      detail: `${path} could not be written, or holds something else. Make the state folder writable, and delete that one if it exists.`,
    },
    { isRetryable: false, cause },
  );
}
