import { join } from "node:path";
import type { Config } from "../../config/config.ts";
import { expiringRules } from "../../config/expiring-rules.ts";
import { toJson } from "../../domain/json.ts";
import { redact } from "../../domain/redact.ts";
import { compose } from "../compose.ts";
import { openConversations } from "../conversations.ts";
import { copyForDryRun, withLiveBudget } from "../dry-run-copy.ts";
import { exitCodes, type Io } from "../io.ts";
import { keeperOf, lastLines } from "../own-lines.ts";
import type { RunJson } from "../run-json.ts";
import { runOnce } from "../run-once.ts";
import { databaseFileOf } from "../setting.ts";
import { makeStateFolder } from "../state-folder.ts";
import { stopSignal } from "../stop-signal.ts";
import { systemClock } from "../system-clock.ts";
import { isNews, progressLines } from "../tell-progress.ts";
import type { Replaced, Worker } from "../worker.ts";

/** `run`: the command around `runOnce`. @returns the exit code */
export async function runCommand(
  options: {
    readonly config: Config;
    readonly stateDirectory: string;
    readonly json: boolean;
    readonly dryRun: boolean;
    readonly minutesMax: number;
    readonly record: string | null;
  },
  io: Io,
): Promise<number> {
  const stateDirectory = await makeStateFolder(options.stateDirectory);
  for (const warning of options.config.warnings) io.stderr(`warning: ${warning}\n`);
  for (const { sentence, isOver } of expiringRules(options.config, systemClock.nowMs())) {
    if (isOver) io.stderr(`warning: ${sentence}\n`);
  }
  const tell = (line: string) => (options.json ? undefined : io.stdout(`${line}\n`));
  const keep = options.dryRun ? () => undefined : keeperOf(stateDirectory, "run", Date.now);
  const stop = stopSignal((signalName) => io.stderr(`${signalName}: handing running work back …\n`));
  const onCopy =
    options.dryRun && Object.values(options.config.environments).some((environment) => environment.mode !== "dry-run");
  // What a copy decides must not reach hands that work for the live state.
  const config: Config = onCopy ? { ...options.config, redisUrl: null } : options.config;
  if (options.record !== null && config.redisUrl !== null) {
    io.stderr("--record: with REDIS_URL hands in other processes ask the model, and nothing is recorded here.\n");
    return exitCodes.wrongUsage;
  }
  const live = databaseFileOf(stateDirectory);
  const file = onCopy ? join(stateDirectory, "dry-run", "autopilot.sqlite") : live;
  // Opened first, for that is what finds a state file that cannot be used, and leaves it as it is.
  const budget = onCopy ? await openLive(live) : null;
  if (onCopy) await copyForDryRun(live, file);
  const replaced: Replaced = {
    clock: systemClock,
    fetch: null,
    wrapStore: (store) => (budget === null ? store : withLiveBudget(store, budget, String(Date.now()))),
    wrapQueue: (queue) => queue,
  };
  const { wrap: wrapModel } = await openConversations({ record: options.record, conversation: null }, config.model, io);
  const worker = await compose(
    config,
    {
      wrapModel,
      stateDirectory,
      databaseFile: file,
      dryRun: options.dryRun,
      onProgress: (progress) => {
        for (const line of progressLines(progress)) {
          tell(line);
          if (isNews(progress)) keep(line);
        }
      },
    },
    replaced,
  );
  try {
    const settings = { ...config, stateDirectory, minutesMax: options.minutesMax, clock: systemClock };
    const pass = options.dryRun ? null : await chatPass(config, stateDirectory, worker, stop.signal, io);
    const summary = await runOnce(worker, settings, stop.signal);
    await pass?.();
    if (options.json) io.stdout(`${toJson(summary)}\n`);
    else tellEnd(summary, tell);
    if (summary.exitCode !== exitCodes.done || summary.effects.length > 0) tellEnd(summary, keep);
    await tellHands(worker, summary, io);
    for (const failure of summary.failures) {
      io.stderr(`${redact(failure)}\n`);
      keep(failure);
    }
    return summary.exitCode;
  } catch (error) {
    if (stop.signal.aborted) return exitCodes.done;
    throw error;
  } finally {
    stop.release();
    await worker.close();
    await budget?.close();
  }
}

async function openLive(path: string) {
  const { openStore } = await import("../../adapters/sqlite/store.ts");
  return openStore({ path, clock: systemClock });
}

/** Orders that nobody works on would wait in silence. */
async function tellHands(worker: Worker, { jobs }: RunJson, io: Io): Promise<void> {
  if (worker.hands !== null || worker.handsAlive === null || jobs === null) return;
  if (jobs.waiting === 0 || (await worker.handsAlive()) > 0) return;
  io.stderr("No hands are at work: start some with error-autopilot start --role hands, on any machine.\n");
}

function tellEnd(summary: Awaited<ReturnType<typeof runOnce>>, tell: (line: string) => void): void {
  if (summary.pausedBy !== null) tell(`paused by ${summary.pausedBy}: error-autopilot resume goes on`);
  const waiting = (summary.jobs?.waiting ?? 0) + (summary.jobs?.delayed ?? 0);
  const atWork = summary.engine === "distributed" ? (summary.jobs?.active ?? 0) : 0;
  const parts = [
    `${summary.effects.filter((effect) => effect.state === "done").length} written`,
    ...(summary.reports.length === 0 ? [] : [`${summary.reports.length} reports`]),
    ...(waiting === 0
      ? []
      : [`${waiting} investigations wait for ${summary.engine === "embedded" ? "the next run" : "hands"}`]),
    ...(atWork === 0 ? [] : [`${atWork} are at work`]),
    `$${summary.costUsd.toFixed(4)}`,
    `${(summary.durationMs / 1000).toFixed(1)} s`,
  ];
  tell(`done: ${parts.join(", ")}`);
  for (const sentence of summary.needsHuman) tell(`needs a human: ${sentence}`);
}

/** One pass of updates before the run and one of answers after it, where no bot and no daemon is alive. @returns the second; null without a chat */
async function chatPass(
  config: Config,
  stateDirectory: string,
  worker: Worker,
  signal: AbortSignal,
  io: Io,
): Promise<(() => Promise<void>) | null> {
  if (config.telegram === null) return null;
  const [{ openChat }, { passThroughChat }] = await Promise.all([
    import("../open-chat.ts"),
    import("../../jobs/chat/stay-in-chat.ts"),
  ]);
  const onFault = (sentence: string | null) =>
    sentence === null ? undefined : io.stderr(`telegram: ${redact(sentence)}\n`);
  const ownLines = (count: number) => lastLines(stateDirectory, count);
  const own = { process: "run", ownLines, onFault } as const;
  const chat = openChat(config, worker, own, { clock: systemClock, fetch: null });
  if (chat === null || !(await passThroughChat(chat, signal))) return null;
  return async () => void (await passThroughChat(chat, signal));
}
