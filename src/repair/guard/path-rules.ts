import type { Violation } from "./violation.ts";

const pathLengthMax = 400;
/** What people name source files with. Every other character is a trick of one file system or another, or may become one. */
const plainPath = /^[A-Za-z0-9_@+=,.()[\]{}$ /-]+$/;
const deviceName = /^(?:con|prn|aux|nul|com\d|lpt\d|conin\$|conout\$)(?:\.|$)/i;

/** Why a path is no plain one; null where it is. */
export function pathTrick(path: string): string | null {
  if (path === "") return "it is empty";
  if (path.length > pathLengthMax) return `it is longer than ${pathLengthMax} characters`;
  if (path.startsWith("/") || /^[A-Za-z]:/.test(path)) return "it is absolute";
  if (!plainPath.test(path)) return "it has a character that file systems read differently";
  for (const segment of path.split("/")) {
    if (segment === "" || segment === "." || segment === "..") return "it has an empty, `.` or `..` part";
    if (/[. ]$/.test(segment) || segment.startsWith(" ")) return "a part ends in a dot or blank, which Windows drops";
    if (/~/.test(segment)) return "a part looks like a short name of Windows";
    if (/^\.git(?:$|[^a-z])/i.test(segment) && segment.toLowerCase() === ".git")
      return "it leads into git's own folder";
    if (deviceName.test(segment)) return "a part is the name of a device of Windows";
    if (segment.startsWith("-")) return "a part looks like an option";
  }
  return null;
}

/** Paths as file systems that fold letters see them. */
export function foldedPath(path: string): string {
  return path.normalize("NFKC").toLowerCase();
}

export function checkPath(path: string, under: string): readonly Violation[] {
  const trick = pathTrick(path);
  if (trick !== null) return [{ rule: "path", path, line: null, detail: trick }];
  const folder = under.replace(/^\.?\/+|\/+$/g, "");
  if (folder !== "" && folder !== "." && !path.startsWith(`${folder}/`)) {
    return [{ rule: "folder", path, line: null, detail: `the service is in ${folder}` }];
  }
  return [];
}
