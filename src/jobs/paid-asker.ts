import { openLedger } from "../analyse/ask-model.ts";
import type { Model, ModelAnswer, ModelRequest } from "../domain/model.ts";
import type { Progress } from "./saved-progress.ts";

/** A model that is asked within an allowance: each call is paid once, however often the job is begun again. */
export interface PaidAsker {
  /** Null: what is left does not reach for the call. @throws ModelError */
  ask(request: ModelRequest, signal: AbortSignal): Promise<ModelAnswer | null>;
  /** Of all attempts. */
  spentUsd(): number;
}

export function createPaidAsker(
  model: Model,
  turns: ReturnType<Progress["turns"]>,
  /** What may be spent in all, asked before each call. */
  allowanceUsd: () => number,
  heartbeat: () => Promise<void>,
): PaidAsker {
  const ledger = openLedger(model, turns.saved, turns.save, heartbeat, turns.before);
  return {
    async ask(request, signal) {
      for (let earlier = ledger.replay(); earlier !== null; earlier = ledger.replay()) {
        if (earlier.answer !== null) return earlier.answer;
      }
      signal.throwIfAborted();
      if (ledger.spentUsd() + model.costUsdMax(request) > allowanceUsd()) return null;
      return ledger.ask(request, "conclude", signal);
    },
    spentUsd: ledger.spentUsd,
  };
}
