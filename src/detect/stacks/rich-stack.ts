import type { Exception, Frame } from "../../domain/error-entry.ts";
import type { OwnJudge } from "./own-frame.ts";
import { exceptionsMax, framesMax, type ParsedTrace } from "./parsed-trace.ts";
import { pythonFrame } from "./python-frame.ts";
import { readPythonHeader } from "./python-header.ts";

/** `╭──── Traceback (most recent call last) ────╮`, in ASCII where the terminal has no such characters. */
const boxTop = /[╭┌+][─-]{1,300} Traceback \(most recent call last\) [─-]{1,300}[╮┐+]/g;
/** Of one box with all the lines of source in it, and the exception below. */
const boxLengthMax = 64 * 1024;
const framePlace = /^(\S.{0,500}?):(\d{1,9}) in (\S.{0,300})$/;
/** `in plan_of:22` and `in __init__`, of code that is in no file. */
const namedPlace = /^in ([^\s:]{1,300})(?::(\d{1,9}))?$/;

/** A traceback as the library rich draws it: frames in a box, outermost first, the exception below it; causes first. */
export function parseRichTrace(text: string, isOwn: OwnJudge): ParsedTrace | null {
  const exceptions: Exception[] = [];
  let startsAt = -1;
  for (const top of text.matchAll(boxTop)) {
    if (exceptions.length >= exceptionsMax) break;
    const lineAt = text.lastIndexOf("\n", top.index) + 1;
    const column = top.index - lineAt;
    if (startsAt === -1) startsAt = lineAt;
    const from = top.index + top[0].length;
    exceptions.push(readBox(text.slice(from, from + boxLengthMax), column, isOwn));
  }
  return startsAt === -1 ? null : { exceptions: exceptions.reverse(), startsAt };
}

/** @param column where the box begins: loggers write it beside columns of their own */
function readBox(rest: string, column: number, isOwn: OwnJudge): Exception {
  const frames: Frame[] = [];
  const lines = rest.split("\n");
  let cut = "";
  for (const [index, line] of lines.entries()) {
    if (index === 0) continue;
    const content = line.slice(column);
    if (/^[╰└+][─-]/.test(content)) {
      const below = lines
        .slice(index + 1)
        .map((each) => (each.slice(0, column).trim() === "" ? each.slice(column) : each));
      const header = readPythonHeader(below.map((each) => each.trimEnd()).join("\n"), 0);
      return { ...header, frames: frames.reverse() };
    }
    const inside = /^[│|] (.*?) ?[│|]\s*$/.exec(content)?.[1]?.trimEnd() ?? "";
    // A path that is too long for the box goes on in the next line.
    const whole = cut + inside;
    const frame = frameOf(whole, isOwn);
    cut = frame === null && /^[/.~\w]\S*$/.test(whole) && whole.includes("/") ? whole : "";
    if (frame !== null && frames.length < framesMax) frames.push(frame);
  }
  return { type: null, message: null, frames: frames.reverse() };
}

function frameOf(line: string, isOwn: OwnJudge): Frame | null {
  const found = framePlace.exec(line);
  if (found !== null && /[/\\.<]/.test(found[1] ?? "")) {
    return pythonFrame(found[1] ?? "", Number(found[2]), found[3] ?? null, isOwn);
  }
  const named = namedPlace.exec(line);
  if (named === null) return null;
  const lineNumber = named[2] === undefined ? null : Number(named[2]);
  return { function: named[1] ?? null, module: null, file: null, line: lineNumber, column: null, isOwn: false };
}
