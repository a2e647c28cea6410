import type { Level } from "../../domain/error-entry.ts";

const wordsByLevel: Readonly<Record<Level, readonly string[]>> = {
  trace: ["trace", "trc", "trce", "silly", "finest", "finer", "verbose", "vrb"],
  debug: ["debug", "dbg", "dbug", "fine", "config", "debug1", "debug2", "debug3", "debug4", "debug5"],
  info: [
    "info",
    "inf",
    "information",
    "informational",
    "notice",
    "http",
    "log",
    "success",
    "ok",
    "mark",
    "default",
    "정보",
    "알림",
    "情報",
    "信息",
    "инфо",
  ],
  warn: [
    "warn",
    "warning",
    "wrn",
    "warnung",
    "avertissement",
    "advertencia",
    "경고",
    "警告",
    "предупреждение",
    "deprecated",
  ],
  error: [
    "error",
    "err",
    "erro",
    "eror",
    "severe",
    "fail",
    "failure",
    "fehler",
    "erreur",
    "오류",
    "에러",
    "심각",
    "schwerwiegend",
    "エラー",
    "错误",
    "錯誤",
    "ошибка",
  ],
  fatal: [
    "fatal",
    "ftl",
    "fata",
    "critical",
    "crit",
    "emerg",
    "emergency",
    "alert",
    "panic",
    "dpanic",
    "kritisch",
    "치명적",
    "致命的",
    "致命",
    "критическая",
  ],
};
const levelOfLowerCase = new Map<string, Level>(
  Object.entries(wordsByLevel).flatMap(([level, words]) => words.map((word) => [word, level as Level] as const)),
);
const levelOfLetter: Readonly<Record<string, Level>> = {
  T: "trace",
  V: "trace",
  D: "debug",
  I: "info",
  N: "info",
  W: "warn",
  E: "error",
  S: "error",
  F: "fatal",
  C: "fatal",
  P: "fatal",
};
const longestWord = 20;

/** The level a field's value names, whatever its case; `ERROR+4` of slog is ERROR, `[ERROR]` and `error:` are what they hold. Null for any other word. */
export function levelOfWord(word: string): Level | null {
  if (word.length === 0 || word.length > longestWord) return null;
  const lower = word.toLowerCase();
  const level = levelOfLowerCase.get(lower);
  if (level !== undefined) return level;
  const bare = lower.replace(/^[\s[<("'【]{1,4}|[\s\])>:"'】]{1,6}$|[+-]\d{1,2}$/g, "");
  return bare === lower ? null : levelOfWord(bare);
}

/** As `levelOfWord`, and `E`: for a field that is named as a level's, where no sentence can stand. */
export function levelOfFieldWord(word: string): Level | null {
  return word.length === 1 ? (levelOfLetter[word.toUpperCase()] ?? null) : levelOfWord(word);
}

/** The level of a single capital letter. */
export function levelOfCapital(letter: string): Level | null {
  return levelOfLetter[letter] ?? null;
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
  "default",
  "deprecated",
  "failure",
  "fail",
]);

/** As `levelOfWord`, for a word of free text: without those that start ordinary sentences, unless they are in capitals. */
export function levelOfTextWord(word: string): Level | null {
  if (word.length < 2 || word.length > longestWord) return null;
  const lower = word.toLowerCase();
  const level = levelOfLowerCase.get(lower) ?? null;
  return level !== null && proseWords.has(lower) && word !== word.toUpperCase() ? null : level;
}

/**
 * pino and bunyan (10…60), syslog (0…7), Monolog (100…600), java.util.logging (700…1000), logback (5000…50,000). 300 to 500 are Monolog's, for
 * java.util.logging uses them for what is finer than debug: better told once too often than never.
 */
export function levelOfNumber(value: number): Level | null {
  if (!Number.isInteger(value) || value < 0) return null;
  if (value <= 7)
    return value <= 2 ? "fatal" : value === 3 ? "error" : value === 4 ? "warn" : value === 7 ? "debug" : "info";
  if (value >= 10 && value < 100) return sixLevels[Math.min(Math.floor(value / 10), 6) - 1] ?? null;
  if (value >= 100 && value <= 600)
    return value >= 500 ? "fatal" : value >= 400 ? "error" : value >= 300 ? "warn" : value >= 200 ? "info" : "debug";
  if (value >= 700 && value <= 1000)
    return value === 1000 ? "error" : value >= 900 ? "warn" : value >= 800 ? "info" : "debug";
  if (value >= 5000 && value <= 50_000) return sixLevels[Math.min(Math.floor(value / 10_000), 5)] ?? null;
  return null;
}
const sixLevels: readonly Level[] = ["trace", "debug", "info", "warn", "error", "fatal"];

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

/** Behind a time and a source, java.util.logging writes the level in the language of its machine. */
export const secondLineLevel =
  /(SEVERE|WARNING|INFO|CONFIG|FINE|FINER|FINEST|심각|경고|정보|구성|미세|상세|致命的|警告|情報|構成|SCHWERWIEGEND|WARNUNG|INFORMATION|GRAVE|AVERTISSEMENT|INFOS): /y;

/** The level of a word that `secondLineLevel` found. */
export function levelOfSecondLine(word: string): Level | null {
  if (word === "GRAVE" || word === "致命的") return "error";
  return word === "INFOS" || word === "構成" || word === "구성" ? "info" : (levelOfTextWord(word) ?? "debug");
}

/** OpenTelemetry's `severity_number`, four steps a level, or its name: `SEVERITY_NUMBER_ERROR2`. */
export function levelOfOtelNumber(value: unknown): Level | null {
  if (typeof value === "string" && value.startsWith("SEVERITY_NUMBER_")) {
    return levelOfWord(value.slice(16).replace(/\d$/, ""));
  }
  const number = Number(value);
  return number >= 1 && number <= 24 ? (sixLevels[Math.floor((number - 1) / 4)] ?? null) : null;
}

/** Azure Monitor's `SeverityLevel`: 0 verbose to 4 critical. */
export function levelOfAzureNumber(value: number): Level | null {
  return sixLevels.slice(1)[value] ?? null;
}

/** The severity of a syslog priority. */
export function levelOfPriority(priority: number): Level | null {
  return priority >= 0 && priority <= 191 ? levelOfNumber(priority % 8) : null;
}

export function isErrorLevel(level: Level | null): boolean {
  return level === "error" || level === "fatal";
}
