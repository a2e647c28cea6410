import { isPlainPath } from "../../domain/repository-path.ts";
import type { CommitPatch } from "../../domain/sources.ts";
import { isRefusedPath } from "./refused-path.ts";

const regular = new Set(["100644", "100755"]);
const absent = "000000";

/**
 * Reads the answer of `log --raw -z`: regular files with plain names that are not refused. A symlink or submodule on either side is left out.
 * @see git-diff(1), "Raw output format"
 */
export function readRawChanges(output: Buffer): CommitPatch["files"] {
  const fields = output.toString("utf8").split("\0");
  const files: CommitPatch["files"][number][] = [];
  for (let at = 0; at + 1 < fields.length; at += 1) {
    const header = /^\s*:(\d{6}) (\d{6}) [0-9a-f]+ [0-9a-f]+ ([AMDT])$/.exec(fields[at] ?? "");
    if (header === null) continue;
    at += 1;
    const path = fields[at] ?? "";
    const [, before = "", after = "", change] = header;
    const isRegular = [before, after].every((mode) => mode === absent || regular.has(mode));
    if (!isRegular || path.includes("\uFFFD") || !isPlainPath(path) || isRefusedPath(path)) continue;
    files.push({ path, change: change === "A" ? "added" : change === "D" ? "deleted" : "modified" });
  }
  return files;
}
