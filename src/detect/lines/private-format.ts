import type { Level } from "../../domain/error-entry.ts";
import { formatFlags, type PrivateFormat } from "../../domain/levers.ts";
import { ownValue } from "../../domain/own-value.ts";
import { levelOfNumber, levelOfWord } from "./level.ts";
import { emptyReading, type LineReading } from "./line-reading.ts";
import { readLine } from "./read-line.ts";
import { parseSpanId, parseTraceId } from "./trace-id.ts";

/** Says what the text of a log entry says by itself. */
export type LineReader = (text: string) => LineReading;

/** What a format is tried on: it describes the beginning of a line, and a slow one must not see more. */
const triedLengthMax = 8_192;

const readersByFormats = new WeakMap<readonly PrivateFormat[], LineReader>();

/** As the service map's own formats say, where one matches; else as everybody's loggers write. */
export function lineReaderOf(formats: readonly PrivateFormat[]): LineReader {
  if (formats.length === 0) return readLine;
  let reader = readersByFormats.get(formats);
  if (reader === undefined) {
    const compiled = formats.map(({ name, pattern }) => ({ name, expression: new RegExp(pattern, formatFlags) }));
    reader = (text) => {
      const usual = readLine(text);
      const line = usual.text === "" ? text : usual.text;
      for (const { name, expression } of compiled) {
        expression.lastIndex = 0;
        const found = expression.exec(line.length > triedLengthMax ? line.slice(0, triedLengthMax) : line);
        if (found !== null && found[0] !== "") return readingOf(name, found, line, usual);
      }
      return usual;
    };
    readersByFormats.set(formats, reader);
  }
  return reader;
}

/** In a format of one's own a letter is often enough. */
const letters: Readonly<Record<string, Level>> = {
  F: "fatal",
  C: "fatal",
  E: "error",
  S: "error",
  W: "warn",
  N: "info",
  I: "info",
  D: "debug",
  V: "trace",
  T: "trace",
};

function levelOf(word: string): Level | null {
  return levelOfWord(word) ?? ownValue(letters, word.toUpperCase()) ?? levelOfNumber(Number(word));
}

function readingOf(name: string, found: RegExpExecArray, text: string, usual: LineReading): LineReading {
  const group = (named: string): string | null => {
    const value = found.groups?.[named]?.trim() ?? "";
    return value === "" || value === "-" ? null : value;
  };
  const level = group("level");
  const [messageAt, messageEnd] = found.indices?.groups?.["message"] ?? [0, text.length];
  const isOpenEnded = messageEnd >= Math.min(text.length, triedLengthMax) || text.charCodeAt(messageEnd) === 10;
  const isWhole = text.includes("\n");
  return {
    ...emptyReading("text"),
    text,
    wrapping: usual.wrapping,
    isPart: usual.isPart,
    privateFormat: name,
    level: level === null ? usual.level : levelOf(level),
    message: isOpenEnded ? text.slice(messageAt) : text.slice(messageAt, messageEnd),
    messageAt,
    traceId: parseTraceId(group("traceId") ?? "") ?? usual.traceId,
    spanId: parseSpanId(group("spanId") ?? "") ?? usual.spanId,
    serviceInText: group("service") ?? usual.serviceInText,
    hasTimestamp: true,
    stack: isWhole ? text : null,
    isStackWholeText: isWhole,
  };
}
