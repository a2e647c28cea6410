import type { TelegramConfig } from "../config/build-telegram.ts";
import type { Config } from "../config/config.ts";
import type { ChatRules } from "../jobs/chat/chat-means.ts";
import { alertRulesOf } from "./alert-rules.ts";
import { toldSettings } from "./told-settings.ts";

/** What chats go by, out of the service map. */
export function chatRulesOf(config: Config, telegram: TelegramConfig): ChatRules {
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
    settings: toldSettings(config),
  };
}
