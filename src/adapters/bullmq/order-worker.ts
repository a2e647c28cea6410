import { randomUUID } from "node:crypto";
import { Worker } from "bullmq";
import { type Hands, type JobQueue, QueueUnavailableError } from "../../domain/job-queue.ts";
import { failuresOf, HeldJob, type HoldMeans, orderOf, refuseJob } from "./held-job.ts";
import { orderIdOf } from "./job-id.ts";
import { type JobData, keyPrefix, priorities, queueName } from "./shelf.ts";

export interface WorkerMeans extends HoldMeans {
  readonly holder: string;
  /** How often hands look for new orders, a pause, and locks to renew. */
  readonly beatMs: number;
  /** How often hands look for orders whose hands fell silent. */
  readonly lostLookMs: number;
  /** Without word from Redis for so long, a pause could be missed: what is at work is stopped. */
  readonly silenceMsMax: number;
  /** Redis went away, or is back; in a sentence, once for each. */
  readonly onContact: (sentence: string) => void;
}

const signInForMs = 15_000;
const silentSentence = "The hands fell silent: their process ended, or was blocked, in each of the attempts.";
const unreadableSentence =
  "The order in Redis is none that this version can read. Do brain and hands have the same version?";

/**
 * Gives orders to hands, as many at once as there are slots. It wakes when something happens here and else at every beat, for what others did: the same
 * rhythm as the embedded engine's, and a look that fails is simply followed by the next one.
 */
export class OrderWorker {
  readonly #means: WorkerMeans;
  readonly #hands: Hands;
  readonly #options: Parameters<JobQueue["work"]>[1];
  readonly #running = new Set<HeldJob>();
  /** Attempts whose progress Redis may not have. */
  readonly #toPutBack = new Set<HeldJob>();
  #wakeUp: () => void = () => undefined;
  #isStopping = false;
  #failure: { readonly error: unknown } | null = null;
  #contactAtMs = performance.now();
  #signedInAtMs = Number.NEGATIVE_INFINITY;
  #lookedForLostAtMs = Number.NEGATIVE_INFINITY;
  #isAway = false;

  constructor(means: WorkerMeans, hands: Hands, options: Parameters<JobQueue["work"]>[1]) {
    this.#means = means;
    this.#hands = hands;
    this.#options = options;
  }

  wake(): void {
    this.#wakeUp();
  }

  stop(): void {
    this.#isStopping = true;
    this.wake();
  }

  /** @throws QueueUnavailableError at the start, and later only with "empty": hands that stay outlive an outage */
  async run(): Promise<void> {
    const stop = (): void => this.stop();
    this.#options.signal.addEventListener("abort", stop);
    this.#isStopping = this.#options.signal.aborted;
    const source = await this.#openSource();
    try {
      for (;;) {
        // Made before looking, so that nothing that happens meanwhile is slept over.
        const wakened = this.#nextWake();
        const isEmpty = await this.#look(source);
        if (this.#running.size === 0 && (this.#isStopping || (isEmpty && this.#options.until === "empty"))) break;
        await wakened;
      }
    } finally {
      this.#options.signal.removeEventListener("abort", stop);
      this.#wakeUp();
      await source.close(true).catch(() => undefined);
      await this.#means.shelf.signOut(this.#means.holder).catch(() => undefined);
    }
    if (this.#failure !== null) throw this.#failure.error;
  }

  async #openSource(): Promise<Worker<JobData, string>> {
    const { shelf, leaseMs, lostLookMs, holder } = this.#means;
    const source = new Worker<JobData, string>(queueName, null, {
      connection: shelf.client.redis,
      prefix: keyPrefix,
      name: holder,
      autorun: false,
      skipVersionCheck: true,
      lockDuration: leaseMs,
      stalledInterval: lostLookMs,
      // How much silence is too much, together with failures, is decided when the job is given out.
      maxStalledCount: Number.MAX_SAFE_INTEGER,
    });
    source.on("error", () => undefined);
    try {
      await shelf.client.ask(() => source.waitUntilReady());
      return source;
    } catch (error) {
      await source.close(true).catch(() => undefined);
      throw error;
    }
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

  /** @returns whether nothing is due now */
  async #look(source: Worker<JobData, string>): Promise<boolean> {
    const { shelf } = this.#means;
    try {
      const mustStop = this.#isStopping || (await shelf.isPaused());
      if (mustStop) for (const held of this.#running) held.stop.abort();
      // Also while they wind down: nobody else may start what has not ended here.
      for (const held of this.#running) await held.keep();
      for (const held of this.#toPutBack) {
        await held.putBack();
        this.#toPutBack.delete(held);
      }
      await this.#signIn();
      await this.#returnLost(source);
      let isEmpty = mustStop;
      while (!mustStop && !this.#isStopping) {
        // What is at work now may end, and offer more, while the answer is on its way: then it says nothing about all there is.
        const isIdle = this.#running.size === 0;
        // Asked first: what is silent now may be given back, and so be due, a moment later.
        const isAnySilent = this.#options.until === "empty" && isIdle && (await this.#isAnySilent());
        // Whatever stands in Redis where a job should: it is Redis that fails us.
        if (await shelf.client.ask(() => this.#startNext(source))) continue;
        isEmpty = isIdle && !isAnySilent;
        break;
      }
      this.#tellContact(null);
      return isEmpty;
    } catch (error) {
      this.#outOfContact(error);
      return false;
    }
  }

  #outOfContact(error: unknown): void {
    if (!(error instanceof QueueUnavailableError) || this.#options.until === "empty") {
      this.#failure ??= { error };
      this.#isStopping = true;
    } else this.#tellContact(error.message);
    const isTooLong = performance.now() - this.#contactAtMs > this.#means.silenceMsMax;
    if (!isTooLong && !this.#isStopping) return;
    for (const held of this.#running) held.stop.abort(error);
  }

  #tellContact(fault: string | null): void {
    if (fault === null) this.#contactAtMs = performance.now();
    if (this.#isAway === (fault !== null)) return;
    this.#isAway = fault !== null;
    this.#means.onContact(fault ?? `Redis at ${this.#means.shelf.client.shown} answers again.`);
  }

  async #signIn(): Promise<void> {
    const { shelf, holder } = this.#means;
    if (performance.now() - this.#signedInAtMs < signInForMs / 3) return;
    await shelf.signIn(holder, shelf.clock.nowMs() + signInForMs);
    this.#signedInAtMs = performance.now();
  }

  /** BullMQ's own timer for it ends with the first lost connection. */
  async #returnLost(source: Worker<JobData, string>): Promise<void> {
    const { shelf, lostLookMs } = this.#means;
    if (performance.now() - this.#lookedForLostAtMs < lostLookMs) return;
    await shelf.client.ask(() => source.getBackend().moveStalledJobsToWait());
    this.#lookedForLostAtMs = performance.now();
  }

  async #startNext(source: Worker<JobData, string>): Promise<boolean> {
    const { concurrency, urgentSlots } = this.#options;
    if (this.#running.size >= concurrency) return false;
    const normal = [...this.#running].filter(({ order }) => order.urgency === "normal").length;
    const urgentOnly = normal >= concurrency - urgentSlots;
    const { shelf, attemptsMax } = this.#means;
    if (urgentOnly && !(await this.#isUrgentNext())) return false;
    const token = randomUUID();
    const job = await shelf.client.ask(() => source.getNextJob(token, { block: false }));
    if (job === undefined) return false;
    const jobId = job.id ?? "";
    if (urgentOnly && job.priority !== priorities.urgent) {
      // Somebody else was quicker with the urgent one.
      await shelf.client.ask(() => job.moveToWait(token));
      return false;
    }
    const order = orderOf(job, orderIdOf(jobId));
    const whyNot = order === null ? unreadableSentence : failuresOf(job) >= attemptsMax ? silentSentence : null;
    if (order === null || whyNot !== null) {
      await shelf.client.ask(() => refuseJob(job, token, whyNot ?? unreadableSentence));
    } else {
      const held = new HeldJob(job, order, token, this.#means);
      this.#running.add(held);
      void this.#attempt(held);
    }
    return true;
  }

  /** Whether what would be given out next is urgent. Orders whose hands fell silent come first, whatever their urgency. */
  async #isUrgentNext(): Promise<boolean> {
    const { client, queue } = this.#means.shelf;
    return client.ask(async () => {
      const returned = await client.redis.lindex(queue.toKey("wait"), -1);
      const next = returned ?? (await client.redis.zrange(queue.toKey("prioritized"), "0", "0"))[0];
      if (next === undefined) return false;
      return Number(await client.redis.hget(queue.toKey(next), "priority")) === priorities.urgent;
    });
  }

  /** An order without a lock is given out again at the next look for lost ones: it is as good as due. */
  async #isAnySilent(): Promise<boolean> {
    const { shelf } = this.#means;
    const { redis, ask } = shelf.client;
    return ask(async () => {
      const active = await redis.lrange(shelf.queue.toKey("active"), 0, -1);
      if (active.length === 0) return false;
      const locks = await redis.mget(active.map((jobId) => shelf.lockKey(jobId)));
      return locks.some((lock) => lock === null);
    });
  }

  async #attempt(held: HeldJob): Promise<void> {
    try {
      await held.end(await this.#useHands(held));
    } catch (error) {
      if (!(error instanceof QueueUnavailableError)) this.#outOfContact(error);
      // Nobody could be told how it ended: it will look silent, and whoever gets it goes on from what was paid for.
      this.#toPutBack.add(held);
    } finally {
      if (held.stop.signal.aborted) this.#toPutBack.add(held);
      this.#running.delete(held);
      this.wake();
    }
  }

  async #useHands(
    held: HeldJob,
  ): Promise<Awaited<ReturnType<Hands>> | { readonly kind: "threw"; readonly error: unknown }> {
    try {
      return await this.#hands(held.toAttempt());
    } catch (error) {
      return { kind: "threw", error };
    }
  }
}
