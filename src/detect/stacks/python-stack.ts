import type { Exception, Frame } from "../../domain/error-entry.ts";
import { indentOf } from "../lines/text-lines.ts";
import { frameBlockAt } from "./frame-blocks.ts";
import type { OwnJudge } from "./own-frame.ts";
import { exceptionsMax, framesMax, type ParsedTrace } from "./parsed-trace.ts";
import { pythonFrame } from "./python-frame.ts";
import { hasGroup, readGroup } from "./python-group.ts";
import { type PythonHeader, readPythonHeader } from "./python-header.ts";
import { parseRichTrace } from "./rich-stack.ts";

const marker = "Traceback (most recent call last):";
const place = /^(?:> )?File "([^"\n]{1,500})", line (\d{1,9})(?:, in (.{1,300}))?$/;
const linesMax = 20_000;

/**
 * A Python traceback: `File "…", line n, in f` with the innermost last, then the exception; several, chained by "During handling of …" or "The above exception was
 * the direct cause …", with the cause first; groups with their members. Source lines, the carets below them (3.11) and what loguru writes around them are
 * passed over. Where the first line was cut off, the frames that are left count.
 */
export function parsePythonStack(given: string, isOwn: OwnJudge): ParsedTrace | null {
  // Lambda's runtime indents by blanks that do not break.
  const text = given.includes("\u00a0") ? given.replaceAll("\u00a0", " ") : given;
  const first = text.indexOf(marker);
  if (first === -1) return parseRichTrace(text, isOwn) ?? parseRest(text, isOwn);
  const lineAt = text.lastIndexOf("\n", first) + 1;
  const startsAt = /^[ \t]*(?:\+ Exception Group )?$/.test(text.slice(lineAt, first)) ? lineAt : first;
  const exceptions = hasGroup(text)
    ? readGroup(text.slice(lineAt), (part) => readChain(part, isOwn))
    : readChain(text.slice(lineAt), isOwn);
  const named = exceptions.length === 1 && exceptions[0]?.type === null ? namedAbove(text, lineAt) : null;
  if (named !== null) return { exceptions: exceptions.map((one) => ({ ...one, ...named })), startsAt };
  return { exceptions: exceptions.slice(0, exceptionsMax), startsAt: remoteAt(text, startsAt) };
}

/** Lambda's runtime writes the exception above its traceback: `[ERROR] KeyError: 'x'`. */
function namedAbove(text: string, lineAt: number): PythonHeader | null {
  const line = text.slice(text.lastIndexOf("\n", lineAt - 2) + 1, Math.max(0, lineAt - 1));
  const header = /^\[ERROR\] ([A-Za-z_][\w.]{0,200}: .{0,8000})$/.exec(line)?.[1];
  return header === undefined ? null : readPythonHeader(header, 0);
}

/** A traceback that came from another process stands in quotes, behind `…RemoteTraceback:`. */
function remoteAt(text: string, startsAt: number): number {
  const before = text.slice(Math.max(0, startsAt - 300), startsAt);
  const found = /(?:^|\n)(?:[\w.]{1,200}\.)?_?RemoteTraceback: ?\n"""\n$/.exec(before);
  return found === null ? startsAt : startsAt - before.length + found.index + (found[0].startsWith("\n") ? 1 : 0);
}

/** Outermost first: the last one printed. */
function readChain(text: string, isOwn: OwnJudge): readonly Exception[] {
  const exceptions: Exception[] = [];
  let markerAt = text.indexOf(marker);
  if (markerAt === -1) return neverRaised(text);
  while (markerAt !== -1 && exceptions.length < exceptionsMax) {
    const lineAt = text.lastIndexOf("\n", markerAt) + 1;
    const block = readBlock(text, lineAfter(text, markerAt), indentOf(text.slice(lineAt, markerAt)), isOwn);
    const { type, message } = block.header;
    // Its message is the traceback of another process, in quotes: that comes next, and says what went wrong.
    const isWrapping = type?.endsWith("ExceptionWithTraceback") === true;
    if (!isWrapping) exceptions.push({ type, message, frames: block.frames });
    markerAt = text.indexOf(marker, block.headerAt);
  }
  return exceptions.reverse();
}

/** A member of a group that was made and not raised has no traceback. */
function neverRaised(text: string): readonly Exception[] {
  const header = readPythonHeader(text, text.search(/\S/));
  return header.type === null ? [] : [{ ...header, frames: [] }];
}

/** Frames alone, the innermost of a traceback whose beginning was cut off. */
function parseRest(text: string, isOwn: OwnJudge): ParsedTrace | null {
  const found = /^[ \t]{1,40}File "[^"\n]{1,500}", line \d{1,9}/m.exec(text);
  if (found === null || /Stack \(most recent call last\):\s{0,3}$/.test(text.slice(0, found.index))) return null;
  const { header, frames } = readBlock(text, found.index, indentOf(found[0]) - 1, isOwn);
  return { exceptions: [{ type: header.type, message: header.message, frames }], startsAt: found.index };
}

interface Block {
  readonly frames: readonly Frame[];
  readonly header: PythonHeader;
  readonly headerAt: number;
}

/** @param indent of the line above the frames, which stand further in */
function readBlock(text: string, framesAt: number, indent: number, isOwn: OwnJudge): Block {
  const block = frameBlockAt(text, framesAt, isOwn, {
    isFrameLine: (lineAt) => isInside(text, lineAt, indent),
    endOf: () => endOfFrames(text, framesAt, indent),
    parse: (lines) => parseFrames(lines, isOwn),
  });
  const headerAt = block.text === "" ? framesAt : framesAt + block.text.length + 1;
  return { frames: block.frames, header: readPythonHeader(text, headerAt), headerAt };
}

/** Where the line behind the one at `at` begins. */
function lineAfter(text: string, at: number): number {
  const lineBreak = text.indexOf("\n", at);
  return lineBreak === -1 ? text.length : lineBreak + 1;
}

function endOfFrames(text: string, from: number, indent: number): number {
  let at = from;
  while (at < text.length && isInside(text, at, indent)) at = lineAfter(text, at);
  return at === from ? from : at === text.length && text.charCodeAt(at - 1) !== 10 ? at : at - 1;
}

/** Whether the line is indented by more than that, or is a blank one between frames, as loguru has them; it marks the frame that caught with `>`. */
function isInside(text: string, lineAt: number, indent: number): boolean {
  let at = lineAt;
  while (text.charCodeAt(at) === 32 || text.charCodeAt(at) === 9) at++;
  if (at >= text.length) return false;
  if (text.charCodeAt(at) === 10 || text.startsWith("\r\n", at)) return isBlankBetween(text, at + 1);
  return at - lineAt > indent || text.startsWith('> File "', at) || text.startsWith("--- <exception caught here>", at);
}

const blanksMax = 3;

function isBlankBetween(text: string, from: number): boolean {
  let at = from;
  for (let blanks = 0; blanks < blanksMax && text.charCodeAt(at) === 10; blanks++) at++;
  return text.startsWith('  File "', at) || text.startsWith('> File "', at);
}

/** Innermost first. */
function parseFrames(block: string, isOwn: OwnJudge): readonly Frame[] {
  const frames: Frame[] = [];
  for (const line of block.split("\n", linesMax)) {
    const found = line.includes('File "') ? place.exec(line.trim()) : null;
    if (found !== null) frames.push(pythonFrame(found[1] ?? "", Number(found[2]), found[3] ?? null, isOwn));
  }
  return frames.reverse().slice(0, framesMax);
}
