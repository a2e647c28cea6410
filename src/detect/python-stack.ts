import type { Exception, Frame } from "../domain/error-entry.ts";
import type { OwnJudge } from "./own-frame.ts";
import { exceptionsMax, framesMax, type ParsedTrace } from "./parsed-trace.ts";
import { indentOf, linesOf, type TextLine } from "./text-lines.ts";

const marker = "Traceback (most recent call last):";
const place = /^File "([^"\n]{1,500})", line (\d{1,9})(?:, in (.{1,300}))?$/;
const messageLinesMax = 50;

/**
 * A Python traceback: `File "…", line n, in f` with the innermost last, then the exception; several, chained by "During handling of …" or "The above exception was
 * the direct cause …", with the cause first. Source lines and the carets below them (3.11) are passed over.
 */
export function parsePythonStack(text: string, isOwn: OwnJudge): ParsedTrace | null {
  const first = text.indexOf(marker);
  if (first === -1) return null;
  const startsAt = text.lastIndexOf("\n", first) + 1;
  const isGroup = text.includes("Exception Group Traceback");
  const lines = linesOf(isGroup ? text.slice(startsAt).replace(/^[ \t]*[|+] ?/gm, "") : text.slice(startsAt));
  const exceptions: Exception[] = [];
  let at = 0;
  while (at < lines.length && exceptions.length < exceptionsMax) {
    if (lines[at]?.text.includes(marker) !== true) {
      at++;
      continue;
    }
    const block = readBlock(lines, at + 1, indentOf(lines[at]?.text ?? ""), isOwn);
    exceptions.push(block.exception);
    at = block.end;
  }
  return exceptions.length === 0
    ? null
    : {
        exceptions: isGroup ? exceptions : exceptions.reverse(),
        startsAt: lineHasOnlyMarker(text, startsAt, first) ? startsAt : first,
      };
}

function lineHasOnlyMarker(text: string, lineStart: number, markerAt: number): boolean {
  return /^[ \t]*(?:\+ Exception Group )?$/.test(text.slice(lineStart, markerAt));
}

function readBlock(
  lines: readonly TextLine[],
  from: number,
  indent: number,
  isOwn: OwnJudge,
): { readonly exception: Exception; readonly end: number } {
  const frames: Frame[] = [];
  let at = from;
  for (; at < lines.length; at++) {
    const line = lines[at]?.text ?? "";
    if (line.trim() !== "" && indentOf(line) <= indent) break;
    const found = place.exec(line.trim());
    if (found !== null && frames.length < framesMax) frames.push(frameOf(found, isOwn));
  }
  const header = lines[at]?.text.trim() ?? "";
  if (header === "" || header.includes(marker))
    return { exception: { type: null, message: null, frames: frames.reverse() }, end: at };
  const message: string[] = [];
  let end = at + 1;
  while (end < lines.length && end - at < messageLinesMax && !endsMessage(lines[end]?.text ?? "")) {
    message.push(lines[end]?.text ?? "");
    end++;
  }
  return { exception: { ...splitHeader(header, message), frames: frames.reverse() }, end };
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
