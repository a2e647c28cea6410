import type { Incident, IncidentPullRequest } from "../../domain/incident.ts";
import { redact } from "../../domain/redact.ts";
import type { Change } from "../../domain/store.ts";
import type { BrainMeans } from "../brain-means.ts";
import { planOrders } from "../plan-orders.ts";
import { planRules } from "../plan-rules.ts";

/**
 * One more order about an incident that has its issue: for a patch that a person asked for, or for a change of its draft. The money is reserved with it.
 * @param next what becomes of its draft with that order
 * @returns "no-money" without any change; "busy" when it has an order already or was changed by others at this moment
 */
export async function orderPatch(
  means: BrainMeans,
  incident: Incident,
  next: IncidentPullRequest | null,
): Promise<"ordered" | "no-money" | "busy"> {
  const { store, clock } = means;
  const open = await store.openOrders();
  if (open.some((order) => order.incident.id === incident.id)) return "busy";
  const rules = await planRules(means, { open, isOverBudget: false, slotsOf: () => 1 });
  // Traces that another order is about keep nobody waiting here: the issue is there.
  const { orders, reservations } = planOrders([{ ...incident, pullRequest: next }], [], rules);
  const [order] = orders;
  if (order === undefined || order.allowanceUsd === 0) return "no-money";
  const line = {
    atMs: clock.nowMs(),
    actor: incident.patchAskedBy ?? "brain",
    action: "order.given",
    subject: incident.id,
    result: redact(`${order.id}, at most $${order.allowanceUsd.toFixed(2)}`),
  };
  const change: Change = {
    incidents: [order.incident],
    orders: [
      { ...order, notBeforeMs: rules.nowMs, incident: { ...order.incident, version: order.incident.version + 1 } },
    ],
    reserve: { reservations, ceilings: means.rules.ceilings },
    audit: [line],
  };
  const result = await store.commit(change, null);
  if (result === "over-budget") return "no-money";
  if (result !== "done") return "busy";
  means.onProgress({ kind: "ordered", incident: order.incident, allowanceUsd: order.allowanceUsd });
  return "ordered";
}
