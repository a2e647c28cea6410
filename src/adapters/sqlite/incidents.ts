import { decode, encode } from "../../domain/codec.ts";
import type { Incident, IncidentState } from "../../domain/incident.ts";
import type { Environment, Fingerprint, IncidentId } from "../../domain/names.ts";
import type { Findings } from "../../domain/order.ts";
import type { Change } from "../../domain/store.ts";
import type { MinuteEntries } from "../../domain/threshold.ts";
import type { Database } from "./database.ts";
import { readSamples, writeSamples } from "./samples.ts";

interface IncidentRow {
  readonly id: IncidentId;
  readonly version: number;
  readonly json: string;
  /** Of the incident when they were written. */
  readonly samplesVersion: number;
}

const columns = "incident.id, incident.version, incident.json, incident_samples.version AS samplesVersion";
const table = "incident JOIN incident_samples ON incident_samples.incident = incident.id";

export function readIncident(db: Database, id: IncidentId): Incident | null {
  return db.read(() => {
    const row = db.get<IncidentRow>(`SELECT ${columns} FROM ${table} WHERE incident.id = ?`, id);
    return row === null ? null : (toIncidents(db, [row])[0] ?? null);
  });
}

export function readIncidentOf(db: Database, fingerprint: Fingerprint): Incident | null {
  return db.read(() => incidentsOfFingerprints(db, [fingerprint]).get(fingerprint) ?? null);
}

/** Call it inside one `read`. */
export function incidentsOfFingerprints(
  db: Database,
  fingerprints: readonly Fingerprint[],
): ReadonlyMap<Fingerprint, Incident> {
  if (fingerprints.length === 0) return new Map();
  const asked = JSON.stringify(fingerprints);
  const aliases = db.all<{ fingerprint: Fingerprint; incident: IncidentId }>(
    "SELECT fingerprint, incident FROM alias WHERE fingerprint IN (SELECT value FROM json_each(?))",
    asked,
  );
  const rows = db.all<IncidentRow>(
    `SELECT ${columns} FROM ${table} WHERE incident.id IN (SELECT value FROM json_each(?))`,
    JSON.stringify([...new Set(aliases.map(({ incident }) => incident))]),
  );
  const byId = new Map(toIncidents(db, rows).map((incident) => [incident.id, incident]));
  const found = new Map<Fingerprint, Incident>();
  for (const alias of aliases) {
    const incident = byId.get(alias.incident);
    if (incident !== undefined) found.set(alias.fingerprint, incident);
  }
  return found;
}

export function readMinuteCounts(db: Database, id: IncidentId, environment: Environment): readonly MinuteEntries[] {
  return db.all<MinuteEntries>(
    `SELECT minute_count.minute_ms AS minuteMs, sum(minute_count.entries) AS entries
     FROM alias JOIN minute_count ON minute_count.fingerprint = alias.fingerprint
     WHERE alias.incident = ? AND minute_count.environment = ? GROUP BY 1 ORDER BY 1`,
    id,
    environment,
  );
}

export function readIncidents(
  db: Database,
  filter: { readonly states?: readonly IncidentState[]; readonly sinceNs?: bigint; readonly limit: number },
): readonly Incident[] {
  const conditions = ["last_seen_ns >= ?"];
  if (filter.states !== undefined) conditions.push("state IN (SELECT value FROM json_each(?))");
  return db.read(() =>
    toIncidents(
      db,
      db.all<IncidentRow>(
        `SELECT ${columns} FROM ${table} WHERE ${conditions.join(" AND ")} ORDER BY last_seen_ns DESC, incident.id LIMIT ?`,
        filter.sinceNs ?? 0n,
        ...(filter.states === undefined ? [] : [JSON.stringify(filter.states)]),
        filter.limit,
      ),
    ),
  );
}

/** Whether one of them is not as its writer read it, or new but already there. */
export function hasStaleIncident(db: Database, incidents: readonly Incident[]): boolean {
  const ids = new Set(incidents.map(({ id }) => id));
  if (ids.size < incidents.length) throw new RangeError("One change writes an incident twice: join the two into one.");
  return incidents.some(({ id, version }) => {
    const stored = db.get<{ version: number }>("SELECT version FROM incident WHERE id = ?", id);
    return (stored?.version ?? 0) !== version;
  });
}

/** Whether a fingerprint has become another incident's since it was read. Moving one on purpose writes the incident that it is taken from, too. */
export function hasStaleAlias(db: Database, { aliases = [], incidents = [] }: Change): boolean {
  const written = new Set(incidents.map(({ id }) => id));
  return aliases.some(({ fingerprint, incident }) => {
    const stored = db.get<{ incident: IncidentId }>("SELECT incident FROM alias WHERE fingerprint = ?", fingerprint);
    return stored !== null && stored.incident !== incident && !written.has(stored.incident);
  });
}

export function writeIncidents(db: Database, { incidents = [], aliases = [], kept = [] }: Change): void {
  for (const incident of incidents) {
    const { counts: _summedWhenRead, version, samples, ...stored } = incident;
    db.run(
      `INSERT INTO incident (id, version, state, last_seen_ns, json) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO UPDATE
       SET version = excluded.version, state = excluded.state, last_seen_ns = excluded.last_seen_ns, json = excluded.json`,
      incident.id,
      version + 1,
      incident.state,
      incident.lastSeenNs,
      encode(stored),
    );
    writeSamples(db, incident.id, version, samples);
  }
  for (const { fingerprint, incident } of aliases) {
    db.run(
      "INSERT INTO alias (fingerprint, incident) VALUES (?, ?) ON CONFLICT DO UPDATE SET incident = excluded.incident",
      fingerprint,
      incident,
    );
  }
  for (const { incident, findings } of kept) {
    if (findings === null) db.run("DELETE FROM kept_findings WHERE incident = ?", incident);
    else db.run("INSERT OR REPLACE INTO kept_findings (incident, json) VALUES (?, ?)", incident, encode(findings));
  }
}

export function readKeptFindings(db: Database, incident: IncidentId): Findings | null {
  const row = db.get<{ json: string }>("SELECT json FROM kept_findings WHERE incident = ?", incident);
  return row === null ? null : decode<Findings>(row.json);
}

function toIncidents(db: Database, rows: readonly IncidentRow[]): readonly Incident[] {
  const counts = readCounts(
    db,
    rows.map(({ id }) => id),
  );
  const samples = readSamples(db, rows);
  return rows.map(({ id, version, json }) => ({
    ...decode<Omit<Incident, "version" | "counts" | "samples">>(json),
    samples: samples.get(id) ?? [],
    version,
    counts: Object.fromEntries(counts.get(id) ?? []),
  }));
}

/** Summed through the aliases as they are now, so that a merge moves no count. */
function readCounts(db: Database, ids: readonly IncidentId[]): ReadonlyMap<IncidentId, [Environment, number][]> {
  const counts = new Map<IncidentId, [Environment, number][]>();
  const rows = db.all<{ incident: IncidentId; environment: Environment; entries: number }>(
    `SELECT alias.incident, total_count.environment, sum(total_count.entries) AS entries
     FROM alias JOIN total_count ON total_count.fingerprint = alias.fingerprint
     WHERE alias.incident IN (SELECT value FROM json_each(?)) GROUP BY 1, 2 ORDER BY 1, 2`,
    JSON.stringify(ids),
  );
  for (const { incident, environment, entries } of rows) {
    const known = counts.get(incident);
    if (known === undefined) counts.set(incident, [[environment, entries]]);
    else known.push([environment, entries]);
  }
  return counts;
}
