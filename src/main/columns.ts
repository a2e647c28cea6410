import { harmless } from "../report/terminal-text.ts";

/** Rows as aligned columns, two spaces apart; the last column runs free. Whatever a cell says, it stays one line and commands no terminal. */
export function columns(cells: readonly (readonly string[])[]): string {
  const rows = cells.map((row) => row.map((cell) => harmless(cell, Number.POSITIVE_INFINITY)));
  const widths: number[] = [];
  for (const row of rows) {
    for (const [index, cell] of row.entries()) widths[index] = Math.max(widths[index] ?? 0, cell.length);
  }
  return rows
    .map((row) =>
      row
        .map((cell, index) => (index === row.length - 1 ? cell : cell.padEnd(widths[index] ?? 0)))
        .join("  ")
        .trimEnd(),
    )
    .map((line) => `${line}\n`)
    .join("");
}

/** `2026-11-21 02:10:07Z` */
export function instantText(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19).replace("T", " ")}Z`;
}

export function instantOfNs(ns: bigint): string {
  return instantText(Number(ns / 1_000_000n));
}
