import { accessSync, closeSync, constants, existsSync, openSync, readSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { StoreCorruptError, StoreUnavailableError } from "../../domain/store.ts";
import { corrupt } from "./database-error.ts";
import { applicationId, migrations } from "./migrations.ts";

const magic = "SQLite format 3\0";
const headerBytes = 100;

/**
 * Looks at a state file without SQLite, which would leave traces beside a file that is not ours.
 * Never call it while this process has the file open: closing our descriptor would drop SQLite's locks on it.
 * @returns "new" when there is no file yet, or an empty one
 * @throws StoreUnavailableError, StoreCorruptError
 * @see https://sqlite.org/fileformat2.html, "The Database Header"; https://sqlite.org/howtocorrupt.html, 2.2
 */
export function inspectFile(path: string): "new" | "present" {
  requireFolder(path);
  if (!existsSync(path)) return "new";
  if (!statSync(path).isFile()) throw new StoreCorruptError(`The state file ${path} is not a file. Name another.`);
  if (!isAccessible(path, constants.R_OK | constants.W_OK)) {
    throw new StoreUnavailableError(
      `The state file ${path} is read-only. Let the user that runs error-autopilot read and write it.`,
    );
  }
  const { header, sizeBytes } = readHeader(path);
  if (sizeBytes === 0) return "new";
  if (header.length < headerBytes || header.toString("latin1", 0, magic.length) !== magic) {
    throw new StoreCorruptError(
      `The state file ${path} is not a SQLite database. It was left as it is: name another file.`,
    );
  }
  requireOurs(path, header.readUInt32BE(68), header.readUInt32BE(60));
  requireWhole(path, header, sizeBytes);
  return "present";
}

/** @throws StoreCorruptError when the file is another program's or a newer version's */
export function requireOurs(path: string, foundApplicationId: number, foundVersion: number): void {
  if (foundApplicationId !== applicationId) {
    throw new StoreCorruptError(
      `The state file ${path} is a SQLite database of another program. It was left as it is: name another file.`,
    );
  }
  if (foundVersion > migrations.length) {
    throw new StoreCorruptError(
      `The state file ${path} was written by a newer error-autopilot (format ${foundVersion}, this one knows ${migrations.length}). It was left as it is: use the newer one.`,
    );
  }
}

function requireFolder(path: string): void {
  const folder = dirname(path);
  if (!existsSync(folder)) {
    throw new StoreUnavailableError(
      `The folder ${folder} of the state file does not exist. Create it: mkdir -p ${folder}`,
    );
  }
  // Not only for a new file: SQLite keeps its write-ahead log beside the file.
  if (!isAccessible(folder, constants.W_OK | constants.X_OK)) {
    throw new StoreUnavailableError(
      `The folder ${folder} of the state file is read-only. Let the user that runs error-autopilot write to it.`,
    );
  }
}

/** A file that is cut short is told at once, without reading it; a log beside it may hold the rest. */
function requireWhole(path: string, header: Buffer, sizeBytes: number): void {
  const isCountValid = header.readUInt32BE(24) === header.readUInt32BE(92);
  const pageBytes = header.readUInt16BE(16) === 1 ? 65_536 : header.readUInt16BE(16);
  const wholeBytes = isCountValid ? header.readUInt32BE(28) * pageBytes : 0;
  if (sizeBytes >= wholeBytes || walBytes(path) > 0 || existsSync(`${path}-journal`)) return;
  // Another process may have finished writing since we looked: then its log is gone and the file is whole.
  const nowBytes = statSync(path).size;
  if (nowBytes < wholeBytes) throw corrupt(path, `cut short, ${nowBytes} of ${wholeBytes} bytes`);
}

/** Size of the write-ahead log: 0 after the last process that had the file open ended cleanly. */
export function walBytes(path: string): number {
  return statSync(`${path}-wal`, { throwIfNoEntry: false })?.size ?? 0;
}

function readHeader(path: string): { readonly header: Buffer; readonly sizeBytes: number } {
  const descriptor = openSync(path, "r");
  try {
    const header = Buffer.alloc(headerBytes);
    const length = readSync(descriptor, header, 0, headerBytes, 0);
    return { header: header.subarray(0, length), sizeBytes: length === 0 ? 0 : statSync(path).size };
  } finally {
    closeSync(descriptor);
  }
}

function isAccessible(path: string, mode: number): boolean {
  try {
    accessSync(path, mode);
    return true;
  } catch {
    return false;
  }
}
