import {
  type ClosedCoverage,
  halvesOf,
  isClosing,
  type RecountBatch,
  recountBatches,
} from "../detect/windows/recount.ts";
import { recountDueAtMs } from "../detect/windows/recount-due.ts";
import { asExpected, notCounted, nothingLeft, tooOld } from "../detect/windows/recount-result.ts";
import type { Clock } from "../domain/clock.ts";
import type { Coverage } from "../domain/coverage.ts";
import type { Environment } from "../domain/names.ts";
import { isLogSourceFailure, isSourceFailure, type SourceFailure } from "../domain/sources.ts";
import type { Store } from "../domain/store.ts";
import { holdLease, LeaseLostError } from "./held-lease.ts";
import { isBehindLoss } from "./neighbour-loss.ts";
import type { PollMeans } from "./poll.ts";
import { type RereadMeans, readPartAgain } from "./read-part-again.ts";
import { type IncidentChange, mergeTouched } from "./record-page.ts";

/** Left of the lease when a request has taken all its time. */
const leaseMs = 60_000;
/** What could not be read just now is tried again after this. */
const againAfterMs = 15 * 60_000;
/** What is counted no later than this after its last time has not been slept through. */
const overdueMsMin = 3_600_000;
/** Of time, one question asks about so much where there is so much, however short the slices of polls are: or slow polls would leave more to count than they count. A count that takes too long is halved. */
const questionMsMin = 3_600_000;
/** Where nothing is counted again by itself. */
const horizonMsDefault = 86_400_000;
/** Windows looked up for one audit: several days of polls. */
const partsMax = 5_000;

/** What one audit may cost; the rest is left to the next. */
export interface AuditLimits {
  readonly questionsMax: number;
  readonly rereadsMax: number;
  readonly durationMsMax: number;
}

/** Beside each poll. */
export const limitsBesidePoll: AuditLimits = { questionsMax: 20, rereadsMax: 5, durationMsMax: 30_000 };

export interface AuditReport {
  readonly environment: Environment;
  /** Windows of the ledger as they are now, that were counted again. */
  readonly recounted: readonly Coverage[];
  readonly touched: readonly IncidentChange[];
  /** Windows that are due and were left to the next audit. */
  readonly waiting: number;
  /** Another process counts this environment at the moment. */
  readonly isBusy: boolean;
  /** Why it was broken off, or could not count, in a sentence. */
  readonly problem: string | null;
}

/**
 * Counts closed time again in Loki: what came late, later than any poll looks back, shows as a difference, and that part is read again. Each result is a commit of its
 * own, so that a process that dies loses at most the question it had asked.
 * @param which `due`: what the ledger says is due now · `all`: everything up to the horizon
 */
export async function auditEnvironment(
  means: PollMeans,
  to: { readonly store: Store; readonly clock: Clock; readonly holder: string },
  { which, limits }: { readonly which: "due" | "all"; readonly limits: AuditLimits },
  signal: AbortSignal,
): Promise<AuditReport> {
  const { environment } = means;
  const { store, clock } = to;
  const none: AuditReport = { environment, recounted: [], touched: [], waiting: 0, isBusy: false, problem: null };
  const parts = await partsToCount(means, to, which);
  if (parts.length === 0) return none;
  const held = await holdLease(to, `audit:${environment}`, leaseMs + means.timeoutMs);
  if (held === null) return { ...none, isBusy: true };
  try {
    const checkpointNs = (await store.latestCheckpoint(environment))?.untilNs ?? null;
    const audit = new Audit({ means, store, clock, held, checkpointNs, signal }, limits);
    await audit.count(parts);
    return audit.report(parts.length);
  } finally {
    await held.release();
  }
}

async function partsToCount(
  { environment, auditHorizonMs }: PollMeans,
  { store, clock }: { readonly store: Store; readonly clock: Clock },
  which: "due" | "all",
): Promise<readonly ClosedCoverage[]> {
  const nowMs = clock.nowMs();
  if (which === "due") return (await store.dueForRecount(environment, nowMs, partsMax)).filter(isClosing);
  const sinceNs = BigInt(Math.floor(nowMs - (auditHorizonMs === 0 ? horizonMsDefault : auditHorizonMs))) * 1_000_000n;
  const seenSinceNs = await store.seenSinceNs();
  return (await store.coverage({ environment, limit: partsMax }))
    .filter(isClosing)
    .filter(({ closed: { window } }) => window.toNs > sinceNs && window.fromNs >= seenSinceNs);
}

class Audit {
  readonly #at: RereadMeans;
  readonly #limits: AuditLimits;
  readonly #endMs: number;
  /** By where their closed part begins. */
  readonly #recounted = new Map<bigint, Coverage>();
  readonly #touched = new Map<string, IncidentChange>();
  /** Counted as empty as they were read, so far. */
  #empty: ClosedCoverage[] = [];
  #questions = 0;
  #rereads = 0;
  #isOver = false;
  #problem: string | null = null;

  constructor(at: RereadMeans, limits: AuditLimits) {
    this.#at = at;
    this.#limits = limits;
    this.#endMs = at.clock.nowMs() + limits.durationMsMax;
  }

  async count(parts: readonly ClosedCoverage[]): Promise<void> {
    const seenSinceNs = await this.#at.store.seenSinceNs();
    const isForgotten = ({ closed }: ClosedCoverage): boolean => closed.window.fromNs < seenSinceNs;
    const forgotten = parts.filter(isForgotten);
    await this.#write(forgotten.map((part) => tooOld(part, this.#nowMs)));
    const known = parts.filter((part) => !isForgotten(part));
    for (const batch of recountBatches(known, Math.max(this.#at.means.sliceMs, questionMsMin))) {
      if (this.#mayNotGoOn) return;
      await this.#countBatch(batch);
    }
  }

  report(asked: number): AuditReport {
    return {
      environment: this.#at.means.environment,
      recounted: [...this.#recounted.values()],
      touched: [...this.#touched.values()],
      waiting: asked - this.#recounted.size,
      isBusy: false,
      problem: this.#problem,
    };
  }

  get #nowMs(): number {
    return this.#at.clock.nowMs();
  }

  get #mayNotGoOn(): boolean {
    return (
      this.#isOver ||
      this.#questions >= this.#limits.questionsMax ||
      this.#rereads >= this.#limits.rereadsMax ||
      this.#nowMs >= this.#endMs
    );
  }

  async #countBatch(batch: RecountBatch): Promise<void> {
    if (this.#mayNotGoOn) return;
    const counted = await this.#ask(batch);
    if (typeof counted === "number") await this.#settle(batch, counted);
    else await this.#settleRefused(batch, counted);
  }

  async #ask({ countable, window }: RecountBatch): Promise<number | SourceFailure> {
    const { means, held, signal } = this.#at;
    this.#questions++;
    await held.renew();
    try {
      return await means.source.countBetween(countable, window, signal);
    } catch (error) {
      if (signal.aborted || !isSourceFailure(error)) throw error;
      return error;
    }
  }

  /** Halves what differs until it is known which window it is; the other half's count follows. */
  async #settle(batch: RecountBatch, counted: number): Promise<void> {
    const { auditHorizonMs } = this.#at.means;
    if (await this.#isAsRead(batch, counted)) {
      await this.#write(batch.parts.map((part) => asExpected(part, this.#nowMs, auditHorizonMs)));
      if (counted === 0) this.#empty.push(...batch.parts);
      return;
    }
    if (counted === 0) {
      // Loki deletes the oldest first, so what is older and was empty when it was read may have held something since.
      const gone = [...this.#empty, ...batch.parts];
      await this.#write(gone.map((part) => nothingLeft(part, this.#nowMs, auditHorizonMs)));
      this.#empty = [];
      return;
    }
    const [single, ...others] = batch.parts;
    if (single !== undefined && others.length === 0) {
      await this.#readAgain(single, counted, null);
      return;
    }
    const [first, second] = halvesOf(batch);
    if (this.#mayNotGoOn) return;
    const ofFirst = await this.#ask(first);
    if (typeof ofFirst !== "number") {
      await this.#settleRefused(first, ofFirst);
      return;
    }
    await this.#settle(first, ofFirst);
    if (!this.#mayNotGoOn) await this.#settle(second, Math.max(0, counted - ofFirst));
  }

  async #isAsRead({ parts, expected }: RecountBatch, counted: number): Promise<boolean> {
    const [oldest] = parts;
    const isSame = counted > 0 ? counted === expected : parts.every(({ closed }) => closed.entries === 0);
    if (!isSame || oldest === undefined) return isSame;
    const ageMs = this.#nowMs - Number(oldest.closed.window.toNs / 1_000_000n);
    const isOverdue = ageMs >= this.#at.means.auditHorizonMs + overdueMsMin;
    return !((counted > 0 || isOverdue) && (await isBehindLoss(oldest, this.#at.store)));
  }

  async #settleRefused(batch: RecountBatch, failure: SourceFailure): Promise<void> {
    const isTooLong = failure.suggestsSmallerPage || (isLogSourceFailure(failure) && failure.suggestsShorterWindow);
    if (isTooLong && batch.parts.length > 1) {
      for (const half of halvesOf(batch)) await this.#countBatch(half);
      return;
    }
    this.#problem = failure.message;
    if (failure.isRetryable && !isTooLong) {
      this.#isOver = true;
      return;
    }
    // Loki will not count here. Before it is too late, reading it again tells as much, and costs more.
    const nextMs = (part: ClosedCoverage): number | null =>
      recountDueAtMs(part.closed.window.toNs, this.#nowMs, this.#at.means.auditHorizonMs);
    const early = batch.parts.filter((part) => nextMs(part) !== null);
    await this.#write(early.map((part) => notCounted(part, this.#nowMs, nextMs(part), failure.message)));
    for (const part of batch.parts) {
      if (!early.includes(part) && !this.#mayNotGoOn) await this.#readAgain(part, null, failure.message);
    }
  }

  async #readAgain(part: ClosedCoverage, counted: number | null, because: string | null): Promise<void> {
    this.#rereads++;
    try {
      const { coverage, touched } = await readPartAgain(part, counted, because, this.#at);
      this.#recounted.set(part.closed.window.fromNs, coverage);
      mergeTouched(this.#touched, touched);
    } catch (error) {
      if (this.#at.signal.aborted || !isSourceFailure(error) || error instanceof LeaseLostError) throw error;
      this.#problem = error.message;
      await this.#write([notCounted(part, this.#nowMs, this.#nowMs + againAfterMs, error.message)]);
    }
  }

  async #write(recounted: readonly Coverage[]): Promise<void> {
    if (recounted.length === 0) return;
    const { store, held } = this.#at;
    await held.renew();
    const result = await store.commit({ recounted }, held.lease);
    if (result !== "done") throw new LeaseLostError(held.lease.name);
    for (const each of recounted) this.#recounted.set(each.closed?.window.fromNs ?? 0n, each);
  }
}
