const unitBytes: Readonly<Record<string, number>> = { B: 1, kB: 1_000, KiB: 1_024, MB: 1_000_000, MiB: 1_048_576 };

export const byteSizePattern = /^(\d+(?:\.\d+)?) ?(B|kB|KiB|MB|MiB)$/;

/** Bytes of `512B`, `16kB` or `1MiB`; null for anything else. */
export function parseByteSize(text: string): number | null {
  const [, amount, unit] = byteSizePattern.exec(text) ?? [];
  const factor = unit === undefined ? undefined : unitBytes[unit];
  return amount === undefined || factor === undefined ? null : Math.round(Number(amount) * factor);
}
