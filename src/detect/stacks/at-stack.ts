import type { Exception, Frame } from "../../domain/error-entry.ts";
import { indentOf } from "../lines/text-lines.ts";
import { parseExceptionHeader, parseHeaderAboveFrames } from "./exception-header.ts";
import { frameBlockAt } from "./frame-blocks.ts";
import { parseJavaFrame } from "./java-stack.ts";
import { parseNodeFrame } from "./node-stack.ts";
import type { OwnJudge } from "./own-frame.ts";
import { exceptionsMax, framesMax, type ParsedTrace } from "./parsed-trace.ts";

/** Lines above the first frame that may belong to the exception's message. */
const messageLinesMax = 40;
const messageLengthMax = 8192;
const linesMax = 20_000;

interface Draft {
  type: string | null;
  message: string | null;
  frames: readonly Frame[];
}

/**
 * A stack trace whose frames begin with `at `: Java, Kotlin, Node. Causes by `Caused by:`, `[cause]:`, or, root first, `Wrapped by:`;
 * suppressed exceptions are left out, for they are not what failed.
 * @param messageAt where the log message begins, behind the logger's header: the exception's first line may be the rest of that line
 */
export function parseAtStack(text: string, messageAt: number, isOwn: OwnJudge): ParsedTrace | null {
  const drafts: Draft[] = [];
  let current: Draft | null = null;
  let startsAt = -1;
  let isRootFirst = false;
  /** Indent of a `Suppressed:` block being skipped; -1 outside one. */
  let suppressedIndent = -1;
  let lines = 0;
  let at = 0;
  while (at < text.length && lines++ < linesMax && drafts.length <= exceptionsMax) {
    const lineBreak = text.indexOf("\n", at);
    const end = lineBreak === -1 ? text.length : lineBreak;
    const content = skipIndent(text, at, end);
    const isFrame = text.startsWith("at ", content) && content > at;
    if (suppressedIndent !== -1 && content - at < suppressedIndent + (isFrame ? 1 : 0)) suppressedIndent = -1;
    if (suppressedIndent !== -1) {
      at = end + 1;
      continue;
    }
    if (isFrame) {
      if (current === null) {
        const first = findHeader(text, messageAt, at);
        startsAt = first.startsAt;
        current = { type: first.type, message: first.message, frames: [] };
        drafts.push(current);
      }
      const head = text.slice(at, content + 3);
      const block = frameBlockAt(text, at, isOwn, {
        isFrameLine: (lineAt) => text.startsWith(head, lineAt),
        endOf: () => endOfFrames(text, content, head),
        parse: (lines) => lines.split("\n", framesMax).map((line) => parseFrame(line, isOwn)),
      });
      current.frames =
        current.frames.length === 0 ? block.frames : [...current.frames, ...block.frames].slice(0, framesMax);
      at += block.text.length + 1;
      continue;
    } else if (current !== null) {
      const cause = causeAt(text, content, end);
      if (cause !== -1) {
        isRootFirst ||= text.startsWith("Wrapped by:", content);
        current = draftOf(text.slice(cause, trimmedEnd(text, cause, end)));
        drafts.push(current);
      } else if (text.startsWith("Suppressed:", content)) {
        suppressedIndent = content - at;
      } else if (current.frames.length === 0) {
        extendMessage(current, text.slice(at, trimmedEnd(text, at, end)));
      }
    }
    at = end + 1;
  }
  if (startsAt === -1) return null;
  const exceptions: readonly Exception[] = isRootFirst ? drafts.reverse() : drafts;
  return { exceptions, startsAt };
}

/** Behind the last of the lines that begin like the first one. */
function endOfFrames(text: string, content: number, head: string): number {
  let end = text.indexOf("\n", content);
  while (end !== -1 && text.startsWith(head, end + 1)) end = text.indexOf("\n", end + 1);
  return end === -1 ? text.length : end;
}

function parseFrame(line: string, isOwn: OwnJudge): Frame {
  const from = indentOf(line) + 3;
  return parseJavaFrame(line, from, line.length, isOwn) ?? parseNodeFrame(line.slice(from), isOwn);
}

/** Behind `Caused by: ` and its like; -1 where the line is no such. */
function causeAt(text: string, content: number, end: number): number {
  const first = text.charCodeAt(content);
  if (first === 67 || first === 99) return text.startsWith("aused by: ", content + 1) ? content + 11 : -1;
  if (first === 87) return text.startsWith("Wrapped by: ", content) ? content + 12 : -1;
  if (first === 91 && text.startsWith("[cause]: ", content)) return Math.min(content + 9, end);
  return -1;
}

function draftOf(header: string): Draft {
  const parsed = parseExceptionHeader(header.endsWith(" {") ? header.slice(0, -2) : header);
  return { type: parsed?.type ?? null, message: parsed === null ? header : parsed.message, frames: [] };
}

function extendMessage(draft: Draft, line: string): void {
  const length = draft.message?.length ?? 0;
  if (length + line.length < messageLengthMax)
    draft.message = draft.message === null ? line : `${draft.message}\n${line}`;
}

interface First {
  readonly type: string | null;
  readonly message: string | null;
  readonly startsAt: number;
}

/** The first line of the trace above its first frame; lines between the two belong to its message. */
function findHeader(text: string, messageAt: number, frameAt: number): First {
  let lineEnd = frameAt - 1;
  for (let count = 0; count < messageLinesMax && lineEnd > 0; count++) {
    const lineStart = text.lastIndexOf("\n", lineEnd - 1) + 1;
    const from = lineStart < messageAt && messageAt < lineEnd ? messageAt : lineStart;
    const content = from + indentOf(text.slice(from, Math.min(lineEnd, from + 200)));
    const message = text.slice(content, Math.min(frameAt - 1, content + messageLengthMax));
    // In front of the message the logger's header may have eaten `Error:` as a level, so the bare line is tried too.
    const whole = lineStart < from ? text.slice(lineStart, Math.min(frameAt - 1, lineStart + messageLengthMax)) : null;
    const parsed = count === 0 ? parseHeaderAboveFrames(message) : parseExceptionHeader(message);
    if (parsed !== null) return { ...parsed, startsAt: content };
    const bare = whole === null ? null : parseExceptionHeader(whole);
    if (bare !== null) return { ...bare, startsAt: lineStart };
    const inside = count === 0 || lineStart === 0 ? headerInside(message, lineEnd - content) : null;
    if (inside !== null) return { ...inside, startsAt: content + inside.startsAt };
    lineEnd = lineStart - 1;
  }
  return { type: null, message: null, startsAt: frameAt };
}

const named =
  /[ \t:(]((?:[A-Za-z_$][\w$]{0,80}\.){0,15}[A-Za-z_$]\w{0,80}(?:Error|Exception)(?: \[[\w.-]{1,80}\])?(?::[ \n]|:?$))|[ \t](Error: )/;

/** `charge failed TypeError: x is undefined`, as `console.error("charge failed", error)` writes it. */
function headerInside(message: string, lineLength: number): First | null {
  const line = message.slice(0, Math.min(lineLength, 2000));
  const found = named.exec(line);
  if (found === null) return null;
  const startsAt = found.index + 1;
  const parsed = parseExceptionHeader(message.slice(startsAt));
  return parsed === null ? null : { ...parsed, startsAt };
}

function skipIndent(text: string, from: number, end: number): number {
  let at = from;
  while (at < end && (text.charCodeAt(at) === 32 || text.charCodeAt(at) === 9)) at++;
  return at;
}

function trimmedEnd(text: string, from: number, end: number): number {
  return end > from && text.charCodeAt(end - 1) === 13 ? end - 1 : end;
}
