import { type Job, UnrecoverableError } from "bullmq";
import { decode, encode } from "../../domain/codec.ts";
import {
  type Attempt,
  type HandsResult,
  JobLostError,
  QueueUnavailableError,
  retryInMs,
} from "../../domain/job-queue.ts";
import type { Order, SavedStep } from "../../domain/order.ts";
import { redact } from "../../domain/redact.ts";
import { fieldOf, putStepsBack, readSteps, saveStep } from "./saved-steps.ts";
import { type JobData, priorities, type Shelf } from "./shelf.ts";

export interface HoldMeans {
  readonly shelf: Shelf;
  readonly leaseMs: number;
  readonly attemptsMax: number;
  /** Wait after the n-th failed attempt. */
  readonly backoffMs: (attempt: number) => number;
}

/** "again" with an instant that is over would be given out in a circle. */
const againAfterMsMin = 1_000;
const lastErrorLengthMax = 2_000;
const tryAgainEveryMs = 250;

/** One job while this process has it. Its lock in Redis names this one attempt, so whoever shows another token has lost it. */
export class HeldJob {
  readonly order: Order;
  readonly stop = new AbortController();
  readonly #job: Job<JobData, string>;
  readonly #token: string;
  readonly #means: HoldMeans;
  /** What this attempt knows of its progress, should Redis forget or miss it. */
  readonly #steps = new Map<string, SavedStep>();
  #renewedAtMs = performance.now();

  constructor(job: Job<JobData, string>, order: Order, token: string, means: HoldMeans) {
    this.#job = job;
    this.order = job.priority === priorities.urgent ? { ...order, urgency: "urgent" } : order;
    this.#token = token;
    this.#means = means;
  }

  get jobId(): string {
    return this.#job.id ?? "";
  }

  toAttempt(): Attempt {
    const { shelf } = this.#means;
    return {
      order: this.order,
      number: failuresOf(this.#job) + 1,
      signal: this.stop.signal,
      saved: async () => {
        const steps = await this.#insist(() => readSteps(shelf, this.jobId));
        for (const step of steps) this.#steps.set(fieldOf(step), step);
        return steps;
      },
      save: async (step) => {
        const field = fieldOf(step);
        const before = this.#steps.get(field);
        this.#steps.set(field, step);
        if (await this.#insist(() => saveStep(shelf, this.jobId, this.#token, step))) return;
        if (before === undefined) this.#steps.delete(field);
        else this.#steps.set(field, before);
        throw this.#lost();
      },
      heartbeat: async () => {
        // Whether the job is lost cannot be said while Redis is away; for how long that may last, the worker decides.
        if ((await this.renew().catch(() => "unknown")) === "lost") throw this.#lost();
      },
    };
  }

  /** Renews the lock when a third of it is over. @throws QueueUnavailableError */
  async keep(): Promise<void> {
    if (performance.now() - this.#renewedAtMs < this.#means.leaseMs / 3) return;
    if ((await this.renew()) === "lost") this.#lost();
  }

  async renew(): Promise<"held" | "lost"> {
    const { shelf, leaseMs } = this.#means;
    const isHeld = (await shelf.client.ask(() => this.#job.extendLock(this.#token, leaseMs))) === 1;
    if (isHeld) this.#renewedAtMs = performance.now();
    return isHeld ? "held" : "lost";
  }

  /** Ends the attempt with what the hands said. Where the job was lost meanwhile it changes nothing: whoever has it now ends it. */
  async end(end: HandsResult | { readonly kind: "threw"; readonly error: unknown }): Promise<void> {
    await this.#insist(() =>
      this.#means.shelf.client.ask(async () => {
        if (!(await isStillOurs(() => this.#end(end)))) this.#lost();
      }),
    );
  }

  /** What this attempt saved, or could not save, for whoever goes on. */
  putBack(): Promise<void> {
    return putStepsBack(this.#means.shelf, this.jobId, this.#steps.values());
  }

  async #end(end: HandsResult | { readonly kind: "threw"; readonly error: unknown }): Promise<void> {
    const { clock } = this.#means.shelf;
    if (end.kind === "found") {
      await this.#job.moveToCompleted(encode(end.findings), this.#token, false);
      return;
    }
    if (end.kind === "again") {
      const waitMs = Math.max(end.notBeforeMs - clock.nowMs(), againAfterMsMin);
      // By the machine's own time, which BullMQ counts by.
      await this.#job.moveToDelayed(Date.now() + waitMs, this.#token);
      return;
    }
    // Stopped by us, so whatever was thrown is no failure of the attempt.
    if (this.stop.signal.aborted) {
      await this.#job.moveToWait(this.#token);
      return;
    }
    const { error } = end;
    const message = error instanceof Error ? error.message : String(error);
    const isRetryable = error instanceof Error && "isRetryable" in error && error.isRetryable === true;
    const failures = failuresOf(this.#job) + 1;
    if (!isRetryable || failures >= this.#means.attemptsMax) {
      await this.#job.moveToFailed(new UnrecoverableError(redacted(message)), this.#token, false);
      return;
    }
    // Read by BullMQ when it decides how long the next attempt waits.
    this.#job.opts.backoff = { type: "fixed", delay: retryInMs(error, this.#means.backoffMs(failures)) };
    await this.#job.moveToFailed(new Error(redacted(message)), this.#token, false);
  }

  #lost(): JobLostError {
    const lost = new JobLostError(this.order.id);
    this.stop.abort(lost);
    return lost;
  }

  /** Redis may be away for a moment; after the worker has given up on it, what was thrown last is thrown. */
  async #insist<Result>(work: () => Promise<Result>): Promise<Result> {
    for (;;) {
      try {
        return await work();
      } catch (error) {
        if (!(error instanceof QueueUnavailableError) || this.stop.signal.aborted) throw error;
        await new Promise((resolve) => setTimeout(resolve, tryAgainEveryMs));
      }
    }
  }
}

/** Gives a job up that has used its attempts, or cannot be worked on. */
export async function refuseJob(job: Job<JobData, string>, token: string, because: string): Promise<void> {
  await isStillOurs(() => job.moveToFailed(new UnrecoverableError(redacted(because)), token, false));
}

/** BullMQ's errors with a code below zero say that the job is not ours any more: its lock or the job itself is gone. */
async function isStillOurs(work: () => Promise<unknown>): Promise<boolean> {
  try {
    await work();
    return true;
  } catch (error) {
    if (error instanceof Error && "code" in error && typeof error.code === "number" && error.code < 0) return false;
    throw error;
  }
}

/** Attempts that ended badly so far, silence included. */
export function failuresOf(job: Job<JobData, string>): number {
  return job.attemptsMade + job.stalledCounter;
}

/** @returns null for what is no order, or another one than the job says */
export function orderOf(job: Job<JobData, string>, orderId: string | null): Order | null {
  try {
    const order = decode<Order>(job.data.order);
    return order.id === orderId && order.format === 1 && typeof order.incident === "object" ? order : null;
  } catch {
    return null;
  }
}

function redacted(message: string): string {
  return redact(message.slice(0, lastErrorLengthMax));
}
