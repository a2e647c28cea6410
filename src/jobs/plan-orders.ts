import type { Ceilings, Reservation } from "../domain/budget.ts";
import type { Incident } from "../domain/incident.ts";
import { type Mode, modes } from "../domain/mode.ts";
import type { Environment, IncidentId, TraceId } from "../domain/names.ts";
import type { OpenIssue } from "../domain/open-issue.ts";
import type { Order } from "../domain/order.ts";
import type { RepairLeave } from "../domain/repair-leave.ts";

/** Less than this does not pay for one useful call, so the incident is told without a model. */
const allowanceUsdMin = 0.02;

export interface PlanRules {
  readonly configDigest: string;
  readonly hasModel: boolean;
  readonly ceilings: Ceilings;
  /** Left of the day for each environment and for all, in US dollars. */
  readonly leftUsd: number;
  readonly leftUsdOf: (environment: Environment) => number;
  readonly leftIncidentUsd: (incident: IncidentId) => number;
  /** New issues that may still be ordered now, by environment: of this run and of this day. */
  readonly slotsOf: (environment: Environment) => number;
  readonly modeOf: (incident: Incident) => Mode;
  /** What it says of earlier patches. */
  readonly leaveOf: (incident: Incident, mode: Mode) => RepairLeave | null;
  /** Issues that may tell of it already. */
  readonly openIssuesFor: (incident: Incident) => readonly OpenIssue[];
  readonly durationMsMax: number;
  /** Incidents that share traces arrive within this; the newest entry must be that old. */
  readonly settleMs: number;
  readonly nowMs: number;
}

export interface Plan {
  readonly orders: readonly Order[];
  readonly reservations: readonly Reservation[];
  /** Over the flood limit, worst first. */
  readonly heldBack: readonly Incident[];
}

/**
 * Which of the waiting incidents become orders now: worst first, one order for those that share a trace, within the
 * flood limit and the money. Pure. It is asked at every tick about all that waits, so a crash after a poll loses no order.
 * @param waiting incidents that are `new` and have neither an open order nor an effect under way
 * @param ordered incidents that have one; whoever shares a trace with them waits for what is found
 */
export function planOrders(waiting: readonly Incident[], ordered: readonly Incident[], rules: PlanRules): Plan {
  const taken = new Set<TraceId>(ordered.flatMap(tracesOf));
  const slots = new Map<Environment, number>();
  const orders: Order[] = [];
  const reservations: Reservation[] = [];
  const heldBack: Incident[] = [];
  let leftUsd = rules.leftUsd;
  const leftUsdOf = new Map<Environment, number>();

  for (const incident of worstFirst(waiting)) {
    const traces = tracesOf(incident);
    if (traces.some((trace) => taken.has(trace))) continue;
    const environment = environmentsOf(incident)[0];
    if (environment === undefined) continue;
    const slotsLeft = slots.get(environment) ?? rules.slotsOf(environment);
    if (slotsLeft <= 0) {
      heldBack.push(incident);
      continue;
    }
    slots.set(environment, slotsLeft - 1);
    for (const trace of traces) taken.add(trace);

    const environmentLeftUsd = leftUsdOf.get(environment) ?? rules.leftUsdOf(environment);
    const affordableUsd = Math.min(rules.leftIncidentUsd(incident.id), leftUsd, environmentLeftUsd);
    const allowanceUsd = rules.hasModel && affordableUsd >= allowanceUsdMin ? affordableUsd : 0;
    leftUsd -= allowanceUsd;
    leftUsdOf.set(environment, environmentLeftUsd - allowanceUsd);
    const order = orderOf(incident, allowanceUsd, rules);
    orders.push(order);
    if (allowanceUsd > 0) {
      const dayUtc = new Date(rules.nowMs).toISOString().slice(0, 10);
      reservations.push({ id: order.id, order: order.id, environment, dayUtc, amountUsd: allowanceUsd });
    }
  }
  return { orders, reservations, heldBack };
}

function orderOf(incident: Incident, allowanceUsd: number, rules: PlanRules): Order {
  const lastSeenMs = Number(incident.lastSeenNs / 1_000_000n);
  const mode = rules.modeOf(incident);
  return {
    id: `${incident.id}-${incident.episode}-${incident.rounds}`,
    format: 1,
    incident: { ...incident, rounds: incident.rounds + 1, patchAskedBy: null },
    round: incident.rounds,
    environments: environmentsOf(incident),
    configDigest: rules.configDigest,
    urgency: "normal",
    notBeforeMs: Math.min(lastSeenMs + rules.settleMs, rules.nowMs + rules.settleMs),
    mode,
    durationMsMax: rules.durationMsMax,
    allowanceUsd,
    noModelBecause: allowanceUsd > 0 ? null : rules.hasModel ? "over-budget" : "no-key",
    askedBy: incident.patchAskedBy,
    repair: rules.leaveOf(incident, mode),
    openIssues: modes.indexOf(mode) < modes.indexOf("issue") ? [] : rules.openIssuesFor(incident),
  };
}

/** The environments an incident was seen in, that of its newest sample first. */
export function environmentsOf(incident: Incident): readonly Environment[] {
  const newestFirst = [...incident.samples].sort((a, b) => (a.timestampNs < b.timestampNs ? 1 : -1));
  return [...new Set([...newestFirst.map((sample) => sample.environment), ...Object.keys(incident.counts)])];
}

/** Many before few; of equals the one seen last, so that the order is the same at every tick. */
export function worstFirst(incidents: readonly Incident[]): readonly Incident[] {
  return [...incidents].sort((a, b) => {
    const byCount = totalOf(b) - totalOf(a);
    if (byCount !== 0) return byCount;
    if (a.lastSeenNs !== b.lastSeenNs) return a.lastSeenNs < b.lastSeenNs ? 1 : -1;
    return a.id < b.id ? -1 : 1;
  });
}

export function totalOf(incident: Incident): number {
  return Object.values(incident.counts).reduce((sum, count) => sum + count, 0);
}

/** Of its samples. */
export function tracesOf(incident: Incident): readonly TraceId[] {
  return incident.samples.flatMap((sample) => (sample.traceId === null ? [] : [sample.traceId]));
}
