import type { Api } from "grammy";
import {
  type ChatOutcome,
  type ChatOutgoing,
  type ChatSender,
  ChatSourceError,
  type IncomingUpdate,
  type UpdateSource,
} from "../../domain/chat/chat.ts";
import type { ChatEntity } from "../../domain/chat/chat-text.ts";
import type { Clock } from "../../domain/clock.ts";
import { redact } from "../../domain/redact.ts";
import { type Answered, openTelegramApi, type TelegramApi, type TelegramConnection } from "./api.ts";
import { readUpdate } from "./read-update.ts";

const updatesMax = 50;
const allowedUpdates = ["message", "callback_query"] as const;

/** A server of Telegram's, spoken to by the Bot API. */
export type Telegram = ChatSender & UpdateSource;

/** @throws HttpError when the address is none, or is plain http to somewhere public */
export function createTelegram(connection: TelegramConnection & { readonly clock: Clock }): Telegram {
  const { clock } = connection;
  let opening: Promise<TelegramApi> | null = null;
  let name: string | null = null;
  // With the first call: a process that has nothing to tell needs no client.
  const opened = (): Promise<TelegramApi> => {
    opening ??= openTelegramApi(connection);
    return opening;
  };

  return {
    async updates(offset, waitMs, signal) {
      const api = await opened();
      const answer = await api.poll(waitMs, (raw) =>
        raw.getUpdates(
          {
            ...(offset === null ? {} : { offset }),
            limit: updatesMax,
            timeout: Math.floor(waitMs / 1000),
            allowed_updates: allowedUpdates,
          },
          signal as never,
        ),
      );
      if (answer.kind === "ok")
        return answer.result.map(readUpdate).filter((each): each is IncomingUpdate => each !== null);
      throw sourceError(answer, clock.nowMs());
    },

    async ownName(signal) {
      if (name !== null) return name;
      const api = await opened();
      const answer = await api.call((raw) => raw.getMe(signal as never));
      if (answer.kind !== "ok") throw sourceError(answer, clock.nowMs());
      name = answer.result.username;
      return name;
    },

    async send(outgoing, signal) {
      const api = await opened();
      const answer =
        outgoing.kind === "chat-message"
          ? await api.call((raw) => sendMessage(raw, outgoing, signal))
          : await api.call((raw) => editMessage(raw, outgoing, signal));
      return outcomeOf(answer, outgoing, clock.nowMs());
    },

    async answerButton(button, text, signal) {
      const api = await opened();
      await api.call((raw) =>
        raw.answerCallbackQuery(button, text === null ? {} : { text: text.slice(0, 200) }, signal as never),
      );
    },

    async setCommands(commands, scope, signal) {
      const api = await opened();
      const answer = await api.call((raw) =>
        raw.setMyCommands(
          commands,
          {
            scope:
              scope.user === null
                ? { type: "chat", chat_id: Number(scope.chat) }
                : { type: "chat_member", chat_id: Number(scope.chat), user_id: Number(scope.user) },
          },
          signal as never,
        ),
      );
      return answer.kind === "ok" ? null : answer.kind === "lost" ? answer.because : answer.description;
    },
  };
}

function sendMessage(raw: Api, outgoing: Extract<ChatOutgoing, { kind: "chat-message" }>, signal: AbortSignal) {
  const { chat, text, buttons, replyTo, isSilent } = outgoing;
  return raw.sendMessage(
    chat,
    text.text,
    {
      ...look(text.entities, buttons),
      ...(replyTo === null ? {} : { reply_parameters: { message_id: replyTo, allow_sending_without_reply: true } }),
      ...(isSilent ? { disable_notification: true } : {}),
    },
    signal as never,
  );
}

function editMessage(raw: Api, outgoing: Extract<ChatOutgoing, { kind: "edit-chat-message" }>, signal: AbortSignal) {
  const { chat, message, text, buttons } = outgoing;
  return raw.editMessageText(chat, message, text.text, look(text.entities, buttons), signal as never);
}

function look(entities: readonly ChatEntity[], buttons: ChatOutgoing["buttons"]) {
  return {
    ...(entities.length === 0 ? {} : { entities: entities.map((each) => ({ ...each })) as never }),
    link_preview_options: { is_disabled: true },
    ...(buttons.length === 0
      ? {}
      : {
          reply_markup: {
            inline_keyboard: buttons.map((row) => row.map(({ label, data }) => ({ text: label, callback_data: data }))),
          },
        }),
  };
}

function outcomeOf(answer: Answered<unknown>, outgoing: ChatOutgoing, nowMs: number): ChatOutcome {
  if (answer.kind === "ok") return { kind: "done", message: numberOf(answer.result) };
  if (answer.kind === "lost") return { kind: "unknown", because: answer.because };
  const { status, description, retryAfterMs, migratedTo } = answer;
  if (status === 429)
    return {
      kind: "wait",
      untilMs: nowMs + (retryAfterMs ?? 30_000),
      because: redact(`Telegram asks to wait: ${description}`),
    };
  if (migratedTo !== null) return { kind: "moved", to: migratedTo };
  if (status >= 500) return { kind: "unknown", because: redact(`Telegram answered ${status}: ${description}`) };
  // What is shown already is what was wanted.
  if (outgoing.kind === "edit-chat-message" && description.includes("message is not modified"))
    return { kind: "done", message: outgoing.message };
  const isGone = status === 403 || status === 401 || description.includes("chat not found");
  return { kind: "refused", because: redact(`Telegram answered ${status}: ${description}`), isGone };
}

function numberOf(result: unknown): number | null {
  const message = typeof result === "object" && result !== null && "message_id" in result ? result.message_id : null;
  return typeof message === "number" ? message : null;
}

function sourceError(answer: Exclude<Answered<unknown>, { kind: "ok" }>, nowMs: number): ChatSourceError {
  if (answer.kind === "lost") return new ChatSourceError(answer.because, "away", null);
  const { status, description, retryAfterMs } = answer;
  if (status === 401 || status === 404) {
    return new ChatSourceError(
      redact(
        "Telegram does not accept the bot's token: it was revoked or is mistyped. Ask @BotFather for it and set TELEGRAM_BOT_TOKEN anew.",
      ),
      "revoked",
      null,
    );
  }
  if (status === 409) {
    return new ChatSourceError(
      redact(
        `Another program reads this bot's updates (${description}). Stop that one, or give each installation a bot of its own.`,
      ),
      "conflict",
      null,
    );
  }
  const untilMs = status === 429 ? nowMs + (retryAfterMs ?? 30_000) : null;
  return new ChatSourceError(
    redact(`Telegram answered ${status}: ${description}`),
    untilMs === null ? "away" : "wait",
    untilMs,
  );
}
