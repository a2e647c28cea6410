import { existsSync } from "node:fs";
import { mkdir, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { copyDatabase } from "../adapters/sqlite/copy-database.ts";
import type { Reservation } from "../domain/budget.ts";
import type { Change, Store } from "../domain/store.ts";

/** A fresh copy of the live state for `run --dry-run`, so that what the dry run decides is forgotten again. */
export async function copyForDryRun(liveFile: string, copyFile: string): Promise<void> {
  await mkdir(dirname(copyFile), { recursive: true });
  for (const suffix of ["", "-wal", "-shm"]) await rm(`${copyFile}${suffix}`, { force: true });
  if (existsSync(liveFile)) await copyDatabase(liveFile, copyFile);
}

/**
 * The copy's decisions are forgotten, its bills are not: money is reserved and settled in the live state first, under
 * names of its own, so that a hundred dry runs cannot pass the ceiling of the day.
 */
export function withLiveBudget(copy: Store, live: Store, runName: string): Store {
  const name = (id: string) => `dry-run-${runName}-${id}`;
  const rename = (reservation: Reservation): Reservation => ({
    ...reservation,
    id: name(reservation.id),
    order: name(reservation.order),
  });
  async function commit(change: Change, lease: Parameters<Store["commit"]>[1]) {
    if (change.reserve !== undefined) {
      const reservations = change.reserve.reservations.map(rename);
      const result = await live.commit({ reserve: { ...change.reserve, reservations } }, null);
      if (result !== "done") return result;
    }
    const result = await copy.commit(change, lease);
    const settle = change.settle ?? [];
    if (result === "done" && settle.length > 0) {
      await live.commit({ settle: settle.map((each) => ({ ...each, reservation: name(each.reservation) })) }, null);
    }
    return result;
  }
  return new Proxy(copy, {
    get(target, property, receiver) {
      if (property === "commit") return commit;
      // Who stops the worker means this run too, whatever it was called with.
      if (property === "handles") return () => live.handles();
      const value: unknown = Reflect.get(target, property, receiver);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}
