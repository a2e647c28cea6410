import type { Config } from "../../config/config.ts";
import { expiringRules } from "../../config/expiring-rules.ts";
import { redact } from "../../domain/redact.ts";
import type { ChatMeans } from "../../jobs/chat/chat-means.ts";
import { tellTrouble } from "../../jobs/chat/tell-trouble.ts";
import { instantText } from "../columns.ts";
import { compose } from "../compose.ts";
import { createFaultTeller } from "../fault-teller.ts";
import { exitCodes, type Io } from "../io.ts";
import { keeperOf, lastLines } from "../own-lines.ts";
import { databaseFileOf } from "../setting.ts";
import { makeStateFolder } from "../state-folder.ts";
import { stay } from "../stay.ts";
import { stopSignal } from "../stop-signal.ts";
import { systemClock } from "../system-clock.ts";
import { isNews, progressLines } from "../tell-progress.ts";
import type { Worker } from "../worker.ts";

/** `start`, and `start --role brain`: the daemon; ends with 0 when it is asked to stop. */
export async function startCommand(
  options: { readonly config: Config; readonly role: "all" | "brain"; readonly stateDirectory: string },
  io: Io,
): Promise<number> {
  const { config } = options;
  const stateDirectory = await makeStateFolder(options.stateDirectory);
  const keep = keeperOf(stateDirectory, options.role === "all" ? "daemon" : "brain", Date.now);
  const tell = (line: string) => {
    keep(line);
    io.stdout(`${instantText(Date.now())} ${line}\n`);
  };
  for (const warning of config.warnings) tell(`warning: ${warning}`);
  for (const { sentence, isOver } of expiringRules(config, systemClock.nowMs()))
    if (isOver) tell(`warning: ${sentence}`);
  const stop = stopSignal((signalName) => tell(`${signalName}: handing running work back …`));
  const worker = await compose(
    config,
    {
      stateDirectory,
      databaseFile: databaseFileOf(stateDirectory),
      dryRun: false,
      hasHands: options.role === "all",
      onContact: tell,
      onProgress: (progress) => {
        if (!isNews(progress)) return;
        for (const line of progressLines(progress)) tell(line);
      },
    },
    { clock: systemClock, fetch: null, wrapStore: (store) => store, wrapQueue: (queue) => queue },
  );
  try {
    // A server of the queue that is not there is told now, while somebody watches; later it may come and go.
    await worker.queue.counts();
    tell(
      `started: ${Object.keys(config.environments).join(", ")}, polling every ${Math.round(config.everyMs / 1000)} s${worker.hands === null ? ", as the brain alone" : ""}`,
    );
    const onFault = createFaultTeller((sentence) => settings.onFailure(sentence));
    const chat = await chatOf(
      config,
      worker,
      (count) => lastLines(stateDirectory, count),
      (fault) => onFault(new Map([["telegram", fault]])),
    );
    const settings = {
      ...config,
      stateDirectory,
      clock: systemClock,
      chat,
      onFailure: (sentence: string) => {
        tell(redact(sentence));
        if (chat !== null) tellTrouble(chat, sentence).catch(() => undefined);
      },
    };
    await stay(worker, settings, stop.signal);
    tell("stopped");
    return exitCodes.done;
  } finally {
    stop.release();
    await worker.close();
  }
}

/** Loaded only where a chat is configured. */
async function chatOf(
  config: Config,
  worker: Worker,
  ownLines: ChatMeans["ownLines"],
  onFault: (sentence: string | null) => void,
): Promise<ChatMeans | null> {
  if (config.telegram === null) return null;
  const { openChat } = await import("../open-chat.ts");
  return openChat(config, worker, { process: "daemon", ownLines, onFault }, { clock: systemClock, fetch: null });
}
