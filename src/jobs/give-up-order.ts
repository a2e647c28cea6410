import type { Incident } from "../domain/incident.ts";
import type { Order } from "../domain/order.ts";
import { redact } from "../domain/redact.ts";
import type { Redacted } from "../domain/text.ts";
import type { BrainMeans } from "./brain-means.ts";
import { failureOf } from "./chat/conclude.ts";
import { isForPatch, patchGivenUp } from "./drafts/settle-patch.ts";

/**
 * An order that nothing usable comes back for: its incident needs a human, and what was reserved for it stays spent.
 * @returns false when others changed the same incident at this moment: the next tick finds it again
 */
export async function giveUpOrder(
  means: BrainMeans,
  order: Order,
  why: { readonly action: "incident.stuck" | "findings.refused"; readonly note: Redacted },
): Promise<boolean> {
  const { store, clock } = means;
  const incident = await store.incident(order.incident.id);
  // Gone from the state: its order is dealt with all the same.
  if (incident === null) return (await store.commit({ settled: [order.id] }, null)) === "done";
  // Somebody decided about it meanwhile: that stands, and only the order is over.
  if (incident.state !== "new") {
    const chat = failureOf(order, incident, why.note, clock.nowMs());
    const told = isForPatch(incident, order) ? await patchGivenUp(means, incident, why.note) : {};
    return (await store.commit({ ...told, settled: [order.id], chat }, null)) === "done";
  }
  const stuck: Incident = { ...incident, state: "stuck", note: why.note };
  const lines = [...new Set([why.action, "incident.stuck"])].map((action) => ({
    atMs: clock.nowMs(),
    actor: "brain",
    action,
    subject: incident.id,
    result: action === "findings.refused" ? redact(order.id) : why.note,
  }));
  const chat = failureOf(order, stuck, why.note, clock.nowMs());
  const result = await store.commit({ incidents: [stuck], settled: [order.id], audit: lines, chat }, null);
  if (result !== "done") return false;
  means.onProgress({ kind: "needs-human", incident: stuck, because: why.note });
  return true;
}
