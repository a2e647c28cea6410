import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { loadConfig } from "../../src/config/load-config.ts";
import { startTelegram, type TelegramStandIn } from "../../src/demo/telegram/server.ts";
import type { Message } from "../../src/demo/telegram/world.ts";
import type { Clock } from "../../src/domain/clock.ts";
import { tick } from "../../src/jobs/brain.ts";
import type { ChatMeans } from "../../src/jobs/chat/chat-means.ts";
import { passThroughChat } from "../../src/jobs/chat/stay-in-chat.ts";
import { compose } from "../../src/main/compose.ts";
import { openChat } from "../../src/main/open-chat.ts";
import { databaseFileOf } from "../../src/main/setting.ts";
import type { Replaced, Worker } from "../../src/main/worker.ts";
import { type SmallWorld, type SmallWorldOptions, startSmallWorld } from "./small-world.ts";

/** When it takes place. */
const startMs = Date.parse("2026-03-01T03:00:00Z");
export const botToken = "777000001:a-token-of-the-stand-in";
export const group = -4001;
export const failuresGroup = -4002;
export const admin = { id: 111, name: "admin" };
export const user = { id: 222, name: "user" };
export const viewer = { id: 333, name: "viewer" };
export const stranger = { id: 999, name: "stranger" };

/** The alert that this project began with, and one of the small world. */
export const alertText = "🚨 orders - ERROR LOG!!! is Firing";

export interface ChatOptions extends SmallWorldOptions {
  /** Of the group: `{ language: ko }`. */
  readonly chat?: string;
  /** More lines below `telegram:`. */
  readonly telegram?: string;
  readonly canReadAll?: boolean;
  readonly nowMs?: number;
}

export interface ChatWorld {
  readonly world: SmallWorld;
  readonly telegram: TelegramStandIn;
  readonly worker: Worker;
  readonly chat: ChatMeans;
  readonly faults: (string | null)[];
  nowMs(): number;
  advance(durationMs: number): void;
  /** What was said is dealt with and what is known is told; no investigation goes on. */
  talk(): Promise<void>;
  /** The same, and all work that it gives. */
  step(options?: { readonly poll?: boolean }): Promise<void>;
  forward(person?: { readonly id: number; readonly name: string }, text?: string, chat?: number): number;
  /** The bot's messages in a chat, oldest first. */
  shown(chat?: number): readonly Message[];
  last(chat?: number): Message;
}

/** The lines of the service map that make a chat of the small world. */
export function telegramLines(url: string, options: Pick<ChatOptions, "chat" | "telegram"> = {}): string {
  return `telegram:
  apiUrl: ${url}
  chats:
    "${group}": ${options.chat ?? "{}"}
    "${failuresGroup}": {}
    "${admin.id}": {}
    "${user.id}": {}
  people: { "${admin.id}": admin, "${user.id}": user, "${viewer.id}": viewer }
  failures: "${failuresGroup}"
  fallback: "${admin.id}"
${options.telegram ?? ""}`;
}

export function openChats(telegram: TelegramStandIn): void {
  telegram.world.openChat({ id: group, title: "backend", type: "group" });
  telegram.world.openChat({ id: failuresGroup, title: "failures", type: "group" });
  for (const { id, name } of [admin, user, viewer, stranger])
    telegram.world.openChat({ id, title: name, type: "private" });
}

/** The small world with a chat of its environment, all of it in this process and by a clock that only moves when somebody sleeps. */
export async function inChatWorld<Result>(
  options: ChatOptions,
  work: (its: ChatWorld) => Promise<Result>,
  replaced: Partial<Replaced> = {},
): Promise<Result> {
  let timeMs = options.nowMs ?? startMs;
  let move: (nowMs: number) => void = () => undefined;
  const clock: Clock = {
    nowMs: () => timeMs,
    async sleep(durationMs, signal) {
      signal?.throwIfAborted();
      timeMs += durationMs;
      move(timeMs);
    },
  };
  const telegram = await startTelegram({ token: botToken, clock, canReadAll: options.canReadAll !== false });
  openChats(telegram);
  const mode = `${options.mode ?? "issue"}\n    telegram: { chat: "${group}" }`;
  const extra = `${telegramLines(telegram.url, options)}\n${options.extra ?? ""}`;
  const folder = mkdtempSync(join(tmpdir(), "error-autopilot-"));
  const world = await startSmallWorld(folder, options.nowMs ?? startMs, { ...options, mode, extra });
  try {
    move = (nowMs) => world.setNowMs(nowMs);
    mkdirSync(world.stateDirectory, { recursive: true });
    const env = { ...world.env, TELEGRAM_BOT_TOKEN: botToken };
    const config = await loadConfig({
      path: world.configFile,
      env,
      homeDirectory: "/nowhere",
      workingDirectory: "/",
    });
    const { stateDirectory } = world;
    const means = { clock, fetch: null, wrapStore: same, wrapQueue: same, ...replaced } as Replaced;
    const worker = await compose(
      config,
      { stateDirectory, databaseFile: databaseFileOf(stateDirectory), dryRun: false, onProgress: () => undefined },
      means,
    );
    const faults: (string | null)[] = [];
    const own = {
      process: "daemon",
      ownLines: () => [],
      onFault: (fault: string | null) => void faults.push(fault),
    } as const;
    const chat = openChat(config, worker, own, means);
    if (chat === null) throw new Error("there is no chat");
    const never = new AbortController().signal;
    const its: ChatWorld = {
      world,
      telegram,
      worker,
      chat,
      faults,
      nowMs: () => timeMs,
      advance(durationMs) {
        timeMs += durationMs;
        move(timeMs);
      },
      talk: async () => void (await passThroughChat(chat, never)),
      async step({ poll = false } = {}) {
        await its.talk();
        for (let round = 0; round < 6; round++) {
          const { didWork } = await tick(worker.brain, { poll: poll && round === 0, runStartedMs: timeMs }, never);
          if (worker.hands !== null)
            await worker.queue.work(worker.hands, { concurrency: 2, urgentSlots: 0, until: "empty", signal: never });
          its.advance(4_000);
          await its.talk();
          if (!didWork && round > 1) break;
        }
      },
      forward: (person = user, text = alertText, chatId = group) =>
        telegram.world.say(chatId, person, text, { forward: { from: "grafana", atMs: startMs - 15 * 60_000 } }),
      shown: (chatId = group) =>
        telegram.world.chat(chatId).messages.filter(({ from }) => from?.id === telegram.world.bot.id),
      last(chatId = group) {
        const last = its.shown(chatId).at(-1);
        if (last === undefined) throw new Error(`the bot said nothing in ${chatId}`);
        return last;
      },
    };
    try {
      const result = await work(its);
      const violations = [...telegram.violations, ...world.github.violations];
      if (violations.length > 0) throw new Error(violations.join("\n"));
      return result;
    } finally {
      await worker.close();
    }
  } finally {
    await Promise.all([world.close(), telegram.close()]);
    rmSync(folder, { recursive: true, force: true });
  }
}

function same<Value>(value: Value): Value {
  return value;
}
