import { isOverview } from "../domain/effect.ts";
import type { Environment } from "../domain/names.ts";
import type { BrainMeans } from "./brain-means.ts";

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
  const issues = effects.filter(
    ({ subject, outgoing }) =>
      !isOverview(subject) && (outgoing.kind === "open-issue" || outgoing.kind === "write-report"),
  );
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
