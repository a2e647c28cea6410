import { ChatSourceError } from "../../domain/chat/chat.ts";
import { type HeldLease, holdLease, LeaseLostError } from "../held-lease.ts";
import { answerInquiries } from "./answer-inquiries.ts";
import type { ChatMeans } from "./chat-means.ts";
import { lookIntoInquiries } from "./inquire.ts";
import { receive } from "./receive.ts";
import { registerCommands } from "./register-commands.ts";
import { sendMessages } from "./send-messages.ts";
import { tellNews } from "./tell-news.ts";

export const updatesLease = "updates";
const leaseMs = 60_000;
/** Telegram holds a question open so long, so that an update comes at once. */
const pollMs = 25_000;
const lookEveryMs = 1_000;
const tryAgainMsMin = 2_000;
const tryAgainMsMax = 60_000;
/** After a week without updates their numbers begin anew, and an old offset would confirm the new ones away. */
const offsetMsMax = 3 * 86_400_000;
const passesMax = 20;
const roundsMax = 6;

/**
 * Reads and tells the chats until the signal aborts, while no other process does: what is said (an update is handled, and then is done with), what was asked
 * about, and messages, each without waiting for the others.
 */
export async function stayInChat(means: ChatMeans, signal: AbortSignal): Promise<void> {
  const { clock } = means.brain;
  while (!signal.aborted) {
    const held = await holdLease(means.brain, updatesLease, leaseMs);
    if (held === null) {
      await clock.sleep(lookEveryMs, signal).catch(() => undefined);
      continue;
    }
    const over = new AbortController();
    const ending = AbortSignal.any([signal, over.signal]);
    const wake = newWake();
    const loops = [
      registering(means, ending),
      receiving(means, held, wake, ending),
      working(means, held, wake, ending),
      telling(means, held, wake, ending),
      keeping(means, held, ending),
    ].map(async (loop) => {
      try {
        await loop;
      } finally {
        // One that ends ends the others.
        over.abort();
      }
    });
    const ends = await Promise.allSettled(loops);
    await held.release().catch(() => undefined);
    const failed = ends.find((end) => end.status === "rejected" && !(end.reason instanceof LeaseLostError));
    if (failed?.status === "rejected" && !signal.aborted) {
      if (!isRetryable(failed.reason)) throw failed.reason;
      means.onFault(failed.reason.message);
      await clock.sleep(tryAgainMsMin, signal).catch(() => undefined);
    }
  }
}

/** What one run does when no bot is alive: everything that was said since, and what can be told now. @returns false when another process is at it */
export async function passThroughChat(means: ChatMeans, signal: AbortSignal): Promise<boolean> {
  const held = await holdLease(means.brain, updatesLease, leaseMs);
  if (held === null) return false;
  try {
    for (let pass = 1; pass <= passesMax && !signal.aborted; pass++) {
      const updates = await means.telegram.updates(await offsetOf(means), 0, signal);
      if (updates.length === 0) break;
      await receive(means, updates, held, signal);
    }
    means.onFault(null);
  } catch (error) {
    if (!(error instanceof ChatSourceError)) throw error;
    means.onFault(error.message);
  }
  try {
    await sayWhatIsKnown(means, held, signal);
    while (await lookIntoInquiries(means, held, signal));
    await sayWhatIsKnown(means, held, signal);
  } finally {
    await held.release();
  }
  return true;
}

async function sayWhatIsKnown(means: ChatMeans, held: HeldLease, signal: AbortSignal): Promise<void> {
  for (let round = 1; round <= roundsMax; round++) {
    const waits = await answerInquiries(means, held);
    await tellNews(means, held);
    const { sent } = await sendMessages(means, held, signal);
    if (sent.length > 0) continue;
    if (!waits) return;
    // The next run may be minutes away: what is known is told now.
    await means.brain.clock.sleep(lookEveryMs, signal).catch(() => undefined);
  }
}

async function receiving(means: ChatMeans, held: HeldLease, wake: Wake, signal: AbortSignal): Promise<void> {
  const { clock } = means.brain;
  let tryAgainMs = tryAgainMsMin;
  while (!signal.aborted) {
    try {
      const updates = await means.telegram.updates(await offsetOf(means), pollMs, signal);
      means.onFault(null);
      tryAgainMs = tryAgainMsMin;
      if (updates.length === 0) continue;
      await receive(means, updates, held, signal);
      wake.all();
    } catch (error) {
      if (signal.aborted) return;
      if (!(error instanceof ChatSourceError)) throw error;
      means.onFault(error.message);
      const untilMs = error.untilMs ?? clock.nowMs() + (error.reason === "revoked" ? tryAgainMsMax : tryAgainMs);
      tryAgainMs = Math.min(tryAgainMs * 2, tryAgainMsMax);
      await clock.sleep(Math.max(0, untilMs - clock.nowMs()), signal).catch(() => undefined);
    }
  }
}

/** The first update that is not dealt with; null where what is remembered is too old to be believed. */
async function offsetOf({ brain }: ChatMeans): Promise<number | null> {
  const handled = await brain.store.chatItems("update", { states: ["handled"], limit: 100 });
  const fresh = handled.filter(({ atMs }) => atMs > brain.clock.nowMs() - offsetMsMax);
  return fresh.length === 0 ? null : Math.max(...fresh.map(({ id }) => id)) + 1;
}

async function working(means: ChatMeans, held: HeldLease, wake: Wake, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const wakened = wake.next(lookEveryMs, means, signal);
    const didSomething = await lookIntoInquiries(means, held, signal);
    if (didSomething) wake.all();
    await wakened;
  }
}

async function telling(means: ChatMeans, held: HeldLease, wake: Wake, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const wakened = wake.next(lookEveryMs, means, signal);
    await answerInquiries(means, held);
    await tellNews(means, held);
    const { sent } = await sendMessages(means, held, signal);
    if (sent.length === 0) await wakened;
  }
}

/** Once, and nothing waits for it. */
async function registering(means: ChatMeans, signal: AbortSignal): Promise<void> {
  await registerCommands(means, signal).catch(() => undefined);
  await new Promise<void>((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener("abort", () => resolve(), { once: true });
  });
}

/** Nothing else may happen for long: a quiet chat. */
async function keeping(means: ChatMeans, held: HeldLease, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await held.renew();
    await means.brain.clock.sleep(leaseMs / 4, signal).catch(() => undefined);
  }
}

interface Wake {
  all(): void;
  next(durationMs: number, means: ChatMeans, signal: AbortSignal): Promise<void>;
}

function newWake(): Wake {
  const waiting = new Set<() => void>();
  return {
    all() {
      for (const wakeUp of waiting) wakeUp();
    },
    async next(durationMs, { brain }, signal) {
      const awake = new AbortController();
      const wakeUp = () => awake.abort();
      waiting.add(wakeUp);
      await brain.clock.sleep(durationMs, AbortSignal.any([awake.signal, signal])).catch(() => undefined);
      waiting.delete(wakeUp);
    },
  };
}

function isRetryable(error: unknown): error is Error {
  return error instanceof Error && "isRetryable" in error && error.isRetryable === true;
}
