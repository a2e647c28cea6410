import type { Incident } from "../../domain/incident.ts";
import { type JobQueue, QueueUnavailableError } from "../../domain/job-queue.ts";
import type { Mode } from "../../domain/mode.ts";
import type { IncidentId } from "../../domain/names.ts";
import { redact } from "../../domain/redact.ts";
import type { Store } from "../../domain/store.ts";
import type { Redacted } from "../../domain/text.ts";
import { toBeFiled } from "../../report/report-digest.ts";
import { backAgain } from "../return-told.ts";

/** What a person set in motion, from the command line or from a chat; the words in which it is told are the surface's own. */
export interface HandleMeans {
  readonly store: Store;
  readonly queue: Pick<JobQueue, "pause" | "resume">;
  readonly nowMs: number;
  /** Who asks, for the audit. */
  readonly by: string;
}

/** Null: done everywhere. Else hands on other machines are not told yet; the brain tells them when it can. */
export type Unreached = Redacted | null;

/** No new outside effect begins, running model calls end. */
export async function pauseAll(means: HandleMeans): Promise<Unreached> {
  const handles = await means.store.handles();
  await means.store.setHandles({ ...handles, pausedBy: means.by }, lineOf(means, "handles.paused", "paused"));
  return reachHands(() => means.queue.pause());
}

export async function resumeAll(means: HandleMeans): Promise<Unreached> {
  const { modeCeiling } = await means.store.handles();
  await means.store.setHandles({ modeCeiling, pausedBy: null }, lineOf(means, "handles.resumed", "resumed"));
  return reachHands(() => means.queue.resume());
}

/** A ceiling at run time, which can only lower what the service map says; null takes it away. */
export async function setCeiling(means: HandleMeans, modeCeiling: Mode | null): Promise<void> {
  const handles = await means.store.handles();
  await means.store.setHandles({ ...handles, modeCeiling }, lineOf(means, "handles.mode", modeCeiling ?? "clear"));
}

export type ChangeOutcome =
  | { readonly kind: "done"; readonly incident: Incident }
  | { readonly kind: "unknown" }
  | { readonly kind: "moved" }
  | { readonly kind: "has-issue"; readonly url: string }
  /** It is on the way where there is no address yet. */
  | { readonly kind: "has-draft"; readonly url: string | null }
  /** Its issue is there: a patch is tried, and what came of it is told in that issue. */
  | { readonly kind: "patch-asked"; readonly url: string };

const underWay: readonly string[] = ["planned", "opening", "open", "changing"];

/** Investigated again; what was found and never filed is filed without being paid for again. Where the issue is there, a patch is tried once more. */
export async function askAgain(means: HandleMeans, id: string): Promise<ChangeOutcome & { readonly isKept?: boolean }> {
  const incident = await means.store.incident(id as IncidentId);
  if (incident === null) return { kind: "unknown" };
  if (incident.sameAs !== null) {
    const words = "is not the same bug: it will be investigated for itself at the next run";
    return change(means, id, "incident.retry", words, (before) => ({
      ...backAgain(before),
      rounds: before.rounds + 1,
      patchAskedBy: means.by,
    }));
  }
  if (incident.issue !== null) return askForPatch(means, incident, incident.issue.url);
  const isKept = (await means.store.keptFindings(incident.id)) !== null;
  const words = isKept
    ? "will be filed at the next run, from what was found already; in dry-run it is investigated again"
    : "will be investigated again at the next run";
  const outcome = await change(means, id, "incident.retry", words, (before) => ({
    ...before,
    state: "new",
    causedBy: null,
    mutedUntilMs: null,
    ignoredBecause: null,
    // Another round, so that an issue is intended anew that GitHub refused in this one.
    rounds: before.rounds + 1,
    reportDigest: isKept ? toBeFiled : null,
    note: null,
    patchAskedBy: means.by,
  }));
  return { ...outcome, isKept };
}

async function askForPatch(
  means: HandleMeans,
  { id, state, pullRequest }: Incident,
  url: string,
): Promise<ChangeOutcome> {
  if (state !== "reported") return { kind: "has-issue", url };
  if (pullRequest !== null && underWay.includes(pullRequest.state)) return { kind: "has-draft", url: pullRequest.url };
  const words = "a patch is tried at the next run";
  const update = (before: Incident): Incident => ({ ...before, patchAskedBy: means.by, note: null });
  const outcome = await change(means, id, "incident.retry", words, update);
  return outcome.kind === "done" ? { kind: "patch-asked", url } : outcome;
}

/** Counted, but told no more: until then, or for good. */
export async function ignore(
  means: HandleMeans,
  id: string,
  said: { readonly untilMs: number | null; readonly words: string },
): Promise<ChangeOutcome> {
  return change(means, id, "incident.ignored", said.words, (before) => ({
    ...before,
    state: "muted",
    mutedUntilMs: said.untilMs,
    ignoredBecause: null,
  }));
}

/** Done with. */
export async function resolve(means: HandleMeans, id: string): Promise<ChangeOutcome> {
  return change(means, id, "incident.resolved", "is resolved", (before) => ({
    ...before,
    state: "resolved",
    note: null,
  }));
}

async function change(
  means: HandleMeans,
  id: string,
  action: string,
  words: string,
  update: (incident: Incident) => Incident,
): Promise<ChangeOutcome> {
  const incident = await means.store.incident(id as IncidentId);
  if (incident === null) return { kind: "unknown" };
  const line = { atMs: means.nowMs, actor: means.by, action, subject: incident.id, result: redact(words) };
  const changed = update(incident);
  const result = await means.store.commit({ incidents: [changed], audit: [line] }, null);
  return result === "done" ? { kind: "done", incident: changed } : { kind: "moved" };
}

async function reachHands(say: () => Promise<void>): Promise<Unreached> {
  try {
    await say();
    return null;
  } catch (error) {
    if (!(error instanceof QueueUnavailableError)) throw error;
    return redact(error.message);
  }
}

function lineOf(means: HandleMeans, action: string, words: string) {
  return { atMs: means.nowMs, actor: means.by, action, subject: "handles", result: redact(words) };
}
