import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { systemCodeOf } from "../domain/system-error.ts";

const bytesMax = 1_048_576;

/** A file that a person wrote cannot be read; the message says why, and ends a sentence that names the file. */
export class SmallFileError extends Error {
  override readonly name = "SmallFileError";
  readonly isRetryable = false;
}

const reasons: Readonly<Record<string, string>> = {
  EISDIR: "it is a folder; name the file itself",
  EACCES: "permission denied; make it readable for the user that runs this",
};

/**
 * The text of a file that a person wrote; null when there is none. Not more than 1 MB of it is read, for a name that is mistyped may lead anywhere, to a device
 * without an end even.
 * @throws SmallFileError
 */
export function readSmallFile(path: string): string | null {
  try {
    return readAtMost(path);
  } catch (error) {
    const code = systemCodeOf(error);
    if (code === null) throw error;
    if (code === "ENOENT") return null;
    throw new SmallFileError(reasons[code] ?? code, { cause: error });
  }
}

function readAtMost(path: string): string {
  const file = openSync(path, "r");
  try {
    const expectedBytes = Math.min(fstatSync(file).size, bytesMax);
    const chunks: Buffer[] = [];
    for (let bytes = 0; ; ) {
      const chunk = Buffer.alloc(Math.max(expectedBytes + 1 - bytes, 4_096));
      const length = readSync(file, chunk);
      // An editor may have put a byte order mark in front, which would belong to the first name in it.
      if (length === 0)
        return Buffer.concat(chunks)
          .toString("utf8")
          .replace(/^\uFEFF/, "");
      bytes += length;
      if (bytes > bytesMax) throw new SmallFileError("it is larger than 1 MB, so it is the wrong one");
      chunks.push(chunk.subarray(0, length));
    }
  } finally {
    closeSync(file);
  }
}
