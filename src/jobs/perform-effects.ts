import type { Clock } from "../domain/clock.ts";
import type { AuditLine, Effect, IssueWriter, Outgoing } from "../domain/effect.ts";
import { changesCode, isOverview, ListingFailedError } from "../domain/effect.ts";
import type { Incident } from "../domain/incident.ts";
import { lowestMode, type Mode } from "../domain/mode.ts";
import { redact } from "../domain/redact.ts";
import type { Change, Lease, Store } from "../domain/store.ts";
import type { Redacted } from "../domain/text.ts";
import {
  afterCrash,
  afterFailedRead,
  afterRead,
  afterWrite,
  type EffectStep,
  whenSending,
  whenUnwanted,
} from "./effect-life.ts";
import { createWritePace, plausible, type WritePace } from "./write-pace.ts";

export interface EffectMeans {
  readonly store: Store;
  readonly writer: (outgoing: Outgoing) => IssueWriter;
  readonly clock: Clock;
  /** Least time between two writes. */
  readonly writeIntervalMs: number;
  /** The most that may happen for what this effect is about; the run-time ceiling is read here. */
  readonly modeOf: (effect: Effect) => Mode;
  /** What the end of an effect (`done` or `refused`) changes about its incident. Pure; committed with that end. */
  readonly onEnd: (effect: Effect, incident: Incident | null) => Change;
  /** Why it is not to be sent any more, by what its incident is now; null when it is. */
  readonly whyUnwanted: (effect: Effect, incident: Incident | null) => Redacted | null;
  readonly onProgress?: (effect: Effect) => void;
  /** A write that has begun is finished; nothing new is begun. */
  readonly signal: AbortSignal;
}

export interface PerformedEffects {
  /** What was sent or reconciled, as it stands now. */
  readonly performed: readonly Effect[];
  /** When the next one is due; null when none waits, or somebody else goes on. */
  readonly waitingUntilMs: number | null;
}

/** Longer than any request to GitHub may take. */
const leaseMs = 60_000;
/** Our clock and GitHub's may differ: the listing must begin before the write by either. */
const clockDifferenceMs = 24 * 3_600_000;
const staleTriesMax = 20;

/**
 * Does what is intended and due, oldest first, one at a time: intent in the store → `sending` → request → done, refused, back to intended with a wait,
 * or unknown. What is unknown is looked for by listing and sent again only when it is surely absent. Before each write: the
 * handles, the lease, the pace, the shared wait. What is not due is left to the next call.
 */
export async function performEffects(means: EffectMeans, lease: Lease): Promise<PerformedEffects> {
  const { store, clock, signal, writeIntervalMs } = means;
  const pace = createWritePace(store, clock, writeIntervalMs);
  const performed = new Map<string, Effect>();

  for (;;) {
    const { pausedBy, modeCeiling } = await store.handles();
    if (signal.aborted || pausedBy !== null) return end(null);
    const unfinished = await store.effects({ states: ["intended", "sending", "unknown"] });
    const open = unfinished.filter(
      (effect) =>
        !unfinished.some(({ id }) => id === effect.after) &&
        (effect.state !== "intended" || isAllowed(effect, means, modeCeiling)),
    );
    const nowMs = clock.nowMs();
    const freeAtMs = await pace.freeAtMs();
    // The short rest between two writes is waited for here; anything longer is left to the next run.
    const dueMs = new Map(open.map((effect) => [effect, dueAtMs(effect, nowMs, freeAtMs - writeIntervalMs)]));
    const next = open.find((effect) => (dueMs.get(effect) ?? 0) <= nowMs);
    if (next === undefined) return end(open.length === 0 ? null : Math.min(...dueMs.values()));
    const step = await perform(next, means, pace, lease);
    if (step === "stop") return end(null);
    if (step !== "left") {
      performed.set(step.effect.id, step.effect);
      means.onProgress?.(step.effect);
    }
  }

  function end(waitingUntilMs: number | null): PerformedEffects {
    return { performed: [...performed.values()], waitingUntilMs };
  }
}

/** One step of one effect. "stop": nothing more may be done here. "left": it may not be sent now. */
async function perform(
  effect: Effect,
  means: EffectMeans,
  pace: WritePace,
  lease: Lease,
): Promise<EffectStep | "stop" | "left"> {
  if (effect.state === "sending") return commitStep(afterCrash(effect, means.clock.nowMs()), means, lease);
  return effect.state === "unknown" ? reconcile(effect, means, pace, lease) : send(effect, means, pace, lease);
}

async function reconcile(
  effect: Effect,
  means: EffectMeans,
  pace: WritePace,
  lease: Lease,
): Promise<EffectStep | "stop"> {
  const { clock, signal } = means;
  if ((await renewed(means, lease)) === null) return "stop";
  const readAtMs = clock.nowMs();
  let step: EffectStep;
  try {
    const found = await means
      .writer(effect.outgoing)
      .find(effect.outgoing, effect.intendedAtMs - clockDifferenceMs, signal);
    step = afterRead(effect, found, readAtMs);
  } catch (error) {
    if (signal.aborted) return "stop";
    if (!(error instanceof Error)) throw error;
    if (error instanceof ListingFailedError && error.untilMs !== null) await pace.raise(error.untilMs);
    step = afterFailedRead(effect, error.message, readAtMs);
  }
  return commitStep(step, means, lease);
}

async function send(
  effect: Effect,
  means: EffectMeans,
  pace: WritePace,
  lease: Lease,
): Promise<EffectStep | "stop" | "left"> {
  const { store, clock, signal, writeIntervalMs } = means;
  const isRemote = effect.outgoing.kind !== "write-report";
  if (isRemote) {
    const restMs = (await pace.freeAtMs()) - clock.nowMs();
    if (restMs > writeIntervalMs) return "left";
    if (restMs > 0 && !(await hasSlept(clock, restMs, signal))) return "stop";
  }
  const held = await renewed(means, lease);
  // Read last, so that nothing begins after somebody said stop.
  const { pausedBy, modeCeiling } = await store.handles();
  if (held === null || signal.aborted || pausedBy !== null) return "stop";
  if (!isAllowed(effect, means, modeCeiling)) return "left";
  const incident = isOverview(effect.subject) ? null : await store.incident(effect.subject);
  const because = (await whyTooSoon(effect, store)) ?? means.whyUnwanted(effect, incident);
  if (because !== null) return commitStep(whenUnwanted(effect, because), means, lease);
  if (isRemote && !(await pace.take())) return "left";

  const sending = await commitStep(whenSending(effect), means, lease);
  if (sending === "stop") return "stop";
  // This process may have slept since: another one may hold the lease by now, and find this effect in `sending`.
  if (clock.nowMs() >= held.expiresAtMs) return "stop";
  const outcome = await means.writer(effect.outgoing).write(effect.outgoing, new AbortController().signal);
  if (outcome.kind === "wait") await pace.raise(outcome.untilMs);
  return commitStep(afterWrite(sending.effect, outcome, clock.nowMs()), means, lease);
}

/** The step and, at its end, what it means for the incident, in one transaction. */
async function commitStep(step: EffectStep, means: EffectMeans, lease: Lease): Promise<EffectStep | "stop"> {
  const { store, clock } = means;
  const { effect } = step;
  const isEnd = effect.state === "done" || effect.state === "refused";
  for (let attempt = 1; attempt <= staleTriesMax; attempt++) {
    const incident = isEnd && !isOverview(effect.subject) ? await store.incident(effect.subject) : null;
    const also: Change = isEnd ? means.onEnd(effect, incident) : {};
    const change: Change = {
      ...also,
      effects: [effect, ...(also.effects ?? [])],
      audit: [...lineOf(step, clock.nowMs()), ...(also.audit ?? [])],
    };
    const result = await store.commit(change, lease);
    if (result === "done") return step;
    if (result !== "stale") return "stop";
  }
  // Somebody changes this incident without rest. The effect still stands as it was, and is reconciled by the next run.
  return "stop";
}

function lineOf(step: EffectStep, nowMs: number): readonly AuditLine[] {
  if (step.action === null) return [];
  return [{ atMs: nowMs, actor: "brain", action: step.action, subject: step.effect.id, result: step.result }];
}

async function renewed({ store }: EffectMeans, lease: Lease): Promise<Lease | null> {
  const held = await store.lease(lease.name, lease.holder, leaseMs);
  // A higher fence: somebody else had it in between, and may have done what we are about to do.
  return held !== null && held.fence === lease.fence ? held : null;
}

async function hasSlept(clock: Clock, durationMs: number, signal: AbortSignal): Promise<boolean> {
  try {
    await clock.sleep(durationMs, signal);
    return true;
  } catch (error) {
    if (signal.aborted) return false;
    throw error;
  }
}

/** What it goes on from is not there. */
async function whyTooSoon({ after, subject }: Effect, store: Store): Promise<Redacted | null> {
  if (after === null) return null;
  const before = (await store.effects({ subject })).find(({ id }) => id === after);
  return before?.state === "done" ? null : redact(`It goes on from ${after}, which was not done.`);
}

function isAllowed(effect: Effect, means: EffectMeans, modeCeiling: Mode | null): boolean {
  // A report is a file of ours; it is what a dry run does.
  if (effect.outgoing.kind === "write-report") return true;
  const mode = lowestMode(means.modeOf(effect), modeCeiling);
  return changesCode(effect.outgoing) ? mode === "draft-pr" : mode !== "dry-run";
}

function dueAtMs(effect: Effect, nowMs: number, freeAtMs: number): number {
  if (effect.state === "sending") return nowMs;
  const notBeforeMs = plausible(effect.notBeforeMs, nowMs);
  return effect.outgoing.kind === "write-report" ? notBeforeMs : Math.max(notBeforeMs, freeAtMs);
}
