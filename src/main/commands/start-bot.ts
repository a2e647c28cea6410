import type { Config } from "../../config/config.ts";
import { redact } from "../../domain/redact.ts";
import { stayInChat } from "../../jobs/chat/stay-in-chat.ts";
import { tellTrouble } from "../../jobs/chat/tell-trouble.ts";
import { instantText } from "../columns.ts";
import { compose } from "../compose.ts";
import { createFaultTeller } from "../fault-teller.ts";
import { exitCodes, type Io } from "../io.ts";
import { openChat } from "../open-chat.ts";
import { keeperOf, lastLines } from "../own-lines.ts";
import { databaseFileOf } from "../setting.ts";
import { settleAndPerform } from "../settle-and-perform.ts";
import { makeStateFolder } from "../state-folder.ts";
import { stopSignal } from "../stop-signal.ts";
import { systemClock } from "../system-clock.ts";
import { progressLines } from "../tell-progress.ts";

/** `start --role bot`: Telegram and urgent orders, beside a cron that does all else. It polls nothing, so that a bot that is dead stops no polling. */
export async function startBot(
  options: { readonly config: Config; readonly stateDirectory: string },
  io: Io,
): Promise<number> {
  const { config } = options;
  const stateDirectory = await makeStateFolder(options.stateDirectory);
  const keep = keeperOf(stateDirectory, "bot", Date.now);
  const tell = (line: string) => {
    keep(line);
    io.stdout(`${instantText(Date.now())} ${line}\n`);
  };
  if (config.telegram === null || config.telegram.token === null) {
    io.stderr(
      config.telegram === null
        ? "--role bot needs a section `telegram` in the service map: docs/configuration.md has one.\n"
        : "--role bot needs the bot's token. Set TELEGRAM_BOT_TOKEN or TELEGRAM_BOT_TOKEN_FILE.\n",
    );
    return exitCodes.wrongUsage;
  }
  const stop = stopSignal((signalName) => tell(`${signalName}: handing running work back …`));
  const worker = await compose(
    config,
    {
      stateDirectory,
      databaseFile: databaseFileOf(stateDirectory),
      dryRun: false,
      onContact: tell,
      onProgress: (progress) => {
        for (const line of progressLines(progress)) tell(line);
      },
    },
    { clock: systemClock, fetch: null, wrapStore: (store) => store, wrapQueue: (queue) => queue },
  );
  let trouble: ((sentence: string) => void) | null = null;
  const faults = createFaultTeller((sentence) => {
    tell(redact(sentence));
    trouble?.(sentence);
  });
  const chat = openChat(
    config,
    worker,
    {
      process: "bot",
      ownLines: (count) => lastLines(stateDirectory, count),
      onFault: (fault) => faults(new Map([["telegram", fault]])),
    },
    { clock: systemClock, fetch: null },
  );
  const over = new AbortController();
  const ending = AbortSignal.any([stop.signal, over.signal]);
  try {
    if (chat === null) return exitCodes.wrongUsage;
    trouble = (sentence) => void tellTrouble(chat, sentence).catch(() => undefined);
    tell("started: the bot, for Telegram and what is urgent; polling is left to cron");
    const parts = [
      stayInChat(chat, ending),
      settleAndPerform(worker, ending, (sentence) => {
        tell(redact(sentence));
        trouble?.(sentence);
      }),
      // Nothing but what is urgent: all else is for the runs.
      worker.hands === null
        ? Promise.resolve()
        : worker.queue.work(worker.hands, {
            concurrency: config.concurrency,
            urgentSlots: config.concurrency,
            until: "aborted",
            signal: ending,
          }),
    ].map(async (part) => {
      try {
        await part;
      } finally {
        over.abort();
      }
    });
    const ends = await Promise.allSettled(parts);
    const failed = ends.find((end) => end.status === "rejected");
    if (failed?.status === "rejected" && !stop.signal.aborted) throw failed.reason;
    tell("stopped");
    return exitCodes.done;
  } finally {
    stop.release();
    await worker.close();
  }
}
