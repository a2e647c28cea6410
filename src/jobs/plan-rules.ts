import type { Environment, IncidentId } from "../domain/names.ts";
import type { Order } from "../domain/order.ts";
import type { BrainMeans } from "./brain-means.ts";
import { openDraftsOf, repairLeaveOf } from "./drafts/repair-leave.ts";
import { likelySame } from "./likely-same.ts";
import { environmentsOf, type PlanRules } from "./plan-orders.ts";

const draftsLookedAtMax = 2_000;

/** By what orders are planned now: money, flood limit, modes, and what is known of earlier patches. */
export async function planRules(
  means: BrainMeans,
  about: {
    readonly open: readonly Order[];
    readonly isOverBudget: boolean;
    readonly slotsOf: PlanRules["slotsOf"];
  },
): Promise<PlanRules> {
  const { store, clock, rules, drafts } = means;
  const nowMs = clock.nowMs();
  const dayUtc = new Date(nowMs).toISOString().slice(0, 10);
  const [costs, reported] = await Promise.all([
    store.costs("0000-00-00"),
    store.incidents({ states: ["reported"], limit: draftsLookedAtMax }),
  ]);
  const spentUsd = new Map<Environment, number>();
  for (const { environment } of means.polls) spentUsd.set(environment, await store.spentUsd(dayUtc, environment));
  const openDrafts = openDraftsOf(reported, about.open, (incident) => rules.repositoryOf(incident.service));
  return {
    configDigest: rules.configDigest,
    hasModel: rules.hasModel,
    ceilings: rules.ceilings,
    leftUsd: about.isOverBudget ? 0 : rules.ceilings.dayUsd - (await store.spentUsd(dayUtc, null)),
    leftUsdOf: (environment) =>
      (rules.environmentDayUsd(environment) ?? rules.ceilings.dayUsd) - (spentUsd.get(environment) ?? 0),
    leftIncidentUsd: (id) => rules.ceilings.incidentUsd - spentOn(id, costs),
    slotsOf: about.slotsOf,
    modeOf: (incident) => rules.orderModeOf(environmentsOf(incident), incident.service),
    leaveOf: (incident, mode) => {
      const repository = rules.repositoryOf(incident.service);
      const isAsked = incident.patchAskedBy !== null;
      const found = { mode, openDrafts: repository === null ? 0 : openDrafts(repository), isAsked, nowMs };
      return repairLeaveOf(incident, found, drafts);
    },
    // A person who asked for this one by name wants to know about this one.
    openIssuesFor: (incident) =>
      incident.patchAskedBy !== null || incident.issue !== null
        ? []
        : likelySame(incident, rules.repositoryOf(incident.service), reported),
    durationMsMax: rules.durationMsMax,
    settleMs: rules.settleMs,
    nowMs,
  };
}

function spentOn(
  id: IncidentId,
  costs: readonly { readonly order: Order["id"]; readonly reservedUsd: number; readonly actualUsd: number | null }[],
) {
  return costs
    .filter((line) => line.order.startsWith(`${id}-`))
    .reduce((sum, line) => sum + (line.actualUsd ?? line.reservedUsd), 0);
}
