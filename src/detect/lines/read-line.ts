import { isErrorName } from "../stacks/exception-header.ts";
import { parseCutJson } from "./cut-json.ts";
import { type Envelope, envelopeOf } from "./envelope.ts";
import { levelOfSecondLine, secondLineLevel } from "./level.ts";
import { emptyReading, type Fields, type LineReading } from "./line-reading.ts";
import { asText, isFields, readFields } from "./read-fields.ts";
import { isQuoteOpen, readLogfmt } from "./read-logfmt.ts";
import { takeStackTail } from "./stack-tail.ts";
import { readTextHeader } from "./text-header.ts";
import { findTraceInText } from "./trace-in-text.ts";

/** Characters of one log entry that are looked at. */
const lineLengthMax = 256 * 1024;
/** A line inside a line, as Docker's JSON file and collectors have it. */
const depthMax = 4;
/** Where colours without their first character are looked for: they come with the level. */
const lostColoursIn = 300;
const dockerLineMin = 16_000;
/** How far behind the start a JSON payload may begin. */
const prefixLengthMax = 300;

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
  // Loggers that must keep to one line put another sign for a line break between the lines of a stack trace; Windows has two.
  if (text.charCodeAt(0) !== 123 && text.includes("\u2028")) text = text.replaceAll("\u2028", "\n");
  if (text.includes("\r\n")) text = text.replaceAll("\r\n", "\n");
  const last = text.charCodeAt(text.length - 1);
  return last === 10 || last === 13 ? text.replace(/[\r\n]+$/, "") : text;
}

/** Without ANSI escape sequences, which colour what a terminal shows, also where a shipper has written them out or lost their first character. */
export function withoutColours(text: string): string {
  let plain = text;
  if (plain.includes("\u001b"))
    plain = plain.replace(/\u001b(?:\[[0-9;?]{0,20}[A-Za-z]|\][^\u0007\u001b]{0,200}\u0007)/g, "");
  const front = plain.length > lostColoursIn ? plain.slice(0, lostColoursIn) : plain;
  if (front.includes("[0m") || front.includes("[39m")) {
    plain = plain.replace(/(?:#033|\\{1,8}(?:x1b|u001b|033|e)|\u241b)?\[(?:\d{1,3};){0,4}\d{1,3}m/g, "");
  }
  return plain;
}

function readText(text: string, depth: number): LineReading {
  const first = text.charCodeAt(0);
  const inner = first === 34 && depth < depthMax ? textInQuotes(text) : null;
  if (inner !== null) return readText(plainText(inner), depth + 1);
  if (first === 123 || (first === 91 && text.charCodeAt(1) === 123)) {
    const json = parseFields(text) ?? cutFields(text);
    if (json !== null) return readJson(json, text, depth);
  } else if (depth < depthMax) {
    const envelope = envelopeOf(text);
    if (envelope !== null) return readInside(text, envelope, depth);
  }
  const lineBreak = text.indexOf("\n");
  const line = lineBreak === -1 ? text : text.slice(0, lineBreak);
  const logfmt = readLogfmt(lineBreak !== -1 && isQuoteOpen(line) && !/\n\s{1,20}File "/.test(text) ? text : line);
  return logfmt === null ? readPlain(text, lineBreak, depth) : readPairs(text, logfmt, lineBreak);
}

/** JSON that was written as a JSON text once more. */
function textInQuotes(text: string): string | null {
  if (!text.startsWith('"{\\"') || !text.endsWith('}"')) return null;
  try {
    return asText(JSON.parse(text));
  } catch {
    return null;
  }
}

function readInside(text: string, envelope: Envelope, depth: number): LineReading {
  const reading = readText(text.slice(envelope.lineAt), depth + 1);
  reading.isPart ||= envelope.isPart;
  reading.wrapping ??= envelope.name;
  reading.serviceInText ??= envelope.service;
  takeOuterLevel(reading, envelope.level, "priority");
  return reading;
}

function takeOuterLevel(reading: LineReading, level: LineReading["level"], field: string | null): void {
  if (level === null || (reading.level !== null && reading.levelTrust === "stated")) return;
  if (reading.levelTrust === "leading" && reading.level !== level) giveBackWord(reading);
  reading.level = level;
  reading.levelTrust = "stated";
  reading.levelField = field;
}

/** What stands in front of the message is its first word after all: the level is stated elsewhere, and is another. */
export function giveBackWord(reading: LineReading): void {
  reading.message = reading.text;
  reading.messageAt = 0;
}

function readPairs(text: string, logfmt: Fields, lineBreak: number): LineReading {
  const reading = readFields(logfmt, "logfmt");
  reading.text = text;
  if (reading.message === "") reading.message = lineBreak === -1 ? text : text.slice(0, lineBreak);
  if (lineBreak !== -1) reading.stack ??= text.slice(lineBreak + 1);
  return reading;
}

function readJson(json: Fields, text: string, depth: number): LineReading {
  const wrapped = depth < depthMax ? wrappedLine(json) : null;
  if (wrapped !== null) {
    const inner = readText(plainText(wrapped), depth + 1);
    // Docker cuts lines at 16 kB; the last piece alone ends with a line break.
    inner.isPart ||= json["_p"] === "P" || (wrapped.length >= dockerLineMin && !wrapped.endsWith("\n"));
    inner.wrapping ??= "a collector's JSON";
    return withOuter(inner, readFields(json, "json"));
  }
  const reading = readFields(json, "json");
  reading.text = text;
  if (reading.message === "" && !saysError(reading)) reading.message = text;
  else if (depth < depthMax) return readMessage(reading, depth);
  return reading;
}

/** What was thrown stands for a message that is missing. */
function saysError({ errorMessage, errorType, stack, errorFields }: LineReading): boolean {
  return errorMessage !== null || errorType !== null || stack !== null || errorFields !== null;
}

/** Docker's json-file, Fluent Bit, promtail's pack stage: the program's line in a field of theirs. */
function wrappedLine(json: Fields): string | null {
  if (json["_entry"] !== undefined) return asText(json["_entry"]);
  if (json["stream"] === undefined && json["kubernetes"] === undefined && json["container_name"] === undefined)
    return null;
  return asText(json["log"]);
}

/** A message that is itself JSON of a logger, or the line of a text logger in JSON that states no level. */
function readMessage(reading: LineReading, depth: number): LineReading {
  const { message } = reading;
  if (message.charCodeAt(0) === 123 && message.endsWith("}")) {
    const fields = parseFields(message);
    const inner = fields === null ? null : readJson(fields, message, depth + 1);
    return inner === null || inner.level === null ? reading : withOuter(inner, reading);
  }
  // What a service prints has journald's usual priority, whatever it says.
  const isStated = reading.level !== null && reading.levelField !== "PRIORITY";
  if (isStated || reading.stack !== null || message.length > lineLengthMax) return reading;
  const inner = readText(plainText(message), depth + 1);
  const isLogLine =
    inner.level !== null && inner.levelTrust === "stated" && (inner.format !== "text" || inner.hasTimestamp);
  return isLogLine ? withOuter(inner, reading) : reading;
}

/** What only the collector's fields tell. */
function withOuter(inner: LineReading, outer: LineReading): LineReading {
  takeOuterLevel(inner, outer.levelTrust === "stated" ? outer.level : null, outer.levelField);
  if (inner.traceId === null) {
    inner.traceId = outer.traceId;
    inner.traceField = outer.traceField;
  }
  inner.spanId ??= outer.spanId;
  inner.fields = inner.fields === null ? outer.fields : { ...outer.fields, ...inner.fields };
  return inner;
}

function readPlain(text: string, lineBreak: number, depth: number): LineReading {
  const header = readTextHeader(text);
  if (depth < depthMax) {
    const payload = readPayload(text, header.messageAt, lineBreak, depth);
    if (payload !== null) return payload;
  }
  const reading = emptyReading("text");
  reading.text = text;
  reading.level = header.level;
  reading.levelTrust = header.trust;
  reading.hasTimestamp = header.hasTimestamp;
  reading.messageAt = header.messageAt;
  reading.serviceInText = header.service;
  reading.message = text.slice(header.messageAt);
  if (header.level === null) readSecondLine(reading, text, lineBreak);
  if (reading.level === null && (isErrorName(reading.message) || uncaught.test(reading.message.slice(0, 400)))) {
    reading.level = "error";
    reading.levelTrust = "word";
  }
  const trace = findTraceInText(text);
  reading.traceId = trace.traceId;
  reading.spanId = trace.spanId;
  if (lineBreak === -1) takeStackTail(reading, text);
  else {
    reading.stack = text;
    reading.isStackWholeText = true;
  }
  return reading;
}

const uncaught =
  /^(?:\(node:\d{1,10}\) )?(?:Uncaught |Unhandled |Exception in thread |UnhandledPromiseRejectionWarning: )[^\n]{0,300}(?:Error|Exception|[Rr]ejection)\b/;

/** JSON or logfmt of a logger behind a text: `shop-web[12]: {"level":50,"msg":"…"}`. With words in front, the JSON is rather an answer that they speak of. */
function readPayload(text: string, messageAt: number, lineBreak: number, depth: number): LineReading | null {
  const end = lineBreak === -1 ? text.length : lineBreak;
  if (text.charCodeAt(end - 1) === 125) {
    const open = text.indexOf("{", Math.min(messageAt, prefixLengthMax));
    if (open === -1 || open > messageAt + prefixLengthMax || open >= end || text.charCodeAt(open + 1) !== 34)
      return null;
    const fields = parseFields(text.slice(open, end));
    const payload = fields === null ? null : readJson(fields, text.slice(open, end), depth + 1);
    if (payload === null || payload.level === null || payload.message === "" || payload.levelTrust !== "stated")
      return null;
    return isTag(text.slice(messageAt, open)) ? payload : null;
  }
  const space = text.charCodeAt(messageAt) === 61 ? -1 : messageAt;
  if (space <= 0 || lineBreak !== -1) return null;
  const logfmt = readLogfmt(text.slice(messageAt), true);
  if (logfmt === null) return null;
  const payload = readPairs(text.slice(messageAt), logfmt, -1);
  return payload.level !== null && payload.levelTrust === "stated" ? payload : null;
}

/** At most a word with a sign behind it: `shop-web[12]:`, `app |`. */
function isTag(text: string): boolean {
  return /^\s*(?:[\w./@-]{1,100}(?:\[\d{1,10}\])?\s{0,4}[:|>-]{0,2}\s{0,4}){0,2}$/.test(
    text.slice(0, prefixLengthMax + 1),
  );
}

/** java.util.logging writes time and source in one line, level and message in the next. */
function readSecondLine(reading: LineReading, text: string, lineBreak: number): void {
  if (lineBreak === -1) return;
  secondLineLevel.lastIndex = lineBreak + 1;
  const second = secondLineLevel.exec(text);
  if (second === null) return;
  reading.level = levelOfSecondLine(second[1] ?? "");
  reading.messageAt = secondLineLevel.lastIndex;
  reading.message = text.slice(reading.messageAt);
}

/** Below so many fields what does not parse was rather text in braces. */
const cutFieldsMin = 2;

function cutFields(text: string): Fields | null {
  if (text.charCodeAt(1) !== 34 && text.charCodeAt(1) !== 123) return null;
  const value = parseCutJson(text);
  return isFields(value) && Object.keys(value).length >= cutFieldsMin ? value : null;
}

/** An array is read by the first of its objects. */
function parseFields(text: string): Fields | null {
  try {
    const value: unknown = JSON.parse(text);
    if (Array.isArray(value)) return isFields(value[0]) ? value[0] : null;
    return isFields(value) ? value : null;
  } catch {
    return null;
  }
}
