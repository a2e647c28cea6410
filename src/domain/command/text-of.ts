import type { Command } from "./command.ts";

const units = [
  ["w", 604_800_000],
  ["d", 86_400_000],
  ["h", 3_600_000],
] as const;

/** The command in words, by which it is said again after a person pressed yes: parsed, they are the same command. */
export function textOf(command: Command): string {
  const { name, ...given } = command;
  const said = Object.entries(given).flatMap(([argument, value]: [string, unknown]) => {
    if (value === null) return [];
    if (argument === "forMs") return [`for ${durationText(Number(value))}`];
    return [argument === "because" ? `because ${value}` : String(value)];
  });
  return [name, ...said].join(" ");
}

function durationText(durationMs: number): string {
  const [unit, unitMs] = units.find(([, ms]) => durationMs % ms === 0) ?? ["h", 3_600_000];
  return `${Math.round(durationMs / unitMs)}${unit}`;
}
