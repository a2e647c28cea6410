import type { Lease } from "../../domain/store.ts";
import type { Database } from "./database.ts";

interface LeaseRow {
  readonly holder: string | null;
  readonly fence: number;
  readonly ttl_ms: number;
  readonly expires_at_ms: number;
}

export function takeLease(db: Database, name: string, holder: string, ttlMs: number): Lease | null {
  return db.write(() => {
    const nowMs = db.clock.nowMs();
    const row = readRow(db, name);
    if (row !== null && row.holder !== holder && !isFree(row, nowMs)) return null;
    // Whoever holds it still, though its time is over, was not replaced by anybody: the same fence goes on.
    const fence = row === null ? 1 : row.holder === holder ? row.fence : row.fence + 1;
    const expiresAtMs = nowMs + ttlMs;
    db.run(
      "INSERT OR REPLACE INTO lease (name, holder, fence, ttl_ms, expires_at_ms) VALUES (?, ?, ?, ?, ?)",
      name,
      holder,
      fence,
      ttlMs,
      expiresAtMs,
    );
    return { name, holder, fence: BigInt(fence), expiresAtMs };
  });
}

/** The row stays, for the next holder's fence must be higher. */
export function releaseLease(db: Database, { name, holder, fence }: Lease): void {
  db.run(
    "UPDATE lease SET holder = NULL, expires_at_ms = 0 WHERE name = ? AND holder = ? AND fence = ?",
    name,
    holder,
    fence,
  );
}

/** As the file says it now: renewed meanwhile is as good, taken over or run out is not. */
export function holdsLease(db: Database, { name, holder, fence }: Lease): boolean {
  const row = readRow(db, name);
  return row !== null && row.holder === holder && BigInt(row.fence) === fence && row.expires_at_ms > db.clock.nowMs();
}

/** Also when it runs longer than it was ever given: then the clock was set back, and the wait could last for hours. The fence guards the rest. */
function isFree({ holder, expires_at_ms, ttl_ms }: LeaseRow, nowMs: number): boolean {
  return holder === null || expires_at_ms <= nowMs || expires_at_ms - nowMs > 2 * ttl_ms;
}

function readRow(db: Database, name: string): LeaseRow | null {
  return db.get<LeaseRow>("SELECT holder, fence, ttl_ms, expires_at_ms FROM lease WHERE name = ?", name);
}
