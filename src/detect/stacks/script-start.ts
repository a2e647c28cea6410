import type { Exception } from "../../domain/error-entry.ts";
import { indentOf } from "../lines/text-lines.ts";
import { type FoundHeader, scriptHeaderAt, scriptHeaderInside } from "./script-header.ts";

/** Lines above the first frame that may belong to the error's message, or to what the error is inside of. */
const linesAboveMax = 60;
const messageLengthMax = 8192;

/** What stands above the first frame. */
interface FirstError {
  /** Outermost first; the last is the one that has the frames. */
  readonly errors: readonly Exception[];
  readonly startsAt: number;
  /** Of the line `[errors]: [` that the frames are below; -1 where they are in no list. */
  readonly listIndent: number;
}

interface LineAbove {
  readonly text: string;
  /** Of its first word in the whole text. */
  readonly at: number;
  readonly indent: number;
  /** The logger's own message begins in it. */
  readonly isLoggers: boolean;
}

/** The error whose frames begin at `frameAt`, and those that it is printed inside of. */
export function findFirstError(text: string, messageAt: number, frameAt: number): FirstError {
  const lines = linesAbove(text, messageAt, frameAt);
  const found = headerAmong(lines, text, messageAt);
  if (found === null) {
    return { errors: [{ type: null, message: null, frames: [] }], startsAt: frameAt, listIndent: -1 };
  }
  const { header, index } = found;
  const startsAt = found.at;
  const behindName = text.slice(startsAt, Math.min(frameAt - 1, startsAt + messageLengthMax));
  const indent = lines[index]?.indent ?? 0;
  const type = header.type === "Error" ? (prettyType(lines, index) ?? header.type) : header.type;
  const innermost = { type, message: messageOf(header, withoutIndent(behindName, indent)), frames: [] };
  const outer = outerErrors(lines, index, objectAt(lines[index], startsAt));
  if (/^[cC]aused by: /.test(lines[index]?.text ?? "")) {
    // What it caused stands above it, and has no frames.
    const above = headerAmong(lines.slice(index + 1), text, messageAt);
    const caused = above === null ? null : { type: above.header.type, message: above.header.message, frames: [] };
    if (above !== null && caused !== null) return { errors: [caused, innermost], startsAt: above.at, listIndent: -1 };
  }
  return { ...outer, errors: [...outer.errors, innermost] };
}

/** pino-pretty writes the class above the stack: `"type": "OutOfStock",`, the message, `"stack":`. */
function prettyType(lines: readonly LineAbove[], index: number): string | null {
  if (lines[index + 1]?.text !== '"stack":') return null;
  for (const line of lines.slice(index + 2, index + 5)) {
    const type = /^"type": "([A-Z]\w{2,100})",$/.exec(line.text)?.[1];
    if (type !== undefined && type !== "Object") return type;
  }
  return null;
}

/** Nearest first. */
function linesAbove(text: string, messageAt: number, frameAt: number): readonly LineAbove[] {
  const lines: LineAbove[] = [];
  let end = frameAt - 1;
  while (end >= 0 && lines.length < linesAboveMax) {
    const start = end === 0 ? 0 : text.lastIndexOf("\n", end - 1) + 1;
    const isLoggers = start <= messageAt && messageAt <= end;
    let at = isLoggers ? messageAt : start;
    // `[AggregateError: all refused] {` looks like a logger's header.
    if (isLoggers && text.startsWith("[", start) && scriptHeaderAt(text.slice(start, end), 0)?.isBracketed) at = start;
    while (at < end && (text.charCodeAt(at) === 32 || text.charCodeAt(at) === 9)) at++;
    lines.push({ text: text.slice(at, end).trimEnd(), at, indent: isLoggers ? 0 : at - start, isLoggers });
    if (isLoggers) break;
    end = start - 1;
  }
  return lines;
}

interface FoundLine {
  readonly header: FoundHeader;
  readonly index: number;
  readonly at: number;
}

/** The line with the error's name: one that surely has one, else the nearest that may. */
function headerAmong(lines: readonly LineAbove[], text: string, messageAt: number): FoundLine | null {
  let fallback: FoundLine | null = null;
  for (const [index, line] of lines.entries()) {
    const header = headerOf(line.text);
    if (header !== null) {
      const found = { header, index, at: line.at + header.at };
      if (header.certainty === "named" || header.at > 0) return found;
      if (header.certainty === "class" || index === 0) fallback ??= found;
    }
    if (index === 0 || line.isLoggers) {
      const inside = scriptHeaderInside(line.text);
      if (inside !== null) return fallback ?? { header: inside, index, at: line.at + inside.at };
    }
    if (line.isLoggers && fallback === null) return headerEaten(line, index, text, messageAt);
  }
  return fallback;
}

/** The logger's header may have eaten `Error:` as a level. */
function headerEaten(line: LineAbove, index: number, text: string, messageAt: number): FoundLine | null {
  const start = text.lastIndexOf("\n", Math.max(0, messageAt - 1)) + 1;
  const header = start < messageAt ? scriptHeaderAt(text.slice(start, line.at + line.text.length), 0) : null;
  return header !== null && (header.certainty === "named" || index === 0) ? { header, index, at: start } : null;
}

const key = /^(?:[cC]aused by|\[[\w$]{1,60}\]|[\w$]{1,60}|'[^'\n]{1,60}'): ['"]?(?=\S)/;

/** What a line begins with, or has behind `[cause]: `, `err: ` and the like, with which an error stands inside something. */
function headerOf(line: string): FoundHeader | null {
  const header = scriptHeaderAt(line, 0);
  if (header?.certainty === "named") return header;
  const behind = key.exec(line)?.[0].length ?? 0;
  const opened = behind === 0 ? null : scriptHeaderAt(line, behind);
  return opened === null || (opened.certainty === "word" && !line.startsWith("[cause]")) ? header : opened;
}

/** The lines of a text that was moved in by so many blanks. */
export function withoutIndent(text: string, indent: number): string {
  if (indent === 0) return text;
  return text
    .split("\n")
    .map((line) => line.slice(Math.min(indent, indentOf(line))))
    .join("\n");
}

function messageOf(header: FoundHeader, whole: string): string | null {
  const first = whole.split("\n", 1)[0] ?? "";
  // Deno shows the line of the source, with a caret below.
  const rest = whole.slice(first.length).replace(/\n[^\n]{0,2000}\n[ \t]{0,500}\^+[ \t]{0,10}$/, "");
  const message = `${header.message ?? ""}${rest}`.trimEnd();
  return message.trim() === "" ? null : message;
}

/** Of `could not load { code: 7, stack: 'TypeError: …` the message ends where the object begins. */
function objectAt(line: LineAbove | undefined, startsAt: number): number {
  const open = line === undefined ? -1 : line.text.slice(0, startsAt - line.at).search(/ \{ [\w$']{1,60}: /);
  return line === undefined || open === -1 ? startsAt : line.at + open;
}

/** What the error is printed inside of: other errors, which have no frames of their own, and objects. */
function outerErrors(lines: readonly LineAbove[], index: number, startsAt: number): FirstError {
  const errors: Exception[] = [];
  let indent = lines[index]?.indent ?? 0;
  let outermostAt = startsAt;
  let listIndent = -1;
  for (const [at, line] of lines.entries()) {
    if (indent === 0) break;
    if (at <= index) continue;
    if (line.indent >= indent || !/[{[]$/.test(line.text)) continue;
    indent = line.indent;
    if (line.text.startsWith("[errors]: [")) {
      if (errors.length === 0) listIndent = line.indent;
      continue;
    }
    const named = line.text === '"aggregateErrors": [' ? lineAboveStack(lines, at) : line;
    const header = headerOf(named.text) ?? scriptHeaderInside(named.text);
    if (header === null) outermostAt = line.at + line.text.search(/ ?[{[]$/);
    else {
      errors.unshift({ type: header.type, message: header.message, frames: [] });
      outermostAt = named.at + header.at;
    }
  }
  return { errors, startsAt: outermostAt, listIndent };
}

/** pino-pretty: the stack of what holds the list stands in front of it, below its own `"stack":`. */
function lineAboveStack(lines: readonly LineAbove[], listAt: number): LineAbove {
  const above = lines.findIndex((line, index) => index > listAt && line.text === '"stack":');
  return lines[above - 1] ?? (lines[listAt] as LineAbove);
}
