import type { ModelAnswer } from "../domain/model.ts";
import type { StepName } from "../domain/step-name.ts";

/** What the model is asked for next: to investigate with tools, or to answer without them. */
export type Move = "investigate" | "conclude";

/** The conversations of one order, each with a prompt and a model of its own. */
export type AskedStep = Extract<
  StepName,
  "compare" | "triage" | "analyse" | "escalate" | "challenge" | "propose" | "review"
>;

/**
 * Progress of an analysis, one piece before and one after each call, so that whatever is lost between them counts as spent. `ordinal` counts the
 * pieces from 0; `costUsd` is what the piece adds to the bill.
 */
export type SavedTurn =
  | {
      readonly kind: "asked";
      readonly ordinal: number;
      readonly costUsd: 0;
      readonly step: AskedStep;
      readonly model: string;
      readonly move: Move;
      /** What the call counts for when no other piece says how it ended. */
      readonly costUsdMax: number;
    }
  | ({ readonly kind: "answered"; readonly ordinal: number } & ModelAnswer)
  /** The model refused before it did anything that is billed. */
  | { readonly kind: "unspent"; readonly ordinal: number; readonly costUsd: 0 }
  /** What a source said that may say something else later: another attempt is told the same. Of plain data. */
  | {
      readonly kind: "told";
      readonly ordinal: number;
      readonly costUsd: 0;
      readonly question: string;
      readonly said: unknown;
    };

/** One call as an earlier attempt left it; `answer` null: lost, and so counted at the most it can have cost. */
export interface Exchange {
  readonly step: AskedStep;
  readonly model: string;
  readonly move: Move;
  readonly answer: ModelAnswer | null;
  readonly costUsd: number;
}

/** The calls that saved pieces tell of, in order; those that were never billed are as if never made. */
export function exchangesOf(saved: readonly SavedTurn[]): readonly Exchange[] {
  const exchanges: Exchange[] = [];
  for (const turn of saved.toSorted((a, b) => a.ordinal - b.ordinal)) {
    if (turn.kind === "told") continue;
    if (turn.kind === "asked") {
      const { step, model, move, costUsdMax } = turn;
      exchanges.push({ step, model, move, answer: null, costUsd: costUsdMax });
      continue;
    }
    const asked = exchanges.pop();
    if (asked !== undefined && turn.kind === "answered") {
      exchanges.push({ ...asked, answer: turn, costUsd: turn.costUsd });
    }
  }
  return exchanges;
}
