import type { Clock } from "../domain/clock.ts";
import type { Store } from "../domain/store.ts";

const destination = "github";
const hourMs = 3_600_000;
/** GitHub's own limit for what creates content. */
const writesPerHourMax = 500;
const auditLinesMax = 20_000;
/** Nobody asks for more. What lies further ahead was written before the clock was set back. */
const waitMsMax = 24 * hourMs;

/** When the next write may go out. What one process learns, all keep to: the waits live in the store. */
export interface WritePace {
  /** No write before this instant. */
  freeAtMs(): Promise<number>;
  /** No write before `untilMs`, whoever else asked for less. */
  raise(untilMs: number): Promise<void>;
  /** Makes room before a write that begins now. @returns false when this hour is used up: then the wait was raised */
  take(): Promise<boolean>;
}

export function createWritePace(store: Store, clock: Clock, writeIntervalMs: number): WritePace {
  let oldestMs: number[] | null = null;

  const pace: WritePace = {
    async freeAtMs() {
      const untilMs = await store.waitUntilMs(destination);
      return plausible(untilMs, clock.nowMs());
    },
    async raise(untilMs) {
      const nowMs = clock.nowMs();
      const heldMs = plausible(await store.waitUntilMs(destination), nowMs);
      await store.setWaitUntilMs(destination, Math.max(heldMs, Math.min(untilMs, nowMs + waitMsMax)));
    },
    async take() {
      const nowMs = clock.nowMs();
      oldestMs ??= await sentSince(nowMs - hourMs);
      oldestMs = oldestMs.filter((atMs) => atMs > nowMs - hourMs);
      const [first] = oldestMs;
      if (first !== undefined && oldestMs.length >= writesPerHourMax) {
        await pace.raise(first + hourMs);
        return false;
      }
      oldestMs.push(nowMs);
      await pace.raise(nowMs + writeIntervalMs);
      return true;
    },
  };
  return pace;

  async function sentSince(sinceMs: number): Promise<number[]> {
    const lines = await store.audit({ sinceMs, limit: auditLinesMax });
    return lines
      .filter(({ action }) => action === "effect.sending")
      .map(({ atMs }) => atMs)
      .sort((a, b) => a - b);
  }
}

/** The instant, unless it lies further ahead than anybody asks for. */
export function plausible(untilMs: number, nowMs: number): number {
  return untilMs - nowMs > waitMsMax ? nowMs : untilMs;
}
