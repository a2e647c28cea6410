import type { Level } from "../../domain/error-entry.ts";
import { isDigit, isLetter, isUpper, skipBlank, skipSeparators, wordEnd } from "./characters.ts";
import { knownHeaderAt, knownHeaderBehindTime } from "./known-headers.ts";
import { levelOfCapital, levelOfTextWord, levelOfWord } from "./level.ts";
import type { LevelTrust } from "./line-reading.ts";
import { messageBehindLevel } from "./message-place.ts";
import { mayBeginTimestamp, timestampEnd } from "./timestamp.ts";

/** What a logger wrote before the message of a text entry. */
export interface TextHeader {
  readonly level: Level | null;
  readonly trust: LevelTrust;
  readonly hasTimestamp: boolean;
  readonly messageAt: number;
  /** Application name of Spring Boot's `--- [app] [thread]`. */
  readonly service: string | null;
}

const tokensMax = 12;
const headerLengthMax = 700;
const groupLengthMax = 200;
const callPlace = /^[\w./@-]{1,150}\.[a-z]{1,5}:\d{1,6}:?$/;

/** What has been passed on the way to the level. */
interface Passed {
  hasTimestamp: boolean;
  /** The bracket of the time is still open, as in `[2026-11-20T07:13:03Z ERROR shop] `. */
  isTimeOpen: boolean;
  groups: number;
  words: number;
  /** A mark such as `✖` or `***`. */
  hasMark: boolean;
}

/** Level and message of the first line, as the usual loggers lay it out. A level word is believed where loggers put it, not inside the message. */
export function readTextHeader(text: string): TextHeader {
  const lineEnd = text.indexOf("\n");
  const end = Math.min(lineEnd === -1 ? text.length : lineEnd, headerLengthMax);
  let at = skipBlank(text, 0, end);
  const known = knownHeaderAt(text, at);
  if (known !== null) return header(known.level, "stated", true, known.messageAt);
  const passed: Passed = { hasTimestamp: false, isTimeOpen: false, groups: 0, words: 0, hasMark: false };
  let messageAt = at;
  for (let tokens = 0; tokens < tokensMax && at < end; tokens++) {
    const code = text.charCodeAt(at);
    const timeEnd = !passed.hasTimestamp && mayBeginTimestamp(code) ? timestampEnd(text, at) : -1;
    if (timeEnd !== -1 && timeEnd <= end) {
      passed.hasTimestamp = true;
      passed.isTimeOpen = code === 91 && text.charCodeAt(timeEnd - 1) !== 93;
      at = skipSeparators(text, timeEnd, end);
      messageAt = at;
      const behind = isDigit(text.charCodeAt(at)) ? null : knownHeaderBehindTime(text, at);
      if (behind !== null) return header(behind.level, "stated", true, behind.messageAt);
      continue;
    }
    if (code === 91 || code === 40 || code === 0x3010 || (code === 123 && passed.hasTimestamp)) {
      const close = text.indexOf(closing(code), at);
      if (close === -1 || close >= end || close - at > groupLengthMax) break;
      const level = levelInGroup(text, at + 1, close, passed.hasTimestamp);
      if (level !== null) {
        const trust = passed.hasTimestamp || passed.groups > 0 ? "stated" : "leading";
        return withLevel(text, level, trust, passed, close + 1, end, true);
      }
      if (code !== 91 && passed.groups + passed.words === 0 && !passed.hasTimestamp) break;
      passed.groups++;
      // `[unknown]@[unknown]`: one word, whatever is in it.
      const groupEnd = text.charCodeAt(close + 1) === 64 ? wordEnd(text, close, end) : close + 1;
      at = skipSeparators(text, groupEnd, end);
      if (passed.hasTimestamp || passed.groups < 3) messageAt = at;
      continue;
    }
    const tokenEnd = wordEnd(text, at, end);
    const found = levelWord(text, at, tokenEnd, passed);
    if (found !== null) {
      // A bare word may as well begin the message, so it stays in it.
      if (found.trust === "word") return header(found.level, "word", passed.hasTimestamp, at);
      return withLevel(text, found.level, found.trust, passed, found.end, end, false);
    }
    if (passed.groups + passed.words === 0 && !passed.hasTimestamp && isMark(text, at, tokenEnd)) {
      passed.hasMark = true;
      at = skipSeparators(text, tokenEnd, end);
      continue;
    }
    if (!passed.hasTimestamp && passed.groups === 0) break;
    const named = passed.hasTimestamp && passed.words === 0 ? levelAfterName(text, tokenEnd, end) : null;
    if (named !== null) return withLevel(text, named.level, "word", passed, named.end, end, false);
    if (passed.words >= 4 || !isHeaderToken(text, at, tokenEnd, passed.hasTimestamp)) break;
    passed.words++;
    const isPlace = passed.hasTimestamp && callPlace.test(text.slice(at, Math.min(tokenEnd, at + 200)));
    at = skipSeparators(text, tokenEnd, end);
    // Go's log with file and line, and no level.
    if (isPlace) messageAt = at;
  }
  return header(null, "stated", passed.hasTimestamp, Math.min(messageAt, text.length));
}

function withLevel(
  text: string,
  level: Level,
  trust: LevelTrust,
  passed: Passed,
  levelEnd: number,
  end: number,
  isInGroup: boolean,
): TextHeader {
  const place = messageBehindLevel(text, levelEnd, end, {
    hasTimestamp: passed.hasTimestamp,
    isTimeOpen: passed.isTimeOpen,
    isInGroup,
  });
  return header(level, trust, passed.hasTimestamp, place.messageAt, place.service);
}

function closing(open: number): string {
  return open === 91 ? "]" : open === 40 ? ")" : open === 123 ? "}" : "】";
}

/** `[ERROR]`, `[error    ]`, `[orders:error]` of httpd. */
function levelInGroup(text: string, from: number, to: number, hasTimestamp: boolean): Level | null {
  if (to - from > 60) return null;
  const content = text.slice(from, to).trim();
  const level = levelOfTextWord(content);
  if (level !== null) return level;
  if (!hasTimestamp) return null;
  if (content === "alert") return "fatal";
  const colon = content.lastIndexOf(":");
  return colon !== -1 && /^\w{0,40}$/.test(content.slice(0, colon)) ? levelOfWord(content.slice(colon + 1)) : null;
}

interface LevelInText {
  readonly level: Level;
  readonly trust: LevelTrust;
  readonly end: number;
}

function levelWord(text: string, at: number, tokenEnd: number, passed: Passed): LevelInText | null {
  let from = at;
  while (from < tokenEnd && from - at < 4 && isDecoration(text.charCodeAt(from))) from++;
  const to = plainWordEnd(text, from, tokenEnd);
  if (to === from || to - from > 14) return null;
  const next = text.charCodeAt(to);
  if (to - from === 1) {
    if (!passed.hasTimestamp || passed.words > 0) return null;
    // Telegraf: `E! `.
    if (next === 33 && to + 1 === tokenEnd)
      return { level: levelOfCapital(text.charAt(from)) ?? "info", trust: "stated", end: tokenEnd };
    return to === tokenEnd ? levelLetter(text, from) : null;
  }
  const level = levelOfTextWord(text.slice(from, to));
  if (level === null) {
    // `shop:error ` of Node's debug.
    const rest = next === 58 && passed.hasTimestamp && tokenEnd - to < 12 ? text.slice(to + 1, tokenEnd) : "";
    const behind = rest === "" ? null : levelOfTextWord(rest);
    return behind === null ? null : { level: behind, trust: "stated", end: tokenEnd };
  }
  const isDecorated = to < tokenEnd && isMark(text, to, tokenEnd);
  if (to !== tokenEnd && next !== 58 && next !== 93 && next !== 47 && !isDecorated) return null;
  const trust = trustOf(text, from, to, level, passed, from > at);
  return trust === null ? null : { level, trust, end: isDecorated ? tokenEnd : to };
}

/** `E` between a time and what is no sentence: a bracket, another part of a header. `I` may be a word, and `A` is one. */
function levelLetter(text: string, at: number): LevelInText | null {
  const letter = text.charAt(at);
  const level = "DIWEFC".includes(letter) ? levelOfCapital(letter) : null;
  if (level === null || (letter === "I" && text.charCodeAt(at + 2) !== 91)) return null;
  return { level, trust: "stated", end: at + 1 };
}

/** "no ERROR found", "an INFO line". */
const notNames = new Set(
  "no not any an a the this that with without is was has had of to for on in by and or zero first last next new got as from its".split(
    " ",
  ),
);
const capitals = / {1,4}([A-Z]{4,8})(?=[ :])/y;

/** Python's `%(asctime)s %(name)s %(levelname)s`: any word may be the name, so this is only believed where nothing else states a level. */
function levelAfterName(
  text: string,
  tokenEnd: number,
  end: number,
): { readonly level: Level; readonly end: number } | null {
  capitals.lastIndex = tokenEnd;
  const level = levelOfTextWord(capitals.exec(text)?.[1] ?? "");
  if (level !== null && notNames.has(text.slice(text.lastIndexOf(" ", tokenEnd - 1) + 1, tokenEnd))) return null;
  return level === null || capitals.lastIndex > end ? null : { level, end: capitals.lastIndex };
}

/** Null where the word is rather part of the message. */
function trustOf(
  text: string,
  at: number,
  wordAt: number,
  level: Level,
  passed: Passed,
  isDecorated: boolean,
): LevelTrust | null {
  const next = text.charCodeAt(wordAt);
  if (next === 61 || (next === 58 && saysNone(text, wordAt + 1))) return null;
  const isCapitals = isUpper(text.charCodeAt(at)) && isUpper(text.charCodeAt(at + 1));
  const isOtherScript = !isLetter(text.charCodeAt(at));
  const isInHeader = passed.hasTimestamp || passed.groups > 0 || passed.hasMark || isDecorated;
  if (isInHeader) return isCapitals || passed.words === 0 || next === 58 ? "stated" : null;
  if (isCapitals)
    return isHttp(text, at, wordAt) && next !== 58 ? null : isPythonLogger(text, wordAt) ? "stated" : "leading";
  if (next === 58) return isOtherScript ? "word" : "leading";
  // "오류 0건" and "critical path" are how sentences begin.
  if (isOtherScript || level === "fatal") return null;
  return ordinaryContinuations.has(wordAfter(text, wordAt)) ? null : "word";
}

/** `error: null`, `ERROR: 0`: a value, and no trouble. */
function saysNone(text: string, at: number): boolean {
  none.lastIndex = at;
  return none.test(text);
}
const none = / ?(?:null|none|nil|undefined|false|0|\[\]|\{\}|""|'')(?=\s?[,;)}\]]|\s*$)/iy;

/** `HTTP 503 from …`: npm's level is written in small letters. */
function isHttp(text: string, at: number, wordAt: number): boolean {
  return wordAt - at === 4 && text.startsWith("HTTP", at);
}

/** `ERROR:shop.orders:`, as Python's basicConfig has it. */
function isPythonLogger(text: string, wordAt: number): boolean {
  pythonName.lastIndex = wordAt;
  return pythonName.test(text);
}
const pythonName = /:[\w.-]{1,100}:/y;

/** "error rate", "debug mode": sentences that merely begin with such a word. */
const ordinaryContinuations = new Set(
  "rate rates ratio count counts counter total totals budget budgets handler handlers handling boundary page pages code codes log logs mode is was are level levels free correction recovery recovered reporting report reports metrics stats summary threshold thresholds path paths channel notification notifications".split(
    " ",
  ),
);

function wordAfter(text: string, at: number): string {
  return /[a-z]+/y.exec(text.slice(at + 1, at + 20))?.[0] ?? "";
}

/** Thread, process, logger, `key=value`: what may stand between time and level. */
function isHeaderToken(text: string, at: number, tokenEnd: number, hasTimestamp: boolean): boolean {
  const first = text.charCodeAt(at);
  if (isDigit(first)) return true;
  const follows = text.slice(tokenEnd, tokenEnd + 3);
  if (follows === " - " || follows.startsWith(" |")) return true;
  const token = text.slice(at, Math.min(tokenEnd, at + 200));
  if (/^spid\d{1,6}s?$/.test(token)) return true;
  if (hasTimestamp && callPlace.test(token)) return true;
  if (token === "main" || token === "stderr" || token === "stdout") return true;
  return /^[\w$]+[./#@-][\w.$/#@-]*\d*:?$/.test(token) || (hasTimestamp && /^[A-Za-z_][\w.-]*=\S*$/.test(token));
}

/** Signs without a letter or digit that some put in front of the level. */
function isMark(text: string, at: number, tokenEnd: number): boolean {
  if (tokenEnd - at > 4) return false;
  for (let place = at; place < tokenEnd; place++) {
    const code = text.charCodeAt(place);
    if (!isDecoration(code) && (code < 0x2000 || (code >= 0x2e80 && code < 0xd800))) return false;
  }
  return true;
}

/** `! # * - > <` around a level: `*** ERROR ***`, `|-ERROR`, `<error>`. */
function isDecoration(code: number): boolean {
  return code === 33 || code === 35 || code === 42 || code === 45 || code === 60 || code === 62;
}

/** Letters of any script: level words are written in many. */
function plainWordEnd(text: string, from: number, end: number): number {
  let at = from;
  while (at < end && isWordLetter(text.charCodeAt(at))) at++;
  return at;
}

function isWordLetter(code: number): boolean {
  return isLetter(code) || (code >= 0x400 && code <= 0x52f) || (code >= 0x3040 && code <= 0xd7a3);
}

function header(
  level: Level | null,
  trust: LevelTrust,
  hasTimestamp: boolean,
  messageAt: number,
  service: string | null = null,
): TextHeader {
  return { level, trust, hasTimestamp, messageAt, service };
}
