import type { Exception, Frame } from "../../domain/error-entry.ts";
import { linesOf, type TextLine } from "../lines/text-lines.ts";
import type { OwnJudge } from "./own-frame.ts";
import { exceptionsMax, framesMax, type ParsedTrace } from "./parsed-trace.ts";
import { readRubyHead, rubyHeadOf } from "./ruby-head.ts";

/** `\tfrom /app/cart.rb:12:in 'Cart#add'`, `  3: from …`, with the tags of a logger in front, and `: no stock (StockError)` behind the first one. */
const place =
  /^(?:\[[^\]\n]{0,100}\] ){0,5}\s*(?:(\d{1,5}): )?(from )?((?:[A-Za-z]:)?[^\s:][^:\n]{0,300}|<[^>\n]{1,100}>|\([^)\n]{1,100}\)):(\d{1,9}):in [`'](.{1,300}?)'(?:: (.{0,8000})|\s*)$/;

interface Place {
  readonly frame: Frame;
  /** Ruby once numbered the frames and printed the throw site last. */
  readonly isNumbered: boolean;
  readonly isFrom: boolean;
  /** What was thrown, where it stands behind the throw site. */
  readonly said: string | null;
}

/**
 * A backtrace of Ruby: as the interpreter prints it (the throw site with what was thrown, causes below), the newest frame first or last, or a message and lines of a
 * backtrace, as loggers join them.
 */
export function parseRubyStack(text: string, messageAt: number, isOwn: OwnJudge): ParsedTrace | null {
  const lines = linesOf(text);
  const first = lines.findIndex((line) => placeOf(behindHeader(line, messageAt), isOwn) !== null);
  const begin = lines[first];
  if (begin === undefined) return null;
  const place = placeOf(behindHeader(begin, messageAt), isOwn);
  if (place === null) return null;
  if (place.isNumbered) return parseNewestLast(lines, first, isOwn);
  if (place.said === null) return parseJoined(text, lines, first, messageAt, isOwn);
  const startsAt = begin.at + begin.text.length - behindHeader(begin, messageAt).length;
  return { exceptions: readPrinted(lines, first, messageAt, isOwn), startsAt };
}

/** A line without the logger's header that begins it. */
function behindHeader(line: TextLine, messageAt: number): string {
  return messageAt > line.at && messageAt < line.at + line.text.length
    ? line.text.slice(messageAt - line.at)
    : line.text;
}

function placeOf(line: string, isOwn: OwnJudge): Place | null {
  if (!line.includes(":in ")) return null;
  const found = place.exec(line);
  if (found === null) return null;
  const file = found[3] ?? "";
  const frame = {
    function: found[5] ?? null,
    module: null,
    file,
    line: Number(found[4]),
    column: null,
    isOwn: isOwn("ruby", null, file),
  };
  return { frame, isNumbered: found[1] !== undefined, isFrom: found[2] !== undefined, said: found[6] ?? null };
}

/** As the interpreter prints: the cause after what it caused. */
function readPrinted(
  lines: readonly TextLine[],
  first: number,
  messageAt: number,
  isOwn: OwnJudge,
): readonly Exception[] {
  const exceptions: Exception[] = [];
  let at = first;
  while (at < lines.length && exceptions.length < exceptionsMax) {
    const line = lines[at];
    const head = line === undefined ? null : placeOf(behindHeader(line, messageAt), isOwn);
    if (head === null || head.said === null) break;
    const more: string[] = [];
    for (at++; at < lines.length && placeOf(lines[at]?.text ?? "", isOwn) === null; at++)
      more.push(lines[at]?.text ?? "");
    const rest = readFrames(lines, at, isOwn);
    at = rest.end;
    exceptions.push({ ...rubyHeadOf(head.said, more), frames: [head.frame, ...rest.frames].slice(0, framesMax) });
  }
  return exceptions;
}

/** Up to a line that is none, or that begins another exception. */
function readFrames(
  lines: readonly TextLine[],
  from: number,
  isOwn: OwnJudge,
): { readonly frames: Frame[]; readonly end: number } {
  const frames: Frame[] = [];
  let at = from;
  for (; at < lines.length; at++) {
    const { text } = lines[at] ?? { text: "" };
    const place = placeOf(text, isOwn);
    if (place === null && !/^\s*(?:\.{3} ?\d+ levels\.{0,3}|\^+)/.test(text)) break;
    if (place !== null && place.said !== null && !place.isFrom) break;
    if (place !== null && frames.length < framesMax) frames.push(place.frame);
  }
  return { frames, end: at };
}

function parseNewestLast(lines: readonly TextLine[], first: number, isOwn: OwnJudge): ParsedTrace {
  const frames: Frame[] = [];
  let at = first;
  let head: Place | null = null;
  for (; at < lines.length && head === null; at++) {
    const place = placeOf(lines[at]?.text ?? "", isOwn);
    if (place === null) break;
    frames.push(place.frame);
    if (!place.isNumbered) head = place;
  }
  const more = lines.slice(at).map(({ text }) => text);
  const begin = lines[lines[first - 1]?.text.startsWith("Traceback") === true ? first - 1 : first];
  const thrown = rubyHeadOf(head?.said ?? "", more);
  return { exceptions: [{ ...thrown, frames: frames.reverse().slice(0, framesMax) }], startsAt: begin?.at ?? 0 };
}

/** A message, and below it the lines of a backtrace; Rails goes on with those of the causes. */
function parseJoined(
  text: string,
  lines: readonly TextLine[],
  first: number,
  messageAt: number,
  isOwn: OwnJudge,
): ParsedTrace {
  const framesAt = lines[first]?.at ?? 0;
  const from = messageAt < framesAt ? messageAt : 0;
  const head = readRubyHead(text.slice(from, framesAt));
  const read = readFrames(lines, first, isOwn);
  const exceptions: Exception[] = [{ type: head.type, message: head.message, frames: read.frames }];
  let at = read.end;
  const causes = lines.findIndex(
    (line, index) => index >= at && /^(?:\[[^\]\n]{0,100}\] ){0,5}\s*Causes:$/.test(line.text),
  );
  for (at = causes === -1 ? lines.length : causes + 1; at < lines.length && exceptions.length < exceptionsMax; ) {
    const begin = lines.findIndex((line, index) => index >= at && placeOf(line.text, isOwn) !== null);
    if (begin === -1) break;
    const cause = readRubyHead(
      lines
        .slice(at, begin)
        .map(({ text }) => text)
        .join("\n"),
    );
    const frames = readFrames(lines, begin, isOwn);
    exceptions.push({ type: cause.type, message: cause.message, frames: frames.frames });
    at = frames.end;
  }
  return { exceptions, startsAt: head.startsAt === null ? framesAt : from + head.startsAt };
}
