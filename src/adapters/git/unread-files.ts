import { isPlainPath } from "../../domain/repository-path.ts";
import type { UnreadFile } from "../../domain/sources.ts";
import { blobLines, isLfsPointer } from "./blob-text.ts";
import { isRefusedPath } from "./refused-path.ts";

/** Files of one name that are looked at. */
const filesMax = 5;

/** An entry of a tree that a frame may mean, and why it is no readable file; null where its content decides. */
export interface UnsureFile {
  readonly path: string;
  readonly id: string;
  readonly because: UnreadFile["because"] | null;
}

/**
 * Entries of a tree that have the name of a wanted file, and submodules that it lies in.
 * @param output of `ls-tree -r -z --full-tree`
 * @param wanted a path, perhaps of another machine: `/app/src/total.js`
 */
export function filesLike(output: Buffer, wanted: string): readonly UnsureFile[] {
  const path = `/${wanted.replaceAll("\\", "/")}`;
  const name = path.slice(path.lastIndexOf("/") + 1);
  const found: UnsureFile[] = [];
  for (const record of output.toString("utf8").split("\0")) {
    const end = record.indexOf("\t");
    const [mode, , id = ""] = record.slice(0, Math.max(0, end)).split(" ");
    const at = record.slice(end + 1);
    if (mode === "160000" ? !path.includes(`/${at}/`) : end === -1 || at.slice(at.lastIndexOf("/") + 1) !== name)
      continue;
    found.push({ path: at, id, because: reasonOf(mode ?? "", at) });
    if (found.length >= filesMax) break;
  }
  return found;
}

function reasonOf(mode: string, path: string): UnreadFile["because"] | null {
  if (mode === "160000") return "submodule";
  if (mode === "120000") return "symlink";
  if (isRefusedPath(path)) return "refused-name";
  return path.includes("\uFFFD") || !isPlainPath(path) ? "odd-path" : null;
}

/** Why a file of ordinary kind is not read. @param content null where it is too large */
export function reasonOfContent(content: Buffer | null): UnreadFile["because"] | null {
  if (content === null) return "too-large";
  if (isLfsPointer(content)) return "lfs-pointer";
  return blobLines(content) === null ? "binary" : null;
}
