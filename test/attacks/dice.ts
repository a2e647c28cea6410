/** Chance that can be repeated: the same seed throws the same numbers. */
export interface Dice {
  /** A whole number from 0 to `below` - 1. */
  int(below: number): number;
  chance(probability: number): boolean;
  pick<T>(list: readonly T[]): T;
  /** Between `least` and `most` results of `make`. */
  several<T>(least: number, most: number, make: (index: number) => T): T[];
  text(length: number, alphabet: string): string;
}

const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
export const alphabets = {
  base62: `${letters}0123456789`,
  upper: "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567",
  lower: "abcdefghijkmnpqrstuvwxyz",
  hex: "0123456789abcdef",
  base64: `${letters}0123456789+/`,
} as const;

/** @param purpose keeps what one seed throws for different things apart, so that a change of one leaves the others alone */
export function diceOf(seed: number, purpose: string): Dice {
  let state = [...purpose].reduce((sum, letter) => Math.imul(sum ^ (letter.codePointAt(0) ?? 0), 0x01000193), seed + 1);

  // Mulberry32: 32 bits of state are enough for tests.
  function next(): number {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  }

  const dice: Dice = {
    int: (below) => Math.floor(next() * below),
    chance: (probability) => next() < probability,
    pick(list) {
      const picked = list[dice.int(list.length)];
      if (picked === undefined) throw new Error("there is nothing to pick from");
      return picked;
    },
    several: (least, most, make) =>
      Array.from({ length: least + dice.int(most - least + 1) }, (_, index) => make(index)),
    text: (length, alphabet) => Array.from({ length }, () => alphabet.charAt(dice.int(alphabet.length))).join(""),
  };
  return dice;
}
