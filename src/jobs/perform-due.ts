import { type Effect, isOverview } from "../domain/effect.ts";
import type { Incident } from "../domain/incident.ts";
import { applyEffect, whyUnwanted } from "./apply-effect.ts";
import type { BrainMeans } from "./brain-means.ts";
import { performEffects } from "./perform-effects.ts";
import { environmentsOf } from "./plan-orders.ts";

const leaseMs = 60_000;

/** Sends what is due, alone: one process at a time holds the lease of the effects. */
export async function performDue(
  means: BrainMeans,
  signal: AbortSignal,
): Promise<{ readonly effects: readonly Effect[]; readonly nextDueMs: number | null }> {
  const waiting = await means.store.effects({ states: ["intended", "sending", "unknown"] });
  if (waiting.length === 0) return { effects: [], nextDueMs: null };
  const incidents = new Map<string, Incident | null>();
  for (const { subject } of waiting) {
    if (!isOverview(subject)) incidents.set(subject, await means.store.incident(subject));
  }
  const lease = await means.store.lease("effects", means.holder, leaseMs);
  if (lease === null) return { effects: [], nextDueMs: null };
  try {
    const { performed, waitingUntilMs } = await performEffects(
      {
        store: means.store,
        writer: means.writerOf,
        clock: means.clock,
        writeIntervalMs: means.rules.writeIntervalMs,
        modeOf: (effect) => {
          const incident = incidents.get(effect.subject) ?? null;
          if (incident !== null) return means.rules.modeOf(environmentsOf(incident), incident.service);
          return means.rules.modeOf(effect.environment === null ? [] : [effect.environment], null);
        },
        onEnd: (effect, incident) => applyEffect(effect, incident, means.clock.nowMs()),
        whyUnwanted,
        onProgress: (effect) => means.onProgress({ kind: "effect", effect }),
        signal,
      },
      lease,
    );
    return { effects: performed, nextDueMs: waitingUntilMs };
  } finally {
    await means.store.release(lease);
  }
}
