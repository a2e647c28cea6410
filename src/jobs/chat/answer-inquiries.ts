import { createHash } from "node:crypto";
import type { ChatOutgoing } from "../../domain/chat/chat.ts";
import type { Inquiry } from "../../domain/chat/chat-memory.ts";
import type { ChatText } from "../../domain/chat/chat-text.ts";
import { type ChatEffect, intendEffect } from "../../domain/effect.ts";
import { chatWordsOf } from "../../report/chat/chat-words-of.ts";
import type { HeldLease } from "../held-lease.ts";
import { offerButtons, type WantedButton } from "./buttons.ts";
import { chatTime } from "./chat-clock.ts";
import type { ChatMeans } from "./chat-means.ts";
import { inquiryItem, openInquiries } from "./inquire.ts";
import { renderInquiry } from "./render-inquiry.ts";

/** No message is edited more often. */
const editEveryMs = 3_000;

/**
 * Brings each open answer up to date: first a short message that is no answer yet, then edits of it. So an end that is unclear can be sent again, and a person
 * never has the same answer twice.
 * @returns whether an answer has more to say, and was edited too short a while ago
 */
export async function answerInquiries(means: ChatMeans, held: HeldLease): Promise<boolean> {
  let waits = false;
  for (const { id } of await openInquiries(means)) {
    await held.renew();
    await means.oneAtATime(async () => {
      const [inquiry] = await means.brain.store.chatItems("inquiry", { id, limit: 1 });
      if (inquiry !== undefined && (await bringUpToDate(means, inquiry, held))) waits = true;
    });
  }
  return waits;
}

async function bringUpToDate(means: ChatMeans, inquiry: Inquiry, held: HeldLease): Promise<boolean> {
  const { store, clock } = means.brain;
  const nowMs = clock.nowMs();
  const last = inquiry.sent === 0 ? null : await effectOf(means, inquiry, inquiry.sent - 1);
  if (last !== null && last.state !== "done" && last.state !== "refused") return false;
  const answer = answerOf(inquiry, last);
  if (answer === "unreachable") {
    const { fallbackChat } = means.rules;
    const isOver = fallbackChat === null || fallbackChat === inquiry.chat;
    // Where nobody can be told any more, the answer goes on in the chat for that.
    const next: Inquiry = isOver
      ? { ...inquiry, state: "answered", shown: "final" }
      : { ...inquiry, chat: fallbackChat, message: 0, answer: null, shown: null };
    await store.commit({ chat: [inquiryItem(next)] }, held.lease);
    return false;
  }
  const setting = means.rules.chats[inquiry.chat];
  const words = chatWordsOf[setting?.language ?? "en"];
  const told = { words, time: (atMs: number) => chatTime(atMs, setting ?? { language: "en", timeZone: "UTC" }) };
  const { text, wanted, isFinal } =
    answer === null
      ? { text: words.received, wanted: [], isFinal: false }
      : await renderInquiry(means, inquiry, nowMs, told);
  const shown = digestOf(text, wanted);
  const isShown = answer !== null && shown === inquiry.shown;
  if (isShown && !isFinal) return false;
  if (isShown) {
    await store.commit({ chat: [inquiryItem({ ...inquiry, answer, state: "answered", shown: "final" })] }, held.lease);
    return false;
  }
  if (answer !== null && nowMs - inquiry.shownAtMs < editEveryMs) return true;
  const id = effectId(inquiry, inquiry.sent);
  const { chat, user } = inquiry;
  const { rows, items } = offerButtons(wanted, { chat, user, effect: id, nowMs }, means.newNonce);
  const outgoing: ChatOutgoing =
    answer === null
      ? {
          kind: "chat-message",
          chat,
          text,
          buttons: rows,
          replyTo: inquiry.message === 0 ? null : inquiry.message,
          isSilent: false,
        }
      : { kind: "edit-chat-message", chat, message: answer, text, buttons: rows };
  const effect: ChatEffect = intendEffect(id, outgoing, `chat:answer:${chat}`, null, nowMs);
  const next: Inquiry = { ...inquiry, answer, sent: inquiry.sent + 1, shown, shownAtMs: nowMs };
  await store.commit({ chatEffects: [effect], chat: [inquiryItem(next), ...items] }, held.lease);
  return false;
}

/** The message in which the answer grows; null: it has to be sent (again). */
function answerOf(inquiry: Inquiry, last: ChatEffect | null): number | null | "unreachable" {
  if (last === null || last.outgoing.chat !== inquiry.chat) return null;
  if (last.outgoing.kind === "chat-message") return last.state === "done" ? last.reference : "unreachable";
  // Somebody deleted our message, or us from the chat: the answer is sent as a new one, after its short beginning.
  return last.state === "done" ? inquiry.answer : null;
}

async function effectOf({ brain }: ChatMeans, inquiry: Inquiry, number: number): Promise<ChatEffect | null> {
  return (await brain.store.chatEffects({ id: effectId(inquiry, number) }))[0] ?? null;
}

function effectId(inquiry: Inquiry, number: number): string {
  return `chat-${inquiry.id}-${number}`;
}

function digestOf(text: ChatText, wanted: readonly WantedButton[]): string {
  const content = JSON.stringify([text.text, text.entities, wanted.map(({ label }) => label)]);
  return createHash("sha256").update(content).digest("hex").slice(0, 24);
}
