import { decode, encode } from "../../domain/codec.ts";
import type { Order } from "../../domain/order.ts";
import type { Change } from "../../domain/store.ts";
import type { Database } from "./database.ts";

/** Committed, not yet taken over by the queue, oldest first. */
export function readNewOrders(db: Database, limit: number): readonly Order[] {
  return decodeAll(
    db.all(`SELECT json FROM "order" WHERE settled_at_ms IS NULL AND is_taken_over = 0 ORDER BY seq LIMIT ?`, limit),
  );
}

export function readOpenOrders(db: Database): readonly Order[] {
  return decodeAll(db.all(`SELECT json FROM "order" WHERE settled_at_ms IS NULL ORDER BY seq`));
}

function decodeAll(rows: readonly { readonly json: string }[]): readonly Order[] {
  return rows.map(({ json }) => decode<Order>(json));
}

export function markTakenOver(db: Database, ids: readonly string[]): void {
  db.run(`UPDATE "order" SET is_taken_over = 1 WHERE id IN (SELECT value FROM json_each(?))`, JSON.stringify(ids));
}

/** An order's id is kept after it is settled, without its content: giving it again changes nothing. */
export function writeOrders(db: Database, { orders = [], settled = [] }: Change): void {
  for (const order of orders) {
    db.run(
      `INSERT OR IGNORE INTO "order" (id, incident, json) VALUES (?, ?, ?)`,
      order.id,
      order.incident.id,
      encode(order),
    );
  }
  if (settled.length === 0) return;
  db.run(
    `UPDATE "order" SET settled_at_ms = ?, json = '' WHERE settled_at_ms IS NULL AND id IN (SELECT value FROM json_each(?))`,
    db.clock.nowMs(),
    JSON.stringify(settled),
  );
}
