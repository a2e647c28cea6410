import type { IncidentId } from "../../domain/names.ts";
import type { Order } from "../../domain/order.ts";
import { redact } from "../../domain/redact.ts";
import type { BrainMeans } from "../brain-means.ts";
import { planOrders } from "../plan-orders.ts";
import { planRules } from "../plan-rules.ts";

const triesMax = 5;

/** `raised`: it was under way already, and goes ahead of all others now. */
export type UrgentOrder = "given" | "raised" | "refused";

/**
 * An order for one incident that a person waits for: urgent, at once, outside of the flood limit and the threshold, within the same money. Its money, the
 * incident's round and the order are one commit, and its id is that of any order: what is asked twice is ordered once.
 */
export async function giveUrgentOrder(
  means: BrainMeans,
  id: IncidentId,
  asked: { readonly by: string; readonly durationMsMax: number },
): Promise<UrgentOrder> {
  const { store, queue, clock } = means;
  for (let attempt = 1; attempt <= triesMax; attempt++) {
    const incident = await store.incident(id);
    if (incident === null) return "refused";
    const openOrders = await store.openOrders();
    const open = openOrders.find((order) => order.incident.id === id);
    if (open !== undefined) {
      await queue.offer({ ...open, urgency: "urgent", notBeforeMs: 0 });
      return "raised";
    }
    const isOverBudget = attempt === triesMax;
    const rules = await planRules(means, { open: openOrders, isOverBudget, slotsOf: () => Number.POSITIVE_INFINITY });
    const plan = planOrders([incident], [], { ...rules, durationMsMax: asked.durationMsMax, settleMs: 0 });
    const [planned] = plan.orders;
    if (planned === undefined) return "refused";
    const order: Order = {
      ...planned,
      urgency: "urgent",
      notBeforeMs: 0,
      askedBy: asked.by,
      // Of one that has its issue a person wants to know more: for a patch it is asked there.
      repair: incident.issue === null ? planned.repair : null,
      // Who waits for an answer wants one about this incident.
      openIssues: [],
    };
    const committed: Order = { ...order, incident: { ...order.incident, version: order.incident.version + 1 } };
    const result = await store.commit(
      {
        incidents: [order.incident],
        orders: [committed],
        ...(plan.reservations.length === 0
          ? {}
          : { reserve: { reservations: plan.reservations, ceilings: means.rules.ceilings } }),
        audit: [
          {
            atMs: clock.nowMs(),
            actor: asked.by,
            action: "order.given",
            subject: id,
            result: redact(`${order.id}, urgent, at most $${order.allowanceUsd.toFixed(2)}`),
          },
        ],
      },
      null,
    );
    if (result !== "done") continue;
    means.onProgress({ kind: "ordered", incident: order.incident, allowanceUsd: order.allowanceUsd });
    await queue.offer(committed);
    await store.forgetOrders([order.id]);
    return "given";
  }
  return "refused";
}
