import { type ModelAnswer, ModelError, type ModelRequest, type ModelTurn } from "../domain/model.ts";
import type { Conversation } from "./books.ts";
import type { Investigation } from "./investigate.ts";
import { repair } from "./prompt.ts";

/** One more, to have an answer corrected. */
const callsMax = 2;

/**
 * A question that one answer without tools is enough for, corrected once. Null where there is no answer that can be used, or no money for one: nothing of
 * the investigation hangs on it.
 * @throws ModelError with `isRetryable`, unless it is the last attempt; or the signal's reason
 */
export async function askBySchema<Answer>(
  { model, books, limits, allowanceUsd, isLastAttempt }: Investigation,
  conversation: Conversation,
  first: ModelRequest,
  parse: (text: string) => Answer | { readonly problems: string },
  signal: AbortSignal,
  /** Of all its calls; the allowance bounds them too. */
  costUsdMax = Number.POSITIVE_INFINITY,
): Promise<Answer | null> {
  let turns: readonly ModelTurn[] = first.turns;
  const spentBeforeUsd = books.spentUsd();
  for (let call = 0; call < callsMax; ) {
    signal.throwIfAborted();
    const earlier = conversation.replay();
    if (earlier !== null && earlier.answer === null) continue;
    const request = { ...first, turns };
    const nextUsd = model.costUsdMax(request);
    const isTooDear =
      books.spentUsd() + nextUsd > allowanceUsd || books.spentUsd() - spentBeforeUsd + nextUsd > costUsdMax;
    if (earlier === null && (isTooDear || books.calls() >= limits.stepsMax)) return null;
    let answer: ModelAnswer;
    try {
      answer = earlier?.answer ?? (await conversation.ask(request, "conclude", signal));
    } catch (error) {
      if (error instanceof ModelError && (!error.isRetryable || isLastAttempt)) return null;
      throw error;
    }
    call += 1;
    if (answer.stopReason !== "end_turn" || answer.content.length === 0) return null;
    const said = parse(answer.text);
    if (!isRefused(said)) return said;
    turns = [...turns, { role: "assistant", content: answer.content }, { role: "user", text: repair(said.problems) }];
  }
  return null;
}

function isRefused<Answer>(said: Answer | { readonly problems: string }): said is { readonly problems: string } {
  return typeof said === "object" && said !== null && "problems" in said;
}
