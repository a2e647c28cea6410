import { createHash } from "node:crypto";
import type { IncomingMessage, IncomingUpdate, MovedChat, PressedButton } from "../../domain/chat/chat.ts";
import type { ChatItem, Finding } from "../../domain/chat/chat-memory.ts";
import type { ChatText } from "../../domain/chat/chat-text.ts";
import { parseCommand } from "../../domain/command/parse-command.ts";
import type { AuditLine } from "../../domain/effect.ts";
import { readAlerts } from "../../forward/read-alert.ts";
import { chatWordsOf } from "../../report/chat/chat-words-of.ts";
import { mistakeText } from "../../report/chat/mistake-text.ts";
import type { HeldLease } from "../held-lease.ts";
import { answerCommand, refusal } from "./answer-command.ts";
import { may, type Speaker, speakerOf } from "./authorise.ts";
import type { WantedButton } from "./buttons.ts";
import type { ChatMeans } from "./chat-means.ts";
import { type Handled, lineOf, noticesOf, replyTo } from "./handled.ts";
import { inquiryItem } from "./inquire.ts";
import { lookBackMsUsual, newInquiry } from "./new-inquiry.ts";
import { pressButton } from "./press-button.ts";
import { wordsSaid } from "./words-said.ts";

const commandMsMax = 10 * 60_000;
const strangerSilenceMs = 86_400_000;

/**
 * Deals with what happened in the chats, stops first: they must not wait behind work. Each update once, by its number.
 * @returns whether somebody asked for an investigation
 */
export async function receive(
  means: ChatMeans,
  updates: readonly IncomingUpdate[],
  held: HeldLease,
  signal: AbortSignal,
): Promise<boolean> {
  const { store, clock } = means.brain;
  let hasInquiry = false;
  const itemOf = (id: number, state: "handled" | "ahead"): ChatItem => {
    const atMs = clock.nowMs();
    return { kind: "update", id: String(id), state, atMs, value: { id, atMs } };
  };
  const stops = updates.filter(isStop);
  for (const update of [...stops, ...updates.filter((each) => !isStop(each))]) {
    const [known] = await store.chatItems("update", { id: String(update.id), limit: 1 });
    if (known !== undefined) continue;
    await held.renew();
    const handled = await means.oneAtATime(() => handleOrLeave(means, update, signal));
    // What is before a stop would be confirmed away with it.
    const item = itemOf(update.id, stops.includes(update) ? "ahead" : "handled");
    const result = await store.commit(
      { chat: [...(handled.chat ?? []), item], chatEffects: handled.chatEffects ?? [], audit: handled.audit ?? [] },
      held.lease,
    );
    if (result !== "done") return hasInquiry;
    hasInquiry ||= handled.isInquiry === true;
  }
  await store.commit({ chat: stops.map(({ id }) => itemOf(id, "handled")) }, held.lease);
  return hasInquiry;
}

/** One that cannot be dealt with must not stand in the way of those behind it for ever. */
async function handleOrLeave(means: ChatMeans, update: IncomingUpdate, signal: AbortSignal): Promise<Handled> {
  try {
    return await handle(means, update, signal);
  } catch (error) {
    const isOurs = !(error instanceof Error) || "isRetryable" in error;
    if (signal.aborted || isOurs) throw error;
    return { audit: [lineOf(means, "telegram", "chat.failed", `update:${update.id}`, error.message)] };
  }
}

function isStop({ what }: IncomingUpdate): boolean {
  return what?.kind === "message" && !what.isForward && /^\s*\/pause\b/i.test(what.text);
}

async function handle(means: ChatMeans, { id, what }: IncomingUpdate, signal: AbortSignal): Promise<Handled> {
  if (what === null) return {};
  if (what.kind === "moved") return moved(means, what);
  const speaker = await speakerOf(means, what.chat, what.user);
  if (what.kind === "message" && what.isBot) return ofBot(means, what, id);
  if (speaker === null) return stranger(means, what);
  if (what.kind === "button") return pressButton(means, speaker, what, id, signal);
  return ofPerson(means, speaker, what, id, signal);
}

async function ofPerson(
  means: ChatMeans,
  speaker: Speaker,
  said: IncomingMessage,
  id: number,
  signal: AbortSignal,
): Promise<Handled> {
  const words = chatWordsOf[speaker.setting.language];
  const reply = (text: ChatText, wanted: readonly WantedButton[] = []) =>
    replyTo(means, speaker, said, id, text, wanted);
  if (!said.isForward && said.text.trimStart().startsWith("/")) {
    const asked = await wordsSaid(said.text, () => means.telegram.ownName(signal));
    if (asked === null) return {};
    const ageMs = means.brain.clock.nowMs() - said.atMs;
    if (ageMs > commandMsMax) return reply(words.tooOld(Math.round(ageMs / 60_000)));
    const parsed = parseCommand(asked);
    if (parsed.kind === "mistake") return reply(mistakeText(parsed.mistake, words, speaker.setting.language));
    const { command } = parsed;
    const refused = refusal(means, speaker, command);
    if (refused !== null) return withAudit(reply(refused.text), refused.audit);
    if (command.name === "investigate") return inquire(means, speaker, { ...said, text: command.text }, id);
    const answered = await answerCommand(means, speaker, command, said.chat, signal);
    const told = withAudit(reply(answered.text, answered.wanted), answered.audit);
    const notices = noticesOf(means, speaker.setting.chat, id, answered.notice);
    return { ...told, chatEffects: [...(told.chatEffects ?? []), ...notices] };
  }
  // In a group people talk to each other: only what is forwarded there is meant for us.
  if (!said.isForward && !said.isPrivate) return {};
  if (!may(speaker.role, "user")) return reply(words.forwardNeedsRole);
  return inquire(means, speaker, said, id);
}

/** A bot of the list is read like a forward, and for nothing else. */
async function ofBot(means: ChatMeans, said: IncomingMessage, id: number): Promise<Handled> {
  const listed = means.rules.alertBots.includes(said.user);
  const setting = listed ? means.rules.chats[said.chat] : undefined;
  if (setting === undefined || said.text.trim() === "") return {};
  return inquire(means, { role: "user", user: said.user, setting }, { ...said, isForward: true }, id, true);
}

function inquire(means: ChatMeans, speaker: Speaker, said: IncomingMessage, update: number, isOfBot = false): Handled {
  const nowMs = means.brain.clock.nowMs();
  const writtenMs = said.forwardedFromMs ?? said.atMs;
  const alerts =
    said.text.trim() === ""
      ? []
      : readAlerts({ text: said.text, links: said.links, atMs: writtenMs }, means.rules.alerts);
  const finding: Finding | null =
    alerts.length > 0 ? null : { kind: said.hasPicture && said.text.trim() === "" ? "text-please" : "not-understood" };
  // A bot that says something else is not answered.
  if (isOfBot && (finding !== null || alerts.every(({ status }) => status === "resolved"))) return {};
  const inquiry = newInquiry({
    id: inquiryId(said),
    chat: speaker.setting.chat,
    user: speaker.user,
    message: said.message,
    nowMs,
    alerts: alerts.map((alert) => ({ ...alert, fromMs: alert.fromMs ?? Math.min(writtenMs, nowMs) })),
    lookBackMs: lookBackMsUsual,
    finding,
    urgentMsMax: means.rules.urgentMsMax,
  });
  return {
    chat: [inquiryItem(inquiry)],
    audit: [lineOf(means, speaker.user, "chat.asked", inquiry.id, `update ${update}, ${alerts.length} alerts`)],
    isInquiry: finding === null,
  };
}

/** By the message, so that the same one is one question however often it arrives. */
function inquiryId({ chat, message }: { readonly chat: string; readonly message: number }): string {
  return `q${createHash("sha256").update(`${chat} ${message}`).digest("hex").slice(0, 12)}`;
}

/** Silence, and one line a day in the audit. */
async function stranger(means: ChatMeans, what: IncomingMessage | PressedButton): Promise<Handled> {
  const { store, clock } = means.brain;
  const subject = `chat:${what.chat}:${what.user}`;
  const sinceMs = clock.nowMs() - strangerSilenceMs;
  const told = (await store.audit({ sinceMs, limit: 1, subject })).length > 0;
  return told ? {} : { audit: [lineOf(means, what.user, "chat.stranger", subject, "not on the list, not answered")] };
}

function moved(means: ChatMeans, { from, to }: MovedChat): Handled {
  if (means.rules.chats[from] === undefined) return {};
  const nowMs = means.brain.clock.nowMs();
  const value = { chat: from, movedTo: to, goneSinceMs: null, because: null };
  return {
    chat: [{ kind: "chat", id: from, state: "moved", atMs: nowMs, value }],
    audit: [lineOf(means, "telegram", "chat.moved", `chat:${from}`, to)],
  };
}

function withAudit(handled: Handled, audit: readonly AuditLine[]): Handled {
  return { ...handled, audit: [...(handled.audit ?? []), ...audit] };
}
