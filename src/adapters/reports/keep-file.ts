import { randomUUID } from "node:crypto";
import { mkdir, rename, rm, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { systemCodeOf } from "../../domain/system-error.ts";

/** A file of ours could not be written; a whole sentence with the cure. What it is of stays as it was, and is taken up again. */
export class KeptFileError extends Error {
  override readonly name = "KeptFileError";
  readonly isRetryable = true;
}

const cures: Readonly<Record<string, string>> = {
  EEXIST: "a file is where the folder should be. Move it away",
  ENOTDIR: "a file is where the folder should be. Move it away",
  EISDIR: "a folder is where the file should be. Move it away",
  EACCES: "this user may not write there. Give it the state folder with all that is in it (chown -R)",
  EPERM: "this user may not write there. Give it the state folder with all that is in it (chown -R)",
  EROFS: "the disk is read-only. Give this user a folder that it can write to, with --state",
  ENOSPC: "the disk is full. Free some space",
  EDQUOT: "the disk quota is used up. Free some space",
};

/**
 * Writes a file of ours, so that a crash leaves the old one or the new one and several may write it at once.
 * @returns its path
 * @throws KeptFileError
 */
export async function keepFile(directory: string, name: string, text: string): Promise<string> {
  const file = join(directory, basename(name));
  const part = `${file}.${randomUUID()}.part`;
  try {
    await mkdir(directory, { recursive: true });
    await writeFile(part, text);
    await rename(part, file);
  } catch (error) {
    const code = systemCodeOf(error);
    if (code === null) throw error;
    // A full disk must not fill up further by what did not fit.
    await rm(part, { force: true }).catch(() => undefined);
    throw new KeptFileError(`${file} cannot be written: ${cures[code] ?? code}.`, { cause: error });
  }
  return file;
}
