import type { Level } from "../../domain/error-entry.ts";
import { isErrorLevel } from "./level.ts";
import type { LineReading } from "./line-reading.ts";

/** What stated the level, most believed first; `trace`: nothing did, but there is a stack trace. */
export type LevelSource = "field" | "metadata" | "text" | "label" | "word" | "guess" | "trace" | null;

export interface LevelDecision {
  readonly level: Level | null;
  readonly isError: boolean;
  readonly source: LevelSource;
}

/**
 * A body that is a structure, then structured metadata, then what a text logger wrote, then labels; a bare word of the message and Loki's own guess only where
 * nothing states a level. Without any level a stack trace makes an error.
 */
export function decideLevel(
  line: LineReading,
  labels: LineReading,
  metadata: LineReading,
  hasTrace: () => boolean,
): LevelDecision {
  if (line.level !== null && line.format !== "text" && line.levelTrust === "stated")
    return decided(line.level, "field");
  if (metadata.level !== null && metadata.levelTrust === "stated") return decided(metadata.level, "metadata");
  if (line.level !== null && line.levelTrust === "stated") return decided(line.level, "text");
  if (labels.level !== null && labels.levelTrust === "stated") return decided(labels.level, "label");
  if (line.level !== null && line.levelTrust === "leading") return decided(line.level, "text");
  if (line.level !== null) return decided(line.level, "word");
  const guess = metadata.level ?? labels.level;
  if (!isErrorLevel(guess) && hasTrace()) return { level: guess, isError: true, source: "trace" };
  return guess === null ? { level: null, isError: false, source: null } : decided(guess, "guess");
}

function decided(level: Level, source: LevelSource): LevelDecision {
  return { level, isError: isErrorLevel(level), source };
}
