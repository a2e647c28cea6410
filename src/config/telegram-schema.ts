import { z } from "zod";
import { roles } from "../domain/command/role.ts";
import { address, duration, nameLike, oneOf, secret, textLike } from "./schema-parts.ts";

/** The chats, and the people who may speak in them. */

const chatId = textLike(
  /^-?\d{1,20}$/,
  'the number of a chat, in quotes: `"-1001234567890"` for a group, the person\'s own number for a private chat',
  "-1001234567890",
  "The number of a chat, in quotes.",
);

export const environmentTelegram = z.strictObject({ chat: chatId }).meta({
  description: "Where results of this environment are told, and what a forward in that chat is about.",
  examples: [{ chat: "-1001234567890" }],
});

const language = oneOf(["en", "ko"], "en", "The language of this chat. Default: that of issues.");
const clockTime = /^(?:[01]\d|2[0-3]):[0-5]\d$/;

const chat = z
  .strictObject({
    language: language.optional(),
    timeZone: z
      .string({ error: "the name of a time zone such as `Asia/Seoul`" })
      .refine(isTimeZone, { error: "the name of a time zone such as `Asia/Seoul`" })
      .meta({ description: "Of times in this chat. Default UTC.", examples: ["Asia/Seoul"] })
      .optional(),
    quiet: textLike(
      /^(?:[01]\d|2[0-3]):[0-5]\d-(?:[01]\d|2[0-3]):[0-5]\d$/,
      "a time of day such as `22:00-08:00`",
      "22:00-08:00",
      "When nothing is told unasked: it comes with the morning report at the end. What a person asked for is told at once.",
    ).optional(),
  })
  .meta({
    description: "How one chat is spoken to.",
    examples: [{ language: "ko", timeZone: "Asia/Seoul", quiet: "22:00-08:00" }],
  });

export const telegram = z
  .strictObject({
    token: secret(
      "TELEGRAM_BOT_TOKEN",
      "Of the bot. Default: TELEGRAM_BOT_TOKEN, or the file that TELEGRAM_BOT_TOKEN_FILE names.",
    ).optional(),
    apiUrl: address(
      "https://api.telegram.org",
      "A Bot API server of your own. Default https://api.telegram.org.",
    ).optional(),
    chats: z
      .record(nameLike(/^-?\d{1,20}$/, 'the number of a chat, in quotes, such as `"-1001234567890"`'), chat, {
        error: "a mapping from the number of a chat to its settings",
      })
      .meta({
        description: "The chats in which the bot listens. A private chat has the person's own number.",
        examples: [{ "-1001234567890": { language: "ko", timeZone: "Asia/Seoul" } }],
      }),
    people: z
      .record(
        nameLike(/^\d{1,20}$/, 'the number of a person, in quotes, such as `"123456789"`'),
        oneOf(
          roles,
          "user",
          "`viewer` looks and may pause, `user` forwards, runs and retries too, `admin` may do everything.",
        ),
        { error: "a mapping from the number of a person to `viewer`, `user` or `admin`" },
      )
      .meta({
        description: "Who may speak to the bot, by number and not by name. Everybody else gets no answer.",
        examples: [{ "123456789": "admin" }],
      }),
    failures: chatId
      .meta({
        description: "Where failures of error-autopilot itself are told. Default: `fallback`.",
        examples: ["123456789"],
      })
      .optional(),
    fallback: chatId
      .meta({ description: "Where it is told when another chat cannot be reached.", examples: ["123456789"] })
      .optional(),
    alertBots: z
      .array(
        textLike(
          /^\d{1,20}$/,
          'the number of a bot, in quotes, such as `"987654321"`',
          "987654321",
          "The number of a bot.",
        ),
        {
          error: 'a list such as `["987654321"]`',
        },
      )
      .max(20, { error: "a list of at most 20 bots" })
      .meta({
        description:
          "Bots whose alerts in these chats are read like forwards, where both are in bot-to-bot mode. Never for commands.",
        examples: [["987654321"]],
      })
      .optional(),
    patterns: z
      .array(
        textLike(
          /^.{1,500}$/,
          "a regular expression of at most 500 characters",
          "^PAGER <(?<service>[\\w-]{1,60})> (?<status>\\w{1,20})",
          "With named groups `service`, `environment`, `title`, `status`, `traceId`, `query`. One that could become slow is refused.",
        ),
        { error: "a list of regular expressions" },
      )
      .max(20, { error: "a list of at most 20 patterns" })
      .meta({
        description: "Forms of alerts that are not understood by themselves; `explain --input alert` tries them.",
        examples: [["^PAGER <(?<service>[\\w-]{1,60})> (?<status>\\w{1,20})"]],
      })
      .optional(),
    urgent: duration("1m", "2h", "10m", "Time for an investigation that a person waits for. Default 10m.").optional(),
    report: textLike(
      clockTime,
      "a time of day such as `09:00`",
      "09:00",
      "When the morning report comes to chats without quiet hours; with them it comes at their end. Default: no report.",
    ).optional(),
  })
  .meta({
    description: "The Telegram bot: forwards of alerts, commands, results.",
    examples: [{ chats: { "-1001234567890": { language: "ko" } }, people: { "123456789": "admin" } }],
  });

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat("en", { timeZone: name });
    return true;
  } catch {
    return false;
  }
}
