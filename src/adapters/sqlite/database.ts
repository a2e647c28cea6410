import type { DatabaseSync, SQLInputValue, StatementSync } from "node:sqlite";
import type { Clock } from "../../domain/clock.ts";
import { toStoreError } from "./database-error.ts";

/** One connection to the state file. Every method throws StoreUnavailableError or StoreCorruptError where SQLite fails. */
export interface Database {
  readonly path: string;
  readonly clock: Clock;
  /** @returns how many rows it changed */
  run(sql: string, ...values: readonly SQLInputValue[]): number;
  /** The caller names the row's type: the SQL beside it says what comes. */
  get<Row>(sql: string, ...values: readonly SQLInputValue[]): Row | null;
  all<Row>(sql: string, ...values: readonly SQLInputValue[]): readonly Row[];
  /** All of `work` becomes visible at once, or nothing of it when it throws. */
  write<T>(work: () => T): T;
  /** All reads of `work` see the same instant. */
  read<T>(work: () => T): T;
  close(): void;
}

export function createDatabase(handle: DatabaseSync, path: string, clock: Clock, close: () => void): Database {
  // Prepared when first used: a start that finds nothing to do pays for three statements, not for sixty.
  const statements = new Map<string, StatementSync>();
  const statement = (sql: string): StatementSync => {
    const known = statements.get(sql);
    if (known !== undefined) return known;
    const prepared = handle.prepare(sql);
    statements.set(sql, prepared);
    return prepared;
  };
  const guard = <T>(work: () => T): T => {
    try {
      return work();
    } catch (error) {
      throw toStoreError(error, path);
    }
  };
  const transaction = <T>(begin: string, work: () => T): T =>
    guard(() => {
      statement(begin).run();
      try {
        const result = work();
        statement("COMMIT").run();
        return result;
      } catch (error) {
        // After some failures (a full disk) SQLite has rolled back by itself.
        if (handle.isTransaction) statement("ROLLBACK").run();
        throw error;
      }
    });

  return {
    path,
    clock,
    run: (sql, ...values) => guard(() => Number(statement(sql).run(...values).changes)),
    get: <Row>(sql: string, ...values: readonly SQLInputValue[]) =>
      guard(() => (statement(sql).get(...values) as Row | undefined) ?? null),
    all: <Row>(sql: string, ...values: readonly SQLInputValue[]) =>
      guard(() => statement(sql).all(...values) as unknown as readonly Row[]),
    write: (work) => transaction("BEGIN IMMEDIATE", work),
    read: (work) => transaction("BEGIN", work),
    close,
  };
}
