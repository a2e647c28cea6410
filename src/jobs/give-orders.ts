import { nearCeiling } from "../domain/budget.ts";
import type { Incident } from "../domain/incident.ts";
import { redact } from "../domain/redact.ts";
import { reportDigest, toBeFiled } from "../report/report-digest.ts";
import type { BrainMeans } from "./brain-means.ts";
import { floodSlots } from "./flood-slots.ts";
import { environmentsOf, planOrders } from "./plan-orders.ts";
import { planRules } from "./plan-rules.ts";
import { returning } from "./returning.ts";
import { worthAnOrder } from "./worth-an-order.ts";

/** More would be left out in silence, the ones seen last first. */
const waitingMax = 10_000;
const triesMax = 5;

/**
 * Orders for what waits, with their money, in one commit; then the queue takes them over. Asked at every tick, so that
 * an order can neither be forgotten by a crash nor given twice: its id derives from the incident, its episode and its round.
 */
export async function giveOrders(
  means: BrainMeans,
  runStartedMs: number,
  isPolling: boolean,
): Promise<{ readonly orders: number; readonly heldBack: readonly Incident[] }> {
  let heldBack: readonly Incident[] = [];
  let orders = 0;
  let isOverBudget = false;
  for (let attempt = 1; attempt <= triesMax; attempt++) {
    const plan = await planNow(means, runStartedMs, isOverBudget);
    heldBack = plan.heldBack;
    const nowMs = means.clock.nowMs();
    const result = await means.store.commit(
      {
        incidents: [...plan.orders.map((order) => order.incident), ...plan.returned, ...plan.noted],
        orders: plan.orders.map((order) => ({
          ...order,
          incident: { ...order.incident, version: order.incident.version + 1 },
        })),
        ...(plan.reservations.length === 0
          ? {}
          : { reserve: { reservations: plan.reservations, ceilings: means.rules.ceilings } }),
        audit: [
          ...plan.orders.map((order) => ({
            atMs: nowMs,
            actor: "brain",
            action: "order.given",
            subject: order.incident.id,
            result: redact(`${order.id}, at most $${order.allowanceUsd.toFixed(2)}`),
          })),
          ...plan.noted.map((incident) => ({
            atMs: nowMs,
            actor: "brain",
            action: "incident.waits",
            subject: incident.id,
            result: incident.note ?? incident.title,
          })),
          ...plan.returned.map((incident) => ({
            atMs: nowMs,
            actor: "brain",
            action: "incident.returned",
            subject: incident.id,
            result: redact("seen again without its cause, or after it was ignored"),
          })),
        ],
      },
      null,
    );
    // Somebody else decided or spent in between: read again and decide again.
    isOverBudget = result === "over-budget";
    if (result !== "done") continue;
    orders = plan.orders.length;
    for (const order of plan.orders) {
      means.onProgress({ kind: "ordered", incident: order.incident, allowanceUsd: order.allowanceUsd });
    }
    break;
  }
  if (orders > 0) await warnNearCeiling(means);
  if (heldBack.length > 0) means.onProgress({ kind: "held-back", incidents: heldBack });
  await handOver(means);
  if (isPolling && means.isQueueElsewhere) await offerOpenOrders(means);
  return { orders, heldBack };
}

/** Of all, and of each environment that has a ceiling of its own. The audit remembers that it was said today, whichever process said it. */
async function warnNearCeiling({ store, clock, rules, polls, onProgress }: BrainMeans): Promise<void> {
  const nowMs = clock.nowMs();
  const dayUtc = new Date(nowMs).toISOString().slice(0, 10);
  const ceilings = [
    { environment: null, dayUsd: rules.ceilings.dayUsd, subject: `budget-${dayUtc}` },
    ...polls.flatMap(({ environment }) => {
      const dayUsd = rules.environmentDayUsd(environment);
      return dayUsd === null ? [] : [{ environment, dayUsd, subject: `budget-${dayUtc}-${environment}` }];
    }),
  ];
  for (const { environment, dayUsd, subject } of ceilings) {
    const because = nearCeiling(await store.spentUsd(dayUtc, environment), dayUsd, environment);
    if (because === null) continue;
    const [said] = await store.audit({ sinceMs: 0, limit: 1, subject });
    if (said !== undefined) continue;
    const line = { atMs: nowMs, actor: "brain", action: "budget.near-ceiling", subject, result: redact(because) };
    await store.commit({ audit: [line] }, null);
    onProgress({ kind: "near-ceiling", because: redact(because) });
  }
}

/** Orders that are committed but not yet with the queue; offering one twice changes nothing. */
async function handOver(means: BrainMeans): Promise<void> {
  for (;;) {
    const orders = await means.store.orders(100);
    if (orders.length === 0) return;
    for (const order of orders) await means.queue.offer(order);
    await means.store.forgetOrders(orders.map((order) => order.id));
  }
}

/** With every poll: a server that came back empty knows none of them. Offering what it knows changes nothing but an outdated digest. */
async function offerOpenOrders({ store, queue, rules }: BrainMeans): Promise<void> {
  for (const order of await store.openOrders()) await queue.offer({ ...order, configDigest: rules.configDigest });
}

async function planNow(means: BrainMeans, runStartedMs: number, isOverBudget: boolean) {
  const { store, rules } = means;
  const [open, fresh, resting, underWay, slotsOf] = await Promise.all([
    store.openOrders(),
    store.incidents({ states: ["new"], limit: waitingMax }),
    store.incidents({ states: ["symptom", "muted"], limit: waitingMax }),
    store.effects({ states: ["intended", "sending", "unknown"] }),
    floodSlots(means, runStartedMs),
  ]);
  const busy = new Set<string>([
    ...open.map((order) => order.incident.id),
    ...underWay.map((effect) => effect.subject),
  ]);
  const returned = await returning(means, resting);
  const isDryRun = (incident: Incident) => rules.modeOf(environmentsOf(incident), incident.service) === "dry-run";
  const waitingAnyway = fresh.filter(
    (incident) =>
      !busy.has(incident.id) &&
      // What a dry run has reported waits until it changes, or until the mode is raised and the kept findings are filed.
      incident.reportDigest !== reportDigest(incident, rules.repositoryOf(incident.service)) &&
      // What was found for it is kept, and filed without an order.
      (incident.reportDigest !== toBeFiled || isDryRun(incident)),
  );
  const { now: waiting, noted } = await worthAnOrder(means, waitingAnyway);
  const plan = planOrders(
    waiting,
    open.map((order) => order.incident),
    await planRules(means, { open, isOverBudget, slotsOf }),
  );
  return { ...plan, returned, noted };
}
