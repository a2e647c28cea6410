import type { ButtonRows, ChatId, UserId } from "../../domain/chat/chat.ts";
import type { ButtonAction, ChatItem } from "../../domain/chat/chat-memory.ts";
import type { Redacted } from "../../domain/text.ts";

const buttonMsMax = 10 * 60_000;

export interface WantedButton {
  readonly label: Redacted;
  readonly does: ButtonAction;
}

/** Buttons below one message for one person, each with a one-time word of its own, and what is remembered of them. */
export function offerButtons(
  wanted: readonly WantedButton[],
  to: { readonly chat: ChatId; readonly user: UserId; readonly effect: string; readonly nowMs: number },
  newNonce: () => string,
): { readonly rows: ButtonRows; readonly items: readonly ChatItem[] } {
  const offered = wanted.map(({ label, does }) => ({ label, does, nonce: newNonce() }));
  const { chat, user, effect, nowMs } = to;
  return {
    rows: offered.length === 0 ? [] : [offered.map(({ label, nonce }) => ({ label, data: nonce }))],
    items: offered.map(({ nonce, does }) => ({
      kind: "button",
      id: nonce,
      state: "offered",
      atMs: nowMs,
      value: { nonce, chat, user, effect, untilMs: nowMs + buttonMsMax, does },
    })),
  };
}
