const unitMs: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

export const durationPattern = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/;

/** Milliseconds of `30s`, `10m`, `1.5h` or `7d`; null for anything else. */
export function parseDuration(text: string): number | null {
  const [, amount, unit] = durationPattern.exec(text) ?? [];
  const factor = unit === undefined ? undefined : unitMs[unit];
  return amount === undefined || factor === undefined ? null : Math.round(Number(amount) * factor);
}
