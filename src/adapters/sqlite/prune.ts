import type { Store } from "../../domain/store.ts";
import { pruneChatItems } from "./chat-items.ts";
import type { Database } from "./database.ts";

/** Rows deleted in one transaction: others wait for it, so it must be short. */
const rowsPerTransaction = 10_000;

/**
 * Sums of counts, incidents, aliases and open work are never deleted. What ended (coverage, effects, settled orders with their bills, finished jobs)
 * is kept as long as the audit log.
 */
export async function prune(db: Database, before: Parameters<Store["prune"]>[0]): Promise<number> {
  let deleted = 0;
  // Said before it is so, and never taken back: from then on nobody may count what is older.
  if (before.seenNs > readSeenSinceNs(db)) {
    db.run("INSERT OR REPLACE INTO meta (key, value) VALUES ('seen_since_ns', ?)", before.seenNs.toString());
  }
  deleted += await deleteInParts(db, "seen", "timestamp_ns", before.seenNs);
  deleted += await deleteInParts(db, "trace", "forget_at_ms", before.tracesMs);
  deleted += await deleteInParts(db, "minute_count", "minute_ms", before.countsMs);
  deleted += db.write(() => {
    db.run("INSERT OR REPLACE INTO meta (key, value) VALUES ('audit_kept_from_ms', ?)", before.auditMs);
    return (
      db.run("DELETE FROM audit WHERE at_ms < ?", before.auditMs) +
      db.run("DELETE FROM coverage WHERE read_at_ms < ?", before.auditMs) +
      db.run("DELETE FROM effect WHERE state IN ('done', 'refused') AND intended_at_ms < ?", before.auditMs) +
      db.run(`DELETE FROM "order" WHERE settled_at_ms < ?`, before.auditMs) +
      db.run("DELETE FROM reservation WHERE day_utc < ?", new Date(before.auditMs).toISOString().slice(0, 10)) +
      deleteEndedJobs(db, before.auditMs) +
      pruneChatItems(db, before.auditMs)
    );
  });
  return deleted;
}

export function readSeenSinceNs(db: Database): bigint {
  const row = db.get<{ value: string }>("SELECT value FROM meta WHERE key = 'seen_since_ns'");
  return row === null ? 0n : BigInt(row.value);
}

function deleteEndedJobs(db: Database, beforeMs: number): number {
  const deleted = db.run(
    "DELETE FROM job WHERE ended_at_ms < ? AND NOT EXISTS (SELECT 1 FROM job_findings WHERE job_findings.job = job.id)",
    beforeMs,
  );
  if (deleted > 0) db.run("DELETE FROM job_step WHERE NOT EXISTS (SELECT 1 FROM job WHERE job.id = job_step.job)");
  return deleted;
}

async function deleteInParts(
  db: Database,
  table: "seen" | "trace" | "minute_count",
  column: "timestamp_ns" | "forget_at_ms" | "minute_ms",
  before: number | bigint,
): Promise<number> {
  for (let deleted = 0; ; ) {
    const part = db.write(() => {
      const last = db.get<{ value: string }>(
        `SELECT CAST(${column} AS TEXT) AS value FROM ${table} WHERE ${column} < ? ORDER BY ${column} LIMIT 1 OFFSET ?`,
        before,
        rowsPerTransaction,
      );
      return db.run(`DELETE FROM ${table} WHERE ${column} < ?`, last === null ? before : BigInt(last.value) + 1n);
    });
    deleted += part;
    if (part < rowsPerTransaction) return deleted;
    // The brain has other things to do between two parts.
    await new Promise((resolve) => setImmediate(resolve));
  }
}
