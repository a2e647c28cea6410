import { randomBytes } from "node:crypto";
import { createTelegram } from "../adapters/telegram/telegram.ts";
import type { Config } from "../config/config.ts";
import type { Redacted } from "../domain/text.ts";
import { tick } from "../jobs/brain.ts";
import type { ChatMeans, ChatRules } from "../jobs/chat/chat-means.ts";
import { createOneAtATime } from "../jobs/chat/one-at-a-time.ts";
import { alertRulesOf } from "./alert-rules.ts";
import type { Replaced, Worker } from "./worker.ts";

/** What reads and tells chats; null without a section `telegram` or without its token. */
export function openChat(
  config: Config,
  worker: Worker,
  own: {
    readonly process: ChatMeans["process"];
    readonly ownLines: () => readonly Redacted[];
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
    workOf: worker.workOf,
    oneAtATime: createOneAtATime(),
    pollNow: async (signal) => void (await tick(worker.brain, { poll: true, runStartedMs: clock.nowMs() }, signal)),
  };
}

function chatRulesOf(config: Config, telegram: NonNullable<Config["telegram"]>): ChatRules {
  const { chats, people, chatOf, failuresChat, fallbackChat, alertBots, urgentMsMax, reportMinute } = telegram;
  return {
    chats,
    people,
    chatOf,
    failuresChat,
    fallbackChat,
    alertBots,
    urgentMsMax,
    reportMinute,
    alerts: alertRulesOf(config, telegram.patterns),
    serviceLabels: config.serviceLabels,
    linkHosts: [new URL(config.github.webUrl).host],
    settings: settingsOf(config),
  };
}

const map = "service-map.yaml";

/** What a person asks for first, without secrets. */
function settingsOf(config: Config): ChatRules["settings"] {
  const { budget, flood, concurrency, everyMs, language } = config;
  const environments = Object.entries(config.environments).flatMap(([name, its]) => [
    { name: `${name}: mode`, value: its.mode, from: its.mode === "dry-run" ? `${map}, or the default` : map },
    { name: `${name}: query`, value: its.loki.query, from: map },
  ]);
  return [
    ...environments,
    {
      name: "budget",
      value: `$${budget.incidentUsd} an incident, $${budget.dayUsd} a day`,
      from: `${map}, or the default`,
    },
    {
      name: "flood",
      value: `${flood.issuesPerRun} a run, ${flood.issuesPerDay} a day`,
      from: `${map}, or the default`,
    },
    { name: "every", value: `${Math.round(everyMs / 1000)} s`, from: `${map}, or the default` },
    { name: "concurrency", value: String(concurrency), from: `${map}, or the default` },
    { name: "language", value: language, from: `${map}, or the default` },
    {
      name: "model",
      value: config.model?.name ?? "none",
      from: config.model === null ? "no key" : `${map}, or the default`,
    },
    { name: "queue", value: config.redisUrl === null ? "embedded" : "Redis", from: "REDIS_URL" },
    { name: "digest", value: config.digest.slice(0, 12), from: config.path.split("/").at(-1) ?? map },
  ];
}
