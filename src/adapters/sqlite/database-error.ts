import { StoreCorruptError, StoreUnavailableError } from "../../domain/store.ts";

// Primary result codes: the low byte of `errcode`. @see https://sqlite.org/rescode.html
const unavailable: Readonly<Record<number, string>> = {
  5: "is locked by another process. Try again; if it stays so, look for a process that hangs.",
  6: "is locked by another process. Try again; if it stays so, look for a process that hangs.",
  7: "could not be used for lack of memory. Give the process more.",
  8: "is read-only. Let the user that runs error-autopilot write to it and to its folder.",
  10: "could not be read or written. Look at the disk: free space, quota, file size limit, health.",
  13: "cannot grow: the disk is full. Free some space; nothing of the change was stored.",
  14: "could not be opened. See that its folder exists and may be written to.",
  15: "could not be locked. It must lie on a local disk.",
};
const corruptCodes = new Set([11, 26]);

/** What SQLite said, as the store's own error with its cure. Mistakes of our own (a constraint, SQL that is wrong) stay what they are. */
export function toStoreError(error: unknown, path: string): unknown {
  if (!(error instanceof Error) || !("errcode" in error) || typeof error.errcode !== "number") return error;
  const code = error.errcode & 0xff;
  if (corruptCodes.has(code)) return corrupt(path, error.message, error);
  const sentence = unavailable[code];
  return sentence === undefined
    ? error
    : new StoreUnavailableError(`The state file ${path} ${sentence}`, { cause: error });
}

export function corrupt(path: string, found: string, cause?: unknown): StoreCorruptError {
  return new StoreCorruptError(
    `The state file ${path} is damaged (${found}). It was left as it is: move it away and put a backup in its place, or start without one.`,
    { cause },
  );
}
