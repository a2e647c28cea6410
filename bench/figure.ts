/** One result of the bench. */
export interface Figure {
  readonly name: string;
  readonly value: number;
  readonly unit: "×" | "%" | "entries/s" | "MB" | "MB/s" | "ms" | "incidents" | "orders" | "groups";
  /** What DESIGN asks for; null: for information. */
  readonly target: { readonly kind: "at most" | "at least" | "exactly"; readonly value: number } | null;
  /** What it was made of, for people. */
  readonly because: string;
}

export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}

/** `run with nothing new : node -e 0    7.4 ×  (at most 8)  ok   medians of 15: 180 ms, 24 ms` */
export function figureLine(figure: Figure): string {
  const { name, value, unit, target, because } = figure;
  const shown = `${value >= 100 ? Math.round(value).toLocaleString("en") : value.toFixed(1)} ${unit}`;
  const asked = target === null ? "" : `${target.kind} ${target.value.toLocaleString("en")}`;
  return `${name.padEnd(52)} ${shown.padStart(18)}  ${asked.padEnd(16)} ${verdictOf(figure).padEnd(6)} ${because}`;
}

function verdictOf({ value, target }: Figure): string {
  if (target === null) return "";
  const isMet =
    target.kind === "exactly"
      ? value === target.value
      : target.kind === "at most"
        ? value <= target.value
        : value >= target.value;
  return isMet ? "ok" : "short";
}
