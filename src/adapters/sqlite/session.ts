import type { DatabaseSync } from "node:sqlite";

/** Whether a process that still runs has the file open: then its log beside the file tells nothing about how somebody ended. */
export function hasLiveSession(handle: DatabaseSync): boolean {
  return liveness(handle).some(({ isAlive }) => isAlive);
}

/** Notes that this process has the file open, and forgets those that are gone. */
export function beginSession(handle: DatabaseSync): number | bigint {
  const forget = handle.prepare("DELETE FROM session WHERE id = ?");
  for (const { id, isAlive } of liveness(handle)) if (!isAlive) forget.run(id);
  return handle
    .prepare("INSERT INTO session (pid, process_started_ms) VALUES (?, ?)")
    .run(process.pid, performance.timeOrigin).lastInsertRowid;
}

export function endSession(handle: DatabaseSync, id: number | bigint): void {
  handle.prepare("DELETE FROM session WHERE id = ?").run(id);
}

function liveness(handle: DatabaseSync): readonly { readonly id: number; readonly isAlive: boolean }[] {
  return handle
    .prepare("SELECT id, pid, process_started_ms FROM session")
    .all()
    .map((row) => ({ id: Number(row["id"]), isAlive: isAlive(Number(row["pid"]), Number(row["process_started_ms"])) }));
}

/** A container's process often has the same id as the one before it: its own start tells them apart. */
function isAlive(pid: number, processStartedMs: number): boolean {
  if (pid === process.pid) return processStartedMs === performance.timeOrigin;
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}
