import { performDue } from "../jobs/perform-due.ts";
import { settleAll } from "../jobs/settle-all.ts";
import { createFaultTeller } from "./fault-teller.ts";
import type { Worker } from "./worker.ts";

const lookEveryMs = 1_000;

/** What the hands bring back is decided at once, and its issue filed: a person waits for the link. */
export async function settleAndPerform(
  worker: Worker,
  signal: AbortSignal,
  onFailure: (sentence: string) => void,
): Promise<void> {
  const { brain } = worker;
  const tellFaults = createFaultTeller(onFailure);
  const startedMs = brain.clock.nowMs();
  while (!signal.aborted) {
    try {
      const { pausedBy } = await brain.store.handles();
      if (pausedBy === null) await brain.queue.resume();
      else await brain.queue.pause();
      await settleAll(brain, startedMs, signal);
      await performDue(brain, signal);
      tellFaults(new Map([["brain", null]]));
    } catch (error) {
      if (signal.aborted) return;
      if (!(error instanceof Error && "isRetryable" in error && error.isRetryable === true)) throw error;
      tellFaults(new Map([["brain", error.message]]));
    }
    await brain.clock.sleep(lookEveryMs, signal).catch(() => undefined);
  }
}
