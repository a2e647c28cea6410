import type { Level } from "../../domain/error-entry.ts";
import { levelOfTextWord } from "./level.ts";
import type { LevelTrust } from "./line-reading.ts";

/** What a logger wrote before the message of a text entry. */
export interface TextHeader {
  readonly level: Level | null;
  readonly trust: LevelTrust;
  readonly hasTimestamp: boolean;
  readonly messageAt: number;
  /** Application name of Spring Boot's `--- [app] [thread]`. */
  readonly service: string | null;
}

const month = "(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)";
const timestamp = new RegExp(
  [
    "[[(]?(?:",
    "\\d{4}[-/.]\\d\\d[-/.]\\d\\d(?:[T ,]{1,2}\\d\\d:\\d\\d(?::\\d\\d(?:[.,]\\d{1,9})?)?)?(?: ?(?:Z|UTC|[+-]\\d\\d:?\\d\\d)(?![\\w]))?",
    "|\\d{1,2}:\\d\\d:\\d\\d(?:[.,]\\d{1,9})?(?: [AP]M)?",
    `|(?:[A-Z][a-z]{2},? )?${month}[a-z]{0,6} {1,2}\\d{1,2},? (?:\\d{4},? )?\\d{1,2}:\\d\\d:\\d\\d(?:[.,]\\d{1,9})?(?: [AP]M)?`,
    `|\\d{1,2}[/.-](?:\\d{1,2}|${month})[/.-]\\d{4}[:, ]{1,2}\\d{1,2}:\\d\\d:\\d\\d(?:[.,]\\d{1,9})?(?: [AP]M)?(?: [+-]\\d{4})?`,
    ")[\\])]?",
  ].join(""),
  "y",
);
const klog = /([IWEF])\d{4} \d\d:\d\d:\d\d\.\d{1,9}\s{1,12}\d{1,9} [^\]\s]{1,100}:\d{1,6}\] /y;
const klogLevels: Readonly<Record<string, Level>> = { I: "info", W: "warn", E: "error", F: "fatal" };

const tokensMax = 10;
const headerLengthMax = 400;

/** Level and message of the first line, as the usual loggers lay it out. A level word is believed where loggers put it, not inside the message. */
export function readTextHeader(text: string): TextHeader {
  const lineEnd = text.indexOf("\n");
  const end = Math.min(lineEnd === -1 ? text.length : lineEnd, headerLengthMax);
  let at = skipBlank(text, 0, end);
  klog.lastIndex = at;
  const glog = isKlogLetter(text.charCodeAt(at)) ? klog.exec(text) : null;
  if (glog !== null) {
    return header(klogLevels[glog[1] ?? ""] ?? null, "stated", true, klog.lastIndex, null);
  }
  let hasTimestamp = false;
  let brackets = 0;
  let bare = 0;
  let messageAt = at;
  for (let tokens = 0; tokens < tokensMax && at < end; tokens++) {
    const code = text.charCodeAt(at);
    if (!hasTimestamp && mayBeginTimestamp(code)) {
      timestamp.lastIndex = at;
      if (timestamp.test(text)) {
        hasTimestamp = true;
        at = skipSeparators(text, timestamp.lastIndex, end);
        messageAt = at;
        const celery = text.charCodeAt(timestamp.lastIndex) === 58 ? /([A-Z]{4,8})\/[\w-]{1,40}\] ?/y : null;
        if (celery !== null) {
          celery.lastIndex = at;
          const found = celery.exec(text);
          const level = found === null ? null : levelOfTextWord(found[1] ?? "");
          if (level !== null) return header(level, "stated", true, celery.lastIndex, null);
        }
        continue;
      }
    }
    if (code === 91 || code === 40) {
      const close = text.indexOf(code === 91 ? "]" : ")", at);
      if (close === -1 || close >= end || close - at > 200) break;
      const level = close - at > 20 ? null : levelOfTextWord(text.slice(at + 1, close).trim());
      if (level !== null) return headerAfterLevel(text, level, "stated", hasTimestamp, close + 1, end);
      if (code === 40 && brackets + bare === 0 && !hasTimestamp) break;
      brackets++;
      at = skipSeparators(text, close + 1, end);
      if (hasTimestamp || brackets < 3) messageAt = at;
      continue;
    }
    const tokenEnd = wordEnd(text, at, end);
    const wordAt = plainWordEnd(text, at, tokenEnd);
    const level = wordAt - at > 12 ? null : levelOfTextWord(text.slice(at, wordAt));
    const next = text.charCodeAt(wordAt);
    if (level !== null && (wordAt === tokenEnd || next === 58 || next === 93 || next === 47)) {
      const trust = trustOf(text, at, wordAt, hasTimestamp || brackets > 0, bare);
      // A bare word may as well begin the message, so it stays in it.
      if (trust === "word") return header(level, trust, hasTimestamp, at, null);
      if (trust !== null) return headerAfterLevel(text, level, trust, hasTimestamp, wordAt, end);
    }
    if (!hasTimestamp && brackets === 0) break;
    const named = hasTimestamp && bare === 0 ? levelAfterName(text, tokenEnd, end) : null;
    if (named !== null) return headerAfterLevel(text, named.level, "word", true, named.end, end);
    if (!isHeaderToken(text, at, tokenEnd) || bare >= 3) break;
    bare++;
    at = skipSeparators(text, tokenEnd, end);
  }
  return header(null, "stated", hasTimestamp, Math.min(messageAt, text.length), null);
}

const capitals = / {1,4}([A-Z]{4,8})(?=[ :])/y;

/** Python's `%(asctime)s %(name)s %(levelname)s`: any word may be the name, so this is only believed where nothing else states a level. */
function levelAfterName(
  text: string,
  tokenEnd: number,
  end: number,
): { readonly level: Level; readonly end: number } | null {
  capitals.lastIndex = tokenEnd;
  const level = levelOfTextWord(capitals.exec(text)?.[1] ?? "");
  return level === null || capitals.lastIndex > end ? null : { level, end: capitals.lastIndex };
}

/** Null where the word is rather part of the message. */
function trustOf(text: string, at: number, wordAt: number, hasHeader: boolean, bare: number): LevelTrust | null {
  const next = text.charCodeAt(wordAt);
  const isCapitals = isUpper(text.charCodeAt(at)) && isUpper(text.charCodeAt(at + 1));
  if (next === 61) return null;
  if (isCapitals) return "stated";
  if (hasHeader) return bare === 0 || next === 58 ? "stated" : null;
  if (next === 58) return "stated";
  return ordinaryContinuations.has(wordAfter(text, wordAt)) ? null : "word";
}

/** "error rate", "debug mode": sentences that merely begin with such a word. */
const ordinaryContinuations = new Set(
  "rate rates count counts budget handler handlers handling page pages code codes log logs mode is was are level levels free correction recovery recovered reporting metrics".split(
    " ",
  ),
);

function wordAfter(text: string, at: number): string {
  return /[a-z]+/y.exec(text.slice(at + 1, at + 20))?.[0] ?? "";
}

const pythonLogger = /:[\w.-]{1,100}:/y;
const springHeader = /\s{0,8}(?:\[[^\]]{0,200}\] {0,8})?\d{1,10} --- /y;
const loggerDash =
  /[ \t|:-]{0,20}(?:\[[^\]\n]{0,200}\][ \t|:-]{0,10}){0,4}[\w.$/@#<>*:-]{1,150}(?:\(\))?[ \t]{1,40}- /y;
const loggerColon = /[ \t|-]{0,20}(?:\[[^\]\n]{0,200}\][ \t-]{0,10}){0,4}[\w$-]{1,80}\.[\w.$-]{1,150} {0,40}: /y;
const zapCaller = /\t(?:[\w./-]{1,100}\t)?[\w./@-]{1,200}\.go:\d{1,6}\t/y;

function headerAfterLevel(
  text: string,
  level: Level,
  trust: LevelTrust,
  hasTimestamp: boolean,
  levelEnd: number,
  end: number,
): TextHeader {
  if (lastIndex(springHeader, text, levelEnd) !== -1) {
    const colon = text.indexOf(" : ", levelEnd);
    if (colon !== -1 && colon < end) {
      return header(level, trust, hasTimestamp, colon + 3, springService(text.slice(springHeader.lastIndex, colon)));
    }
  }
  const python = hasTimestamp ? -1 : lastIndex(pythonLogger, text, levelEnd);
  const found = [
    python,
    lastIndex(zapCaller, text, levelEnd),
    lastIndex(loggerDash, text, levelEnd),
    lastIndex(loggerColon, text, levelEnd),
  ].find((index) => index !== -1 && index <= end);
  return header(level, trust, hasTimestamp, skipSeparators(text, found ?? levelEnd, end), null);
}

/** The first of two or more bracketed groups; with one alone it is the thread. */
function springService(groups: string): string | null {
  const found = /^\[([\w.-]{1,100})\] \[[^\]]{0,200}\]/.exec(groups);
  return found?.[1] ?? null;
}

function lastIndex(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : -1;
}

/** Thread, process, logger: what may stand between time and level. */
function isHeaderToken(text: string, at: number, tokenEnd: number): boolean {
  const first = text.charCodeAt(at);
  if (isDigit(first)) return true;
  const follows = text.slice(tokenEnd, tokenEnd + 3);
  if (follows === " - " || follows.startsWith(" |")) return true;
  const token = text.slice(at, tokenEnd);
  return token === "main" || token === "stderr" || token === "stdout" || /^[\w$]+[./#@-][\w.$/#@-]*\d*:?$/.test(token);
}

function header(
  level: Level | null,
  trust: LevelTrust,
  hasTimestamp: boolean,
  messageAt: number,
  service: string | null,
): TextHeader {
  return { level, trust, hasTimestamp, messageAt, service };
}

function mayBeginTimestamp(code: number): boolean {
  return isDigit(code) || code === 91 || code === 40 || isUpper(code);
}

function isKlogLetter(code: number): boolean {
  return code === 73 || code === 87 || code === 69 || code === 70;
}

function skipBlank(text: string, from: number, end: number): number {
  let at = from;
  while (at < end && (isBlank(text.charCodeAt(at)) || text.charCodeAt(at) === 0xfeff)) at++;
  return at;
}

function skipSeparators(text: string, from: number, end: number): number {
  let at = from;
  while (at < end && isSeparator(text, at)) at++;
  return at;
}

function isSeparator(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  if (isBlank(code) || code === 124 || code === 93 || code === 58) return true;
  // A dash is one only between spaces: `-1 items` is a message.
  return (code === 45 || code === 44) && (isBlank(text.charCodeAt(at + 1)) || text.charCodeAt(at + 1) === 45);
}

function wordEnd(text: string, from: number, end: number): number {
  let at = from;
  while (at < end && !isBlank(text.charCodeAt(at)) && text.charCodeAt(at) !== 124) at++;
  return at;
}

function plainWordEnd(text: string, from: number, end: number): number {
  let at = from;
  while (at < end && (isUpper(text.charCodeAt(at)) || isLower(text.charCodeAt(at)))) at++;
  return at;
}

const isBlank = (code: number): boolean => code === 32 || code === 9;
const isDigit = (code: number): boolean => code >= 48 && code <= 57;
const isUpper = (code: number): boolean => code >= 65 && code <= 90;
const isLower = (code: number): boolean => code >= 97 && code <= 122;
