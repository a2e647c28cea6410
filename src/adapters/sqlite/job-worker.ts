import {
  type Attempt,
  type Hands,
  type HandsResult,
  JobLostError,
  type JobQueue,
  retryInMs,
} from "../../domain/job-queue.ts";
import { redact } from "../../domain/redact.ts";
import type { Database } from "./database.ts";
import {
  type ClaimedJob,
  claimJob,
  failJob,
  finishJob,
  isPaused,
  type JobLimits,
  readSteps,
  renewLock,
  returnJob,
  saveStep,
} from "./job-rows.ts";

export interface WorkerMeans extends JobLimits {
  readonly db: Database;
  readonly holder: string;
  readonly backoffMs: (attempt: number) => number;
  /** How often hands look for new orders, a pause, and locks to renew. */
  readonly beatMs: number;
}

interface RunningAttempt {
  readonly job: ClaimedJob;
  readonly stop: AbortController;
}

/** "again" with an instant that is over would be given out in a circle. */
const againAfterMsMin = 1_000;
const lastErrorLengthMax = 2_000;

/**
 * Gives orders to hands, as many at once as there are slots. It wakes when something happens here (an offer, a pause, the end of an attempt) and
 * else at every beat, for what other processes did. Beats come from a real timer: a lock must be renewed also while a test's clock stands still.
 * All instants are read from, and compared with, the clock that was handed in.
 */
export class JobWorker {
  readonly #means: WorkerMeans;
  readonly #hands: Hands;
  readonly #options: Parameters<JobQueue["work"]>[1];
  readonly #running = new Set<RunningAttempt>();
  #wakeUp: () => void = () => undefined;
  #isStopping = false;
  #failure: { readonly error: unknown } | null = null;

  constructor(means: WorkerMeans, hands: Hands, options: Parameters<JobQueue["work"]>[1]) {
    this.#means = means;
    this.#hands = hands;
    this.#options = options;
  }

  /** Something may have changed: look at once. */
  wake(): void {
    this.#wakeUp();
  }

  /** Hands back what is at work, then `run` resolves. */
  stop(): void {
    this.#isStopping = true;
    this.wake();
  }

  /** @throws what the state file threw, once the attempts at work have ended */
  async run(): Promise<void> {
    const stop = (): void => this.stop();
    this.#options.signal.addEventListener("abort", stop);
    this.#isStopping = this.#options.signal.aborted;
    try {
      for (;;) {
        // Made before looking, so that nothing that happens meanwhile is slept over.
        const wakened = this.#nextWake();
        this.#look();
        if (this.#running.size === 0 && (this.#isStopping || this.#options.until === "empty")) break;
        await wakened;
      }
    } finally {
      this.#options.signal.removeEventListener("abort", stop);
      this.#wakeUp();
    }
    if (this.#failure !== null) throw this.#failure.error;
  }

  #nextWake(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const beat = setTimeout(resolve, this.#means.beatMs);
    this.#wakeUp = () => {
      clearTimeout(beat);
      resolve();
    };
    return promise;
  }

  #look(): void {
    try {
      const mustStop = this.#isStopping || isPaused(this.#means.db);
      if (mustStop) for (const { stop } of this.#running) stop.abort();
      // Also while they wind down: nobody else may start what has not ended here. First of all, for a process that slept has late locks.
      for (const attempt of this.#running) this.#keepLock(attempt);
      while (!mustStop && this.#startNext());
    } catch (error) {
      this.#fail(error);
    }
  }

  #keepLock({ job, stop }: RunningAttempt): void {
    const { db, leaseMs } = this.#means;
    const leftMs = job.lockedUntilMs - db.clock.nowMs();
    if (leftMs > (leaseMs * 2) / 3 && leftMs <= leaseMs) return;
    if (!renewLock(db, job, leaseMs)) stop.abort(new JobLostError(job.order.id));
  }

  #startNext(): boolean {
    const { concurrency, urgentSlots } = this.#options;
    if (this.#running.size >= concurrency) return false;
    const normal = [...this.#running].filter(({ job }) => job.order.urgency === "normal").length;
    const job = claimJob(this.#means.db, this.#means.holder, normal >= concurrency - urgentSlots, this.#means);
    if (job === null) return false;
    const attempt = { job, stop: new AbortController() };
    this.#running.add(attempt);
    void this.#attempt(attempt);
    return true;
  }

  async #attempt(attempt: RunningAttempt): Promise<void> {
    const { job, stop } = attempt;
    try {
      const end = await this.#useHands(job, stop);
      // Where the job was lost meanwhile these change nothing: whoever has it now ends it.
      if (end.kind === "found") finishJob(this.#means.db, job, end.findings);
      else if (end.kind === "again") this.#again(job, end);
      else this.#threw(job, end.error, stop.signal);
    } catch (error) {
      this.#fail(error);
    } finally {
      this.#running.delete(attempt);
      this.wake();
    }
  }

  async #useHands(
    job: ClaimedJob,
    stop: AbortController,
  ): Promise<HandsResult | { readonly kind: "threw"; readonly error: unknown }> {
    try {
      return await this.#hands(this.#toAttempt(job, stop));
    } catch (error) {
      return { kind: "threw", error };
    }
  }

  #toAttempt(job: ClaimedJob, stop: AbortController): Attempt {
    const { db, leaseMs } = this.#means;
    const requireHeld = (isHeld: boolean): void => {
      if (isHeld) return;
      const lost = new JobLostError(job.order.id);
      stop.abort(lost);
      throw lost;
    };
    return {
      order: job.order,
      number: job.failures + 1,
      signal: stop.signal,
      saved: async () => readSteps(db, job.order.id),
      save: async (step) => requireHeld(saveStep(db, job, step)),
      heartbeat: async () => requireHeld(renewLock(db, job, leaseMs)),
    };
  }

  #again(job: ClaimedJob, { notBeforeMs, because }: HandsResult & { readonly kind: "again" }): void {
    const { db } = this.#means;
    const dueMs = Math.max(notBeforeMs, db.clock.nowMs() + againAfterMsMin);
    returnJob(db, job, { dueMs, failures: job.failures, because });
  }

  #threw(job: ClaimedJob, error: unknown, signal: AbortSignal): void {
    const { db, attemptsMax, backoffMs } = this.#means;
    const nowMs = db.clock.nowMs();
    // Stopped by us, so whatever was thrown is no failure of the attempt.
    if (signal.aborted) {
      returnJob(db, job, { dueMs: nowMs, failures: job.failures, because: null });
      return;
    }
    const message = error instanceof Error ? error.message : String(error);
    const because = redact(message.slice(0, lastErrorLengthMax));
    const failures = job.failures + 1;
    const isRetryable = error instanceof Error && "isRetryable" in error && error.isRetryable === true;
    if (!isRetryable || failures >= attemptsMax) failJob(db, job, because);
    else returnJob(db, job, { dueMs: nowMs + retryInMs(error, backoffMs(failures)), failures, because });
  }

  /** The state file failed us: nothing new is begun, and `run` throws it when what is at work has ended. */
  #fail(error: unknown): void {
    this.#failure ??= { error };
    this.#isStopping = true;
    for (const { stop } of this.#running) stop.abort();
  }
}
