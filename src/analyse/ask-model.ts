import { type Model, type ModelAnswer, ModelError, type ModelRequest } from "../domain/model.ts";
import { redact } from "../domain/redact.ts";
import { type Exchange, exchangesOf, type Move, type SavedTurn } from "./saved-turn.ts";

/** Between two heartbeats while a call is under way; a job without one for longer is given to other hands. */
const heartbeatEveryMs = 5_000;
/** Characters of one answer as it is saved, sent back and counted. What a model may say in one turn is a tenth of it, what it thinks included. */
const answerLengthMax = 500_000;

/** The bill and the memory of one analysis: each call is saved before and after, so that no crash makes it forgotten or paid twice. */
export interface Ledger {
  readonly calls: () => number;
  readonly spentUsd: () => number;
  readonly inputTokens: () => number;
  readonly outputTokens: () => number;
  /** The next call of an earlier attempt, lost ones included; null when there are no more. */
  replay(): Exchange | null;
  /** @throws ModelError, or what the signal or the heartbeat says */
  ask(request: ModelRequest, move: Move, signal: AbortSignal): Promise<ModelAnswer>;
}

export function openLedger(
  model: Model,
  saved: readonly SavedTurn[],
  save: (turn: SavedTurn) => Promise<void>,
  heartbeat: () => Promise<void>,
  before: { readonly spentUsd: number; readonly ordinals: number },
): Ledger {
  const earlier = exchangesOf(saved);
  let ordinal = Math.max(before.ordinals, 1 + Math.max(-1, ...saved.map((turn) => turn.ordinal)));
  let calls = 0;
  let spentUsd = before.spentUsd;
  let inputTokens = 0;
  let outputTokens = 0;
  let replayed = 0;

  function book(exchange: Exchange): void {
    calls += 1;
    spentUsd += exchange.costUsd;
    const usage = exchange.answer?.usage;
    inputTokens += usage === undefined ? 0 : usage.inputTokens + usage.cacheReadTokens + usage.cacheWriteTokens;
    outputTokens += usage?.outputTokens ?? 0;
  }

  return {
    calls: () => calls,
    spentUsd: () => spentUsd,
    inputTokens: () => inputTokens,
    outputTokens: () => outputTokens,
    replay() {
      const exchange = earlier[replayed] ?? null;
      if (exchange === null) return null;
      replayed += 1;
      book(exchange);
      return exchange;
    },
    async ask(request, move, signal) {
      const costUsdMax = model.costUsdMax(request);
      await heartbeat();
      await save({ kind: "asked", ordinal: ordinal++, costUsd: 0, move, costUsdMax });
      let answer: ModelAnswer;
      try {
        answer = bounded(await withHeartbeat((inner) => model.ask(request, inner), heartbeat, signal));
      } catch (error) {
        const isUnspent = error instanceof ModelError && !error.isSpent;
        book({ move, answer: null, costUsd: isUnspent ? 0 : costUsdMax });
        if (isUnspent) await save({ kind: "unspent", ordinal: ordinal++, costUsd: 0 });
        throw error;
      }
      book({ move, answer, costUsd: answer.costUsd });
      await save({ kind: "answered", ordinal: ordinal++, ...answer });
      return answer;
    },
  };
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
