import type { BillLine } from "../domain/budget.ts";
import { type Model, type ModelAnswer, ModelError, type ModelRequest } from "../domain/model.ts";
import { redact } from "../domain/redact.ts";
import { type AskedStep, type Exchange, exchangesOf, type Move, type SavedTurn } from "./saved-turn.ts";

/** Between two heartbeats while a call is under way; a job without one for longer is given to other hands. */
const heartbeatEveryMs = 5_000;
/** Characters of one answer as it is saved, sent back and counted. What a model may say in one turn is a tenth of it, what it thinks included. */
const answerLengthMax = 500_000;

/** The bill and the memory of one analysis: each call is saved before and after, so that no crash makes it forgotten or paid twice. */
export interface Books {
  /** Of all conversations and attempts. */
  readonly calls: () => number;
  readonly spentUsd: () => number;
  /** Read from the cache included. */
  readonly inputTokens: () => number;
  readonly outputTokens: () => number;
  readonly bill: () => readonly BillLine[];
  readonly laterInput: () => LaterInput;
  /** The calls of one conversation. */
  conversation(step: AskedStep, prompt: string): Conversation;
  /** The answer of a source, the same again in another attempt. */
  once<Said>(question: string, work: () => Promise<Said>): Promise<Said>;
}

/** Tokens sent after the first call of a conversation, which can only write the cache. */
export interface LaterInput {
  readonly tokens: number;
  readonly cachedTokens: number;
}

export interface Conversation {
  /** Whether earlier attempts left a call of it that was not replayed yet. */
  readonly hasEarlier: () => boolean;
  /** The next call of an earlier attempt, lost ones included; null when there are no more. */
  replay(): Exchange | null;
  /** @throws ModelError, or what the signal or the heartbeat says */
  ask(request: ModelRequest, move: Move, signal: AbortSignal): Promise<ModelAnswer>;
}

export function openBooks(given: {
  readonly model: Model;
  readonly saved: readonly SavedTurn[];
  readonly save: (turn: SavedTurn) => Promise<void>;
  readonly heartbeat: () => Promise<void>;
  /** What earlier attempts spent on other input, and for whose answers. */
  readonly before: { readonly spentUsd: number; readonly ordinals: number };
  readonly stepBefore: { readonly step: AskedStep; readonly model: string };
}): Books {
  const { model, save, heartbeat, before } = given;
  const earlier = [...exchangesOf(given.saved)];
  const told = new Map(given.saved.flatMap((turn) => (turn.kind === "told" ? [[turn.question, turn.said]] : [])));
  let ordinal = Math.max(before.ordinals, 1 + Math.max(-1, ...given.saved.map((turn) => turn.ordinal)));
  const booked: (Exchange & { readonly prompt: string })[] = [];
  const sum = (of: (exchange: Exchange) => number) => booked.reduce((total, each) => total + of(each), 0);

  return {
    calls: () => booked.length,
    spentUsd: () => before.spentUsd + sum(({ costUsd }) => costUsd),
    inputTokens: () => sum(inputTokensOf),
    outputTokens: () => sum(({ answer }) => answer?.usage.outputTokens ?? 0),
    bill() {
      const groups = Map.groupBy(booked, ({ step, model: name, prompt }) => JSON.stringify([step, name, prompt]));
      const lines = [...groups.values()].map(billLineOf);
      return before.spentUsd === 0 ? lines : [earlierLine(given.stepBefore, before.spentUsd), ...lines];
    },
    laterInput() {
      const later = [...Map.groupBy(booked, ({ step }) => step).values()].flatMap((those) => those.slice(1));
      return {
        tokens: later.reduce((total, each) => total + inputTokensOf(each), 0),
        cachedTokens: later.reduce((total, { answer }) => total + (answer?.usage.cacheReadTokens ?? 0), 0),
      };
    },
    async once<Said>(question: string, work: () => Promise<Said>): Promise<Said> {
      if (told.has(question)) return told.get(question) as Said;
      const said = await work();
      told.set(question, said);
      await save({ kind: "told", ordinal: ordinal++, costUsd: 0, question, said });
      return said;
    },
    conversation: (step, prompt) => ({
      hasEarlier: () => earlier.some((each) => each.step === step),
      replay() {
        const index = earlier.findIndex((each) => each.step === step);
        const [exchange] = index === -1 ? [] : earlier.splice(index, 1);
        if (exchange === undefined) return null;
        booked.push({ ...exchange, prompt });
        return exchange;
      },
      async ask(request, move, signal) {
        const asked = { step, model: request.model, move } as const;
        const costUsdMax = model.costUsdMax(request);
        await heartbeat();
        await save({ kind: "asked", ordinal: ordinal++, costUsd: 0, ...asked, costUsdMax });
        let answer: ModelAnswer;
        try {
          answer = bounded(
            await withHeartbeat((inner) => model.ask(request, inner, { step, prompt }), heartbeat, signal),
          );
        } catch (error) {
          const isUnspent = error instanceof ModelError && !error.isSpent;
          booked.push({ ...asked, prompt, answer: null, costUsd: isUnspent ? 0 : costUsdMax });
          if (isUnspent) await save({ kind: "unspent", ordinal: ordinal++, costUsd: 0 });
          throw error;
        }
        booked.push({ ...asked, prompt, answer, costUsd: answer.costUsd });
        await save({ kind: "answered", ordinal: ordinal++, ...answer });
        return answer;
      },
    }),
  };
}

function inputTokensOf({ answer }: Exchange): number {
  const usage = answer?.usage;
  return usage === undefined ? 0 : usage.inputTokens + usage.cacheReadTokens + usage.cacheWriteTokens;
}

function billLineOf(those: readonly (Exchange & { readonly prompt: string })[]): BillLine {
  const [first] = those;
  const sum = (of: (usage: ModelAnswer["usage"]) => number) =>
    those.reduce((total, { answer }) => total + (answer === null ? 0 : of(answer.usage)), 0);
  return {
    step: first?.step ?? "analyse",
    model: first?.model ?? "",
    prompt: first?.prompt ?? "",
    calls: those.length,
    inputTokens: sum((usage) => usage.inputTokens),
    cacheReadTokens: sum((usage) => usage.cacheReadTokens),
    cacheWriteTokens: sum((usage) => usage.cacheWriteTokens),
    outputTokens: sum((usage) => usage.outputTokens),
    costUsd: those.reduce((total, each) => total + each.costUsd, 0),
  };
}

/** Attempts with another prompt, model or evidence: what they were is known no more. */
function earlierLine(of: { readonly step: AskedStep; readonly model: string }, costUsd: number): BillLine {
  const none = { calls: 0, inputTokens: 0, cacheReadTokens: 0, cacheWriteTokens: 0, outputTokens: 0 };
  return { ...of, prompt: "earlier", ...none, costUsd };
}

/** Saved turns lie in the state file or in Redis, and go into each later request: one that is too long is as good as one that was cut off. */
function bounded(answer: ModelAnswer): ModelAnswer {
  if (JSON.stringify(answer).length <= answerLengthMax) return answer;
  return { ...answer, content: [], text: redact(""), toolCalls: [], stopReason: "max_tokens" };
}

/**
 * Tells the queue that this process is alive while it waits. It follows the machine's own time and not the injected clock: it is a sign of life, and a
 * test that moves the clock must not make a process look dead or alive.
 */
export async function withHeartbeat<T>(
  work: (signal: AbortSignal) => Promise<T>,
  heartbeat: () => Promise<void>,
  signal: AbortSignal,
): Promise<T> {
  const lost = new AbortController();
  const timer = setInterval(() => {
    heartbeat().catch((error: unknown) => lost.abort(error));
  }, heartbeatEveryMs);
  try {
    return await work(AbortSignal.any([signal, lost.signal]));
  } finally {
    clearInterval(timer);
  }
}
