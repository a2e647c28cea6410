import type { Hands } from "../domain/job-queue.ts";

export interface WatchedHands {
  readonly hands: Hands;
  /** How far an order is that is worked on in this process. */
  readonly workOf: (order: string) => { readonly step: "reading" | "analysing"; readonly costUsd: number } | null;
}

/** The same hands, and what they are at: a person waits for it. */
export function watchWork(hands: Hands): WatchedHands {
  const atWork = new Map<string, { step: "reading" | "analysing"; costUsd: number }>();
  return {
    workOf: (order) => atWork.get(order) ?? null,
    async hands(attempt) {
      const state: { step: "reading" | "analysing"; costUsd: number } = { step: "reading", costUsd: 0 };
      atWork.set(attempt.order.id, state);
      try {
        return await hands({
          ...attempt,
          save: async (saved) => {
            state.step = "analysing";
            state.costUsd += saved.costUsd;
            await attempt.save(saved);
          },
        });
      } finally {
        atWork.delete(attempt.order.id);
      }
    },
  };
}
