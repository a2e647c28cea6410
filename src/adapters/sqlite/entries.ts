import type { Fingerprint, IncidentId, TraceId } from "../../domain/names.ts";
import type { Change, Known, SeenEntry } from "../../domain/store.ts";
import type { Database } from "./database.ts";
import { incidentsOfFingerprints } from "./incidents.ts";

// An id is kept as its 16 bytes; the same expression for writing and asking, so that an id of another form is never cut to fit.
const idOf = (text: string): string => `coalesce(unhex(${text}), ${text})`;

export function readKnown(
  db: Database,
  entries: readonly SeenEntry[],
  fingerprints: readonly Fingerprint[],
  traces: readonly TraceId[],
): Known {
  return db.read(() => ({
    seen: readSeen(db, entries),
    incidentOf: incidentsOfFingerprints(db, fingerprints),
    incidentOfTrace: readTraces(db, traces),
  }));
}

function readSeen(db: Database, entries: readonly SeenEntry[]): ReadonlySet<string> {
  if (entries.length === 0 || !hasSeenBetween(db, entries)) return new Set();
  const rows = db.all<{ id: string }>(
    `SELECT entry.value ->> 1 AS id FROM json_each(?) AS entry
     WHERE EXISTS (SELECT 1 FROM seen WHERE timestamp_ns = entry.value ->> 0 AND id = ${idOf("entry.value ->> 1")})`,
    toRows(entries),
  );
  return new Set(rows.map(({ id }) => id));
}

/** Most pages are newer than all that was seen: one look tells that, in place of one for each entry. */
function hasSeenBetween(db: Database, entries: readonly SeenEntry[]): boolean {
  const times = entries.map(({ timestampNs }) => timestampNs);
  const first = times.reduce((least, each) => (each < least ? each : least));
  const last = times.reduce((greatest, each) => (each > greatest ? each : greatest));
  return db.get("SELECT 1 FROM seen WHERE timestamp_ns BETWEEN ? AND ? LIMIT 1", first, last) !== null;
}

/** One statement for a page instead of thousands. Written by hand, because JSON.stringify knows no bigint; SQLite reads it as it is. */
function toRows(entries: readonly SeenEntry[]): string {
  return `[${entries.map(({ timestampNs, id }) => `[${timestampNs},${JSON.stringify(id)}]`).join(",")}]`;
}

function readTraces(db: Database, traces: readonly TraceId[]): ReadonlyMap<TraceId, IncidentId> {
  if (traces.length === 0) return new Map();
  const rows = db.all<{ id: TraceId; incident: IncidentId }>(
    "SELECT id, incident FROM trace WHERE id IN (SELECT value FROM json_each(?))",
    JSON.stringify(traces),
  );
  return new Map(rows.map(({ id, incident }) => [id, incident]));
}

export function writeEntries(db: Database, { seen = [], counts = [], traces = [] }: Change): void {
  if (seen.length > 0) {
    db.run(
      `INSERT OR IGNORE INTO seen (timestamp_ns, id) SELECT value ->> 0, ${idOf("value ->> 1")} FROM json_each(?)`,
      toRows(seen),
    );
  }
  for (const { fingerprint, environment, minuteMs, add } of counts) {
    db.run(
      `INSERT INTO minute_count (fingerprint, environment, minute_ms, entries) VALUES (?, ?, ?, ?)
       ON CONFLICT DO UPDATE SET entries = entries + excluded.entries`,
      fingerprint,
      environment,
      minuteMs,
      add,
    );
    db.run(
      `INSERT INTO total_count (fingerprint, environment, entries) VALUES (?, ?, ?)
       ON CONFLICT DO UPDATE SET entries = entries + excluded.entries`,
      fingerprint,
      environment,
      add,
    );
  }
  for (const { traceId, incident, forgetAtMs } of traces) {
    db.run(
      `INSERT INTO trace (id, incident, forget_at_ms) VALUES (?, ?, ?)
       ON CONFLICT DO UPDATE SET incident = excluded.incident, forget_at_ms = excluded.forget_at_ms`,
      traceId,
      incident,
      forgetAtMs,
    );
  }
}
