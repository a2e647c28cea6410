import { randomUUID } from "node:crypto";
import { mkdir, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { isPlainPath } from "../../domain/repository-path.ts";
import { CodeSourceError } from "../../domain/sources.ts";
import type { Workplace, Workplaces } from "../../domain/workplace.ts";
import { borrowObjects } from "./borrowed-objects.ts";
import type { CloneSettings } from "./code-source.ts";
import { type MaterialisedTree, materialise } from "./materialise.ts";

const gitMsMax = 20_000;
const abandonedMs = 86_400_000;

/** Each in a folder of its own below the state folder. */
export function openWorkplaces(settings: CloneSettings): Workplaces {
  return {
    async open(commit, signal) {
      const objects = await borrowObjects({ ...settings, timeoutMs: gitMsMax }, signal);
      const work = join(settings.stateDirectory, "work");
      await removeAbandoned(work);
      const place = join(work, randomUUID());
      try {
        return workplaceOf(place, await materialise(objects, commit, join(place, "tree"), signal));
      } catch (error) {
        await rm(place, { recursive: true, force: true });
        throw error;
      }
    },
  };
}

/** A worker that was killed leaves its trees behind; nobody works on one for so long. */
async function removeAbandoned(work: string): Promise<void> {
  for (const name of await readdir(work).catch(() => [])) {
    const place = join(work, name);
    const changedMs = (await stat(place).catch(() => null))?.mtimeMs ?? Number.POSITIVE_INFINITY;
    if (Date.now() - changedMs > abandonedMs) await rm(place, { recursive: true, force: true });
  }
}

function workplaceOf(place: string, { folder, paths, cautions }: MaterialisedTree): Workplace {
  const known = new Set(paths);
  const inside = (path: string) => {
    if (!isPlainPath(path) || path.split("/").some((part) => part === "" || part === "." || part === ".git")) {
      throw new CodeSourceError(
        { reason: "a path does not stay in the repository", detail: JSON.stringify(path) },
        { isRetryable: false },
      );
    }
    return join(folder, path);
  };
  return {
    folder,
    paths,
    cautions,
    read: (path) => readFile(inside(path)).catch(() => null),
    async write(path, content) {
      const file = inside(path);
      if (content === null) return rm(file, { force: true });
      await mkdir(dirname(file), { recursive: true, mode: 0o755 });
      // No symbolic link stands in the tree, and the sandbox works on a copy: a path leads where it says.
      await writeFile(file, content, { mode: 0o644 });
    },
    added: () => addedBelow(folder, "", known, foldersOf(paths)),
    remove: () => rm(place, { recursive: true, force: true }),
  };
}

async function addedBelow(
  folder: string,
  below: string,
  files: ReadonlySet<string>,
  folders: ReadonlySet<string>,
): Promise<readonly string[]> {
  const found: string[] = [];
  for (const entry of await readdir(join(folder, below), { withFileTypes: true })) {
    const path = below === "" ? entry.name : `${below}/${entry.name}`;
    if (entry.isDirectory())
      found.push(...(folders.has(path) ? await addedBelow(folder, path, files, folders) : [path]));
    else if (entry.isFile() && !files.has(path)) found.push(path);
  }
  return found.sort();
}

function foldersOf(paths: readonly string[]): ReadonlySet<string> {
  const folders = new Set<string>();
  for (const path of paths) {
    for (let at = path.lastIndexOf("/"); at > 0; at = path.lastIndexOf("/", at - 1)) folders.add(path.slice(0, at));
  }
  return folders;
}
