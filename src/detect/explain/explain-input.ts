import { entryId } from "../../domain/entry-id.ts";
import type { LogEntry } from "../../domain/log-entry.ts";

export const inputForms = ["auto", "loki", "entries", "lines"] as const;
export type InputForm = (typeof inputForms)[number];

/** The input is not what it was said to be. */
export class ExplainInputError extends Error {
  override readonly name = "ExplainInputError";
  readonly isRetryable = false;
}

/**
 * Log entries in input order. `loki`: an answer of query_range; `entries`: NDJSON of `{timestampNs, labels, structuredMetadata?, line}`, or with a
 * `timestamp` as RFC 3339 has it, as `logcli -o jsonl` writes; `lines`: raw text, one entry a
 * line, all of one stream, one nanosecond apart; `auto`: whichever it looks like.
 * @throws ExplainInputError naming the line
 */
export function parseExplainInput(text: string, form: InputForm): readonly LogEntry[] {
  switch (form === "auto" ? guessForm(text) : form) {
    case "loki":
      return lokiEntries(text);
    case "entries":
      return ndjsonEntries(text);
    default:
      return lineEntries(text);
  }
}

function guessForm(text: string): InputForm {
  const start = text.slice(0, 20_000).trimStart();
  if (!start.startsWith("{")) return "lines";
  const firstLine = text.trimStart().split("\n", 1)[0] ?? "";
  const first = tryParse(firstLine);
  if (isObject(first) && typeof first["line"] === "string" && ("timestampNs" in first || isOfLogcli(first)))
    return "entries";
  const whole = tryParse(text);
  return isObject(whole) && ("data" in whole || "streams" in whole || "status" in whole) ? "loki" : "lines";
}

function isOfLogcli(fields: Readonly<Record<string, unknown>>): boolean {
  return isTexts(fields["labels"]) && instantOfDate(fields["timestamp"]) !== null;
}

function lokiEntries(text: string): readonly LogEntry[] {
  const answer = tryParse(text);
  if (!isObject(answer)) {
    throw new ExplainInputError(
      `The input is no JSON object, so it is no answer of Loki: it begins with ${quoted(text)}. Give Loki's body as it came, or use --input lines.`,
    );
  }
  const data = isObject(answer["data"]) ? answer["data"] : answer;
  const kind = data["resultType"];
  if (kind !== undefined && kind !== "streams") {
    throw new ExplainInputError(
      `The answer holds a ${String(kind)}, not log entries. Ask Loki a log query: a selector and filters, without a function like rate().`,
    );
  }
  const streams = data["result"] ?? data["streams"];
  if (!Array.isArray(streams)) {
    throw new ExplainInputError(
      "The answer has no data.result, so it holds no log entries. Give the body of a query_range request.",
    );
  }
  return streams.flatMap((stream, index) => streamEntries(stream, index));
}

function streamEntries(stream: unknown, index: number): readonly LogEntry[] {
  const labels = isObject(stream) ? stream["stream"] : null;
  const values = isObject(stream) ? stream["values"] : null;
  if (!isTexts(labels) || !Array.isArray(values)) {
    throw new ExplainInputError(
      `Stream ${index + 1} of the answer has no labels or no values. Give the body of a query_range request as it came.`,
    );
  }
  return values.map((value: unknown, at) => {
    const [timestamp, line, more] = Array.isArray(value) ? (value as unknown[]) : [];
    const timestampNs = instantOf(timestamp);
    if (timestampNs === null || typeof line !== "string") {
      throw new ExplainInputError(`Entry ${at + 1} of stream ${index + 1} is not a pair of nanoseconds and text.`);
    }
    return logEntry(timestampNs, labels, metadataOf(more), line);
  });
}

/** Loki 3 sends `{structuredMetadata, parsed}` when asked to tell labels apart, or the metadata alone. */
function metadataOf(more: unknown): Readonly<Record<string, string>> {
  if (!isObject(more)) return {};
  const inner = more["structuredMetadata"];
  if (isTexts(inner)) return inner;
  return isTexts(more) ? more : {};
}

function ndjsonEntries(text: string): readonly LogEntry[] {
  return textLines(text).flatMap((line, index) => {
    if (line.trim() === "") return [];
    const where = `Line ${index + 1} of the input`;
    const fields = tryParse(line);
    if (!isObject(fields))
      throw new ExplainInputError(
        `${where} is no JSON object: it begins with ${quoted(line)}. Each line must be {"timestampNs": "…", "labels": {…}, "line": "…"}.`,
      );
    const timestampNs = instantOf(fields["timestampNs"]) ?? instantOfDate(fields["timestamp"]);
    if (timestampNs === null)
      throw new ExplainInputError(
        `${where} has no timestampNs of decimal digits, as text, in nanoseconds since 1970, and no timestamp such as 2026-03-01T03:04:05.123456789Z.`,
      );
    const labels = fields["labels"] ?? {};
    if (!isTexts(labels)) throw new ExplainInputError(`${where} has labels that are not an object of texts.`);
    const metadata = fields["structuredMetadata"] ?? {};
    if (!isTexts(metadata))
      throw new ExplainInputError(`${where} has structuredMetadata that is not an object of texts.`);
    const body = fields["line"];
    if (typeof body !== "string") throw new ExplainInputError(`${where} has no line, the text of the log entry.`);
    return [logEntry(timestampNs, labels, metadata, body)];
  });
}

function lineEntries(text: string): readonly LogEntry[] {
  const labels = {};
  return textLines(text).map((line, index) => logEntry(BigInt(index), labels, {}, line));
}

function logEntry(
  timestampNs: bigint,
  labels: Readonly<Record<string, string>>,
  structuredMetadata: Readonly<Record<string, string>>,
  line: string,
): LogEntry {
  return { id: entryId(labels, timestampNs, line), timestampNs, labels, structuredMetadata, line };
}

/** Without the empty rest behind the last line break. */
function textLines(text: string): readonly string[] {
  const lines = text.replace(/^\uFEFF/, "").split(/\r?\n/);
  if (lines.at(-1) === "") lines.pop();
  return lines;
}

/** A number would have lost its last digits above 2^53, so only smaller ones are taken. */
function instantOf(value: unknown): bigint | null {
  if (typeof value === "string") return /^\d{1,19}$/.test(value) ? BigInt(value) : null;
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0 ? BigInt(value) : null;
}

/** RFC 3339, up to nanoseconds. */
function instantOfDate(value: unknown): bigint | null {
  const parts = typeof value === "string" ? /^(\S{19})(?:\.(\d{1,9}))?(Z|[+-]\d\d:\d\d)$/.exec(value) : null;
  if (parts === null) return null;
  const [, seconds = "", fraction = "", zone = ""] = parts;
  const ms = Date.parse(seconds + zone);
  return Number.isNaN(ms) ? null : BigInt(ms) * 1_000_000n + BigInt(fraction.padEnd(9, "0"));
}

function tryParse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isTexts(value: unknown): value is Readonly<Record<string, string>> {
  return isObject(value) && Object.values(value).every((text) => typeof text === "string");
}

function quoted(text: string): string {
  return text === "" ? "nothing" : JSON.stringify(text.trimStart().slice(0, 40));
}
