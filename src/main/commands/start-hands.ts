import { hostname } from "node:os";
import { openBullJobQueue } from "../../adapters/bullmq/job-queue.ts";
import type { Config } from "../../config/config.ts";
import type { Hands, JobQueue } from "../../domain/job-queue.ts";
import type { Order } from "../../domain/order.ts";
import { redact } from "../../domain/redact.ts";
import { attemptsMax } from "../attempts.ts";
import { instantText } from "../columns.ts";
import { configuredHands } from "../configured-hands.ts";
import { exitCodes, type Io } from "../io.ts";
import { makeStateFolder } from "../state-folder.ts";
import { stopSignal } from "../stop-signal.ts";
import { systemClock } from "../system-clock.ts";
import { watchPauseFile } from "../watch-pause-file.ts";

/** What only the brain has a use for. */
const foreignSecrets = ["GITHUB_TOKEN", "TELEGRAM_BOT_TOKEN"];

/**
 * `start --role hands`: works on orders from Redis until it is asked to stop. It opens no store and holds no token that can write; its state folder has
 * only its own git directories, and may have the file PAUSE.
 */
export async function startHands(
  options: { readonly config: Config; readonly stateDirectory: string },
  io: Io,
): Promise<number> {
  const { config } = options;
  const stateDirectory = await makeStateFolder(options.stateDirectory);
  const tell = (line: string) => io.stdout(`${instantText(Date.now())} ${redact(line)}\n`);
  for (const warning of config.warnings) tell(`warning: ${warning}`);
  for (const name of foreignSecrets.filter(
    (each) => `${process.env[each] ?? ""}${process.env[`${each}_FILE`] ?? ""}`,
  )) {
    tell(`warning: ${name} is set here. Hands do not read it; take it away, for what is not there cannot leak.`);
  }
  const stop = stopSignal((signalName) => tell(`${signalName}: handing running work back …`));
  const holder = `${hostname()}-${process.pid}-${Math.random().toString(36).slice(2, 10)}`;
  const queue = await openBullJobQueue({
    url: config.redisUrl ?? "",
    clock: systemClock,
    holder,
    attemptsMax,
    onContact: tell,
  });
  try {
    const { hands } = configuredHands(config, { clock: systemClock, fetch: null, stateDirectory });
    tell(`started: hands for ${Object.keys(config.environments).join(", ")}, ${config.concurrency} orders at once`);
    await workUnlessPaused(queue, tellingHands(withinOurLimits(hands, config), tell), {
      stateDirectory,
      concurrency: config.concurrency,
      urgentSlots: config.telegram === null ? 0 : 1,
      signal: stop.signal,
      tell,
    });
    tell("stopped");
    return exitCodes.done;
  } finally {
    stop.release();
    await queue.close();
  }
}

/** The file PAUSE of this machine stops these hands alone; they go on when it is gone. */
async function workUnlessPaused(
  queue: JobQueue,
  hands: Hands,
  settings: {
    readonly stateDirectory: string;
    readonly concurrency: number;
    /** Beside those: kept for what a person waits for. */
    readonly urgentSlots: number;
    readonly signal: AbortSignal;
    readonly tell: (line: string) => void;
  },
): Promise<void> {
  const { signal, concurrency, urgentSlots, tell } = settings;
  let paused = new AbortController();
  let resumed = Promise.withResolvers<void>();
  resumed.resolve();
  const watch = watchPauseFile(settings.stateDirectory, (isThere) => {
    tell(isThere ? "paused by the file PAUSE" : "the file PAUSE is gone: going on");
    if (isThere) {
      resumed = Promise.withResolvers<void>();
      paused.abort(new Error("paused by the file PAUSE"));
    } else {
      paused = new AbortController();
      resumed.resolve();
    }
  });
  const stopped = new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));
  try {
    while (!signal.aborted) {
      await queue.work(hands, {
        concurrency: concurrency + urgentSlots,
        urgentSlots,
        until: "aborted",
        signal: AbortSignal.any([signal, paused.signal]),
      });
      await Promise.race([resumed.promise, stopped]);
    }
  } finally {
    watch.stop();
  }
}

/** An order says how much money and time it may take; these hands have limits of their own, whoever wrote the order. */
function withinOurLimits(hands: Hands, { budget, analysis }: Config): Hands {
  const within = (wanted: number, most: number) => (wanted >= 0 ? Math.min(wanted, most) : 0);
  return (attempt) => {
    const order: Order = {
      ...attempt.order,
      allowanceUsd: within(attempt.order.allowanceUsd, budget.incidentUsd),
      durationMsMax: within(attempt.order.durationMsMax, analysis.durationMsMax),
    };
    return hands({ ...attempt, order });
  };
}

function tellingHands(hands: Hands, tell: (line: string) => void): Hands {
  return async (attempt) => {
    const name = `${attempt.order.id}, attempt ${attempt.number}`;
    tell(`${name}: begun`);
    try {
      const result = await hands(attempt);
      if (result.kind === "again") tell(`${name}: handed back: ${result.because}`);
      else tell(`${name}: ${result.findings.rootCause.kind}, $${result.findings.costUsd.toFixed(4)}`);
      return result;
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      tell(`${name}: ${attempt.signal.aborted ? "stopped" : "failed"}: ${message}`);
      throw error;
    }
  };
}
