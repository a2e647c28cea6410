import type { ChatId, ChatSetting, UserId } from "../domain/chat/chat.ts";
import type { Role } from "../domain/command/role.ts";
import type { Environment } from "../domain/names.ts";
import { ownValue } from "../domain/own-value.ts";
import { findPatternMistake, patternUses } from "./check-patterns.ts";
import { parseDuration } from "./duration.ts";
import type { ServiceMap } from "./service-map-schema.ts";
import type { Report } from "./yaml-source.ts";

export interface TelegramConfig {
  /** Null: the chat cannot be spoken to from this process. */
  readonly token: string | null;
  readonly apiUrl: string;
  readonly chats: Readonly<Record<ChatId, ChatSetting>>;
  readonly people: Readonly<Record<UserId, Role>>;
  readonly chatOf: Readonly<Record<Environment, ChatId>>;
  readonly failuresChat: ChatId | null;
  readonly fallbackChat: ChatId | null;
  readonly alertBots: readonly UserId[];
  readonly patterns: readonly { readonly name: string; readonly pattern: string }[];
  readonly urgentMsMax: number;
  /** Minute of the day; null: no report but that at the end of quiet hours. */
  readonly reportMinute: number | null;
}

export function buildTelegram(map: ServiceMap, tokenFromEnvironment: string | null): TelegramConfig | null {
  const its = map.telegram;
  if (its === undefined) return null;
  const language = map.language ?? "en";
  return {
    token: its.token ?? tokenFromEnvironment,
    apiUrl: (its.apiUrl ?? "https://api.telegram.org").replace(/\/+$/, ""),
    chats: bare(
      Object.entries(its.chats).map(([chat, own]): [ChatId, ChatSetting] => [
        chat,
        {
          chat,
          language: own.language ?? language,
          timeZone: own.timeZone ?? "UTC",
          quiet: own.quiet === undefined ? null : quietOf(own.quiet),
        },
      ]),
    ),
    people: bare(Object.entries(its.people)),
    chatOf: bare(
      Object.entries(map.environments).flatMap(([name, { telegram }]) =>
        telegram === undefined ? [] : [[name, telegram.chat] as const],
      ),
    ),
    failuresChat: its.failures ?? its.fallback ?? null,
    fallbackChat: its.fallback ?? null,
    alertBots: its.alertBots ?? [],
    patterns: (its.patterns ?? []).map((pattern, index) => ({ name: `telegram.patterns[${index}]`, pattern })),
    urgentMsMax: parseDuration(its.urgent ?? "10m") ?? 600_000,
    reportMinute: its.report === undefined ? null : minuteOf(its.report),
  };
}

/** Chats that are named somewhere must be in the list, or the bot would not listen there; patterns must be quick. */
export function checkTelegram(map: ServiceMap, report: Report): void {
  const its = map.telegram;
  for (const [name, { telegram }] of Object.entries(map.environments)) {
    if (telegram === undefined) continue;
    const path = ["environments", name, "telegram", "chat"];
    if (its === undefined)
      report(
        path,
        "needs a section `telegram` with this chat and the people who may speak there. Add it, or remove this line.",
      );
    else checkListed(telegram.chat, its.chats, path, report);
  }
  if (its === undefined) return;
  if (its.failures !== undefined) checkListed(its.failures, its.chats, ["telegram", "failures"], report);
  if (its.fallback !== undefined) checkListed(its.fallback, its.chats, ["telegram", "fallback"], report);
  for (const [index, pattern] of (its.patterns ?? []).entries()) {
    const mistake = findPatternMistake(pattern, patternUses.alert);
    if (mistake !== null) report(["telegram", "patterns", index], mistake);
    else if (!/\(\?<(?:service|environment|title|status|traceId|query)>/.test(pattern))
      report(
        ["telegram", "patterns", index],
        "names none of the groups `service`, `environment`, `title`, `status`, `traceId` and `query`, so it would say nothing. Name one: `(?<service>…)`.",
      );
  }
}

function checkListed(
  chat: string,
  chats: Readonly<Record<string, unknown>>,
  path: readonly (string | number)[],
  report: Report,
): void {
  if (ownValue(chats, chat) !== undefined || chat.includes("${")) return;
  report([...path], `is not in \`telegram.chats\`. Add \`"${chat}": {}\` there.`);
}

function quietOf(text: string): ChatSetting["quiet"] {
  const [from = "", to = ""] = text.split("-");
  return { fromMinute: minuteOf(from), toMinute: minuteOf(to) };
}

function minuteOf(text: string): number {
  const [hours = 0, minutes = 0] = text.split(":").map(Number);
  return hours * 60 + minutes;
}

/** Numbers from outside are looked up in it. */
function bare<T>(entries: readonly (readonly [string, T])[]): Readonly<Record<string, T>> {
  return Object.assign(Object.create(null), Object.fromEntries(entries));
}
