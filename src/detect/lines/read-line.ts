import { isErrorName } from "../stacks/exception-header.ts";
import { levelOfNumber, levelOfWord } from "./level.ts";
import { emptyReading, type Fields, type LineReading } from "./line-reading.ts";
import { asText, readFields } from "./read-fields.ts";
import { readLogfmt } from "./read-logfmt.ts";
import { readTextHeader } from "./text-header.ts";
import { findTraceInText } from "./trace-id.ts";

/** Characters of one log entry that are looked at. */
const lineLengthMax = 256 * 1024;
/** A line inside a line, as Docker's JSON file has it. */
const depthMax = 2;

/**
 * What the text of one log entry says by itself. Never throws; time grows with the length of the text and no faster.
 * @param text as `plainText` made it
 */
export function readLine(text: string): LineReading {
  return readText(text, 0);
}

/** Without ANSI colours and the line break at the end, cut to what is looked at. */
export function plainText(line: string): string {
  let text = line.length > lineLengthMax ? line.slice(0, lineLengthMax) : line;
  text = withoutColours(text);
  const last = text.charCodeAt(text.length - 1);
  return last === 10 || last === 13 ? text.replace(/[\r\n]+$/, "") : text;
}

/** Without ANSI escape sequences, which colour what a terminal shows. */
export function withoutColours(text: string): string {
  return text.includes("\u001b") ? text.replace(/\u001b\[[0-9;]{0,20}[A-Za-z]/g, "") : text;
}

function readText(text: string, depth: number): LineReading {
  const json = text.charCodeAt(0) === 123 ? parseFields(text) : null;
  if (json !== null) {
    const wrapped = depth < depthMax && typeof json["stream"] === "string" ? asText(json["log"]) : null;
    if (wrapped !== null) return readText(plainText(wrapped), depth + 1);
    const reading = readFields(json, "json");
    if (reading.message === "" && reading.errorMessage === null) reading.message = text;
    return reading;
  }
  const lineBreak = text.indexOf("\n");
  const logfmt = readLogfmt(lineBreak === -1 ? text : text.slice(0, lineBreak));
  if (logfmt !== null) {
    const reading = readFields(logfmt, "logfmt");
    if (reading.message === "") reading.message = lineBreak === -1 ? text : text.slice(0, lineBreak);
    if (lineBreak !== -1) reading.stack ??= text.slice(lineBreak + 1);
    return reading;
  }
  return readPlain(text, lineBreak);
}

function readPlain(text: string, lineBreak: number): LineReading {
  const reading = emptyReading("text");
  const header = readTextHeader(text);
  reading.level = header.level;
  reading.levelTrust = header.trust;
  reading.hasTimestamp = header.hasTimestamp;
  reading.messageAt = header.messageAt;
  reading.serviceInText = header.service;
  reading.message = text.slice(header.messageAt);
  if (header.level === null) readSecondLine(reading, text, lineBreak);
  if (text.charCodeAt(0) === 123) readCutJson(reading, text);
  if (reading.level === null && isErrorName(reading.message)) {
    reading.level = "error";
    reading.levelTrust = "word";
  }
  const trace = findTraceInText(text);
  reading.traceId = trace.traceId;
  reading.spanId = trace.spanId;
  if (lineBreak !== -1) {
    reading.stack = text;
    reading.isStackWholeText = true;
  }
  return reading;
}

/** java.util.logging writes time and source in one line, level and message in the next. */
function readSecondLine(reading: LineReading, text: string, lineBreak: number): void {
  if (lineBreak === -1) return;
  const second = /(SEVERE|WARNING|INFO|CONFIG|FINE|FINER|FINEST): /y;
  second.lastIndex = lineBreak + 1;
  if (!second.test(text)) return;
  const header = readTextHeader(text.slice(lineBreak + 1, second.lastIndex + 1));
  reading.level = header.level;
  reading.messageAt = second.lastIndex;
  reading.message = text.slice(second.lastIndex);
}

/** JSON that a length limit cut off does not parse; its level and message mostly stand in front. */
function readCutJson(reading: LineReading, text: string): void {
  const front = text.slice(0, 4096);
  const level = /"(?:level|severity|lvl|levelname|log\.level)"\s{0,4}:\s{0,4}(?:"([A-Za-z]{2,12})"|(\d{1,2})\b)/.exec(
    front,
  );
  if (level !== null) {
    reading.level = level[1] === undefined ? levelOfNumber(Number(level[2])) : levelOfWord(level[1]);
    reading.levelTrust = "stated";
  }
  const message = /"(?:message|msg|event)"\s{0,4}:\s{0,4}"((?:[^"\\]|\\.){1,2000})/.exec(front);
  if (message?.[1] !== undefined) reading.message = message[1];
}

function parseFields(text: string): Fields | null {
  try {
    return JSON.parse(text) as Fields;
  } catch {
    return null;
  }
}
