import type { Clock } from "../../src/domain/clock.ts";
import type { Attempt, Hands, HandsResult, JobQueue } from "../../src/domain/job-queue.ts";
import { sampleFindings, sampleOrder } from "../support/domain-samples.ts";

export interface QueueUnderTest {
  readonly queue: JobQueue;
  /** The clock of all queues of this test. */
  readonly clock: Clock & { advance(durationMs: number): Promise<void> };
  /** Other hands on the same orders, as another process has them. */
  second(): Promise<JobQueue>;
  /** What is at work now looks abandoned to whoever `second` opens from now on. */
  fallSilent(): Promise<void>;
  close(): Promise<void>;
}

export interface ContractOptions {
  readonly attemptsMax: number;
  readonly backoffMs: (attempt: number) => number;
}

export function work(
  queue: JobQueue,
  hands: Hands,
  options: Partial<Parameters<JobQueue["work"]>[1]> & { readonly until: "aborted" | "empty" },
): Promise<void> {
  return queue.work(hands, { concurrency: 1, urgentSlots: 0, signal: new AbortController().signal, ...options });
}

export function workOff(
  queue: JobQueue,
  hands: Hands,
  slots: { readonly concurrency?: number; readonly urgentSlots?: number } = {},
): Promise<void> {
  return work(queue, hands, { ...slots, until: "empty" });
}

export async function offer(queue: JobQueue, ...ids: readonly string[]): Promise<void> {
  for (const id of ids) await queue.offer(sampleOrder({ id }));
}

export function found({ order }: Attempt): HandsResult {
  return { kind: "found", findings: sampleFindings(order.id) };
}
