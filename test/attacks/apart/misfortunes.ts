import type { Dice } from "../dice.ts";

/** What befalls brain, hands, Redis, or the wires between them. `at` counts crash points, or messages to Redis. */
export type Misfortune =
  | { readonly kind: "brain-dies"; readonly at: number }
  | { readonly kind: "hands-die"; readonly at: number }
  /** Before this message of theirs reaches Redis, or between its arrival and the answer. */
  | { readonly kind: "hands-die-on-the-wire"; readonly at: number; readonly arrives: boolean }
  | {
      readonly kind: "wire-is-cut";
      readonly whose: "brain" | "hands";
      readonly at: number;
      readonly arrives: boolean;
      readonly forMs: number;
    }
  | { readonly kind: "wire-is-stalled"; readonly whose: "brain" | "hands"; readonly at: number; readonly forMs: number }
  | { readonly kind: "redis-dies"; readonly at: number; readonly isEmptied: boolean; readonly forMs: number };

const brainPointsMax = 56;
const handsPointsMax = 24;
const brainMessagesMax = 60;
const handsMessagesMax = 160;
/** Not noticed; for a moment; for longer than hands go on without Redis. */
const outagesMs = [0, 300, 1_800];

/** Two or three, so that most come while the last one is not over yet. */
export function drawMisfortunes(dice: Dice): readonly Misfortune[] {
  return dice.several(2, 3, () => drawOne(dice));
}

function drawOne(dice: Dice): Misfortune {
  const forMs = dice.pick(outagesMs);
  const arrives = dice.chance(0.5);
  const whose = dice.chance(0.4) ? "brain" : "hands";
  const message = dice.int(whose === "brain" ? brainMessagesMax : handsMessagesMax);
  switch (dice.int(8)) {
    case 0:
    case 1:
      return { kind: "brain-dies", at: dice.int(brainPointsMax) };
    case 2:
    case 3:
      return { kind: "hands-die", at: dice.int(handsPointsMax) };
    case 4:
      return { kind: "hands-die-on-the-wire", at: dice.int(handsMessagesMax), arrives };
    case 5:
      return { kind: "wire-is-cut", whose, at: message, arrives, forMs };
    case 6:
      return { kind: "wire-is-stalled", whose, at: message, forMs };
    default:
      return { kind: "redis-dies", at: dice.int(handsMessagesMax), isEmptied: dice.chance(0.3), forMs };
  }
}
