/** A piece of code as its language would cut it. */
export interface Token {
  readonly kind: "word" | "number" | "string" | "mark" | "comment";
  readonly text: string;
  /** Counted from 1 in the text that was read. */
  readonly line: number;
  readonly lastLine: number;
  /** Inside of an expression that fills in a string. */
  readonly isFilledIn: boolean;
}
