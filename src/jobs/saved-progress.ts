import { hash } from "node:crypto";
import { exchangesOf, type SavedTurn } from "../analyse/saved-turn.ts";
import type { Clock } from "../domain/clock.ts";
import { decode, encode } from "../domain/codec.ts";
import type { Attempt } from "../domain/job-queue.ts";
import type { SavedStep } from "../domain/order.ts";
import type { StepName } from "../domain/step-name.ts";

/** Characters. A turn of the model is far below it; what is gathered beyond it is gathered again by another attempt, which costs no money. */
const stepLengthMax = 8_000_000;

/** What earlier attempts of this order saved, used again only where its input is the same, and what this one saves. */
export interface Progress {
  /** The saved result of a step, or the work done now and saved; an answer that the work is to be done again later is not saved. */
  step<Result extends { readonly kind: string }>(
    step: StepName,
    input: readonly unknown[],
    work: () => Promise<Result>,
    /** Of several of one name, which it is. */
    ordinal?: number,
  ): Promise<Result>;
  /** The model's turns of a conversation so far, and how to save the next one. */
  turns(
    step: "analyse" | "propose" | "review",
    input: readonly unknown[],
  ): {
    readonly saved: readonly SavedTurn[];
    /** What the order has already cost on another input (an edited prompt, another model), and the ordinals that took. */
    readonly before: { readonly spentUsd: number; readonly ordinals: number };
    readonly save: (turn: SavedTurn) => Promise<void>;
  };
}

export async function createProgress(attempt: Pick<Attempt, "save" | "saved">, clock: Clock): Promise<Progress> {
  const saved = await attempt.saved();
  const save = async (step: StepName, ordinal: number, inputDigest: string, result: unknown, costUsd: number) => {
    const resultJson = encode(result);
    if (resultJson.length > stepLengthMax) return;
    await attempt.save({ step, ordinal, inputDigest, resultJson, costUsd, atMs: clock.nowMs() });
  };
  const of = (step: StepName, inputDigest: string): readonly SavedStep[] =>
    saved
      .filter((each) => each.step === step && each.inputDigest === inputDigest)
      .sort((a, b) => a.ordinal - b.ordinal);
  return {
    async step(step, input, work, ordinal = 0) {
      const inputDigest = digest(input);
      const earlier = of(step, inputDigest).find((each) => each.ordinal === ordinal);
      if (earlier !== undefined) return decode(earlier.resultJson);
      const result = await work();
      if (result.kind !== "again") await save(step, ordinal, inputDigest, result, 0);
      return result;
    },
    turns(step, input) {
      const inputDigest = digest(input);
      return {
        saved: of(step, inputDigest).map((each) => decode<SavedTurn>(each.resultJson)),
        before: spentBefore(saved.filter((each) => each.step === step && each.inputDigest !== inputDigest)),
        save: (turn) => save(step, turn.ordinal, inputDigest, turn, turn.costUsd),
      };
    },
  };
}

function spentBefore(steps: readonly SavedStep[]): { readonly spentUsd: number; readonly ordinals: number } {
  const byInput = Map.groupBy(steps, (step) => step.inputDigest);
  const exchanges = [...byInput.values()].flatMap((those) =>
    exchangesOf(those.map((each) => decode<SavedTurn>(each.resultJson))),
  );
  return {
    spentUsd: exchanges.reduce((sum, exchange) => sum + exchange.costUsd, 0),
    ordinals: 1 + Math.max(-1, ...steps.map((step) => step.ordinal)),
  };
}

function digest(input: readonly unknown[]): string {
  return hash("sha256", encode(input)).slice(0, 32);
}
