import { existsSync } from "node:fs";
import type { Clock } from "../domain/clock.ts";
import { tick } from "../jobs/brain.ts";
import { pauseFileOf } from "./pause-file.ts";
import type { Worker } from "./worker.ts";

/** Findings are looked for this often, so that an issue follows its investigation at once. */
const lookEveryMs = 1_000;

/** The daemon: polls on its schedule, works on orders all the while, and ends when the signal aborts, with running work handed back. */
export async function stay(
  worker: Worker,
  settings: {
    readonly stateDirectory: string;
    readonly concurrency: number;
    readonly everyMs: number;
    readonly clock: Clock;
    readonly onFailure: (sentence: string) => void;
  },
  signal: AbortSignal,
): Promise<void> {
  const { clock } = settings;
  const work = worker.queue.work(worker.hands, {
    concurrency: settings.concurrency,
    urgentSlots: 0,
    until: "aborted",
    signal,
  });
  let polledAtMs: number | null = null;
  let isPausedByFile = false;
  try {
    while (!signal.aborted) {
      isPausedByFile = await obeyPauseFile(worker, settings.stateDirectory, isPausedByFile);
      const nowMs = clock.nowMs();
      const poll = polledAtMs === null || nowMs - polledAtMs >= settings.everyMs;
      if (poll) polledAtMs = nowMs;
      try {
        const report = await tick(worker.brain, { poll, runStartedMs: polledAtMs ?? nowMs }, signal);
        for (const { environment, error } of report.failures) settings.onFailure(`${environment}: ${error.message}`);
      } catch (error) {
        if (signal.aborted) break;
        if (!isRetryable(error)) throw error;
        settings.onFailure(error.message);
      }
      await clock.sleep(lookEveryMs, signal).catch((reason: unknown) => {
        if (!signal.aborted) throw reason;
      });
    }
  } finally {
    await work;
  }
}

async function obeyPauseFile(worker: Worker, stateDirectory: string, wasPaused: boolean): Promise<boolean> {
  const isPaused = existsSync(pauseFileOf(stateDirectory));
  if (isPaused && !wasPaused) await worker.queue.pause();
  if (!isPaused && wasPaused && (await worker.store.handles()).pausedBy === null) await worker.queue.resume();
  return isPaused;
}

function isRetryable(error: unknown): error is Error {
  return error instanceof Error && "isRetryable" in error && error.isRetryable === true;
}
