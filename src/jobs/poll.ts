import type { PageReader } from "../detect/entries/read-entries.ts";
import { ClosingTally } from "../detect/windows/closing-tally.ts";
import { closableUntil, windowsToRead } from "../detect/windows/query-window.ts";
import { readWindow } from "../detect/windows/read-window.ts";
import { recountDueAtMs } from "../detect/windows/recount-due.ts";
import type { Clock } from "../domain/clock.ts";
import type { ClosedPart, Coverage, Scope, Window } from "../domain/coverage.ts";
import type { LogEntry } from "../domain/log-entry.ts";
import type { Environment } from "../domain/names.ts";
import type { ReadingRules } from "../domain/reading-rules.ts";
import type { CountableLogSource } from "../domain/sources.ts";
import type { Store } from "../domain/store.ts";
import { type HeldLease, holdLease } from "./held-lease.ts";
import { gapOfLoss, gapOfOtherQuery, lossBefore } from "./poll-gaps.ts";
import { type IncidentChange, mergeTouched, recordPage } from "./record-page.ts";

/** Left of the lease when a request has taken all its time. */
const leaseMs = 60_000;
/** A stack trace that begins in time that is closed is known by its first lines, and what follows them is no error of its own. */
const contextNs = 1_000_000_000n;
/** More than clocks differ that are set by anybody. */
const clockDifferenceMsMax = 3_600_000;

export interface PollMeans {
  readonly environment: Environment;
  readonly source: CountableLogSource;
  readonly query: string;
  readonly rules: ReadingRules;
  readonly limit: number;
  readonly sinceMs: number;
  readonly settleMs: number;
  readonly latenessMs: number;
  readonly sliceMs: number;
  /** Until what age closed time is counted again; 0: never. */
  readonly auditHorizonMs: number;
  /** The longest that one request to the source takes. */
  readonly timeoutMs: number;
}

export interface PollReport {
  readonly environment: Environment;
  readonly coverage: readonly Coverage[];
  readonly touched: readonly IncidentChange[];
  /** Another process reads this environment at the moment. */
  readonly isBusy: boolean;
  /** What was read is recorded, and yet the checkpoint stays where it is: why, in a sentence; null when it moved. */
  readonly problem: string | null;
}

/**
 * Reads what is new in one environment and records it, page by page: each page with all its consequences in one commit,
 * the checkpoint with the last page of a window. A page that fails changes nothing, and what is read twice is known by its identity.
 */
export async function pollEnvironment(
  means: PollMeans,
  to: {
    readonly store: Store;
    readonly clock: Clock;
    readonly holder: string;
    /** Told after each window but the last. */
    readonly onWindow?: (recorded: Coverage, windowsLeft: number) => void;
  },
  signal: AbortSignal,
): Promise<PollReport> {
  const { environment, query } = means;
  const held = await holdLease(to, `poll:${environment}`, leaseMs + means.timeoutMs);
  if (held === null) return { environment, coverage: [], touched: [], isBusy: true, problem: null };
  try {
    const scope: Scope = { environment, query };
    // Of whatever query: one that was left and is taken up again would read once more what was counted, and forgotten, since.
    const checkpoint = await to.store.latestCheckpoint(environment);
    const checkpointNs = checkpoint?.untilNs ?? null;
    const closedUntilNs = await to.store.closedUntilNs(environment);
    const nowMs = to.clock.nowMs();
    const windows = windowsToRead({ ...means, checkpointNs, closedUntilNs, nowMs, serverTimeMs: null });
    const beginNs = windows[0]?.fromNs ?? 0n;
    const coverage: Coverage[] = [];
    const touched = new Map<string, IncidentChange>();
    let problem: string | null = null;
    // One for all windows: what the end of one cuts goes on in the next.
    const reading: Reading = {
      reader: null,
      closing: new ClosingTally(later(closedUntilNs, beginNs)),
      recordFromNs: beginNs,
      loss: await lossBefore(checkpoint, beginNs, { ...to, source: means.source }, signal),
      gapBefore: await gapOfOtherQuery(scope, checkpoint, beginNs, to),
    };
    for (const [index, window] of windows.entries()) {
      const beforeNs = index === 0 && checkpointNs !== null ? contextNs : 0n;
      const recorded = await recordWindow(
        { means, scope, window, beforeNs, checkpointNs, reading, held, ...to },
        signal,
      );
      coverage.push(...recorded.ledger);
      mergeTouched(touched, recorded.touched);
      if (recorded.coverage.window.toNs < window.toNs) {
        // The server's clock is behind ours: the rest is its future.
        problem = clockProblem(recorded.serverTimeMs, to.clock.nowMs());
        break;
      }
      const left = windows.length - 1 - index;
      if (left > 0) to.onWindow?.(recorded.coverage, left);
    }
    return { environment, coverage, touched: [...touched.values()], isBusy: false, problem };
  } finally {
    await held.release();
  }
}

interface Reading {
  /** Most polls find nothing, and then need none of the parsers. */
  reader: PageReader | null;
  readonly closing: ClosingTally;
  /** An error that begins before it is for the count audit to find. */
  readonly recordFromNs: bigint;
  /** Why Loki may no longer have what is read next; null once an entry was there, or when it has. */
  loss: string | null;
  /** A line of the ledger that is written with that of the first window. */
  gapBefore: Coverage | null;
}

async function recordWindow(
  at: {
    readonly means: PollMeans;
    readonly scope: Scope;
    readonly window: Window;
    /** How much in front of the window is read with it, and not recorded. */
    readonly beforeNs: bigint;
    readonly checkpointNs: bigint | null;
    readonly reading: Reading;
    readonly held: HeldLease;
    readonly store: Store;
    readonly clock: Clock;
  },
  signal: AbortSignal,
): Promise<{
  readonly coverage: Coverage;
  /** With a gap before it. */
  readonly ledger: readonly Coverage[];
  readonly touched: readonly IncidentChange[];
  readonly serverTimeMs: number | null;
}> {
  const { means, scope, clock, reading, held } = at;
  const source = renewing(means.source, held);
  const touched = new Map<string, IncidentChange>();
  let serverTimeMs: number | null = null;
  let coverage: Coverage = emptyCoverage(scope, at.window, clock.nowMs());
  let ledger: readonly Coverage[] = [];
  const { fromNs } = at.window;
  const around = { fromNs: fromNs > at.beforeNs ? fromNs - at.beforeNs : 0n, toNs: at.window.toNs };
  for await (const page of readWindow(source, means.query, around, { limit: means.limit }, signal)) {
    const { beforeNs } = at;
    const entries = beforeNs === 0n ? page.entries : page.entries.filter(({ timestampNs }) => timestampNs >= fromNs);
    if (page.entries.length > 0) {
      reading.reader ??= (await import("../detect/entries/read-entries.ts")).createPageReader(means.rules);
    }
    const { reader } = reading;
    const read = [...(reader?.push(page.entries) ?? []), ...(page.isLast ? (reader?.flush(at.window.toNs) ?? []) : [])];
    const errors = read.filter(({ entry }) => entry.timestampNs >= reading.recordFromNs);
    ({ serverTimeMs } = page);
    const toNs = page.isLast ? windowEnd(at, serverTimeMs) : at.window.toNs;
    const readUntilNs = earlier(toNs, reader?.heldFromNs() ?? null);
    reading.closing.add(entries);
    const closed = page.isLast ? closePart(at, readUntilNs, coverage.readAtMs) : null;
    const gap = sentences(page.gap, lossOf(reading, entries, page.isLast));
    let next = coverage;
    const recorded = await recordPage(errors, { ...at, environment: means.environment }, (decided) => {
      next = addPage(coverage, { ...decided, entries: entries.length, gap, toNs, closed });
      if (!page.isLast) return {};
      ledger = reading.gapBefore === null ? [next] : [reading.gapBefore, next];
      // The first windows of a poll that reads far back lie before the checkpoint: it does not go back with them.
      return { coverage: ledger, checkpoint: { scope, untilNs: later(at.checkpointNs, readUntilNs) } };
    });
    coverage = next;
    mergeTouched(touched, recorded.touched);
  }
  reading.gapBefore = null;
  return { coverage, ledger, touched: [...touched.values()], serverTimeMs };
}

function lossOf(reading: Reading, entries: readonly LogEntry[], isLast: boolean): string | null {
  const { loss } = reading;
  const [first] = entries;
  if (loss === null || (first === undefined && !isLast)) return null;
  if (first !== undefined) reading.loss = null;
  return gapOfLoss(loss, first?.timestampNs ?? null);
}

function sentences(...each: readonly (string | null)[]): string | null {
  return each.filter((one) => one !== null).join(" ") || null;
}

/** A window may need many requests before it gives a page, and each may take its whole time. */
function renewing(source: CountableLogSource, held: HeldLease): CountableLogSource {
  return {
    ...source,
    async entriesBetween(query, window, limit, signal) {
      await held.renew();
      return source.entriesBetween(query, window, limit, signal);
    },
  };
}

/** What is held back at the end was not recorded: the next poll must begin before it, however little it reads again. */
function earlier(toNs: bigint, heldFromNs: bigint | null): bigint {
  return heldFromNs !== null && heldFromNs < toNs ? heldFromNs : toNs;
}

function later(oneNs: bigint | null, otherNs: bigint): bigint {
  return oneNs !== null && oneNs > otherNs ? oneNs : otherNs;
}

/** What the next poll does not read again, where it is longer than what was closed before. */
function closePart(
  { means, reading }: { readonly means: PollMeans; readonly reading: Reading },
  readUntilNs: bigint,
  readAtMs: number,
): ClosedPart | null {
  const part = reading.closing.close(closableUntil(readUntilNs, means.latenessMs));
  if (part === null) return null;
  return { ...part, dueAtMs: recountDueAtMs(part.window.toNs, readAtMs, means.auditHorizonMs), recount: null };
}

/**
 * What is newer than the server's clock less `settle` stays for the next poll, also where our own clock is ahead. The checkpoint does not go back, wherever the server's clock stands: each poll
 * would read more than the one before.
 */
function windowEnd(
  { window, checkpointNs, means }: { window: Window; checkpointNs: bigint | null; means: PollMeans },
  serverTimeMs: number | null,
): bigint {
  if (serverTimeMs === null) return window.toNs;
  const settledNs = BigInt(serverTimeMs) * 1_000_000n - BigInt(Math.floor(means.settleMs)) * 1_000_000n;
  if (settledNs >= window.toNs) return window.toNs;
  const leastNs = checkpointNs !== null && checkpointNs > window.fromNs ? checkpointNs : window.fromNs;
  return settledNs > leastNs ? settledNs : leastNs < window.toNs ? leastNs : window.toNs;
}

function clockProblem(serverTimeMs: number | null, nowMs: number): string | null {
  if (serverTimeMs === null || nowMs - serverTimeMs < clockDifferenceMsMax) return null;
  const [server, here] = [serverTimeMs, nowMs].map((timeMs) => new Date(timeMs).toISOString());
  return `Loki's clock says ${server}, this machine's ${here}: what was found is recorded, but nothing counts as read until they agree. Set the one that is wrong.`;
}

function emptyCoverage(scope: Scope, window: Window, readAtMs: number): Coverage {
  return {
    scope,
    window,
    readAtMs,
    pages: 0,
    entries: 0,
    errors: 0,
    ignored: 0,
    late: 0,
    duplicates: 0,
    gap: null,
    closed: null,
  };
}

function addPage(
  before: Coverage,
  page: {
    readonly entries: number;
    readonly touched: readonly IncidentChange[];
    readonly late: number;
    readonly duplicates: number;
    readonly ignored: number;
    readonly gap: string | null;
    readonly toNs: bigint;
    readonly closed: ClosedPart | null;
  },
): Coverage {
  return {
    ...before,
    window: { fromNs: before.window.fromNs, toNs: page.toNs },
    pages: before.pages + 1,
    entries: before.entries + page.entries,
    errors: before.errors + page.touched.reduce((sum, each) => sum + each.added, 0),
    late: before.late + page.late,
    duplicates: before.duplicates + page.duplicates,
    ignored: before.ignored + page.ignored,
    gap: sentences(before.gap, page.gap),
    closed: page.closed,
  };
}
