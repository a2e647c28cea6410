import { type Effect, isOverview } from "../domain/effect.ts";
import { lowestMode } from "../domain/mode.ts";
import type { Environment } from "../domain/names.ts";
import type { BrainMeans } from "./brain-means.ts";
import { environmentsOf } from "./plan-orders.ts";

/**
 * How many new issues may still be asked for, by environment: of this run and of this UTC day. What is ordered but not
 * yet decided counts, for it may become an issue; what turns out to be a symptom gives its place back.
 */
export async function floodSlots(
  means: BrainMeans,
  runStartedMs: number,
): Promise<(environment: Environment) => number> {
  const dayStartMs = Date.parse(`${new Date(means.clock.nowMs()).toISOString().slice(0, 10)}T00:00:00Z`);
  const [open, effects] = await Promise.all([
    means.store.openOrders(),
    means.store.effects({ intendedSinceMs: Math.min(dayStartMs, runStartedMs) }),
  ]);
  const issues: Effect[] = [];
  for (const effect of effects) if (await takesPlace(means, effect)) issues.push(effect);
  return (environment) => {
    const ordered = open.filter((order) => order.environments[0] === environment).length;
    const told = (sinceMs: number) =>
      issues.filter((effect) => effect.environment === environment && effect.intendedAtMs >= sinceMs).length;
    return Math.min(
      means.rules.issuesPerRun - ordered - told(runStartedMs),
      means.rules.issuesPerDay - ordered - told(dayStartMs),
    );
  };
}

/** Reports take the place of issues as long as they stand for them: what went live since is yet to be filed. */
async function takesPlace({ store, rules }: BrainMeans, { subject, outgoing }: Effect): Promise<boolean> {
  if (isOverview(subject)) return false;
  if (outgoing.kind !== "write-report") return outgoing.kind === "open-issue";
  const [incident, { modeCeiling }] = await Promise.all([store.incident(subject), store.handles()]);
  if (incident === null) return false;
  return lowestMode(rules.modeOf(environmentsOf(incident), incident.service), modeCeiling) === "dry-run";
}
