import { isBlank, isDigit, isLetter, skipBlank, skipSeparators, wordEnd } from "./characters.ts";
import { levelOfTextWord } from "./level.ts";
import { timestampEnd } from "./timestamp.ts";

/** Where the message begins behind the level, and what stood between. */
export interface MessagePlace {
  readonly messageAt: number;
  /** Application name of Spring Boot's `--- [app] [thread]`. */
  readonly service: string | null;
}

/** What stood before it. */
export interface BeforeLevel {
  readonly hasTimestamp: boolean;
  readonly isTimeOpen: boolean;
  /** The level stood in brackets. */
  readonly isInGroup: boolean;
}

const groupsMax = 8;
const groupLengthMax = 400;
const pythonLogger = /:[\w.-]{1,100}:/y;
const springHeader = /\s{0,8}(?:\[[^\]]{0,200}\] {0,8})?\d{1,10} --- /y;
/** zap, tslog: the caller between tabs. */
/** Istio: the scope between tabs. */
const tabbedScope = /\t[A-Za-z_][\w./@:-]{0,100}\t/y;
const tabbedCaller = /\t(?:[\w./-]{1,100}\t)?[\w./@-]{1,200}\.[a-z]{1,5}:\d{1,6}\t/y;
/** tracing: spans with their fields, then the target. */
const tracingTarget =
  / {1,2}(?:(?:[\w-]{1,80}(?:\{[^}\n]{0,400}\})?:){1,6}(?<=\}:) )?[a-z_]\w{0,80}(?:::\w{1,80}){0,10}: /y;
const celeryProcess = /\/[\w-]{1,60}\][ \t]?(?:[\w.]{1,150}\[[0-9a-f-]{36}\]: )?/y;
/** Thread, logger and ids between bars; outside of a request the cell of the ids is empty. */
const pipedLogger = /[ \t]{0,20}\|[ \t]{0,20}(?:(?:[^|\s]{1,200}(?: [0-9a-f]{16})?[ \t]{0,20})?\|[ \t]{0,20}){1,5}/y;
const nginxIds = /\s?\d{1,10}#\d{1,10}: (?:\*\d{1,20} )?/y;
const erlangProcess = /\s?<\d{1,8}\.\d{1,10}\.\d{1,8}>(?:@\S{1,100})? /y;
const traceFields = /\s?(?:[\w.]{1,40}=[^\s,\]]{0,200},? ){1,8}/y;
/** Django's documented format: module, process, thread. */
const djangoIds = /\w{1,60} \d{1,10} \d{6,20} /y;
/** Flask: `[2026-11-20 07:13:00,123] ERROR in app: `. */
const flaskModule = / in [\w.]{1,100}: /y;
/** loguru: module, function and line. */
const codePlace = /\]?\s{1,20}[\w.<>]{1,120}:[\w<>]{1,80}:\d{1,6}:? {1,2}/y;
/** `,orders.api,message`, as some have it who ask for commas. */
const commaLogger = /,(?:[\w.$-]{1,100},)?/y;
const lambdaId = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\t/y;

/** @param levelEnd behind the level's word or bracket · @param end of what is looked at */
export function messageBehindLevel(text: string, levelEnd: number, end: number, before: BeforeLevel): MessagePlace {
  if (passes(springHeader, text, levelEnd, end) !== -1) {
    const colon = text.indexOf(" : ", levelEnd);
    if (colon !== -1 && colon < end) {
      return { messageAt: colon + 3, service: springService(text.slice(springHeader.lastIndex, colon)) };
    }
  }
  return { messageAt: behindTraceFields(text, place(text, levelEnd, end, before), end), service: null };
}

/** `dd.trace_id=… dd.span_id=… - message`. */
function behindTraceFields(text: string, from: number, end: number): number {
  const close = text.charCodeAt(from) === 91 ? groupEnd(text, from, end) : -1;
  const at = close !== -1 && /trace_?id/i.test(text.slice(from, close)) ? skipBlank(text, close, end) : from;
  if (text.indexOf("=", at) === -1) return at;
  const ids = passes(traceFields, text, at, end);
  if (ids === -1 || !/trace_?id=/i.test(text.slice(at, ids))) return at;
  const ended = endSign(text, ids - 1, end);
  return ended === -1 ? at : ended;
}

function place(text: string, levelEnd: number, end: number, before: BeforeLevel): number {
  if (before.isTimeOpen) return behindOpenBracket(text, levelEnd, end);
  const next = text.charCodeAt(levelEnd);
  const special =
    next === 9
      ? behindTabs(text, levelEnd, end)
      : next === 58 && !before.hasTimestamp
        ? passes(pythonLogger, text, levelEnd, end)
        : next === 47
          ? passes(celeryProcess, text, levelEnd, end)
          : behindMarks(text, levelEnd, end, before);
  if (special !== -1) return special;
  const from = skipSeparators(text, levelEnd, end);
  return behindGroups(text, levelEnd, from, end, before);
}

function behindMarks(text: string, levelEnd: number, end: number, before: BeforeLevel): number {
  if (text.charCodeAt(levelEnd) === 44) return passes(commaLogger, text, levelEnd, end);
  if (before.hasTimestamp) {
    const flask = text.charCodeAt(0) === 91 ? passes(flaskModule, text, levelEnd, end) : -1;
    const code = flask === -1 ? passes(codePlace, text, levelEnd, end) : flask;
    if (code !== -1) return code;
  }
  const piped = passes(pipedLogger, text, levelEnd, end);
  if (piped !== -1 && text.slice(levelEnd, piped).split("|").length > 2) return piped;
  if (before.isInGroup) {
    const server = passes(nginxIds, text, levelEnd, end);
    return server === -1 ? passes(erlangProcess, text, levelEnd, end) : server;
  }
  return -1;
}

function behindTabs(text: string, levelEnd: number, end: number): number {
  const caller = passes(tabbedCaller, text, levelEnd, end);
  return caller === -1 ? passes(tabbedScope, text, levelEnd, end) : caller;
}

/** `[2026-11-20T07:13:03Z ERROR shop] message`, `[2026-11-20 07:13:00,123: ERROR/MainProcess] message`. */
function behindOpenBracket(text: string, levelEnd: number, end: number): number {
  const celery = passes(celeryProcess, text, levelEnd, end);
  if (celery !== -1) return celery;
  const close = text.indexOf("]", levelEnd);
  return close === -1 || close >= end ? skipSeparators(text, levelEnd, end) : skipSeparators(text, close + 1, end);
}

/** Behind brackets, the logger and the sign that ends a header; without such a sign only behind what is surely none of the message. */
function behindGroups(text: string, levelEnd: number, from: number, end: number, before: BeforeLevel): number {
  let at = from;
  let sure = from;
  let { hasTimestamp } = before;
  for (let groups = 0; groups < groupsMax; groups++) {
    const time = timestampEnd(text, at);
    const close = time !== -1 && time <= end && time - at > 6 ? time : groupEnd(text, at, end);
    if (close === -1) break;
    const isTouching = at === levelEnd || !isBlank(text.charCodeAt(at - 1));
    hasTimestamp ||= time === close;
    if (
      sure === at &&
      (isTouching || time === close || isName(text, at, close, { ...before, hasTimestamp }, levelEnd))
    ) {
      sure = skipBlank(text, close, end);
      if (time === close) sure = behindIds(text, close, sure, end);
    }
    const ended = endSign(text, close, end);
    if (ended !== -1) return ended;
    at = Math.max(sure, skipBlank(text, close, end));
  }
  const token = messageAfterToken(text, at, end);
  if (token !== null) return token;
  const target = before.hasTimestamp ? passes(tracingTarget, text, at - 1, end) : -1;
  if (target !== -1 && isTarget(text, at, target, before)) return target;
  const ids = passes(traceFields, text, at - 1, end);
  if (ids !== -1 && /[tT]race_?[iI][dD]=/.test(text.slice(at, ids))) {
    return behindGroups(text, levelEnd, skipBlank(text, ids, end), end, before);
  }
  return sure === at ? behindPlace(text, at, end) : sure;
}

/** `org.apache.catalina.core.StandardContext.startInternal message`, `OrderService.java:12 message`: no sentence begins so. */
function behindPlace(text: string, at: number, end: number): number {
  const tokenEnd = wordEnd(text, at, Math.min(end, at + 200));
  const token = text.slice(at, tokenEnd);
  const isPlace = callPlace.test(token) || (classPlace.test(token) && !exceptionName.test(token));
  return isPlace && tokenEnd < end ? skipBlank(text, tokenEnd, end) : at;
}
const callPlace = /^[\w./@-]{1,150}\.[a-z]{1,5}:\d{1,6}:?$/;
const classPlace = /^(?:[a-z_]\w{0,60}\.){2,12}[A-Z][\w$]{0,80}(?:\.[\w$]{1,80})?$/;
const exceptionName = /(?:Error|Exception|Throwable)$/;

/** What some write between a time and the message: Django's process and thread, Lambda's request. */
function behindIds(text: string, timeEnd: number, at: number, end: number): number {
  const ids = text.charCodeAt(timeEnd) === 9 ? passes(lambdaId, text, at, end) : passes(djangoIds, text, at, end);
  return ids === -1 ? at : ids;
}

/** A logger's name, groups behind it, then what ends the header: `c.a.Shop - `, `Shop.run:34 {id=7} - `, `agent.raft: `, `shop.orders [-] `. */
function messageAfterToken(text: string, from: number, end: number): number | null {
  const tokenEnd = wordEnd(text, from, Math.min(end, from + 200));
  if (tokenEnd === from || tokenEnd >= end) return null;
  let at = tokenEnd;
  for (let groups = 0; groups < 3; groups++) {
    const ended = endSign(text, at, end);
    if (ended !== -1) return isLogger(text, from, tokenEnd) ? ended : null;
    const next = skipBlank(text, at, end);
    const close = groupEnd(text, next, end);
    if (close === -1) break;
    at = close;
    // OpenStack: `nova.compute [req-…] message`; an id in brackets behind the logger.
    const isId = text.charCodeAt(next) === 40 && /^\([\w-]{0,64}\)$/.test(text.slice(next, close));
    if (isDotted(text, from, tokenEnd) && (text.charCodeAt(next) === 91 || isId)) {
      const after = endSign(text, at, end);
      return after === -1 ? skipBlank(text, at, end) : after;
    }
  }
  if (text.charCodeAt(tokenEnd - 1) !== 58 || !isDotted(text, from, tokenEnd - 1)) return null;
  if (exceptionName.test(text.slice(from, tokenEnd - 1))) return null;
  return skipBlank(text, tokenEnd, end);
}

/** Behind ` - `, ` -- `, ` : ` or `: `, and behind a message's own bracket; -1 where the header does not end there. */
function endSign(text: string, from: number, end: number): number {
  let at = from;
  while (at < end && (isBlank(text.charCodeAt(at)) || text.charCodeAt(at) === 124)) at++;
  const code = text.charCodeAt(at);
  if (code === 45) {
    if (at === from) return -1;
    let dash = at;
    while (text.charCodeAt(dash) === 45) dash++;
    if (dash - at > 3 || !isBlank(text.charCodeAt(dash))) return -1;
    return skipBlank(text, dash, end);
  }
  if (code !== 58) return text.slice(from, at).includes("|") ? at : -1;
  return isBlank(text.charCodeAt(at + 1)) ? skipBlank(text, at + 1, end) : -1;
}

/** Behind the bracket that opens there; -1 where none does. */
function groupEnd(text: string, at: number, end: number): number {
  const open = text.charCodeAt(at);
  const sign = open === 91 ? "]" : open === 40 ? ")" : open === 123 ? "}" : null;
  // `MDC{traceId=…}`
  if (sign === null) return text.startsWith("MDC{", at) ? groupEnd(text, at + 3, end) : -1;
  const close = text.indexOf(sign, at);
  return close === -1 || close >= end || close - at > groupLengthMax ? -1 : close + 1;
}

/** Whether a bracket without a sign behind it is a thread, a class or an id rather than a part of the message. */
function isName(text: string, open: number, close: number, before: BeforeLevel, levelEnd: number): boolean {
  if (text.charCodeAt(open) !== 91) {
    if (text.charCodeAt(open) !== 40) return false;
    // JBoss: `[com.acme.Orders] (executor-thread-0) message`.
    const isThread = /\[[\w.$]{3,150}\] {1,4}$/.test(text.slice(Math.max(levelEnd, open - 160), open));
    return isThread || /^\((?:[\w-]{1,60})?\d\)$/.test(text.slice(open, close));
  }
  const content = text.slice(open + 1, close - 1).trim();
  if (
    content === "" ||
    /[tT]race[_. ]?[iI][dD]/.test(content) ||
    /^(?:[\w.-]{0,100}, ?)?[0-9a-f]{16,32}[,/-]/.test(content)
  ) {
    return true;
  }
  if (before.hasTimestamp && content.includes("://")) return true;
  if (levelOfTextWord(content) !== null || !/^[\w.$@#:/ -]{1,120}$/.test(content)) return false;
  return (
    before.hasTimestamp &&
    (isDotted(content, 0, content.length) || /^\w+$/.test(content) || /\d$/.test(content) || /^pid \d/.test(content))
  );
}

/** Whether what a colon ends is tracing's target: behind a span, with `::`, or behind a time in microseconds. */
function isTarget(text: string, at: number, target: number, before: BeforeLevel): boolean {
  if (!before.hasTimestamp || before.isInGroup) return false;
  const passed = text.slice(at, target);
  return passed.includes("::") || passed.includes("}:") || /T\d\d:\d\d:\d\d\.\d{6,9}Z/.test(text.slice(0, 40));
}

function isLogger(text: string, from: number, to: number): boolean {
  const first = text.charCodeAt(from);
  return (
    (isLetter(first) || first === 95 || first === 60) &&
    /^[\w.$/@#<>*:,()-]{1,200}$/.test(text.slice(from, to)) &&
    !isDigit(first)
  );
}

function isDotted(text: string, from: number, to: number): boolean {
  return /^[A-Za-z_$][\w$-]{0,80}(?:\.[\w$-]{1,100}){1,12}(?::\d{1,6})?$/.test(text.slice(from, to));
}

/** The first of two or more bracketed groups; with one alone it is the thread. */
function springService(groups: string): string | null {
  const found = /^\[([\w.-]{1,100})\] \[[^\]]{0,200}\]/.exec(groups);
  return found?.[1] ?? null;
}

function passes(pattern: RegExp, text: string, at: number, end: number): number {
  pattern.lastIndex = at;
  return pattern.test(text) && pattern.lastIndex <= end ? pattern.lastIndex : -1;
}
