import type { Change, CommitResult, Lease } from "../../domain/store.ts";
import { exceedsCeiling, writeBudget } from "./budget.ts";
import { writeChatItems } from "./chat-items.ts";
import { writeCoverage } from "./coverage.ts";
import type { Database } from "./database.ts";
import { hasStaleEffect, writeAudit, writeEffects } from "./effects.ts";
import { writeEntries } from "./entries.ts";
import { hasStaleAlias, hasStaleIncident, writeIncidents } from "./incidents.ts";
import { holdsLease } from "./leases.ts";
import { writeOrders } from "./orders.ts";
import { writeVariants } from "./variants.ts";

/** Checks first, then writes, in one transaction that nobody else writes into. */
export function commitChange(db: Database, change: Change, lease: Lease | null): CommitResult {
  return db.write(() => {
    if (lease !== null && !holdsLease(db, lease)) return "fenced";
    if (hasStaleIncident(db, change.incidents ?? [])) return "stale";
    if (hasStaleAlias(db, change)) return "stale";
    const effects = [...(change.effects ?? []), ...(change.chatEffects ?? [])];
    if (hasStaleEffect(db, effects)) return "stale";
    if (exceedsCeiling(db, change)) return "over-budget";
    writeEntries(db, change);
    writeVariants(db, change);
    writeIncidents(db, change);
    if (change.readingDigest !== undefined) {
      db.run("INSERT OR REPLACE INTO meta (key, value) VALUES ('reading_digest', ?)", change.readingDigest);
    }
    writeCoverage(db, change);
    writeOrders(db, change);
    writeBudget(db, change);
    writeEffects(db, effects);
    writeChatItems(db, change.chat ?? []);
    writeAudit(db, change.audit ?? []);
    return "done";
  });
}
