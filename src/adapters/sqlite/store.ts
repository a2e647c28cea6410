import type { Clock } from "../../domain/clock.ts";
import type { Handles } from "../../domain/handles.ts";
import type { Store } from "../../domain/store.ts";
import { readCosts, readSpentUsd } from "./budget.ts";
import { readChatItems } from "./chat-items.ts";
import { commitChange } from "./commit.ts";
import {
  readCheckpoint,
  readClosedUntilNs,
  readCoverage,
  readDueForRecount,
  readLatestCheckpoint,
  readLatestCheckpoints,
} from "./coverage.ts";
import { readAudit, readChatEffects, readEffects, writeAudit } from "./effects.ts";
import { readKnown } from "./entries.ts";
import { readIncident, readIncidentOf, readIncidents, readKeptFindings, readMinuteCounts } from "./incidents.ts";
import { releaseLease, takeLease } from "./leases.ts";
import { openDatabase } from "./open.ts";
import { markTakenOver, readNewOrders, readOpenOrders } from "./orders.ts";
import { prune, readSeenSinceNs } from "./prune.ts";
import { readVariants } from "./variants.ts";

const nobody: Handles = { pausedBy: null, modeCeiling: null };

/**
 * The memory in one SQLite file, made where there is none. Several processes may have it open.
 * @throws StoreUnavailableError, StoreCorruptError; the file is then as it was
 */
export async function openStore(options: { readonly path: string; readonly clock: Clock }): Promise<Store> {
  const db = openDatabase(options);
  // SQLite answers at once and on this thread: `async` turns what it throws into a rejection.
  return {
    latestCheckpoint: async (environment) => readLatestCheckpoint(db, environment),
    checkpoint: async (scope) => readCheckpoint(db, scope),
    latestCheckpoints: async () => readLatestCheckpoints(db),
    known: async (entries, fingerprints, traces) => readKnown(db, entries, fingerprints, traces),
    variants: async (places) => readVariants(db, places),
    incident: async (id) => readIncident(db, id),
    incidentOf: async (fingerprint) => readIncidentOf(db, fingerprint),
    minuteCounts: async (id, environment) => readMinuteCounts(db, id, environment),
    incidents: async (filter) => readIncidents(db, filter),
    coverage: async (filter) => readCoverage(db, filter),
    closedUntilNs: async (environment) => readClosedUntilNs(db, environment),
    dueForRecount: async (environment, nowMs, limit) => readDueForRecount(db, environment, nowMs, limit),
    seenSinceNs: async () => readSeenSinceNs(db),
    effects: async (filter) => readEffects(db, filter),
    chatEffects: async (filter) => readChatEffects(db, filter),
    chatItems: async (kind, filter) => readChatItems(db, kind, filter),
    audit: async (filter) => readAudit(db, filter),
    costs: async (sinceDayUtc) => readCosts(db, sinceDayUtc),
    keptFindings: async (incident) => readKeptFindings(db, incident),
    commit: async (change, lease) => commitChange(db, change, lease),
    orders: async (limit) => readNewOrders(db, limit),
    forgetOrders: async (ids) => markTakenOver(db, ids),
    openOrders: async () => readOpenOrders(db),
    lease: async (name, holder, ttlMs) => takeLease(db, name, holder, ttlMs),
    release: async (lease) => releaseLease(db, lease),
    spentUsd: async (dayUtc, environment) => readSpentUsd(db, dayUtc, environment),
    readingDigest: async () =>
      db.get<{ value: string }>("SELECT value FROM meta WHERE key = 'reading_digest'")?.value ?? null,
    handles: async () => {
      const row = db.get<{ value: string }>("SELECT value FROM meta WHERE key = 'handles'");
      return row === null ? nobody : JSON.parse(row.value);
    },
    setHandles: async (handles, audit) =>
      db.write(() => {
        db.run("INSERT OR REPLACE INTO meta (key, value) VALUES ('handles', ?)", JSON.stringify(handles));
        writeAudit(db, [audit]);
      }),
    waitUntilMs: async (destination) =>
      db.get<{ until_ms: number }>("SELECT until_ms FROM wait WHERE destination = ?", destination)?.until_ms ?? 0,
    setWaitUntilMs: async (destination, untilMs) => {
      db.run("INSERT OR REPLACE INTO wait (destination, until_ms) VALUES (?, ?)", destination, untilMs);
    },
    prune: async (before) => prune(db, before),
    close: async () => db.close(),
  };
}
