import type { ServiceName } from "../domain/names.ts";
import type { Findings, Order } from "../domain/order.ts";
import type { Change } from "../domain/store.ts";

/** What an order's findings make of its reservation: what was really spent, on what, and what came of it. */
export function paidOrder(
  order: Order | null,
  findings: Findings,
  service: ServiceName | null,
): NonNullable<Change["settle"]> {
  if (order === null || order.allowanceUsd <= 0) return [];
  const { costUsd: actualUsd, rootCause, bill } = findings;
  const model = rootCause.model ?? bill[0]?.model ?? null;
  return [{ reservation: order.id, actualUsd, model, service, outcome: rootCause.kind, bill }];
}
