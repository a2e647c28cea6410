import type { Findings, Order, SavedStep } from "./order.ts";
import type { Redacted } from "./text.ts";

export const jobStates = ["waiting", "delayed", "active", "failed", "done"] as const;
export type JobState = (typeof jobStates)[number];

export interface Attempt {
  readonly order: Order;
  /** 1 for the first. */
  readonly number: number;
  /** Aborts when the job is lost, paused, or the process is asked to stop. */
  readonly signal: AbortSignal;
  saved(): Promise<readonly SavedStep[]>;
  save(step: SavedStep): Promise<void>;
  /** Call at least every 10 s of work; throws JobLostError when other hands have the job. */
  heartbeat(): Promise<void>;
}

export type HandsResult =
  | { readonly kind: "found"; readonly findings: Findings }
  | { readonly kind: "again"; readonly notBeforeMs: number; readonly because: Redacted };

/** A thrown error with `isRetryable: true` means another attempt after backoff, or after its `retryAfterMs` where that is longer; any other thrown error fails the job. */
export type Hands = (attempt: Attempt) => Promise<HandsResult>;

/** However long a server asks to be left alone: an incident must not wait for days. */
const retryAfterMsMax = 15 * 60_000;

/** How long the next attempt waits. */
export function retryInMs(error: unknown, backoffMs: number): number {
  const asked = error instanceof Error && "retryAfterMs" in error ? error.retryAfterMs : null;
  return Math.max(backoffMs, typeof asked === "number" ? Math.min(asked, retryAfterMsMax) : 0);
}

export interface FailedJob {
  readonly orderId: string;
  readonly attempts: number;
  readonly lastError: Redacted;
}

/** How far hands are with an order, for people who wait for it. */
export interface OrderProgress {
  /** Steps that were saved, also by attempts before. */
  readonly saved: number;
  /** What those cost. */
  readonly costUsd: number;
}

/** What hands brought back for an order, as it came: the brain parses it as foreign input, for it may come from another machine. */
export interface ReturnedFindings {
  readonly orderId: string;
  readonly findings: unknown;
}

/**
 * Carries orders to hands and findings back. At least once both ways; never two hands on one order unless one fell silent. Holds no domain state.
 * Every method may throw QueueUnavailableError, or what the store's file throws when the queue lies in it.
 */
export interface JobQueue {
  /**
   * Returns once the order is durable. The same id again, whatever its state, begins nothing anew; it may raise the urgency and, where hands are elsewhere,
   * bring the digest of the configuration up to date.
   */
  offer(order: Order): Promise<void>;
  /** For hands: works until the signal aborts, or, with "empty", until nothing is due; running jobs are finished or handed back before it resolves. */
  work(
    hands: Hands,
    options: {
      readonly concurrency: number;
      /** Of `concurrency`, kept free for urgent orders. */
      readonly urgentSlots: number;
      readonly until: "aborted" | "empty";
      readonly signal: AbortSignal;
    },
  ): Promise<void>;
  /** For the brain: findings not yet acknowledged, oldest first. */
  findings(limit: number): Promise<readonly ReturnedFindings[]>;
  acknowledge(orderIds: readonly string[]): Promise<void>;
  /** Stops hands from starting jobs and aborts running ones: in this process within 1 s, everywhere within 10 s. */
  pause(): Promise<void>;
  resume(): Promise<void>;
  /** Null while no hands are at work on that order. */
  progress(orderId: string): Promise<OrderProgress | null>;
  counts(): Promise<Readonly<Record<JobState, number>>>;
  /** The earliest instant at which a delayed job is due; null when none waits. */
  nextDueMs(): Promise<number | null>;
  /** Oldest first. */
  failed(limit: number): Promise<readonly FailedJob[]>;
  close(): Promise<void>;
}

/** Other hands have this job: stop, and write nothing more for it. */
export class JobLostError extends Error {
  override readonly name = "JobLostError";
  readonly isRetryable = false;
  constructor(orderId: string) {
    super(`Other hands took over the order ${orderId}, because this process fell silent for too long.`);
  }
}

/** The queue's server cannot be reached, or refuses. What was offered is kept by the brain; the message names the cure and no password. */
export class QueueUnavailableError extends Error {
  override readonly name = "QueueUnavailableError";
  readonly isRetryable: boolean;
  constructor(message: Redacted, isRetryable: boolean) {
    super(message);
    this.isRetryable = isRetryable;
  }
}
