import type { ChatId } from "../../domain/chat/chat.ts";
import { type ChatText, messageUnitsMax, splitChat } from "../../domain/chat/chat-text.ts";
import { type ChatEffect, intendEffect } from "../../domain/effect.ts";
import type { ChatMeans } from "./chat-means.ts";

/** Messages of their own, as many as the text needs: `news`, which a pause holds back, or an `answer`. */
export function messages(
  { brain }: Pick<ChatMeans, "brain">,
  id: string,
  chat: ChatId,
  text: ChatText,
  sort: "news" | "answer" = "news",
): readonly ChatEffect[] {
  return splitChat(text, messageUnitsMax).map((part, index) =>
    intendEffect(
      `chat-${id}-${index}`,
      { kind: "chat-message", chat, text: part, buttons: [], replyTo: null, isSilent: false },
      `chat:${sort}:${chat}`,
      null,
      brain.clock.nowMs(),
    ),
  );
}
