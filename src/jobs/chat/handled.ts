import type { ChatId } from "../../domain/chat/chat.ts";
import { type ChatText, splitChat } from "../../domain/chat/chat-text.ts";
import { type AuditLine, type ChatEffect, intendEffect } from "../../domain/effect.ts";
import { redact } from "../../domain/redact.ts";
import type { Change } from "../../domain/store.ts";
import { chatWordsOf } from "../../report/chat/chat-words-of.ts";
import type { Notice } from "../handles/answer-means.ts";
import type { Speaker } from "./authorise.ts";
import { offerButtons, type WantedButton } from "./buttons.ts";
import type { ChatMeans } from "./chat-means.ts";
import { messages } from "./messages.ts";

/** What was said is done with in the same commit as its consequences, so that a crash repeats it as a whole or not at all. */
export interface Handled extends Pick<Change, "chat" | "chatEffects" | "audit"> {
  readonly isInquiry?: boolean;
}

export function replyTo(
  means: ChatMeans,
  speaker: Speaker,
  to: { readonly message: number },
  update: number,
  text: ChatText,
  wanted: readonly WantedButton[] = [],
): Handled {
  const nowMs = means.brain.clock.nowMs();
  const { chat } = speaker.setting;
  const id = `chat-reply-${update}`;
  const { rows, items } = offerButtons(wanted, { chat, user: speaker.user, effect: id, nowMs }, means.newNonce);
  const effects = splitChat(text).map(
    (part, index): ChatEffect =>
      intendEffect(
        index === 0 ? id : `${id}-${index}`,
        {
          kind: "chat-message",
          chat,
          text: part,
          buttons: index === 0 ? rows : [],
          replyTo: to.message,
          isSilent: false,
        },
        `chat:answer:${chat}`,
        null,
        nowMs,
      ),
  );
  return { chat: items, chatEffects: effects };
}

/** What one person did that holds for all, for the chats of the other environments. */
export function noticesOf(
  means: ChatMeans,
  from: ChatId,
  update: number,
  notice: Notice | undefined,
): readonly ChatEffect[] {
  if (notice === undefined) return [];
  const others = new Set(Object.values(means.rules.chatOf).filter((chat) => chat !== from));
  return [...others].flatMap((chat) => {
    const text = notice(chatWordsOf[means.rules.chats[chat]?.language ?? "en"]);
    return messages(means, `notice-${update}-${chat}`, chat, text, "answer");
  });
}

export function lineOf(means: ChatMeans, actor: string, action: string, subject: string, result: string): AuditLine {
  return {
    atMs: means.brain.clock.nowMs(),
    actor: actor === "telegram" ? actor : `telegram:${actor}`,
    action,
    subject,
    result: redact(result),
  };
}
