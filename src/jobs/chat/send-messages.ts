import type { ChatId, ChatOutcome } from "../../domain/chat/chat.ts";
import type { ChatItem } from "../../domain/chat/chat-memory.ts";
import { code, joinChat, sentences } from "../../domain/chat/chat-text.ts";
import { type ChatEffect, type EffectState, intendEffect } from "../../domain/effect.ts";
import { redact } from "../../domain/redact.ts";
import type { Change } from "../../domain/store.ts";
import type { Redacted } from "../../domain/text.ts";
import { chatWordsOf } from "../../report/chat/chat-words-of.ts";
import type { HeldLease } from "../held-lease.ts";
import { plausible } from "../write-pace.ts";
import type { ChatMeans } from "./chat-means.ts";

const destination = "telegram";
/** One message a second to a chat, twenty a minute to a group, thirty a second in all: Telegram's own limits, kept with room. */
const restMs = 50;
const restOfChatMs = 1_000;
const groupPerMinute = 18;
const attemptsMax = 12;
const resendMsMax = 60_000;
/** What nobody could be told for so long is told no more; it stays in the state. */
const olderMsMax = 48 * 3_600_000;

export interface SentMessages {
  readonly sent: readonly ChatEffect[];
  /** When the next one may go; null when none waits. */
  readonly nextDueMs: number | null;
}

/**
 * Sends what is intended and due, oldest first, one at a time and each chat for itself: intent → `sending` → request → done, refused, or once more. The Bot API lists
 * nothing, so an unclear end is sent again: for an edit that is the same message, and answers are edits.
 */
export async function sendMessages(means: ChatMeans, held: HeldLease, signal: AbortSignal): Promise<SentMessages> {
  const { store, clock } = means.brain;
  const sent: ChatEffect[] = [];
  const rests = new Map<ChatId, number>();
  for (;;) {
    const { pausedBy } = await store.handles();
    const open = (await store.chatEffects({ states: ["intended", "sending", "unknown"] })).filter(
      // What nobody asked for stops with everything else; an answer to whoever pressed stop does not.
      ({ subject }) => pausedBy === null || subject.startsWith("chat:answer:"),
    );
    const nowMs = clock.nowMs();
    const due = new Map<ChatEffect, number>();
    const firstOfChat = new Set<ChatId>();
    for (const effect of open) {
      const { chat } = effect.outgoing;
      if (firstOfChat.has(chat)) continue;
      firstOfChat.add(chat);
      due.set(effect, await dueAtMs(means, effect, rests.get(chat) ?? 0, nowMs));
    }
    const next = [...due].find(([, atMs]) => atMs <= nowMs)?.[0];
    if (next === undefined || signal.aborted) {
      return { sent, nextDueMs: due.size === 0 ? null : Math.min(...due.values()) };
    }
    await held.renew();
    const ended = await sendOne(means, next, held);
    if (ended === null) return { sent, nextDueMs: null };
    sent.push(ended);
    rests.set(next.outgoing.chat, clock.nowMs() + restOf(next.outgoing.chat, sent));
    await clock.sleep(restMs, signal).catch(() => undefined);
  }
}

/** A group takes fewer messages a minute than a person. */
function restOf(chat: ChatId, sent: readonly ChatEffect[]): number {
  if (!chat.startsWith("-")) return restOfChatMs;
  const here = sent.filter(({ outgoing }) => outgoing.chat === chat).length;
  return here >= groupPerMinute ? 60_000 : restOfChatMs;
}

async function dueAtMs({ brain }: ChatMeans, effect: ChatEffect, restedMs: number, nowMs: number): Promise<number> {
  const { store } = brain;
  const [all, ofChat] = await Promise.all([
    store.waitUntilMs(destination),
    store.waitUntilMs(`${destination}:${effect.outgoing.chat}`),
  ]);
  return Math.max(plausible(effect.notBeforeMs, nowMs), plausible(all, nowMs), plausible(ofChat, nowMs), restedMs);
}

async function sendOne(means: ChatMeans, effect: ChatEffect, held: HeldLease): Promise<ChatEffect | null> {
  const { clock } = means.brain;
  const nowMs = clock.nowMs();
  if (nowMs - effect.intendedAtMs > olderMsMax) {
    return commit(means, { ...effect, state: "refused", because: redact("It could not be sent for two days.") }, held);
  }
  const moved = await movedTo(means, effect.outgoing.chat);
  const sending: ChatEffect = { ...effect, state: "sending", attempts: effect.attempts + 1 };
  if ((await commit(means, sending, held)) === null) return null;
  const outcome = await means.telegram.send({ ...effect.outgoing, chat: moved }, new AbortController().signal);
  return commit(means, await afterSending(means, sending, outcome), held, await consequences(means, sending, outcome));
}

async function afterSending({ brain }: ChatMeans, sending: ChatEffect, outcome: ChatOutcome): Promise<ChatEffect> {
  const { store, clock } = brain;
  const nowMs = clock.nowMs();
  const { chat } = sending.outgoing;
  switch (outcome.kind) {
    case "done":
      return { ...sending, state: "done", reference: outcome.message, because: null };
    case "refused":
      return { ...sending, state: "refused", because: outcome.because };
    case "moved":
      return {
        ...sending,
        state: "intended",
        attempts: sending.attempts - 1,
        because: redact(`moved to ${outcome.to}`),
      };
    case "wait": {
      const heldMs = plausible(await store.waitUntilMs(`${destination}:${chat}`), nowMs);
      await store.setWaitUntilMs(`${destination}:${chat}`, Math.max(heldMs, outcome.untilMs));
      await store.setWaitUntilMs(
        destination,
        Math.max(
          plausible(await store.waitUntilMs(destination), nowMs),
          await othersWait(brain, chat, outcome.untilMs),
        ),
      );
      return { ...sending, state: "intended", attempts: sending.attempts - 1, because: outcome.because };
    }
    case "unknown": {
      if (sending.attempts >= attemptsMax) return { ...sending, state: "refused", because: outcome.because };
      const delayMs = Math.min(1_000 * 2 ** (sending.attempts - 1), resendMsMax);
      return { ...sending, state: "intended", notBeforeMs: nowMs + delayMs, because: outcome.because };
    }
  }
}

/** A limit that two chats met at once is that of the bot: then all wait. */
async function othersWait({ store, clock }: ChatMeans["brain"], chat: ChatId, untilMs: number): Promise<number> {
  const waiting = await store.chatEffects({ states: ["intended"] });
  const others = new Set(waiting.map(({ outgoing }) => outgoing.chat).filter((each) => each !== chat));
  for (const other of others) {
    if ((await store.waitUntilMs(`${destination}:${other}`)) > clock.nowMs()) return untilMs;
  }
  return 0;
}

/** What the end of a message changes beside itself: a group that moved, a chat that is gone, and where it is told instead. */
async function consequences(means: ChatMeans, sending: ChatEffect, outcome: ChatOutcome): Promise<Change> {
  const { clock } = means.brain;
  const { chat } = sending.outgoing;
  const nowMs = clock.nowMs();
  if (outcome.kind === "moved") return { chat: [troubleOf(chat, { movedTo: outcome.to, because: null, nowMs })] };
  if (outcome.kind !== "refused" || !outcome.isGone) return {};
  const known = (await means.brain.store.chatItems("chat", { id: chat, limit: 1 }))[0] ?? null;
  const isNews = known?.goneSinceMs == null;
  return {
    chat: isNews ? [troubleOf(chat, { movedTo: known?.movedTo ?? null, because: outcome.because, nowMs })] : [],
    chatEffects: [...reroute(means, sending, outcome.because, isNews)],
  };
}

function troubleOf(
  chat: ChatId,
  {
    movedTo,
    because,
    nowMs,
  }: { readonly movedTo: ChatId | null; readonly because: Redacted | null; readonly nowMs: number },
): ChatItem {
  const goneSinceMs = because === null ? null : nowMs;
  return {
    kind: "chat",
    id: chat,
    state: because === null ? "moved" : "gone",
    atMs: nowMs,
    value: { chat, movedTo, goneSinceMs, because },
  };
}

/** The fallback chat is told once that a chat is gone, and gets the results that were meant for it. */
function reroute(means: ChatMeans, sending: ChatEffect, because: Redacted, isNews: boolean): readonly ChatEffect[] {
  const { fallbackChat, chats } = means.rules;
  const { outgoing } = sending;
  if (fallbackChat === null || fallbackChat === outgoing.chat) return [];
  const words = chatWordsOf[chats[fallbackChat]?.language ?? "en"];
  const isResult = outgoing.kind === "chat-message" && sending.subject.startsWith("chat:news:");
  const said = [
    ...(isNews ? [words.unreachable(code(outgoing.chat), sentences(because, 300))] : []),
    ...(isResult ? [words.rerouted(code(outgoing.chat)), outgoing.text] : []),
  ];
  if (said.length === 0) return [];
  return [
    intendEffect(
      `${sending.id}-fallback`,
      {
        kind: "chat-message",
        chat: fallbackChat,
        text: joinChat(said, "\n"),
        buttons: [],
        replyTo: null,
        isSilent: false,
      },
      `chat:news:${fallbackChat}`,
      null,
      means.brain.clock.nowMs(),
    ),
  ];
}

/** Where a group went that became a supergroup; its old number stays in the service map until somebody changes it. */
export async function movedTo({ brain }: Pick<ChatMeans, "brain">, chat: ChatId): Promise<ChatId> {
  const [its] = await brain.store.chatItems("chat", { id: chat, limit: 1 });
  return its?.movedTo ?? chat;
}

const actions: Readonly<Record<EffectState, string>> = {
  intended: "effect.waiting",
  sending: "effect.sending",
  done: "effect.done",
  refused: "effect.refused",
  unknown: "effect.unknown",
};

/** Null: the lease is lost, another process goes on. */
async function commit(
  means: ChatMeans,
  effect: ChatEffect,
  held: HeldLease,
  also: Change = {},
): Promise<ChatEffect | null> {
  const { store, clock } = means.brain;
  const line = {
    atMs: clock.nowMs(),
    actor: "brain",
    action: `chat.${actions[effect.state]}`,
    subject: effect.id,
    result: effect.because ?? redact(effect.outgoing.chat),
  };
  const result = await store.commit(
    { ...also, chatEffects: [effect, ...(also.chatEffects ?? [])], audit: effect.state === "sending" ? [] : [line] },
    held.lease,
  );
  return result === "done" ? effect : null;
}
