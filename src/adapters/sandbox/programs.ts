import { accessSync, constants, readFileSync, statSync } from "node:fs";
import { join } from "node:path";

/** Where the system's own programs are; the worker's PATH may lead to folders that the sandbox does not have. */
const folders = ["/usr/bin", "/usr/sbin", "/usr/local/bin", "/bin", "/sbin"];

/** Where a program of the system is; null when it is not installed. */
export function findProgram(name: string): string | null {
  return folders.map((folder) => join(folder, name)).find(isExecutable) ?? null;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

/** Tells of a path whether the file system that holds it forbids execution. */
export function executionOracle(): (path: string) => boolean {
  const mounts = mountTable();
  return (path) => {
    const holding = mounts
      .filter(({ at }) => path === at || path.startsWith(at === "/" ? "/" : `${at}/`))
      .reduce((best, each) => (each.at.length >= best.at.length ? each : best), { at: "", options: "" });
    return holding.options.split(",").includes("noexec");
  };
}

/** @see proc(5), /proc/pid/mountinfo: the fifth field is the place, the sixth the options */
function mountTable(): readonly { readonly at: string; readonly options: string }[] {
  try {
    return readFileSync("/proc/self/mountinfo", "utf8")
      .split("\n")
      .map((line) => line.split(" "))
      .filter((fields) => fields.length > 5)
      .map((fields) => ({ at: fields[4] ?? "", options: fields[5] ?? "" }));
  } catch {
    return [];
  }
}
