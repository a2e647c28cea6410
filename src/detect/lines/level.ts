import type { Level } from "../../domain/error-entry.ts";

const wordsByLevel: Readonly<Record<Level, readonly string[]>> = {
  trace: ["trace", "trc", "silly", "finest", "finer", "verbose"],
  debug: ["debug", "dbg", "fine", "config"],
  info: ["info", "inf", "information", "informational", "notice", "http", "log", "success", "ok", "mark"],
  warn: ["warn", "warning", "wrn"],
  error: ["error", "err", "eror", "severe"],
  fatal: ["fatal", "ftl", "critical", "crit", "emerg", "emergency", "alert", "panic", "dpanic"],
};
const levelOfLowerCase = new Map<string, Level>(
  Object.entries(wordsByLevel).flatMap(([level, words]) => words.map((word) => [word, level as Level] as const)),
);
const longestWord = 16;

/** The level a field's value names, whatever its case; `ERROR+4` of slog is ERROR. Null for any other word. */
export function levelOfWord(word: string): Level | null {
  if (word.length === 0 || word.length > longestWord) return null;
  const lower = word.toLowerCase();
  const level = levelOfLowerCase.get(lower);
  if (level !== undefined) return level;
  const sign = lower.search(/[+-]\d/);
  return sign > 0 ? (levelOfLowerCase.get(lower.slice(0, sign)) ?? null) : null;
}

const proseWords = new Set([
  "log",
  "ok",
  "config",
  "fine",
  "http",
  "success",
  "mark",
  "alert",
  "inf",
  "information",
  "verbose",
  "silly",
]);

/** As `levelOfWord`, for a word of free text: without those that start ordinary sentences, unless they are in capitals. */
export function levelOfTextWord(word: string): Level | null {
  const level = levelOfWord(word);
  if (level === null || !/^[A-Za-z]+$/.test(word)) return null;
  return proseWords.has(word.toLowerCase()) && word !== word.toUpperCase() ? null : level;
}

/** pino and bunyan (10…60), syslog (0…7), logback (5000…40000), java.util.logging (300…1000). */
export function levelOfNumber(value: number): Level | null {
  if (!Number.isFinite(value) || value < 0) return null;
  if (value <= 7)
    return value <= 2 ? "fatal" : value === 3 ? "error" : value === 4 ? "warn" : value === 7 ? "debug" : "info";
  if (value >= 10 && value < 100) return pinoLevels[Math.min(Math.floor(value / 10), 6) - 1] ?? null;
  if (value >= 300 && value <= 1000)
    return value >= 1000 ? "error" : value >= 900 ? "warn" : value >= 800 ? "info" : "debug";
  if (value >= 5000 && value <= 50_000) return logbackLevels[Math.min(Math.floor(value / 10_000), 5)] ?? null;
  return null;
}
const pinoLevels: readonly Level[] = ["trace", "debug", "info", "warn", "error", "fatal"];
const logbackLevels: readonly Level[] = ["trace", "debug", "info", "warn", "error", "fatal"];

/** Python's `levelno`: 40 is ERROR there. */
export function levelOfPythonNumber(value: number): Level | null {
  return value >= 50
    ? "fatal"
    : value >= 40
      ? "error"
      : value >= 30
        ? "warn"
        : value >= 20
          ? "info"
          : value > 0
            ? "debug"
            : null;
}

/** OpenTelemetry's `severity_number`: four steps a level. */
export function levelOfOtelNumber(value: number): Level | null {
  return value >= 1 && value <= 24 ? (otelLevels[Math.floor((value - 1) / 4)] ?? null) : null;
}
const otelLevels: readonly Level[] = ["trace", "debug", "info", "warn", "error", "fatal"];

export function isErrorLevel(level: Level | null): boolean {
  return level === "error" || level === "fatal";
}
