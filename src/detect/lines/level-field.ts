import type { Level } from "../../domain/error-entry.ts";
import type { FieldRole } from "./field-roles.ts";
import {
  levelOfAzureNumber,
  levelOfFieldWord,
  levelOfNumber,
  levelOfOtelNumber,
  levelOfPythonNumber,
  levelOfWord,
} from "./level.ts";
import type { LevelTrust, LineReading } from "./line-reading.ts";

/** How much a level's field is believed before the others, least first. */
export const levelRank = {
  word: 0,
  number: 1,
  otel: 2,
  python: 3,
  syslog: 4,
  guessed: 5,
  inner: 6,
  status: 9,
  type: 10,
  none: 99,
};

export interface LevelSeen {
  /** Rank of the field that the level is from. */
  level: number;
}

/** Takes the level that a field states, where none before is believed more. */
export function readLevel(
  reading: LineReading,
  seen: LevelSeen,
  role: FieldRole,
  name: string,
  value: unknown,
  isOutside: boolean,
): void {
  const take = (own: number, level: Level | null, trust: LevelTrust = "stated") =>
    takeLevel(reading, seen, isOutside ? own : own + levelRank.inner, name, level, trust);
  switch (role) {
    case "level": {
      const found = levelOfValue(value);
      if (found !== null) take(found.isWord ? levelRank.word : levelRank.number, found.level);
      return;
    }
    case "syslog-level":
      take(levelRank.syslog, levelOfValue(value)?.level ?? null);
      return;
    case "python-level":
      take(levelRank.python, levelOfPythonNumber(Number(value)));
      return;
    case "otel-level":
      take(levelRank.otel, levelOfOtelNumber(value));
      return;
    case "azure-level":
      take(levelRank.otel, levelOfAzureNumber(Number(value)) ?? levelOfValue(value)?.level ?? null);
      return;
    case "guessed-level":
      take(levelRank.guessed, levelOfValue(value)?.level ?? null, "guessed");
      return;
    case "mongo-level":
      // MongoDB: `"s":"E","c":"NETWORK"`.
      if (isOutside && typeof value === "string" && /^(?:[FEWI]|D[1-5]?)$/.test(value) && reading.fields?.["c"]) {
        take(levelRank.number, levelOfFieldWord(value.charAt(0)));
      }
      return;
    case "status":
      // Datadog's level; elsewhere the outcome of a request, so anything else is believed before it.
      if (isOutside && typeof value === "string") take(levelRank.status, levelOfWord(value), "word");
      return;
    case "type":
      // What kind of record it is; other words name other things.
      if (isOutside && (value === "error" || value === "ERROR")) take(levelRank.type, "error", "word");
  }
}

export function takeLevel(
  reading: LineReading,
  seen: LevelSeen,
  rank: number,
  name: string,
  level: Level | null,
  trust: LevelTrust,
): void {
  if (level === null || rank >= seen.level) return;
  seen.level = rank;
  reading.level = level;
  reading.levelField = name;
  reading.levelTrust = trust;
}

/** A level, and whether a word says so: where there are both, the number is of the logger's own counting. */
function levelOfValue(value: unknown): { readonly level: Level; readonly isWord: boolean } | null {
  const named = typeof value === "object" && value !== null ? nameOf(value) : value;
  if (typeof named === "string") {
    const isNumber = named.length < 6 && /^\d+$/.test(named);
    const level = isNumber ? levelOfNumber(Number(named)) : levelOfFieldWord(named);
    return level === null ? null : { level, isWord: !isNumber };
  }
  const level = typeof named === "number" ? levelOfNumber(named) : null;
  return level === null ? null : { level, isWord: false };
}

/** loguru's `{"name":"ERROR","no":40}`, log4js' `levelStr`. */
function nameOf(value: object): unknown {
  const fields = value as Readonly<Record<string, unknown>>;
  return fields["name"] ?? fields["levelStr"] ?? fields["levelname"] ?? fields["label"];
}
