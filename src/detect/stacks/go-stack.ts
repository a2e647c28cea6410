import type { Exception, Frame } from "../../domain/error-entry.ts";
import { linesOf, type TextLine } from "../lines/text-lines.ts";
import type { OwnJudge } from "./own-frame.ts";
import { exceptionsMax, framesMax, type ParsedTrace } from "./parsed-trace.ts";

const place = /^\s+(\S.{0,500}?\.(?:go|s|c)):(\d{1,9})(?: \+0x[0-9a-f]{1,16})?\s*$/;
const messageLinesMax = 20;

/**
 * Go prints a function in one line and its place, indented, in the next: a panic's running goroutine, `debug.Stack()`, zap's `stacktrace`, and `%+v` of
 * pkg/errors (the root first, each wrapper's message and stack after it).
 */
export function parseGoStack(text: string, isOwn: OwnJudge): ParsedTrace | null {
  const lines = linesOf(text);
  const firstFrame = lines.findIndex((_line, index) => isFrameAt(lines, index));
  if (firstFrame === -1) return null;
  const panicAt = lines.findIndex((line) => line.text.startsWith("panic: ") || line.text.startsWith("fatal error: "));
  const goroutineAt = lines.findIndex((line) => line.text.startsWith("goroutine "));
  if (goroutineAt !== -1 && goroutineAt < firstFrame) {
    const startsAt = panicAt !== -1 && panicAt < goroutineAt ? panicAt : goroutineAt;
    const frames = readFrames(lines, goroutineAt + 1, isOwn).frames;
    const panic =
      panicAt === -1 || panicAt > goroutineAt
        ? recovered(lines, goroutineAt, frames)
        : panicMessage(lines, panicAt, goroutineAt);
    return {
      exceptions: [{ type: panic === null ? null : "panic", message: panic, frames }],
      startsAt: lines[startsAt]?.at ?? 0,
    };
  }
  return parseWrapped(lines, firstFrame, isOwn);
}

/** Blocks of message and frames; the first is the root cause, each later one wraps it. */
function parseWrapped(lines: readonly TextLine[], firstFrame: number, isOwn: OwnJudge): ParsedTrace {
  const exceptions: Exception[] = [];
  let at = firstFrame;
  // The root's message stands above its frames: in the whole text of an entry that is the log message itself.
  let message: string | null = firstFrame > 0 ? (lines[firstFrame - 1]?.text.trim() ?? null) : null;
  while (at < lines.length && exceptions.length < exceptionsMax) {
    const { frames, end } = readFrames(lines, at, isOwn);
    exceptions.push({ type: null, message: message === "" ? null : message, frames });
    const words: string[] = [];
    at = end;
    while (at < lines.length && !isFrameAt(lines, at)) {
      if (words.length < messageLinesMax) words.push(lines[at]?.text ?? "");
      at++;
    }
    message = words.join("\n").trim();
  }
  return { exceptions: exceptions.reverse(), startsAt: lines[firstFrame]?.at ?? 0 };
}

function readFrames(
  lines: readonly TextLine[],
  from: number,
  isOwn: OwnJudge,
): { readonly frames: readonly Frame[]; readonly end: number } {
  const frames: Frame[] = [];
  let at = from;
  for (; isFrameAt(lines, at); at += 2) {
    const name = lines[at]?.text ?? "";
    const found = place.exec(lines[at + 1]?.text ?? "");
    if (found === null || name.startsWith("created by ") || frames.length >= framesMax) continue;
    frames.push(frameOf(name, found, isOwn));
  }
  return { frames, end: at };
}

function isFrameAt(lines: readonly TextLine[], at: number): boolean {
  const name = lines[at]?.text;
  const next = lines[at + 1]?.text;
  if (name === undefined || next === undefined || name === "") return false;
  const first = next.charCodeAt(0);
  return (first === 9 || first === 32) && /^[\w*(]/.test(name) && /\.(?:go|s|c):\d/.test(next) && place.test(next);
}

function frameOf(line: string, found: RegExpExecArray, isOwn: OwnJudge): Frame {
  const name = withoutArguments(line);
  const slash = name.lastIndexOf("/");
  const dot = name.indexOf(".", slash + 1);
  const module = dot === -1 ? null : name.slice(0, dot).replaceAll("%2e", ".");
  const file = found[1] ?? "";
  return {
    function: dot === -1 ? name : name.slice(dot + 1),
    module,
    file,
    line: Number(found[2]),
    column: null,
    isOwn: isOwn("go", module, file),
  };
}

/** `main.(*Store).Get(0xc0, {0x1, 0x2})` without what is in the last brackets. */
function withoutArguments(line: string): string {
  if (!line.endsWith(")")) return line.trim();
  let depth = 0;
  for (let at = line.length - 1; at > 0; at--) {
    const code = line.charCodeAt(at);
    if (code === 41) depth++;
    if (code === 40 && --depth === 0) return line.slice(0, at);
  }
  return line;
}

/** `http: panic serving 10.0.0.7:51234: index out of range`: a server that lives on logs the panic itself, and the stack shows that there was one. */
function recovered(lines: readonly TextLine[], goroutineAt: number, frames: readonly Frame[]): string | null {
  if (!frames.some((frame) => frame.function === "panic" && frame.module === null)) return null;
  const line = lines[goroutineAt - 1]?.text ?? "";
  return /panic(?: serving \S+)?: (.+)$/.exec(line)?.[1] ?? line;
}

function panicMessage(lines: readonly TextLine[], panicAt: number, goroutineAt: number): string {
  const words = lines
    .slice(panicAt, Math.min(goroutineAt, panicAt + messageLinesMax))
    .map((line) => line.text.trim())
    .filter((line) => line !== "" && !line.startsWith("[signal "));
  return (words[0] ?? "").replace(/^(?:panic|fatal error): /, "").concat(...words.slice(1).map((word) => `\n${word}`));
}
