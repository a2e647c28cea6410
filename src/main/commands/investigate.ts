import type { TelegramConfig } from "../../config/build-telegram.ts";
import type { Config } from "../../config/config.ts";
import type { Inquiry } from "../../domain/chat/chat-memory.ts";
import { code } from "../../domain/chat/chat-text.ts";
import { readAlerts } from "../../forward/read-alert.ts";
import type { AskMeans } from "../../jobs/chat/chat-means.ts";
import { lookInto } from "../../jobs/chat/inquire.ts";
import { lookBackMsUsual, newInquiry } from "../../jobs/chat/new-inquiry.ts";
import { renderInquiry } from "../../jobs/chat/render-inquiry.ts";
import { holdLease } from "../../jobs/held-lease.ts";
import { chatRulesOf } from "../chat-rules.ts";
import { instantText } from "../columns.ts";
import { who } from "../command-options.ts";
import { compose } from "../compose.ts";
import { type ExitCode, exitCodes, type Io } from "../io.ts";
import { requireEnvironment } from "../known-environment.ts";
import { readStdin } from "../read-stdin.ts";
import { databaseFileOf } from "../setting.ts";
import { settleAndPerform } from "../settle-and-perform.ts";
import { makeStateFolder } from "../state-folder.ts";
import { stopSignal } from "../stop-signal.ts";
import { systemClock } from "../system-clock.ts";
import { textHere, wordsHere } from "../told-here.ts";
import type { Worker } from "../worker.ts";

const leaseMs = 60_000;
const lookEveryMs = 500;
const stdinBytesMax = 1024 * 1024;
/** The place where it is asked; no chat of Telegram's is called so. */
const here = "terminal";
const telling = { words: wordsHere, time: instantText };

/** `investigate`: a forwarded alert without the forward. The same look, the same urgent order and the same answer, which is waited for. */
export async function investigateCommand(
  given: string,
  options: {
    readonly config: Config;
    readonly stateDirectory: string;
    readonly environment: string | null;
    readonly lookBackMs: number | null;
  },
  io: Io,
): Promise<ExitCode> {
  const { config, environment, lookBackMs } = options;
  requireEnvironment(environment, { file: config.path, environments: config.environments });
  const rules = rulesHere(config, environment);
  const nowMs = systemClock.nowMs();
  const text = given === "-" ? await readStdin(io.stdin, stdinBytesMax) : given;
  const alerts = readAlerts({ text, links: [], atMs: nowMs }, rules.alerts);
  if (alerts.length === 0) {
    io.stderr(`${textHere(wordsHere.notUnderstood)}\n`);
    return exitCodes.failed;
  }
  const stateDirectory = await makeStateFolder(options.stateDirectory);
  const inquiry = newInquiry({
    id: here,
    chat: here,
    user: who(),
    message: 0,
    nowMs,
    alerts: alerts.map((alert) => ({ ...alert, fromMs: alert.fromMs ?? nowMs })),
    lookBackMs: lookBackMs ?? lookBackMsUsual,
    finding: null,
    urgentMsMax: rules.urgentMsMax,
  });
  const stop = stopSignal((signalName) => io.stderr(`${signalName}: handing running work back …\n`));
  const worker = await compose(
    config,
    { stateDirectory, databaseFile: databaseFileOf(stateDirectory), dryRun: false, onProgress: () => undefined },
    { clock: systemClock, fetch: null, wrapStore: (store) => store, wrapQueue: (queue) => queue },
  );
  try {
    const means: AskMeans = { brain: worker.brain, rules };
    const looked = await look(means, inquiry, stop.signal);
    if (looked.state !== "waiting") return await tellEnd(means, looked, io);
    return await follow(worker, means, looked, config.concurrency, stop.signal, io);
  } catch (error) {
    if (!stop.signal.aborted) throw error;
    io.stderr("What was ordered goes on with the next run.\n");
    return exitCodes.failed;
  } finally {
    stop.release();
    await worker.close();
  }
}

/** Those of the service map, with or without a chat in it; here everything is about the environment that was named. */
function rulesHere(config: Config, environment: string | null): AskMeans["rules"] {
  const { telegram } = config;
  const place: TelegramConfig = {
    token: null,
    apiUrl: "",
    chats: {},
    people: {},
    chatOf: environment === null ? {} : { [environment]: here },
    failuresChat: null,
    fallbackChat: null,
    alertBots: [],
    patterns: telegram?.patterns ?? [],
    urgentMsMax: telegram?.urgentMsMax ?? 600_000,
    reportMinute: null,
  };
  return chatRulesOf(config, place);
}

async function look(means: AskMeans, inquiry: Inquiry, signal: AbortSignal): Promise<Inquiry> {
  const held = await holdLease(means.brain, `${here}-${means.brain.holder}`, leaseMs);
  if (held === null) throw new Error("the lease of this process is held by another one");
  try {
    return await lookInto(means, inquiry, inquiry.user, held, signal);
  } finally {
    await held.release();
  }
}

async function tellEnd(means: AskMeans, inquiry: Inquiry, io: Io): Promise<ExitCode> {
  const { text } = await renderInquiry(means, inquiry, systemClock.nowMs(), telling);
  const { finding } = inquiry;
  const isFailed = finding?.kind === "paused" || (finding?.kind === "nothing" && finding.because !== null);
  (isFailed ? io.stderr : io.stdout)(`${textHere(text)}\n`);
  return isFailed ? exitCodes.failed : exitCodes.done;
}

/** Works on what is urgent, here or by hands elsewhere, until the answer is whole. */
async function follow(
  worker: Worker,
  means: AskMeans,
  inquiry: Inquiry,
  concurrency: number,
  signal: AbortSignal,
  io: Io,
): Promise<ExitCode> {
  const over = new AbortController();
  const ending = AbortSignal.any([signal, over.signal]);
  const work =
    worker.hands === null
      ? Promise.resolve()
      : worker.queue.work(worker.hands, { concurrency, urgentSlots: concurrency, until: "aborted", signal: ending });
  const settling = settleAndPerform(worker, ending, (sentence) => io.stderr(`${sentence}\n`));
  for (const part of [work, settling]) part.catch((error: unknown) => over.abort(error));
  try {
    return await answerAsItGrows(worker, means, inquiry, ending, io);
  } finally {
    over.abort();
    await Promise.allSettled([work, settling]);
  }
}

async function answerAsItGrows(
  worker: Worker,
  means: AskMeans,
  inquiry: Inquiry,
  signal: AbortSignal,
  io: Io,
): Promise<ExitCode> {
  if (worker.handsAlive !== null && (await worker.handsAlive()) === 0) {
    io.stderr("No hands are at work: start some with error-autopilot start --role hands, on any machine.\n");
  }
  let shown = "";
  for (;;) {
    signal.throwIfAborted();
    const { pausedBy } = await worker.store.handles();
    if (pausedBy !== null) {
      io.stderr(`${textHere(wordsHere.paused(code(pausedBy)))}\n`);
      return exitCodes.failed;
    }
    const { text, isFinal } = await renderInquiry(means, inquiry, systemClock.nowMs(), telling);
    if (isFinal) {
      io.stdout(`${textHere(text)}\n`);
      return exitCodes.done;
    }
    const line = textHere(text).split("\n").at(-1) ?? "";
    if (line !== shown) io.stderr(`${line}\n`);
    shown = line;
    await systemClock.sleep(lookEveryMs, signal);
  }
}
