import type { Incident } from "../../domain/incident.ts";
import type { BrainMeans } from "../brain-means.ts";

export interface TendedDrafts {
  /** Why something waits for a later tick. */
  readonly putOff: readonly string[];
  /** The queue takes over what was ordered at the next tick. */
  readonly hasOrdered: boolean;
}

/**
 * Everything about drafts that a tick does: those that are due are opened, and when the sources are polled, what people made of the others is read, and patches
 * that somebody asked for are ordered. What it needs is loaded where there is something to do.
 */
export async function tendDrafts(
  means: BrainMeans,
  reported: readonly Incident[],
  isPolling: boolean,
): Promise<TendedDrafts> {
  const asked = reported.filter(({ patchAskedBy }) => patchAskedBy !== null);
  const drafted = reported.filter(({ pullRequest }) => pullRequest !== null);
  if (asked.length === 0 && drafted.length === 0) return { putOff: [], hasOrdered: false };
  const [{ openDrafts }, { followDrafts }, { orderPatch }] = await Promise.all([
    import("./open-drafts.ts"),
    import("./follow-drafts.ts"),
    import("./order-patch.ts"),
  ]);
  const putOff = [...(await openDrafts(means, drafted))];
  if (!isPolling) return { putOff, hasOrdered: false };
  putOff.push(...(await followDrafts(means, drafted)));
  const isPaused = (await means.store.handles()).pausedBy !== null;
  for (const incident of isPaused ? [] : asked) {
    const result = await orderPatch(means, incident, incident.pullRequest);
    if (result === "no-money") putOff.push(`A patch for ${incident.id} was asked for, and the budget is spent.`);
  }
  return { putOff, hasOrdered: (await means.store.orders(1)).length > 0 };
}
