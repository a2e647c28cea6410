import { relative } from "node:path";
import type { Clock } from "../domain/clock.ts";
import type { Coverage } from "../domain/coverage.ts";
import { type Effect, isOverview } from "../domain/effect.ts";
import type { Incident } from "../domain/incident.ts";
import { type Hands, type JobQueue, QueueUnavailableError } from "../domain/job-queue.ts";
import type { Json } from "../domain/json.ts";
import { toJson } from "../domain/json.ts";
import { redact } from "../domain/redact.ts";
import type { AuditReport } from "../jobs/audit.ts";
import { type TickReport, tick } from "../jobs/brain.ts";
import { environmentsOf, totalOf } from "../jobs/plan-orders.ts";
import { exitCodes } from "./io.ts";
import { isPollDue } from "./poll-schedule.ts";
import type { RunJson } from "./run-json.ts";
import type { Worker } from "./worker.ts";

const pauseLookEveryMs = 500;
const leaveForMs = 60_000;

export interface RunSettings {
  readonly stateDirectory: string;
  readonly concurrency: number;
  readonly minutesMax: number;
  /** How often the sources are read again when one run takes long. */
  readonly everyMs: number;
  readonly clock: Clock;
}

/** One poll and all the work it gives: ticks and hands in turn, until nothing is due or the time is over. What is not due yet is left to the next run. */
export async function runOnce(worker: Worker, settings: RunSettings, signal: AbortSignal): Promise<RunJson> {
  const { clock } = settings;
  const startedAtMs = clock.nowMs();
  const endMs = startedAtMs + settings.minutesMax * 60_000;
  const ticks: TickReport[] = [];
  let polledAtMs: number | null = null;
  for (;;) {
    const nowMs = clock.nowMs();
    const poll = isPollDue(nowMs, polledAtMs, settings.everyMs);
    if (poll) polledAtMs = nowMs;
    const report = await tickUnlessStopped(worker, { poll, runStartedMs: startedAtMs }, signal);
    if (report === null) break;
    ticks.push(report);
    if (clock.nowMs() >= endMs || signal.aborted || report.pausedBy !== null) break;
    if (worker.hands === null) {
      // What the hands bring back is for the next run: a run waits for nobody.
      if (signal.aborted || !report.didWork) break;
      continue;
    }
    const ended = await endedJobs(worker);
    await workUntilEmpty(worker, handsUntil(worker.hands, endMs, clock), settings, signal);
    if (signal.aborted || (!report.didWork && (await endedJobs(worker)) === ended)) break;
  }
  return summarise(worker, settings, ticks, startedAtMs);
}

async function endedJobs(worker: Worker): Promise<number> {
  const { done, failed } = await worker.queue.counts();
  return done + failed;
}

/** A tick; null when the process was asked to stop in the middle of it: what it committed stands, and is summed up. */
async function tickUnlessStopped(
  worker: Worker,
  options: { readonly poll: boolean; readonly runStartedMs: number },
  signal: AbortSignal,
): Promise<TickReport | null> {
  try {
    return await tick(worker.brain, options, signal);
  } catch (error) {
    if (signal.aborted) return null;
    throw error;
  }
}

/** The same hands, which take up nothing more once the time is over; what they are at is finished. */
function handsUntil(hands: Hands, endMs: number, clock: Clock): Hands {
  return async (attempt) => {
    const nowMs = clock.nowMs();
    if (nowMs < endMs) return hands(attempt);
    return { kind: "again", notBeforeMs: nowMs + leaveForMs, because: redact("The time of this run is over.") };
  };
}

/** Hands in this process, until no job is due; a pause, however it is said, stops them too. */
async function workUntilEmpty(
  { queue, store }: Worker,
  hands: Hands,
  settings: RunSettings,
  signal: AbortSignal,
): Promise<void> {
  const paused = new AbortController();
  const watch = setInterval(() => {
    store.handles().then(
      ({ pausedBy }) => (pausedBy === null ? undefined : paused.abort(new Error(`paused by ${pausedBy}`))),
      (error: unknown) => paused.abort(error),
    );
  }, pauseLookEveryMs);
  try {
    await queue.work(hands, {
      concurrency: settings.concurrency,
      urgentSlots: 0,
      until: "empty",
      signal: AbortSignal.any([signal, paused.signal]),
    });
  } finally {
    clearInterval(watch);
  }
}

async function summarise(
  worker: Worker,
  settings: RunSettings,
  ticks: readonly TickReport[],
  startedAtMs: number,
): Promise<RunJson> {
  const { store, queue, brain } = worker;
  const polls = ticks.flatMap((each) => each.polls);
  const failures = [
    ...ticks.flatMap((each) => each.failures.map(({ environment, error }) => `${environment}: ${error.message}`)),
    // What a later tick of the same run could do is no failure of the run.
    ...(ticks.at(-1)?.putOff ?? []),
  ];
  const effects = lastOfEach(ticks.flatMap((each) => each.effects));
  const audit = await store.audit({ sinceMs: startedAtMs, limit: 10_000 });
  const askedNow = audit.filter((line) => line.action === "incident.stuck" || line.action === "incident.left").length;
  const stuck = await store.incidents({ states: ["stuck"], limit: 1_000 });
  const costUsd = (await store.costs(new Date(startedAtMs).toISOString().slice(0, 10)))
    .filter((line) => audit.some((each) => each.action === "order.given" && each.result.startsWith(`${line.order},`)))
    .reduce((sum, line) => sum + (line.actualUsd ?? line.reservedUsd), 0);
  const isBusy = polls.length > 0 && polls.every((poll) => poll.isBusy) && !ticks.some((each) => each.didWork);
  return {
    startedAtMs,
    durationMs: settings.clock.nowMs() - startedAtMs,
    engine: worker.engine,
    pausedBy: ticks.at(-1)?.pausedBy ?? null,
    polls: polls.flatMap((poll) => poll.coverage.map(asJson)),
    audits: ticks.flatMap((each) => each.audits.map(auditRow)),
    incidents: await incidentRows(
      worker,
      [...polls, ...ticks.flatMap((each) => each.audits)],
      ticks.at(-1)?.heldBack ?? [],
    ),
    effects: effects
      .filter((effect) => effect.outgoing.kind !== "write-report")
      .map((effect) => ({
        kind: effect.outgoing.kind,
        incident: isOverview(effect.subject) ? null : effect.subject,
        state: effect.state,
        url: effect.url,
      })),
    reports: effects
      .filter((effect) => effect.outgoing.kind === "write-report" && effect.state === "done")
      .map((effect) => relative(settings.stateDirectory, effect.url ?? "")),
    jobs: await countsOf(queue),
    modelCalls: worker.modelCalls(),
    costUsd,
    needsHuman: [
      ...stuck.map((incident) => `${incident.id}: ${incident.note ?? incident.title}`),
      ...(await store.chatItems("chat", { states: ["gone"], limit: 20 })).map(
        ({ chat, because }) => `chat ${chat}: ${because} Add the bot again, or take the chat out of the service map.`,
      ),
    ],
    failures,
    exitCode:
      failures.length > 0
        ? exitCodes.failed
        : askedNow > 0
          ? exitCodes.needsHuman
          : isBusy
            ? exitCodes.busy
            : exitCodes.done,
  };

  async function incidentRows(
    { store: from }: Worker,
    reports: readonly Pick<TickReport["polls"][number], "touched">[],
    heldBack: readonly Incident[],
  ): Promise<RunJson["incidents"]> {
    const rows: RunJson["incidents"][number][] = [];
    for (const { incident: touched, change } of reports.flatMap((report) => report.touched)) {
      const incident = (await from.incident(touched.id)) ?? touched;
      rows.push({ ...row(incident), change: incident.state === "symptom" ? "symptom" : change });
    }
    return [...rows, ...heldBack.map((incident) => ({ ...row(incident), change: "held-back" as const }))];
  }

  function row(incident: Incident) {
    const { id, title, service } = incident;
    return {
      id,
      title,
      service,
      count: totalOf(incident),
      mode: brain.rules.modeOf(environmentsOf(incident), service),
    };
  }
}

function auditRow(report: AuditReport): RunJson["audits"][number] {
  const recounts = report.recounted.flatMap((each) => each.closed?.recount ?? []);
  return {
    environment: report.environment,
    windows: recounts.length,
    readAgain: recounts.filter(({ result }) => result === "read-again" || result === "incomplete").length,
    errors: report.touched.reduce((sum, { added }) => sum + added, 0),
    waiting: report.waiting,
    problem: report.problem,
  };
}

/** Null while the queue's server is away, which stands among the failures. */
async function countsOf(queue: JobQueue): Promise<RunJson["jobs"]> {
  try {
    return await queue.counts();
  } catch (error) {
    if (error instanceof QueueUnavailableError) return null;
    throw error;
  }
}

function lastOfEach(effects: readonly Effect[]): readonly Effect[] {
  return [...new Map(effects.map((effect) => [effect.id, effect])).values()];
}

function asJson(coverage: Coverage): Json<Coverage> {
  return JSON.parse(toJson(coverage)) as Json<Coverage>;
}
