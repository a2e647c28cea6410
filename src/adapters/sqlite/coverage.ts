import { decode, encode } from "../../domain/codec.ts";
import type { Checkpoint, Coverage, Scope, Window } from "../../domain/coverage.ts";
import type { Environment } from "../../domain/names.ts";
import type { Change } from "../../domain/store.ts";
import type { Database } from "./database.ts";

// Nanoseconds exceed 2^53, so they leave SQLite as text.
const columns = "environment, query, CAST(until_ns AS TEXT) AS until";

interface CheckpointRow {
  readonly environment: Environment;
  readonly query: string;
  readonly until: string;
}

export function readLatestCheckpoints(db: Database): readonly Checkpoint[] {
  return db
    .all<{ environment: Environment }>("SELECT DISTINCT environment FROM checkpoint ORDER BY environment")
    .flatMap(({ environment }) => readLatestCheckpoint(db, environment) ?? []);
}

export function readLatestCheckpoint(db: Database, environment: Environment): Checkpoint | null {
  return toCheckpoint(
    db.get<CheckpointRow>(
      `SELECT ${columns} FROM checkpoint WHERE environment = ? ORDER BY until_ns DESC LIMIT 1`,
      environment,
    ),
  );
}

export function readCheckpoint(db: Database, { environment, query }: Scope): Checkpoint | null {
  return toCheckpoint(
    db.get<CheckpointRow>(`SELECT ${columns} FROM checkpoint WHERE environment = ? AND query = ?`, environment, query),
  );
}

function toCheckpoint(row: CheckpointRow | null): Checkpoint | null {
  if (row === null) return null;
  return { scope: { environment: row.environment, query: row.query }, untilNs: BigInt(row.until) };
}

export function readCoverage(
  db: Database,
  filter: { readonly environment?: Environment; readonly overlapping?: Window; readonly limit: number },
): readonly Coverage[] {
  const conditions = ["TRUE"];
  const values: (string | bigint)[] = [];
  if (filter.environment !== undefined) {
    conditions.push("environment = ?");
    values.push(filter.environment);
  }
  if (filter.overlapping !== undefined) {
    conditions.push("from_ns < ? AND to_ns > ?");
    values.push(filter.overlapping.toNs, filter.overlapping.fromNs);
  }
  return db
    .all<{ json: string }>(
      `SELECT json FROM coverage WHERE ${conditions.join(" AND ")} ORDER BY from_ns DESC, seq DESC LIMIT ?`,
      ...values,
      filter.limit,
    )
    .map(({ json }) => decode<Coverage>(json))
    .reverse();
}

export function readClosedUntilNs(db: Database, environment: Environment): bigint | null {
  const row = db.get<{ until: string | null }>(
    "SELECT CAST(max(closed_to_ns) AS TEXT) AS until FROM coverage WHERE environment = ? AND closed_to_ns IS NOT NULL",
    environment,
  );
  return row === null || row.until === null ? null : BigInt(row.until);
}

export function readDueForRecount(
  db: Database,
  environment: Environment,
  nowMs: number,
  limit: number,
): readonly Coverage[] {
  return db
    .all<{ json: string }>(
      `SELECT json FROM coverage WHERE environment = ? AND due_at_ms IS NOT NULL AND due_at_ms <= ?
       ORDER BY closed_from_ns LIMIT ?`,
      environment,
      nowMs,
      limit,
    )
    .map(({ json }) => decode<Coverage>(json));
}

export function writeCoverage(db: Database, { coverage = [], recounted = [], checkpoint }: Change): void {
  for (const line of coverage) {
    db.run(
      `INSERT INTO coverage (environment, from_ns, to_ns, read_at_ms, closed_from_ns, closed_to_ns, due_at_ms, json)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
      line.scope.environment,
      line.window.fromNs,
      line.window.toNs,
      line.readAtMs,
      line.closed?.window.fromNs ?? null,
      line.closed?.window.toNs ?? null,
      line.closed?.dueAtMs ?? null,
      encode(line),
    );
  }
  for (const line of recounted) {
    db.run(
      "UPDATE coverage SET due_at_ms = ?, json = ? WHERE environment = ? AND closed_from_ns = ? AND closed_to_ns = ?",
      line.closed?.dueAtMs ?? null,
      encode(line),
      line.scope.environment,
      line.closed?.window.fromNs ?? null,
      line.closed?.window.toNs ?? null,
    );
  }
  if (checkpoint === undefined) return;
  db.run(
    "INSERT OR REPLACE INTO checkpoint (environment, query, until_ns) VALUES (?, ?, ?)",
    checkpoint.scope.environment,
    checkpoint.scope.query,
    checkpoint.untilNs,
  );
}
