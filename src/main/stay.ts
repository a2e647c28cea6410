import type { Clock } from "../domain/clock.ts";
import { type TickReport, tick } from "../jobs/brain.ts";
import type { ChatMeans } from "../jobs/chat/chat-means.ts";
import { stayInChat } from "../jobs/chat/stay-in-chat.ts";
import { createFaultTeller } from "./fault-teller.ts";
import { isPollDue } from "./poll-schedule.ts";
import { watchPauseFile } from "./watch-pause-file.ts";
import type { Worker } from "./worker.ts";

/** Findings are looked for this often, so that an issue follows its investigation at once. */
const lookEveryMs = 1_000;

/** The daemon: polls on its schedule, works on orders all the while unless hands are elsewhere, and ends when the signal aborts, with running work handed back. */
export async function stay(
  worker: Worker,
  settings: {
    readonly stateDirectory: string;
    readonly concurrency: number;
    readonly everyMs: number;
    readonly clock: Clock;
    readonly onFailure: (sentence: string) => void;
    /** Reads and tells chats beside; null without any. */
    readonly chat: ChatMeans | null;
  },
  signal: AbortSignal,
): Promise<void> {
  const { clock } = settings;
  const over = new AbortController();
  const ending = AbortSignal.any([signal, over.signal]);
  // A person does not wait for a pair of hands: one is kept for what is urgent.
  const slots = settings.chat === null ? { more: 0, urgent: 0 } : { more: 1, urgent: 1 };
  const work = workHere(worker, settings.concurrency + slots.more, slots.urgent, ending);
  const talk = settings.chat === null ? Promise.resolve() : stayInChat(settings.chat, ending);
  talk.catch((error: unknown) => over.abort(error));
  // Either of the two that fails ends the other.
  work.catch((error: unknown) => over.abort(error));
  // The brain's next tick says it too, but that may be waiting for a slow server now, and resumes only when nobody else has paused.
  const watch = watchPauseFile(settings.stateDirectory, (isThere) => {
    if (isThere) worker.queue.pause().catch(() => undefined);
  });
  const tellFaults = createFaultTeller(settings.onFailure);
  let polledAtMs: number | null = null;
  try {
    while (!ending.aborted) {
      const nowMs = clock.nowMs();
      const poll = isPollDue(nowMs, polledAtMs, settings.everyMs);
      if (poll) polledAtMs = nowMs;
      try {
        const report = await tick(worker.brain, { poll, runStartedMs: polledAtMs ?? nowMs }, ending);
        tellFaults(faultsOf(worker, report, poll));
      } catch (error) {
        if (ending.aborted) break;
        if (!isRetryable(error)) throw error;
        tellFaults(new Map([["brain", error.message]]));
      }
      await clock.sleep(lookEveryMs, ending).catch((reason: unknown) => {
        if (!ending.aborted) throw reason;
      });
    }
  } finally {
    watch.stop();
    over.abort();
    await Promise.all([work, talk]);
  }
}

async function workHere(
  { queue, hands }: Worker,
  concurrency: number,
  urgentSlots: number,
  signal: AbortSignal,
): Promise<void> {
  if (hands === null) return;
  await queue.work(hands, { concurrency, urgentSlots, until: "aborted", signal });
}

/** The sources are looked at only by a poll. */
function faultsOf(worker: Worker, report: TickReport, poll: boolean): ReadonlyMap<string, string | null> {
  const sources = poll ? worker.brain.polls.map(({ environment }) => environment) : [];
  return new Map([
    ...["brain", "queue", ...sources].map((part): [string, null] => [part, null]),
    ...report.failures.map(({ environment, error }): [string, string] => [environment, error.message]),
  ]);
}

function isRetryable(error: unknown): error is Error {
  return error instanceof Error && "isRetryable" in error && error.isRetryable === true;
}
