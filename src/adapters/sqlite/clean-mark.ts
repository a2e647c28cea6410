import { readFileSync, statSync, utimesSync, writeFileSync } from "node:fs";

/**
 * What the last process leaves beside the state file when it ends cleanly: the file's size and time. Where they still fit, nobody has written
 * to it since, so that reading all of it again would tell nothing new.
 */
function markPath(path: string): string {
  return `${path}-clean`;
}

/** A mark that cannot be written costs the next start a check and nothing else. */
export function writeCleanMark(path: string): void {
  try {
    // A second write within one tick of the file system's clock would leave the same time. From the past, every later write can be told.
    const { atime, mtimeMs } = statSync(path);
    utimesSync(path, atime, Math.floor(mtimeMs / 1000) - 1);
    writeFileSync(markPath(path), fileState(path));
  } catch (error) {
    if (!(error instanceof Error && "code" in error)) throw error;
  }
}

export function matchesCleanMark(path: string): boolean {
  try {
    return readFileSync(markPath(path), "utf8") === fileState(path);
  } catch {
    return false;
  }
}

function fileState(path: string): string {
  const { size, mtimeNs } = statSync(path, { bigint: true });
  return `${size} bytes, written ${mtimeNs} ns\n`;
}
