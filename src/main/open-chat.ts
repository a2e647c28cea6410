import { randomBytes } from "node:crypto";
import { createTelegram } from "../adapters/telegram/telegram.ts";
import type { Config } from "../config/config.ts";
import { tick } from "../jobs/brain.ts";
import type { ChatMeans } from "../jobs/chat/chat-means.ts";
import { createOneAtATime } from "../jobs/chat/one-at-a-time.ts";
import { chatRulesOf } from "./chat-rules.ts";
import type { Replaced, Worker } from "./worker.ts";

/** What reads and tells chats; null without a section `telegram` or without its token. */
export function openChat(
  config: Config,
  worker: Worker,
  own: {
    readonly process: ChatMeans["process"];
    readonly ownLines: ChatMeans["ownLines"];
    readonly onFault: (sentence: string | null) => void;
  },
  { clock, fetch }: Pick<Replaced, "clock" | "fetch">,
): ChatMeans | null {
  const { telegram } = config;
  if (telegram === null || telegram.token === null) return null;
  const { token, apiUrl } = telegram;
  return {
    ...own,
    brain: worker.brain,
    telegram: createTelegram({ token, apiUrl, fetch, clock }),
    rules: chatRulesOf(config, telegram),
    newNonce: () => randomBytes(12).toString("base64url"),
    oneAtATime: createOneAtATime(),
    pollNow: async (signal) => void (await tick(worker.brain, { poll: true, runStartedMs: clock.nowMs() }, signal)),
  };
}
