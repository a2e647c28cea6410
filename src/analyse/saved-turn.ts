import type { ModelAnswer } from "../domain/model.ts";

/** What the model is asked for next: to investigate with tools, or to answer without them. */
export type Move = "investigate" | "conclude";

/**
 * Progress of an analysis, one piece before and one after each call, so that whatever is lost between them counts as spent. `ordinal` counts the
 * pieces from 0; `costUsd` is what the piece adds to the bill.
 */
export type SavedTurn =
  | {
      readonly kind: "asked";
      readonly ordinal: number;
      readonly costUsd: 0;
      readonly move: Move;
      /** What the call counts for when no other piece says how it ended. */
      readonly costUsdMax: number;
    }
  | ({ readonly kind: "answered"; readonly ordinal: number } & ModelAnswer)
  /** The model refused before it did anything that is billed. */
  | { readonly kind: "unspent"; readonly ordinal: number; readonly costUsd: 0 };

/** One call as an earlier attempt left it; `answer` null: lost, and so counted at the most it can have cost. */
export interface Exchange {
  readonly move: Move;
  readonly answer: ModelAnswer | null;
  readonly costUsd: number;
}

/** The calls that saved pieces tell of, in order; those that were never billed are as if never made. */
export function exchangesOf(saved: readonly SavedTurn[]): readonly Exchange[] {
  const exchanges: Exchange[] = [];
  for (const turn of saved.toSorted((a, b) => a.ordinal - b.ordinal)) {
    if (turn.kind === "asked") {
      exchanges.push({ move: turn.move, answer: null, costUsd: turn.costUsdMax });
      continue;
    }
    const asked = exchanges.pop();
    if (asked !== undefined && turn.kind === "answered") {
      exchanges.push({ move: asked.move, answer: turn, costUsd: turn.costUsd });
    }
  }
  return exchanges;
}
