import type { Move } from "./saved-turn.ts";

/** Bounds of one analysis. */
export interface AnalysisLimits {
  /** Calls of the model. */
  readonly stepsMax: number;
  /** No call begins after this; one under way ends by its own timeout. */
  readonly durationMsMax: number;
  /** Summed over all calls, what was read from the cache included. */
  readonly inputTokensMax: number;
  /** Summed over all calls, what the model thinks to itself included. */
  readonly outputTokensMax: number;
  /** Bytes of one tool answer. */
  readonly toolAnswerBytesMax: number;
}

/** What is used up, and what the next call may use at most. */
export interface Usage {
  readonly calls: number;
  readonly elapsedMs: number;
  readonly inputTokens: number;
  readonly nextInputTokensMax: number;
  readonly outputTokens: number;
  readonly nextOutputTokensMax: number;
  readonly spentUsd: number;
  readonly nextCostUsdMax: number;
  readonly allowanceUsd: number;
}

export type LimitName = "steps" | "time" | "tokens" | "money";

/** Near the end of the time, the next call is the concluding one. */
const durationShareToConclude = 0.75;

/**
 * Whether the model may go on, must conclude, or cannot be asked again. Before each investigating call there must be room for it and for a concluding
 * one after it; so the ceilings hold, and an answer is nearly always reached. One call more is kept back to have a malformed answer corrected.
 */
export function nextMove(limits: AnalysisLimits, used: Usage): Move | { readonly exceeded: LimitName } {
  if (used.calls >= limits.stepsMax) return { exceeded: "steps" };
  if (used.elapsedMs >= limits.durationMsMax) return { exceeded: "time" };
  if (used.inputTokens + used.nextInputTokensMax > limits.inputTokensMax) return { exceeded: "tokens" };
  if (used.outputTokens + used.nextOutputTokensMax > limits.outputTokensMax) return { exceeded: "tokens" };
  if (used.spentUsd + used.nextCostUsdMax > used.allowanceUsd) return { exceeded: "money" };
  const isNear =
    used.calls >= limits.stepsMax - 2 ||
    used.elapsedMs >= limits.durationMsMax * durationShareToConclude ||
    used.inputTokens + 2 * used.nextInputTokensMax > limits.inputTokensMax ||
    used.outputTokens + 2 * used.nextOutputTokensMax > limits.outputTokensMax ||
    used.spentUsd + 2 * used.nextCostUsdMax > used.allowanceUsd;
  return isNear ? "conclude" : "investigate";
}
