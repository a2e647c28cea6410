import { decode, encode } from "../../domain/codec.ts";
import type { Checkpoint, Coverage, Window } from "../../domain/coverage.ts";
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

export function writeCoverage(db: Database, { coverage = [], checkpoint }: Change): void {
  for (const line of coverage) {
    db.run(
      "INSERT INTO coverage (environment, from_ns, to_ns, read_at_ms, json) VALUES (?, ?, ?, ?, ?)",
      line.scope.environment,
      line.window.fromNs,
      line.window.toNs,
      line.readAtMs,
      encode(line),
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
