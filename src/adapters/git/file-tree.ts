import { isPlainPath } from "../../domain/repository-path.ts";
import { isRefusedPath } from "./refused-path.ts";

/** The readable files of one commit: path → id of the blob, in git's order. */
export type FileTree = ReadonlyMap<string, string>;

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
  return files;
}

/** Whether a path lies below a folder; every path lies below "". */
export function isBelow(path: string, folder: string): boolean {
  return folder === "" || path.startsWith(`${folder}/`);
}

/** A folder as people write it, `./services/cart/`, as git does: `services/cart`; "" for the whole tree. */
export function plainFolder(folder: string): string {
  return folder
    .split("/")
    .filter((segment) => segment !== "" && segment !== ".")
    .join("/");
}
