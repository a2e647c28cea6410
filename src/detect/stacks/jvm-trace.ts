import type { Exception, Frame } from "../../domain/error-entry.ts";
import { indentOf } from "../lines/text-lines.ts";
import { frameBlockAt } from "./frame-blocks.ts";
import { findJavaHeader, parseJavaHeader } from "./java-header.ts";
import { isJavaFrame, isPlainJavaFrame, parseJavaFrame } from "./java-stack.ts";
import type { OwnJudge } from "./own-frame.ts";
import { exceptionsMax, framesMax, type ParsedTrace } from "./parsed-trace.ts";

const messageLengthMax = 8192;
const linesMax = 20_000;

/** What a dump of all threads writes above the frames of each: nothing was thrown. */
const threadState = "java.lang.Thread.State";

interface Draft {
  type: string | null;
  message: string | null;
  frames: readonly Frame[];
  /** Its frames are over, so no line can belong to its message any more. */
  isOver: boolean;
}

/**
 * A stack trace of the JVM: frames below each exception, causes by `Caused by:` or, root first, `Wrapped by:`. Suppressed exceptions are left out, for they are
 * not what failed, and so is one that is its own cause.
 * @param messageAt where the log message begins, behind the logger's header: the exception's first line may be the rest of that line
 */
export function parseJvmTrace(given: string, messageAt: number, isOwn: OwnJudge): ParsedTrace | null {
  const text = withoutBangs(given);
  const drafts: Draft[] = [];
  let current = null as Draft | null;
  let startsAt = -1;
  let isRootFirst = false;
  /** Indent of a `Suppressed:` that is being passed over; -1 outside one. */
  let suppressedIndent = -1;
  let lines = 0;
  let at = 0;
  while (at < text.length && lines++ < linesMax && drafts.length <= exceptionsMax) {
    const lineBreak = text.indexOf("\n", at);
    const end = lineBreak === -1 ? text.length : lineBreak;
    const content = skipIndent(text, at, end);
    const indent = content - at;
    const cause: Cause | null = current === null ? null : causeAt(text, content, end);
    if (suppressedIndent !== -1) {
      // What a suppressed exception was caused by stands below it at the same indent.
      if (cause === null || (indent >= suppressedIndent && suppressedIndent > 0)) {
        at = end + 1;
        continue;
      }
      suppressedIndent = -1;
    }
    const frameAt = frameStart(text, content, end);
    if (frameAt !== -1) {
      if (current === null) {
        const first = findJavaHeader(text, messageAt, at);
        if (first.type === threadState) return { exceptions: [], startsAt: text.length };
        startsAt = behindBreak(given, first.startsAt);
        current = { type: first.type, message: first.message, frames: [], isOver: false };
        drafts.push(current);
      }
      const block = frameAt === content ? oneFrame(text, at, content, end, isOwn) : framesAt(text, at, content, isOwn);
      const { frames } = current;
      current.frames = frames.length === 0 ? block.frames : [...frames, ...block.frames].slice(0, framesMax);
      at += block.text.length + 1;
      continue;
    }
    if (current !== null) {
      if (cause !== null) {
        if (cause.isCircular) break;
        isRootFirst ||= cause.isRootFirst;
        current = cause.draft;
        if (!isCutOff(text, cause.draft, end)) drafts.push(current);
      } else if (text.startsWith("Suppressed:", content)) suppressedIndent = indent;
      else if (text.startsWith("... ", content)) current.isOver = true;
      else if (current.frames.length === 0 && !current.isOver) {
        // A last line like this is a frame that a length limit cut in two.
        if (end < text.length || !text.startsWith("at ", content)) extendMessage(current, text, at, end);
      } else if (isAnother(text, at, content, end)) break;
    }
    at = end + 1;
  }
  if (startsAt === -1) return null;
  const exceptions: readonly Exception[] = (isRootFirst ? drafts.reverse() : drafts).map(
    ({ type, message, frames }) => ({ type, message: message === null ? null : message.trimEnd(), frames }),
  );
  return { exceptions, startsAt };
}

/** Dropwizard begins each line of a stack trace with an exclamation mark; a blank for it leaves all places as they are. */
function withoutBangs(text: string): string {
  return text.includes("\n! ") ? text.replace(/(?<=^|\n)!(?=[ \n]|$)/g, " ") : text;
}

/** Where the line begins, where a mark and blanks stand in front. */
function behindBreak(text: string, at: number): number {
  const lineStart = text.lastIndexOf("\n", at - 1) + 1;
  return text.charCodeAt(lineStart) === 33 ? lineStart : at;
}

/** Where the frame's name begins; -1 for any other line. */
function frameStart(text: string, content: number, end: number): number {
  if (!text.startsWith("at ", content)) return isPlainJavaFrame(text.slice(content, end)) ? content : -1;
  const from = behindAt(text, content);
  return isJavaFrame(text.slice(from, end)) ? from : -1;
}

function oneFrame(text: string, at: number, from: number, end: number, isOwn: OwnJudge) {
  const frame = parseJavaFrame(text.slice(from, end), isOwn);
  return { text: text.slice(at, end), frames: frame === null ? [] : [frame] };
}

function framesAt(text: string, at: number, content: number, isOwn: OwnJudge) {
  const head = text.slice(at, content + 3);
  return frameBlockAt(text, at, isOwn, {
    isFrameLine: (lineAt) => text.startsWith(head, lineAt),
    endOf: () => endOfFrames(text, content, head),
    parse: (block) =>
      block
        .split("\n", framesMax)
        .flatMap((line) => parseJavaFrame(line.slice(behindAt(line, indentOf(line))), isOwn) ?? []),
  });
}

/** Behind `at `, which some printers write twice. */
function behindAt(text: string, content: number): number {
  let at = content + 3;
  while (text.charCodeAt(at) === 9 && text.startsWith("at ", at + 1)) at += 4;
  return at;
}

/** Behind the last of the lines that begin like the first one. */
function endOfFrames(text: string, content: number, head: string): number {
  let end = text.indexOf("\n", content);
  while (end !== -1 && text.startsWith(head, end + 1)) end = text.indexOf("\n", end + 1);
  return end === -1 ? text.length : end;
}

interface Cause {
  readonly draft: Draft;
  readonly isRootFirst: boolean;
  readonly isCircular: boolean;
}

/** What stands behind `Caused by: ` or `Wrapped by: `; null where the line is no such. */
function causeAt(text: string, content: number, end: number): Cause | null {
  const isRootFirst = text.charCodeAt(content) === 87;
  if (!text.startsWith(isRootFirst ? "Wrapped by: " : "Caused by: ", content)) return null;
  const from = content + (isRootFirst ? 12 : 11);
  const said = text.slice(from, trimmedEnd(text, from, Math.min(end, from + messageLengthMax)));
  const parsed = parseJavaHeader(said);
  return {
    draft: { type: parsed?.type ?? null, message: parsed === null ? said : parsed.message, frames: [], isOver: false },
    isRootFirst,
    isCircular: said.startsWith("[CIRCULAR REFERENCE"),
  };
}

/** A last line that ends inside the name of the class: an entry cut at a length limit. */
function isCutOff(text: string, { type, message }: Draft, end: number): boolean {
  return end === text.length && (type === null || message === null);
}

function extendMessage(draft: Draft, text: string, at: number, end: number): void {
  const line = text.slice(at, trimmedEnd(text, at, end));
  const length = draft.message?.length ?? 0;
  if (length + line.length < messageLengthMax)
    draft.message = draft.message === null ? line : `${draft.message}\n${line}`;
}

/** The first line of another stack trace below this one. */
function isAnother(text: string, at: number, content: number, end: number): boolean {
  return content === at && end - at > 8 && parseJavaHeader(text.slice(at, Math.min(end, at + 600))) !== null;
}

function skipIndent(text: string, from: number, end: number): number {
  let at = from;
  while (at < end && (text.charCodeAt(at) === 32 || text.charCodeAt(at) === 9)) at++;
  return at;
}

function trimmedEnd(text: string, from: number, end: number): number {
  return end > from && text.charCodeAt(end - 1) === 13 ? end - 1 : end;
}
