export interface AttackResult {
  /** What went wrong, each in a sentence; none when nothing did. */
  readonly findings: readonly string[];
  /** How much was thrown, to be summed over the seeds: an attack that throws nothing finds nothing. */
  readonly figures: Readonly<Record<string, number>>;
}
