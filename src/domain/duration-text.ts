const units = [
  ["d", 86_400_000],
  ["h", 3_600_000],
  ["min", 60_000],
  ["s", 1_000],
] as const;

/** `90 min`, `1 h`, `5 min`: in the largest unit that it fills without a rest. */
export function durationText(durationMs: number): string {
  const [name, unitMs] = units.find(([, each]) => durationMs >= each && durationMs % each === 0) ?? ["ms", 1];
  return `${durationMs / unitMs} ${name}`;
}
