import { redact } from "../domain/redact.ts";
import type { Redacted } from "../domain/text.ts";

const linesMax = 200;

/** The last lines that this process told, for whoever asks from a chat. */
export function keepLines(): { keep(line: string): void; lines(): readonly Redacted[] } {
  const kept: Redacted[] = [];
  return {
    keep(line) {
      kept.push(redact(`${new Date().toISOString().slice(11, 19)} ${line}`));
      if (kept.length > linesMax) kept.shift();
    },
    lines: () => kept,
  };
}
