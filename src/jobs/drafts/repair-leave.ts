import type { Incident } from "../../domain/incident.ts";
import { lowestMode, type Mode } from "../../domain/mode.ts";
import type { RepositoryName } from "../../domain/names.ts";
import type { Order } from "../../domain/order.ts";
import type { RepairLeave } from "../../domain/repair-leave.ts";
import type { DraftMeans } from "./draft-means.ts";

const underWay = new Set(["planned", "opening", "open", "changing"]);

/** Drafts of ours that nobody has reviewed yet, by repository; orders that may become one count. */
export function openDraftsOf(
  incidents: readonly Incident[],
  orders: readonly Order[],
  repositoryOf: (incident: Incident) => RepositoryName | null,
): (repository: RepositoryName | null) => number {
  const waiting = incidents.flatMap(({ pullRequest }) =>
    pullRequest !== null && underWay.has(pullRequest.state) && !pullRequest.isReviewed ? [pullRequest.repository] : [],
  );
  const ordered = orders
    .filter((order) => order.repair?.request === null && order.mode === "draft-pr")
    .map((order) => repositoryOf(order.incident));
  const all = [...waiting, ...ordered];
  return (repository) => all.filter((each) => each === repository).length;
}

/**
 * What an order says of earlier patches of its incident; null where the mode allows none anyway.
 * @param isAsked a person asked for one by name: then neither a rejection nor an earlier attempt keeps it back
 */
export function repairLeaveOf(
  incident: Incident,
  about: { readonly mode: Mode; readonly openDrafts: number; readonly isAsked: boolean; readonly nowMs: number },
  means: Pick<DraftMeans, "draftsMax" | "cooldownMs">,
): RepairLeave | null {
  if (lowestMode(about.mode, "patch") !== "patch") return null;
  const { pullRequest, patchedBases } = incident;
  const isRejected = pullRequest?.state === "rejected";
  const restsUntilMs = isRejected ? Math.max(pullRequest.sinceMs, about.nowMs) + means.cooldownMs : null;
  return {
    openDrafts: about.openDrafts,
    draftsMax: means.draftsMax,
    restsUntilMs,
    triedBases: patchedBases,
    isAskedByName: about.isAsked,
    request: pullRequest?.state === "changing" ? pullRequest.words : null,
  };
}
