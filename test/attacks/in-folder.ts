import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const memory = "/dev/shm";

/** An empty folder that is gone afterwards. */
export function inFolder<Result>(work: (folder: string) => Promise<Result>): Promise<Result> {
  return inFolderBelow(tmpdir(), work);
}

/** The same in memory, where the machine has such a place: for who commits thousands of times and cuts no power. */
export function inMemoryFolder<Result>(work: (folder: string) => Promise<Result>): Promise<Result> {
  return inFolderBelow(existsSync(memory) ? memory : tmpdir(), work);
}

async function inFolderBelow<Result>(parent: string, work: (folder: string) => Promise<Result>): Promise<Result> {
  const folder = mkdtempSync(join(parent, "error-autopilot-attack-"));
  try {
    return await work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
