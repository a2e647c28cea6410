import type { Level } from "../../domain/error-entry.ts";
import { plainName, roleOf } from "./field-roles.ts";
import { levelOfNumber, levelOfOtelNumber, levelOfPythonNumber, levelOfWord } from "./level.ts";
import { emptyReading, type Fields, type LevelTrust, type LineReading } from "./line-reading.ts";
import { parseSpanId, parseTraceId } from "./trace-id.ts";

/** Fields whose names say that they are the message, best first; others come after these. */
const messageRanks = new Map(
  ["message", "msg", "@message", "@m", "event", "shortmessage", "body"].map((name, rank) => [name, rank]),
);
const fieldsMax = 500;

/** Reads the fields of a JSON or logfmt entry, or labels and metadata, by the names that loggers use. */
export function readFields(fields: Fields, format: "json" | "logfmt"): LineReading {
  const reading = emptyReading(format);
  reading.fields = fields;
  const seen: Ranks = { level: 9, message: 99 };
  let count = 0;
  for (const name in fields) {
    if (++count > fieldsMax) break;
    const value = fields[name];
    if (value !== null && value !== undefined && value !== "") readField(reading, seen, name, value, true);
  }
  if (reading.message === "") reading.message = reading.errorMessage ?? "";
  return reading;
}

interface Ranks {
  level: number;
  message: number;
}

function readField(reading: LineReading, seen: Ranks, name: string, value: unknown, isOutside: boolean): void {
  switch (roleOf(name)) {
    case null:
      return;
    case "level":
      takeLevel(reading, seen, 0, name, levelOfValue(value), "stated");
      return;
    case "python-level":
      takeLevel(reading, seen, 2, name, levelOfPythonNumber(Number(value)), "stated");
      return;
    case "otel-level":
      takeLevel(reading, seen, 1, name, levelOfOtelNumber(Number(value)), "stated");
      return;
    case "syslog-level":
      takeLevel(reading, seen, 3, name, levelOfValue(value), "stated");
      return;
    case "guessed-level":
      takeLevel(reading, seen, 4, name, levelOfValue(value), "guessed");
      return;
    case "message":
      if (isOutside) takeMessage(reading, seen, name, value);
      return;
    case "trace-id":
    case "datadog-trace-id":
      takeTrace(reading, name, value, name.startsWith("dd"));
      return;
    case "span-id":
    case "datadog-span-id":
      reading.spanId ??= typeof value === "string" ? parseSpanId(value, name.startsWith("dd")) : null;
      return;
    case "stack":
      takeStack(reading, value);
      return;
    case "error":
      takeError(reading, value);
      return;
    case "error-type":
      reading.errorType ??= asText(value);
      return;
    case "error-message":
      reading.errorMessage ??= asText(value);
      return;
    case "trace":
      takeTrace(reading, name, isFields(value) ? value["id"] : value, false);
      return;
    case "span":
      if (isFields(value)) reading.spanId ??= parseSpanId(asText(value["id"] ?? value["span_id"]) ?? "");
      return;
    case "datadog":
      if (!isFields(value)) return;
      takeTrace(reading, "dd.trace_id", value["trace_id"], true);
      reading.spanId ??= parseSpanId(asText(value["span_id"]) ?? "", true);
      return;
    case "container":
      if (isOutside && isFields(value)) readContainer(reading, seen, name, value);
  }
}

/** Fields inside another one are believed for ids and errors; for level and message only where loggers nest those (`log.level`, loguru's `record`). */
function readContainer(reading: LineReading, seen: Ranks, name: string, fields: Fields): void {
  const isLogRecord = name === "log" || name === "record";
  let count = 0;
  for (const inner in fields) {
    if (++count > fieldsMax) return;
    const value = fields[inner];
    if (value === null || value === undefined || value === "") continue;
    const role = roleOf(inner);
    if (role === null || role === "container" || (role === "level" && !isLogRecord)) continue;
    readField(reading, seen, inner, value, isLogRecord);
  }
}

function takeLevel(
  reading: LineReading,
  seen: Ranks,
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

function levelOfValue(value: unknown): Level | null {
  if (typeof value === "number") return levelOfNumber(value);
  if (typeof value === "string") {
    const level = levelOfWord(value);
    return level === null && value.length < 6 && /^\d+$/.test(value) ? levelOfNumber(Number(value)) : level;
  }
  return isFields(value) ? levelOfWord(asText(value["name"]) ?? "") : null;
}

function takeMessage(reading: LineReading, seen: Ranks, name: string, value: unknown): void {
  const text = typeof value === "string" ? value : null;
  if (text === null) return;
  const rank = messageRanks.get(name) ?? messageRanks.get(plainName(name)) ?? 50;
  if (rank >= seen.message) return;
  seen.message = rank;
  reading.message = text;
}

function takeTrace(reading: LineReading, name: string, value: unknown, isDecimal: boolean): void {
  if (reading.traceId !== null || typeof value !== "string") return;
  reading.traceId = parseTraceId(value, isDecimal);
  if (reading.traceId === null) return;
  reading.traceField = name;
  if (value.length > 50) reading.spanId ??= parseSpanId(value);
}

function takeStack(reading: LineReading, value: unknown): void {
  if (reading.stack !== null) return;
  if (typeof value === "string") reading.stack = value;
  else if (Array.isArray(value) && value.every((line) => typeof line === "string")) reading.stack = value.join("\n");
  else reading.errorFields ??= value;
}

/** `error` may be the message, the stack trace, or an object with both. */
function takeError(reading: LineReading, value: unknown): void {
  if (typeof value === "string") {
    if (value.includes("\n")) reading.stack ??= value;
    else reading.errorMessage ??= value;
    return;
  }
  if (Array.isArray(value)) {
    reading.errorFields ??= value;
    return;
  }
  if (!isFields(value)) return;
  reading.errorType ??= asText(
    value["type"] ?? value["name"] ?? value["class"] ?? value["exception_class"] ?? value["kind"],
  );
  reading.errorMessage ??= asText(value["message"] ?? value["msg"] ?? value["exception_message"]);
  const stack =
    value["stack"] ?? value["stack_trace"] ?? value["stackTrace"] ?? value["stacktrace"] ?? value["extendedStackTrace"];
  // A list of frames as objects is read together with the error that it is in.
  if (typeof stack === "string" || (Array.isArray(stack) && typeof stack[0] === "string")) takeStack(reading, stack);
  if (reading.stack === null) reading.errorFields ??= value;
}

export function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function asText(value: unknown): string | null {
  return typeof value === "string" && value !== "" ? value : null;
}

/** A field by a configured name, wherever loggers put it: `service.name` is also `{service: {name}}` and `serviceName`. */
export function findField(fields: Fields, name: string): string | null {
  const direct = asText(fields[name]);
  if (direct !== null) return direct;
  const wanted = plainName(name);
  for (const key in fields) {
    const plain = plainName(key);
    const value = fields[key];
    if (plain === wanted && typeof value === "string" && value !== "") return value;
    if (isFields(value) && (wanted.startsWith(plain) || roleOf(key) === "container")) {
      const rest = wanted.startsWith(plain) ? wanted.slice(plain.length) : wanted;
      for (const inner in value) {
        const found = plainName(inner);
        if (found === rest || found === wanted) {
          const text = asText(value[inner]);
          if (text !== null) return text;
        }
      }
    }
  }
  return null;
}
