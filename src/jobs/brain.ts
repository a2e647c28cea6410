import type { Coverage } from "../domain/coverage.ts";
import type { Effect } from "../domain/effect.ts";
import type { Incident } from "../domain/incident.ts";
import { QueueUnavailableError } from "../domain/job-queue.ts";
import type { Environment } from "../domain/names.ts";
import type { AuditReport } from "./audit.ts";
import { auditDue } from "./audit-due.ts";
import type { BrainMeans } from "./brain-means.ts";
import { giveOrders } from "./give-orders.ts";
import { performDue } from "./perform-due.ts";
import { type PollReport, pollEnvironment } from "./poll.ts";
import { pruneDaily } from "./prune-daily.ts";
import { refreshIdentities } from "./refresh-identities.ts";
import { settleAll } from "./settle-all.ts";
import { tellMore } from "./tell-more.ts";

export interface TickReport {
  readonly pausedBy: string | null;
  readonly polls: readonly PollReport[];
  /** Closed time that was counted again. */
  readonly audits: readonly AuditReport[];
  /** Sources that could not be read, `queue` for the queue of orders; the others were. */
  readonly failures: readonly { readonly environment: Environment; readonly error: Error }[];
  /** Why findings wait for a later tick, in words. */
  readonly putOff: readonly string[];
  readonly heldBack: readonly Incident[];
  readonly effects: readonly Effect[];
  /** Something was decided or written, so another tick may find more to do. */
  readonly didWork: boolean;
  /** When the next effect or reconciliation is due; null when none waits. */
  readonly nextDueMs: number | null;
}

/**
 * One tick: what Loki has that is new becomes incidents, waiting incidents become orders, findings become decisions, and
 * decisions become effects. Each part reads what the store holds and commits what it decides, so that a crash anywhere
 * leaves a state from which the next tick goes on.
 */
export async function tick(
  means: BrainMeans,
  options: { readonly poll: boolean; readonly runStartedMs: number },
  signal: AbortSignal,
): Promise<TickReport> {
  const polls: PollReport[] = [];
  const failures: { environment: Environment; error: Error }[] = [];
  if (options.poll) await refreshIdentities(means);
  for (const poll of options.poll ? means.polls : []) {
    try {
      const { environment } = poll;
      const onWindow = ({ window }: Coverage, windowsLeft: number): void =>
        means.onProgress({ kind: "reading", environment, untilNs: window.toNs, windowsLeft });
      const report = await pollEnvironment(poll, { ...means, onWindow }, signal);
      polls.push(report);
      means.onProgress({ kind: "polled", report });
      if (report.problem !== null) {
        failures.push({ environment: poll.environment, error: new Error(report.problem) });
      }
    } catch (error) {
      // One broken source must not keep the others from being read; the checkpoint has not moved, so nothing is lost.
      if (signal.aborted || !(error instanceof Error)) throw error;
      failures.push({ environment: poll.environment, error });
    }
  }
  const { pausedBy } = await means.store.handles();
  const exchanged = await exchange(means, options, signal).catch((error: unknown) => {
    // What is decided already can be written without it; orders and findings wait where they are.
    if (signal.aborted || !(error instanceof QueueUnavailableError)) throw error;
    failures.push({ environment: "queue", error });
    return nothingExchanged;
  });
  const { settled, given } = exchanged;
  const drafts = await tellMore(means, given.heldBack, options.poll);
  const performed = await performDue(means, signal);
  const readNow = new Set(polls.filter(({ isBusy }) => !isBusy).map(({ environment }) => environment));
  const audited = await auditDue(means, readNow, signal);
  failures.push(...audited.failures);
  if (options.poll) await pruneDaily(means);
  return {
    pausedBy,
    polls,
    audits: audited.reports,
    failures,
    putOff: [...settled.putOff, ...drafts.putOff],
    heldBack: given.heldBack,
    effects: performed.effects,
    didWork:
      settled.count > 0 ||
      given.orders > 0 ||
      drafts.hasOrdered ||
      performed.effects.length > 0 ||
      audited.reports.some(({ touched }) => touched.length > 0),
    nextDueMs: performed.nextDueMs,
  };
}

interface Exchanged {
  readonly settled: Awaited<ReturnType<typeof settleAll>>;
  readonly given: Awaited<ReturnType<typeof giveOrders>>;
}

const nothingExchanged: Exchanged = {
  settled: { count: 0, putOff: new Set() },
  given: { orders: 0, heldBack: [] },
};

/** Everything between the brain and the queue: the pause, findings, orders. */
async function exchange(
  means: BrainMeans,
  options: { readonly poll: boolean; readonly runStartedMs: number },
  signal: AbortSignal,
): Promise<Exchanged> {
  const isPaused = await tellPause(means);
  const settled = await settleAll(means, options.runStartedMs, signal);
  if (isPaused) return { ...nothingExchanged, settled };
  return { settled, given: await giveOrders(means, options.runStartedMs, options.poll) };
}

/** What the handles say is said to the queue at every tick: a server that was away, or came back empty, would let hands go on. */
async function tellPause({ store, queue }: BrainMeans): Promise<boolean> {
  if ((await store.handles()).pausedBy === null) {
    await queue.resume();
    // Somebody may have paused between the two.
    if ((await store.handles()).pausedBy === null) return false;
  }
  await queue.pause();
  return true;
}
