import { isPlainPath } from "../../domain/repository-path.ts";
import { isRefusedPath } from "./refused-path.ts";

/** The readable files of one commit. */
export interface FileTree {
  /** Null where there is no such file, or none that may be read. */
  blobOf(path: string): string | null;
  /** Paths below a folder, "" for all, in git's order; the same list each time. */
  below(folder: string): readonly string[];
}

/** Folders whose lists are kept: one for each service of a repository that was read lately. */
const foldersMax = 32;

/**
 * Reads the answer of `ls-tree -r -z --full-tree`. Regular files only: a symlink, a submodule, a file refused by name and a path that is
 * not UTF-8, or not plain, do not exist here.
 * @see git-ls-tree(1), "Output format": `<mode> <type> <object>\t<path>\0`
 */
export function readFileTree(output: Buffer): FileTree {
  const files = new Map<string, string>();
  for (const record of output.toString("utf8").split("\0")) {
    const end = record.indexOf("\t");
    if (end === -1) continue;
    const [mode, type, id] = record.slice(0, end).split(" ");
    const path = record.slice(end + 1);
    if (type !== "blob" || id === undefined || (mode !== "100644" && mode !== "100755")) continue;
    if (path.includes("\uFFFD") || !isPlainPath(path) || isRefusedPath(path)) continue;
    files.set(path, id);
  }
  const all = [...files.keys()];
  const folders = new Map([["", all]]);
  return {
    blobOf: (path) => files.get(path) ?? null,
    below(folder) {
      const known = folders.get(folder) ?? all.filter((path) => path.startsWith(`${folder}/`));
      if (folders.size >= foldersMax) folders.delete([...folders.keys()][1] ?? folder);
      folders.set(folder, known);
      return known;
    },
  };
}

/** A folder as people write it, `./services/cart/`, as git does: `services/cart`; "" for the whole tree. */
export function plainFolder(folder: string): string {
  return folder
    .split("/")
    .filter((segment) => segment !== "" && segment !== ".")
    .join("/");
}
