import type { Clock } from "../../src/domain/clock.ts";

/** Time that stands still until a test moves it. */
export interface TestClock extends Clock {
  /** Moves time on, waking sleepers in the order in which they are due. */
  advance(durationMs: number): Promise<void>;
  /** As when somebody sets the system's clock; wakes nobody. */
  set(nowMs: number): void;
}

interface Sleeper {
  readonly dueMs: number;
  wake(): void;
}

export function createTestClock(startMs = Date.UTC(2026, 10, 21, 3, 0, 0)): TestClock {
  let nowMs = startMs;
  const sleepers = new Set<Sleeper>();

  return {
    nowMs: () => nowMs,
    set: (newNowMs) => {
      nowMs = newNowMs;
    },
    sleep: (durationMs, signal) =>
      new Promise<void>((resolve, reject) => {
        if (signal?.aborted === true) return reject(signal.reason);
        const leave = (): void => {
          sleepers.delete(sleeper);
          signal?.removeEventListener("abort", stop);
        };
        const stop = (): void => {
          leave();
          reject(signal?.reason);
        };
        const sleeper = {
          dueMs: nowMs + durationMs,
          wake: () => {
            leave();
            resolve();
          },
        };
        sleepers.add(sleeper);
        signal?.addEventListener("abort", stop);
      }),
    async advance(durationMs) {
      const untilMs = nowMs + durationMs;
      for (;;) {
        const next = [...sleepers].sort((a, b) => a.dueMs - b.dueMs).find((sleeper) => sleeper.dueMs <= untilMs);
        if (next === undefined) break;
        nowMs = Math.max(nowMs, next.dueMs);
        next.wake();
        // What was woken goes on, and may sleep again, before time moves further.
        await new Promise((resolve) => setImmediate(resolve));
      }
      nowMs = untilMs;
      await new Promise((resolve) => setImmediate(resolve));
    },
  };
}
