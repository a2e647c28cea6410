import { openBooks } from "../analyse/books.ts";
import type { BillLine } from "../domain/budget.ts";
import type { Model, ModelAnswer, ModelRequest } from "../domain/model.ts";
import type { Progress } from "./saved-progress.ts";

/** A model that is asked within an allowance: each call is paid once, however often the job is begun again. */
export interface PaidAsker {
  /** Null: what is left does not reach for the call. @throws ModelError */
  ask(request: ModelRequest, signal: AbortSignal): Promise<ModelAnswer | null>;
  /** Of all attempts. */
  spentUsd(): number;
  bill(): readonly BillLine[];
}

export function createPaidAsker(
  model: Model,
  who: { readonly step: "propose" | "review"; readonly model: string; readonly prompt: string },
  turns: ReturnType<Progress["turns"]>,
  /** What may be spent in all, asked before each call. */
  allowanceUsd: () => number,
  heartbeat: () => Promise<void>,
): PaidAsker {
  const books = openBooks({ ...turns, model, heartbeat, stepBefore: { step: who.step, model: who.model } });
  const conversation = books.conversation(who.step, who.prompt);
  return {
    async ask(request, signal) {
      for (let earlier = conversation.replay(); earlier !== null; earlier = conversation.replay()) {
        if (earlier.answer !== null) return earlier.answer;
      }
      signal.throwIfAborted();
      if (books.spentUsd() + model.costUsdMax(request) > allowanceUsd()) return null;
      return conversation.ask(request, "conclude", signal);
    },
    spentUsd: books.spentUsd,
    bill: books.bill,
  };
}
