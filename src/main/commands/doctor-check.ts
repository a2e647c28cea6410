/** One line of `doctor`. `warning`: it works, and somebody should know. */
export interface Check {
  readonly name: string;
  readonly state: "ok" | "warning" | "failed";
  /** What was seen. */
  readonly detail: string;
  /** What to do about it; null when nothing. */
  readonly cure: string | null;
}
