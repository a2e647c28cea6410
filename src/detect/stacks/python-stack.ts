import type { Exception, Frame } from "../../domain/error-entry.ts";
import { indentOf } from "../lines/text-lines.ts";
import { frameBlockAt } from "./frame-blocks.ts";
import type { OwnJudge } from "./own-frame.ts";
import { exceptionsMax, framesMax, type ParsedTrace } from "./parsed-trace.ts";

const marker = "Traceback (most recent call last):";
const place = /^File "([^"\n]{1,500})", line (\d{1,9})(?:, in (.{1,300}))?$/;
const messageLinesMax = 50;
const messageLengthMax = 8192;
const linesMax = 20_000;

/**
 * A Python traceback: `File "…", line n, in f` with the innermost last, then the exception; several, chained by "During handling of …" or "The above exception was
 * the direct cause …", with the cause first. Source lines and the carets below them (3.11) are passed over.
 */
export function parsePythonStack(text: string, isOwn: OwnJudge): ParsedTrace | null {
  const first = text.indexOf(marker);
  if (first === -1) return null;
  const lineAt = text.lastIndexOf("\n", first) + 1;
  const startsAt = /^[ \t]*(?:\+ Exception Group )?$/.test(text.slice(lineAt, first)) ? lineAt : first;
  const isGroup = text.includes("Exception Group Traceback");
  const exceptions = readBlocks(
    isGroup ? text.slice(lineAt).replace(/^[ \t]*[|+] ?/gm, "") : text.slice(lineAt),
    isOwn,
  );
  return { exceptions: isGroup ? exceptions : exceptions.reverse(), startsAt };
}

/** In the order in which they are printed. */
function readBlocks(text: string, isOwn: OwnJudge): Exception[] {
  const exceptions: Exception[] = [];
  let markerAt = text.indexOf(marker);
  while (markerAt !== -1 && exceptions.length < exceptionsMax) {
    const indent = indentOf(text.slice(text.lastIndexOf("\n", markerAt) + 1, markerAt));
    const framesAt = lineAfter(text, markerAt);
    const block = frameBlockAt(text, framesAt, isOwn, {
      isFrameLine: (lineAt) => isDeeper(text, lineAt, indent),
      endOf: () => endOfFrames(text, framesAt, indent),
      parse: (lines) => parseFrames(lines, isOwn),
    });
    const headerAt = block.text === "" ? framesAt : framesAt + block.text.length + 1;
    exceptions.push({ ...readHeader(text, headerAt), frames: block.frames });
    markerAt = text.indexOf(marker, headerAt);
  }
  return exceptions;
}

/** Where the line behind the one at `at` begins. */
function lineAfter(text: string, at: number): number {
  const lineBreak = text.indexOf("\n", at);
  return lineBreak === -1 ? text.length : lineBreak + 1;
}

function endOfFrames(text: string, from: number, indent: number): number {
  let at = from;
  while (at < text.length && isDeeper(text, at, indent)) at = lineAfter(text, at);
  return at === from ? from : at === text.length && text.charCodeAt(at - 1) !== 10 ? at : at - 1;
}

/** Whether the line is indented by more than that, and not blank. */
function isDeeper(text: string, lineAt: number, indent: number): boolean {
  let at = lineAt;
  while (text.charCodeAt(at) === 32 || text.charCodeAt(at) === 9) at++;
  return at - lineAt > indent && at < text.length && text.charCodeAt(at) !== 10;
}

/** Innermost first. */
function parseFrames(block: string, isOwn: OwnJudge): readonly Frame[] {
  const frames: Frame[] = [];
  for (const line of block.split("\n", linesMax)) {
    const found = line.includes('File "') ? place.exec(line.trim()) : null;
    if (found !== null && frames.length < framesMax) frames.push(frameOf(found, isOwn));
  }
  return frames.reverse();
}

/** The exception's line, and those below it that belong to its message. */
function readHeader(text: string, at: number): { readonly type: string | null; readonly message: string | null } {
  const lines = text.slice(at, at + messageLengthMax).split("\n", messageLinesMax);
  const header = lines[0]?.trim() ?? "";
  if (header === "" || header.includes(marker)) return { type: null, message: null };
  const end = lines.findIndex((line, index) => index > 0 && endsMessage(line));
  return splitHeader(header, lines.slice(1, end === -1 ? lines.length : end));
}

function endsMessage(line: string): boolean {
  return (
    line.trim() === "" ||
    line.includes(marker) ||
    line.startsWith("-+--") ||
    line.startsWith("----") ||
    line.startsWith("During handling of the above") ||
    line.startsWith("The above exception was")
  );
}

/** `psycopg2.errors.UniqueViolation: duplicate key`; an exception without a message has no colon. */
function splitHeader(
  header: string,
  more: readonly string[],
): { readonly type: string | null; readonly message: string | null } {
  const found = /^([A-Za-z_][\w.]{0,200})(?::\s?|$)/.exec(header);
  if (found?.[1] === undefined) return { type: null, message: [header, ...more].join("\n") };
  const message = [header.slice(found[0].length), ...more].join("\n").trim();
  return { type: found[1], message: message === "" ? null : message };
}

function frameOf(found: RegExpExecArray, isOwn: OwnJudge): Frame {
  const file = found[1] ?? "";
  const module = moduleOf(file);
  return {
    function: found[3] ?? null,
    module,
    file,
    line: Number(found[2]),
    column: null,
    isOwn: isOwn("python", module, file),
  };
}

/** Dotted, where the path tells where packages begin; null for a file of the application, whose root only the repository knows. */
function moduleOf(file: string): string | null {
  const packages = /(?:site|dist)-packages\/(.+)\.py$/.exec(file) ?? /\/lib\/python[\d.]+\/(.+)\.py$/.exec(file);
  return packages?.[1] === undefined ? null : packages[1].replaceAll("/", ".").replace(/\.__init__$/, "");
}
