import { type ExceptionHeader, parseExceptionHeader, parseHeaderAboveFrames } from "./exception-header.ts";
import type { ParsedTrace } from "./parsed-trace.ts";

/** Lines above the first frame that may belong to the exception's message. */
const messageLinesMax = 40;
const messageLengthMax = 8192;
const lineLengthMax = 2000;

/** Where a stack trace begins, and what its first line says. */
export interface JavaHeader {
  readonly type: string | null;
  readonly message: string | null;
  readonly startsAt: number;
}

/**
 * What the JVM writes for an exception: `java.io.IOException: closed`, with the hash of logstash's encoder or what the runtime says on its end in front; `null` for
 * a message that there is not.
 */
export function parseJavaHeader(text: string): ExceptionHeader | null {
  const from = behindPrefix(text);
  const plain = from === 0 ? text : text.slice(from);
  return withoutNull(parseExceptionHeader(plain) ?? parseClassName(plain));
}

/**
 * The first line of a trace above its first frame; lines between the two belong to its message.
 * @param messageAt where the log message begins; in its line the exception may stand behind the message
 */
export function findJavaHeader(text: string, messageAt: number, frameAt: number): JavaHeader {
  let lineEnd = frameAt - 1;
  for (let count = 0; count < messageLinesMax && lineEnd > 0; count++) {
    const lineStart = text.lastIndexOf("\n", lineEnd - 1) + 1;
    const from = lineStart < messageAt && messageAt < lineEnd ? messageAt : lineStart;
    const content = skipBlank(text, from, lineEnd);
    const above = text.slice(content, Math.min(frameAt - 1, content + messageLengthMax));
    const parsed = parseJavaHeader(above) ?? (count === 0 ? withoutNull(parseHeaderAboveFrames(above)) : null);
    if (parsed !== null) return { ...parsed, startsAt: content };
    const isLogLine = lineStart <= messageAt && messageAt > 0;
    const inside = count === 0 || isLogLine || lineStart === 0 ? headerInside(above, lineEnd - content) : null;
    if (inside !== null) return { ...inside, startsAt: content + inside.startsAt };
    if (isLogLine) break;
    lineEnd = lineStart - 1;
  }
  return { type: null, message: null, startsAt: frameAt };
}

/**
 * An exception whose frames the runtime or the logger left out: its first line below the log message, or alone. Only names that say what they are, for text may
 * have lines of any kind.
 */
export function parseBareException(text: string, messageAt: number): ParsedTrace | null {
  const found = findBareHeader(text, messageAt);
  if (found === null) return null;
  return { exceptions: [{ type: found.type, message: found.message, frames: [] }], startsAt: found.startsAt };
}

function findBareHeader(text: string, messageAt: number): JavaHeader | null {
  const lineBreak = text.indexOf("\n", messageAt);
  let at = messageAt === 0 ? 0 : lineBreak === -1 ? text.length : lineBreak + 1;
  for (let count = 0; at < text.length && count < messageLinesMax; count++) {
    const nextBreak = text.indexOf("\n", at);
    const end = nextBreak === -1 ? text.length : nextBreak;
    const content = skipBlank(text, at, end);
    if (content === at && isBareName(text, content, Math.min(end, content + lineLengthMax))) {
      const parsed = parseJavaHeader(text.slice(content, content + messageLengthMax).split(behindMessage, 1)[0] ?? "");
      if (parsed !== null) return { ...parsed, startsAt: content };
    }
    at = end + 1;
  }
  return null;
}

/** A cause, or what a length limit left of a frame. */
const behindMessage = /\n(?:Caused by: |[ \t]{1,40}at )/;
const bareName =
  /(?:Exception in thread "[^"\n]{0,200}" |Terminating due to |Exception: )?(?:[a-z_][\w$]{0,60}\.){1,12}[A-Z][\w$]{0,120}?(?:Exception|Error|Throwable)(?:\$[\w$]{1,80})?(?=: |:?[ \t\r]*(?:\n|$)| thrown from )/y;

function isBareName(text: string, from: number, end: number): boolean {
  bareName.lastIndex = from;
  return bareName.test(text) && bareName.lastIndex <= end;
}

const className =
  /^((?:[\p{L}_][\p{L}\p{N}_$]{0,80}\.){1,15}[\p{Lu}\p{Lo}_$][\p{L}\p{N}_$]{0,120})(?::[ \t\n]|:?[ \t\r]*(?=\n|$)|(?= thrown from ))/u;

/** A qualified class of any name, down to `com.acme.Orders$1`. */
function parseClassName(text: string): ExceptionHeader | null {
  const found = className.exec(text.length > 600 ? text.slice(0, 600) : text);
  if (found?.[1] === undefined) return null;
  const message = text.slice(found[0].length).trim();
  return { type: found[1], message: message === "" ? null : message };
}

const namedInside =
  /[ \t:(]((?:[A-Za-z_$][\w$]{0,80}\.){0,15}[A-Za-z_$][\w$]{0,120}?(?:Error|Exception|Throwable)(?:\$[\w$]{1,80})?(?=: |:?$))/;
const classInside = /: ((?:[a-z_][\w$]{0,80}\.){1,15}[A-Z][\w$]{0,120}(?=: |:?$))/;

/** `refund failed: com.acme.Refused: code 51`, as JBoss writes a message and what was thrown in one line. */
function headerInside(above: string, lineLength: number): JavaHeader | null {
  const line = above.slice(0, Math.min(lineLength, lineLengthMax));
  const found = namedInside.exec(line) ?? classInside.exec(line);
  if (found?.[1] === undefined) return null;
  const startsAt = found.index + found[0].length - found[1].length;
  const parsed = parseJavaHeader(above.slice(startsAt));
  return parsed === null ? null : { ...parsed, startsAt };
}

function behindPrefix(text: string): number {
  const first = text.charCodeAt(0);
  if (first !== 60 && first !== 84 && first !== 69) return 0;
  return /^(?:<#[0-9a-f]{1,16}> |Terminating due to |Exception: (?=\S+ thrown from ))/.exec(text)?.[0].length ?? 0;
}

function withoutNull(header: ExceptionHeader | null): ExceptionHeader | null {
  return header?.message === "null" ? { type: header.type, message: null } : header;
}

function skipBlank(text: string, from: number, end: number): number {
  let at = from;
  while (at < end && (text.charCodeAt(at) === 32 || text.charCodeAt(at) === 9)) at++;
  return at;
}
