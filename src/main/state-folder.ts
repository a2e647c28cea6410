import { mkdir } from "node:fs/promises";
import { resolve } from "node:path";
import { systemCodeOf } from "../domain/system-error.ts";

/** The state folder cannot be made; a whole sentence with the cure. */
export class StateFolderError extends Error {
  override readonly name = "StateFolderError";
  readonly isRetryable = false;
}

const causes: Readonly<Record<string, string>> = {
  EEXIST: "there is a file of that name. Name a folder with --state",
  ENOTDIR: "something above it is a file. Name a folder with --state",
  EACCES: "this user may not write there. Give it a folder that it can write to, with --state",
  EPERM: "this user may not write there. Give it a folder that it can write to, with --state",
  EROFS: "it would lie on a read-only disk. Give this user a folder that it can write to, with --state",
  ENOSPC: "the disk is full. Free some space",
  EDQUOT: "the disk quota is used up. Free some space",
};

/**
 * The folder where everything is remembered, made where it is missing.
 * @returns its absolute path
 * @throws StateFolderError
 */
export async function makeStateFolder(given: string): Promise<string> {
  const folder = resolve(given);
  try {
    await mkdir(folder, { recursive: true });
  } catch (error) {
    const code = systemCodeOf(error);
    if (code === null) throw error;
    throw new StateFolderError(
      `The state folder ${folder} cannot be made: ${causes[code] ?? `${code}. Name another with --state`}.`,
      { cause: error },
    );
  }
  return folder;
}
