/** What may happen outside, least first. */
export const modes = ["dry-run", "issue", "patch", "draft-pr"] as const;
export type Mode = (typeof modes)[number];

/** The highest of them; of none, `dry-run`. */
export function mostOf(several: readonly Mode[]): Mode {
  return modes[Math.max(0, ...several.map((mode) => modes.indexOf(mode)))] ?? "dry-run";
}

/** The lowest of them wins; of none, `dry-run`. */
export function lowestMode(...several: readonly (Mode | null)[]): Mode {
  const set = several.filter((mode) => mode !== null).map((mode) => modes.indexOf(mode));
  return modes[set.length === 0 ? 0 : Math.min(...set)] ?? "dry-run";
}
