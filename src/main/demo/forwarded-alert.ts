import { suddenFailure } from "../../demo/publish/sudden-failure.ts";
import { transcript } from "../../demo/telegram/transcript.ts";
import { stayInChat } from "../../jobs/chat/stay-in-chat.ts";
import { compose } from "../compose.ts";
import { openChat } from "../open-chat.ts";
import { databaseFileOf, loadSettings } from "../setting.ts";
import { settleAndPerform } from "../settle-and-perform.ts";
import { systemClock } from "../system-clock.ts";
import { type DemoWorld, demoChat, demoEnvironment, demoPerson } from "./world.ts";

const waitMsMax = 60_000;
const lookEveryMs = 200;

/** The fourth act: an alert that no poll has seen yet is forwarded, and becomes an answer. @returns what went wrong, in sentences */
export async function forwardInDemo(
  world: DemoWorld,
  tell: (line: string) => void,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const given = await loadSettings({ config: world.configFile, state: world.stateDirectory, json: false });
  const config = { ...given, redisUrl: null };
  const { stateDirectory, telegram } = world;
  const means = {
    clock: systemClock,
    fetch: null,
    wrapStore: <Value>(store: Value): Value => store,
    wrapQueue: <Value>(queue: Value): Value => queue,
  };
  const worker = await compose(
    config,
    { stateDirectory, databaseFile: databaseFileOf(stateDirectory), dryRun: false, onProgress: () => undefined },
    means,
  );
  const chat = openChat(config, worker, { process: "bot", ownLines: () => [], onFault: () => undefined }, means);
  const over = new AbortController();
  const ending = AbortSignal.any([signal, over.signal]);
  try {
    const storefront = world.repositories["storefront"];
    if (chat === null || storefront === undefined || worker.hands === null) return ["there is no chat"];
    const text = await suddenFailure({
      lokiUrl: world.urls.loki,
      tempoUrl: world.urls.tempo,
      environment: demoEnvironment,
      repository: storefront,
      nowMs: systemClock.nowMs(),
    });
    const forward = { from: "Grafana", atMs: systemClock.nowMs() - 5_000 };
    const asked = telegram.world.say(demoChat, demoPerson, text, { forward });
    const parts = [
      stayInChat(chat, ending),
      worker.queue.work(worker.hands, { concurrency: 1, urgentSlots: 1, until: "aborted", signal: ending }),
      settleAndPerform(worker, ending, () => undefined),
    ];
    const untilMs = systemClock.nowMs() + waitMsMax;
    while (!ending.aborted && systemClock.nowMs() < untilMs && !(await isAnswered(worker))) {
      await systemClock.sleep(lookEveryMs, ending).catch(() => undefined);
    }
    over.abort();
    await Promise.allSettled(parts);
    const shown = telegram.world.chat(demoChat);
    const time = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", second: "2-digit" });
    tell(`\n${transcript(shown, telegram.world.bot, (atMs) => time.format(atMs)).replaceAll(/^(?=.)/gm, "  ")}`);
    const answer = shown.messages.find(({ replyTo }) => replyTo === asked);
    return [
      ...telegram.violations.map((violation) => `Telegram's Bot API: ${violation}`),
      ...(answer === undefined || !(await isAnswered(worker)) ? ["the forwarded alert has no answer"] : []),
    ];
  } finally {
    over.abort();
    await worker.close();
  }
}

async function isAnswered({ store }: { readonly store: import("../../domain/store.ts").Store }): Promise<boolean> {
  return (await store.chatItems("inquiry", { states: ["closed"], limit: 1 })).length > 0;
}
