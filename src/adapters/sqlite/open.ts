import { realpathSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import type { Clock } from "../../domain/clock.ts";
import { matchesCleanMark, writeCleanMark } from "./clean-mark.ts";
import { createDatabase, type Database } from "./database.ts";
import { corrupt, toStoreError } from "./database-error.ts";
import { inspectFile, requireOurs, walBytes } from "./inspect-file.ts";
import { applicationId, migrations } from "./migrations.ts";
import { beginSession, endSession, hasLiveSession } from "./session.ts";

const busyTimeoutMs = 5_000;
const checkEveryMs = 24 * 60 * 60 * 1000;

/** Files that this process has open, by real path: they must not be opened past SQLite (see inspectFile). */
const openCounts = new Map<string, number>();

/**
 * Opens the state file, making it where there is none: write-ahead log, every commit on disk before it returns. A file that is damaged, newer,
 * another program's or not writable is refused and left byte for byte as it was. All of it is read (`quick_check`) after an unclean end, when
 * somebody else has written to it, and once a day.
 * @throws StoreUnavailableError, StoreCorruptError
 */
export function openDatabase({ path, clock }: { readonly path: string; readonly clock: Clock }): Database {
  try {
    return openOurs(path, clock);
  } catch (error) {
    throw toStoreError(error, path);
  }
}

function openOurs(path: string, clock: Clock): Database {
  const isFirstHere = !isOpenHere(path);
  const isNew = isFirstHere && inspectFile(path) === "new";
  const isCheckDue = isFirstHere && !isNew && refuseOrCheck(path, clock);
  const handle = openHandle(path, false);
  const real = realpathSync(path);
  try {
    migrate(handle, path);
    // A lost note only costs a check, so these do not wait for the disk.
    handle.exec(
      "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA wal_autocheckpoint = 1000; BEGIN IMMEDIATE",
    );
    if (isNew || isCheckDue) noteCheck(handle, clock);
    const session = beginSession(handle);
    handle.exec("COMMIT; PRAGMA synchronous = FULL");
    openCounts.set(real, (openCounts.get(real) ?? 0) + 1);
    return createDatabase(handle, path, clock, () => {
      closeHandle(handle, session);
      openCounts.set(real, (openCounts.get(real) ?? 1) - 1);
      // The last to close has emptied and removed the log; only then the file says all.
      if (openCounts.get(real) === 0 && walBytes(path) === 0) writeCleanMark(path);
    });
  } catch (error) {
    handle.close();
    throw error;
  }
}

function isOpenHere(path: string): boolean {
  try {
    return (openCounts.get(realpathSync(path)) ?? 0) > 0;
  } catch {
    return false;
  }
}

function openHandle(path: string, readOnly: boolean): DatabaseSync {
  return new DatabaseSync(path, { readOnly, timeout: busyTimeoutMs, enableForeignKeyConstraints: false });
}

function closeHandle(handle: DatabaseSync, session: number | bigint): void {
  try {
    handle.exec("PRAGMA synchronous = NORMAL");
    endSession(handle, session);
  } catch {
    // A full disk must not keep us from closing; the note left behind costs the next start a check.
  }
  handle.close();
}

/** @returns whether all of the file was read, and found whole */
function refuseOrCheck(path: string, clock: Clock): boolean {
  const hasLog = walBytes(path) > 0;
  // Closing a connection that may write would copy the log into a file that we may be about to refuse.
  const handle = openHandle(path, hasLog);
  try {
    requireOurs(path, pragma(handle, "application_id"), pragma(handle, "user_version"));
    if (!isCheckDue(handle, path, hasLog, clock)) return false;
    const problems = handle.prepare("PRAGMA quick_check(1)").all();
    const first = problems[0]?.["quick_check"];
    if (first !== "ok") throw corrupt(path, String(first).replaceAll(/\s+/g, " "));
    return true;
  } finally {
    handle.close();
  }
}

function isCheckDue(handle: DatabaseSync, path: string, hasLog: boolean, clock: Clock): boolean {
  if (hasLog && hasLiveSession(handle)) return false;
  if (hasLog || !matchesCleanMark(path)) return true;
  const checkedAtMs = handle.prepare("SELECT value FROM meta WHERE key = 'checked_at_ms'").get()?.["value"];
  return Math.abs(clock.nowMs() - Number(checkedAtMs ?? 0)) > checkEveryMs;
}

function noteCheck(handle: DatabaseSync, clock: Clock): void {
  handle.prepare("INSERT OR REPLACE INTO meta (key, value) VALUES ('checked_at_ms', ?)").run(clock.nowMs());
}

function migrate(handle: DatabaseSync, path: string): void {
  if (pragma(handle, "user_version") === migrations.length) return;
  // Two processes may come here at once: the second waits, and then finds nothing left to do.
  handle.exec("BEGIN IMMEDIATE");
  try {
    const version = pragma(handle, "user_version");
    if (version > 0) requireOurs(path, pragma(handle, "application_id"), version);
    for (const step of migrations.slice(version)) handle.exec(step);
    handle.exec(`PRAGMA application_id = ${applicationId}; PRAGMA user_version = ${migrations.length}; COMMIT`);
  } catch (error) {
    if (handle.isTransaction) handle.exec("ROLLBACK");
    throw error;
  }
}

function pragma(handle: DatabaseSync, name: "application_id" | "user_version"): number {
  return Number(handle.prepare(`PRAGMA ${name}`).get()?.[name]);
}
