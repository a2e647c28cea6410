import type { PressedButton } from "../../domain/chat/chat.ts";
import type { ChatItem, Inquiry, OfferedButton } from "../../domain/chat/chat-memory.ts";
import type { Redacted } from "../../domain/text.ts";
import { chatWordsOf } from "../../report/chat/chat-words-of.ts";
import { performConfirmed } from "./answer-command.ts";
import { may, type Speaker } from "./authorise.ts";
import type { ChatMeans } from "./chat-means.ts";
import { type Handled, lineOf, noticesOf, replyTo } from "./handled.ts";
import { inquiryItem } from "./inquire.ts";

/** A button works once, for the person it was shown to, on the message it was shown on, for ten minutes. */
export async function pressButton(
  means: ChatMeans,
  speaker: Speaker,
  press: PressedButton,
  update: number,
  signal: AbortSignal,
): Promise<Handled> {
  const words = chatWordsOf[speaker.setting.language];
  const { store, clock } = means.brain;
  const offered = await store.chatItems("button", { id: press.data, states: ["offered"], limit: 1 });
  const [button] = offered;
  if (button === undefined || button.untilMs < clock.nowMs())
    return told(means, speaker, press, words.buttonOver, signal);
  if (button.user !== speaker.user || button.chat !== speaker.setting.chat)
    return told(means, speaker, press, words.buttonOfOther, signal);
  const [shown] = await store.chatEffects({ id: button.effect });
  const message = shown?.outgoing.kind === "edit-chat-message" ? shown.outgoing.message : shown?.reference;
  if (message !== press.message) return told(means, speaker, press, words.buttonOver, signal);
  await means.telegram.answerButton(press.press, null, signal).catch(() => undefined);
  // Its neighbours are over with it: yes and no are one question.
  const used: ChatItem[] = (await store.chatItems("button", { states: ["offered"], limit: 1_000 }))
    .filter(({ effect }) => effect === button.effect)
    .map((each) => ({ kind: "button", id: each.nonce, state: "used", atMs: clock.nowMs(), value: each }));
  const done = await perform(means, speaker, button, press, update, signal);
  const line = lineOf(means, speaker.user, "chat.pressed", button.effect, button.does.kind);
  return { ...done, chat: [...(done.chat ?? []), ...used], audit: [...(done.audit ?? []), line] };
}

async function perform(
  means: ChatMeans,
  speaker: Speaker,
  { does }: OfferedButton,
  press: PressedButton,
  update: number,
  signal: AbortSignal,
): Promise<Handled> {
  if (does.kind === "command") {
    const answered = await performConfirmed(means, speaker, does.text, press.chat, signal);
    if (answered === null) return {};
    const reply = replyTo(means, speaker, press, update, answered.text);
    const notices = noticesOf(means, speaker.setting.chat, update, answered.notice);
    return { ...reply, chatEffects: [...(reply.chatEffects ?? []), ...notices], audit: answered.audit };
  }
  if (!may(speaker.role, "user")) return {};
  const [inquiry] = await means.brain.store.chatItems("inquiry", { id: does.inquiry, limit: 1 });
  if (inquiry === undefined) return {};
  const nowMs = means.brain.clock.nowMs();
  const again: Inquiry = {
    ...inquiry,
    state: "received",
    finding: null,
    incidents: [],
    moreKinds: 0,
    user: speaker.user,
    isAgain: does.kind === "again",
    lookBackMs: does.kind === "wider" ? does.lookBackMs : inquiry.lookBackMs,
    receivedAtMs: nowMs,
    deadlineMs: nowMs + means.rules.urgentMsMax,
    shown: null,
  };
  return { chat: [inquiryItem(again)], isInquiry: true };
}

async function told(
  means: ChatMeans,
  { user }: Speaker,
  press: PressedButton,
  words: Redacted,
  signal: AbortSignal,
): Promise<Handled> {
  await means.telegram.answerButton(press.press, words, signal).catch(() => undefined);
  return { audit: [lineOf(means, user, "chat.refused", `chat:${press.chat}`, words)] };
}
