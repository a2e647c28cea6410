import { decode, encode } from "../../domain/codec.ts";
import type { FailedJob, JobState, OrderProgress, ReturnedFindings } from "../../domain/job-queue.ts";
import type { Findings, Order, SavedStep } from "../../domain/order.ts";
import type { Redacted } from "../../domain/text.ts";
import type { Database } from "./database.ts";

/** One job as it was given to one pair of hands. The fence rises each time it is given out: whoever shows an older one has lost it. */
export interface ClaimedJob {
  readonly order: Order;
  readonly fence: number;
  /** Attempts that failed before this one. */
  readonly failures: number;
  lockedUntilMs: number;
}

export interface JobLimits {
  readonly leaseMs: number;
  readonly attemptsMax: number;
}

interface JobRow {
  readonly json: string;
  readonly is_urgent: 0 | 1;
  readonly failures: number;
  readonly fence: number;
}

// A lock that runs longer than it was ever given was set before the clock was put back: waiting for it could take hours.
const isSilent = "state = 'active' AND (locked_until_ms <= ?1 OR locked_until_ms - ?1 > 2 * ?2)";
const isDue = `(state = 'waiting' AND due_ms <= ?1 OR ${isSilent}) AND is_urgent >= ?3`;

export function addJob(db: Database, order: Order): void {
  const isUrgent = order.urgency === "urgent" ? 1 : 0;
  db.run(
    `INSERT INTO job (id, state, is_urgent, due_ms, json) VALUES (?, 'waiting', ?, ?, ?)
     ON CONFLICT DO UPDATE SET is_urgent = 1, due_ms = iif(failures = 0, min(due_ms, excluded.due_ms), due_ms)
     WHERE excluded.is_urgent > is_urgent`,
    order.id,
    isUrgent,
    order.notBeforeMs,
    encode(order),
  );
}

/** Gives the next job that is due to this holder, urgent ones first, then the oldest; null when there is none, or hands must pause. */
export function claimJob(db: Database, holder: string, urgentOnly: boolean, limits: JobLimits): ClaimedJob | null {
  const nowMs = db.clock.nowMs();
  const asked = [nowMs, limits.leaseMs, urgentOnly ? 1 : 0] as const;
  // Most of the time nothing is due: found out without the lock that others may need for writing.
  if (db.get(`SELECT 1 FROM job WHERE ${isDue} LIMIT 1`, ...asked) === null) return null;
  return db.write(() => {
    if (isPaused(db)) return null;
    failSilentJobs(db, limits);
    const lockedUntilMs = nowMs + limits.leaseMs;
    const row = db.get<JobRow>(
      `UPDATE job SET state = 'active', failures = failures + (state = 'active'), fence = fence + 1, holder = ?4,
         locked_until_ms = ?5
       WHERE seq = (SELECT seq FROM job WHERE ${isDue} ORDER BY is_urgent DESC, seq LIMIT 1) RETURNING *`,
      ...asked,
      holder,
      lockedUntilMs,
    );
    return row === null ? null : { order: toOrder(row), fence: row.fence, failures: row.failures, lockedUntilMs };
  });
}

/** An order whose hands fall silent each time (it may be what kills them) must not be given out for ever. */
function failSilentJobs(db: Database, { leaseMs, attemptsMax }: JobLimits): void {
  db.run(
    `UPDATE job SET state = 'failed', failures = failures + 1, ended_at_ms = ?1, holder = NULL,
       last_error = 'The hands fell silent: their process ended, or was blocked, in each of the attempts.'
     WHERE ${isSilent} AND failures + 1 >= ?3`,
    db.clock.nowMs(),
    leaseMs,
    attemptsMax,
  );
}

// All that follows holds only for whoever still has the job, and tells whether that is so.
const isOurs = "id = ? AND fence = ? AND state = 'active'";

export function renewLock(db: Database, job: ClaimedJob, leaseMs: number): boolean {
  const lockedUntilMs = db.clock.nowMs() + leaseMs;
  const isHeld =
    db.run(`UPDATE job SET locked_until_ms = ? WHERE ${isOurs}`, lockedUntilMs, job.order.id, job.fence) > 0;
  if (isHeld) job.lockedUntilMs = lockedUntilMs;
  return isHeld;
}

export function saveStep(db: Database, job: ClaimedJob, step: SavedStep): boolean {
  return db.write(() => {
    if (db.get(`SELECT 1 FROM job WHERE ${isOurs}`, job.order.id, job.fence) === null) return false;
    db.run(
      "INSERT OR REPLACE INTO job_step (job, step, ordinal, json) VALUES (?, ?, ?, ?)",
      job.order.id,
      step.step,
      step.ordinal,
      encode(step),
    );
    return true;
  });
}

/** In the order in which they were saved. */
export function readSteps(db: Database, orderId: string): readonly SavedStep[] {
  return db
    .all<{ json: string }>("SELECT json FROM job_step WHERE job = ? ORDER BY rowid", orderId)
    .map(({ json }) => decode<SavedStep>(json));
}

export function readProgress(db: Database, orderId: string): OrderProgress | null {
  if (db.get("SELECT 1 FROM job WHERE id = ? AND state = 'active'", orderId) === null) return null;
  const row = db.get<{ saved: number; costUsd: number | null }>(
    "SELECT count(*) AS saved, sum(json_extract(json, '$.costUsd')) AS costUsd FROM job_step WHERE job = ?",
    orderId,
  );
  return { saved: row?.saved ?? 0, costUsd: row?.costUsd ?? 0 };
}

/** The order's content is no longer needed; its id stays, so that offering it again changes nothing. */
export function finishJob(db: Database, { order, fence }: ClaimedJob, findings: Findings): boolean {
  return db.write(() => {
    const isHeld = db.run(
      `UPDATE job SET state = 'done', ended_at_ms = ?, holder = NULL, json = '' WHERE ${isOurs}`,
      db.clock.nowMs(),
      order.id,
      fence,
    );
    if (isHeld === 0) return false;
    db.run("INSERT INTO job_findings (job, json) VALUES (?, ?)", order.id, encode(findings));
    return true;
  });
}

/** Back to waiting; `failures` as they are to be from now on, `because` why it waits. */
export function returnJob(
  db: Database,
  { order, fence }: ClaimedJob,
  to: { readonly dueMs: number; readonly failures: number; readonly because: Redacted | null },
): boolean {
  return (
    db.run(
      `UPDATE job SET state = 'waiting', due_ms = ?, failures = ?, last_error = ?, holder = NULL WHERE ${isOurs}`,
      to.dueMs,
      to.failures,
      to.because,
      order.id,
      fence,
    ) > 0
  );
}

export function failJob(db: Database, { order, fence, failures }: ClaimedJob, lastError: Redacted): boolean {
  return (
    db.run(
      `UPDATE job SET state = 'failed', failures = ?, last_error = ?, ended_at_ms = ?, holder = NULL WHERE ${isOurs}`,
      failures + 1,
      lastError,
      db.clock.nowMs(),
      order.id,
      fence,
    ) > 0
  );
}

export function readFindings(db: Database, limit: number): readonly ReturnedFindings[] {
  return db
    .all<{ job: string; json: string }>("SELECT job, json FROM job_findings ORDER BY seq LIMIT ?", limit)
    .map(({ job, json }) => ({ orderId: job, findings: decode<unknown>(json) }));
}

export function acknowledgeFindings(db: Database, orderIds: readonly string[]): void {
  const ids = JSON.stringify(orderIds);
  db.write(() => {
    db.run("DELETE FROM job_findings WHERE job IN (SELECT value FROM json_each(?))", ids);
    db.run(
      `DELETE FROM job_step WHERE job IN (SELECT value FROM json_each(?))
       AND EXISTS (SELECT 1 FROM job WHERE job.id = job_step.job AND job.state = 'done')`,
      ids,
    );
  });
}

export function isPaused(db: Database): boolean {
  return db.get("SELECT 1 FROM meta WHERE key = 'queue_is_paused'") !== null;
}

export function setPaused(db: Database, isNowPaused: boolean): void {
  // Said at every tick of the brain: without news it must not wait for the lock that others write under.
  if (isPaused(db) === isNowPaused) return;
  if (isNowPaused) db.run("INSERT OR IGNORE INTO meta (key, value) VALUES ('queue_is_paused', 1)");
  else db.run("DELETE FROM meta WHERE key = 'queue_is_paused'");
}

export function countJobs(db: Database): Readonly<Record<JobState, number>> {
  const counts: Record<JobState, number> = { waiting: 0, delayed: 0, active: 0, failed: 0, done: 0 };
  const rows = db.all<{ state: JobState; jobs: number }>(
    "SELECT iif(state = 'waiting' AND due_ms > ?, 'delayed', state) AS state, count(*) AS jobs FROM job GROUP BY 1",
    db.clock.nowMs(),
  );
  for (const { state, jobs } of rows) counts[state] = jobs;
  return counts;
}

export function readNextDueMs(db: Database): number | null {
  const nowMs = db.clock.nowMs();
  const row = db.get<{ due: number | null }>(
    "SELECT min(due_ms) AS due FROM job WHERE state = 'waiting' AND due_ms > ?",
    nowMs,
  );
  return row?.due ?? null;
}

/** Oldest order first. */
export function readFailed(db: Database, limit: number): readonly FailedJob[] {
  return db
    .all<{ id: string; failures: number; last_error: Redacted }>(
      "SELECT id, failures, last_error FROM job WHERE state = 'failed' ORDER BY seq LIMIT ?",
      limit,
    )
    .map((row) => ({ orderId: row.id, attempts: row.failures, lastError: row.last_error }));
}

function toOrder({ json, is_urgent }: JobRow): Order {
  const order = decode<Order>(json);
  return is_urgent === 1 ? { ...order, urgency: "urgent" } : order;
}
