import type { Exception, Frame } from "../../domain/error-entry.ts";
import { linesOf, type TextLine } from "../lines/text-lines.ts";
import type { OwnJudge } from "./own-frame.ts";
import { exceptionsMax, framesMax, type ParsedTrace } from "./parsed-trace.ts";

/** `\t/app/store.go:12 +0x1f` below a function's name; of a stack overflow with registers behind it. */
const place =
  /^\s+(\S.{0,500}?\.(?:go|s|c)):(\d{1,9})(?: \+0x[0-9a-f]{1,16})?(?: fp=0x\S{1,20} sp=0x\S{1,20} pc=0x\S{1,20})?\s*$/;
/** gin's recovery and go-errors print the place above the function, and the source line behind its name. */
const placeAbove = /^(\S.{0,500}?\.(?:go|s|c)):(\d{1,9}) \(0x[0-9a-f]{1,16}\)\s*$/;
const messageLinesMax = 20;

/**
 * Go prints a function in one line and its place, indented, in the next: a panic's running goroutine, `debug.Stack()`, zap's `stacktrace`, and `%+v` of
 * pkg/errors (the root first, each wrapper's message and stack after it), xerrors and cockroachdb/errors (the outermost first).
 */
export function parseGoStack(text: string, messageAt: number, isOwn: OwnJudge): ParsedTrace | null {
  const lines = linesOf(withoutBars(text));
  const firstFrame = lines.findIndex((_line, index) => frameLinesAt(lines, index) > 0);
  if (firstFrame === -1) return null;
  const panicAt = lines.findIndex((line) => panicStart.test(line.text));
  const goroutineAt = lines.findIndex((line) => goroutineStart.test(line.text));
  if (goroutineAt !== -1 && (goroutineAt < firstFrame || (panicAt !== -1 && panicAt < firstFrame))) {
    return parseGoroutine(lines, panicAt < goroutineAt ? panicAt : -1, goroutineAt, messageAt, isOwn);
  }
  return parseWrapped(lines, firstFrame, messageAt, isOwn);
}

const panicStart = /^(?:panic|fatal error): /;
const goroutineStart = /^\s{0,8}goroutine \d+ (?:gp=\S+ m=\S+ (?:mp=\S+ )?)?\[/;

/** cockroachdb/errors draws a bar in front of each line of a stack. */
function withoutBars(text: string): string {
  return text.includes("\n  | ") ? text.replace(/^ {2}\| ?/gm, "") : text;
}

/** The goroutine that failed is printed first. Where one panic came of another, its frames stand in front of those of the one before it. */
function parseGoroutine(
  lines: readonly TextLine[],
  panicAt: number,
  goroutineAt: number,
  messageAt: number,
  isOwn: OwnJudge,
): ParsedTrace {
  const { frames } = readFrames(lines, goroutineAt + 1, isOwn);
  if (panicAt === -1) {
    const message = recovered(lines, goroutineAt, messageAt, frames);
    const type = message === null && !frames.some(isPanic) ? null : "panic";
    return { exceptions: [{ type, message, frames }], startsAt: lines[goroutineAt]?.at ?? 0 };
  }
  const startsAt = lines[panicAt]?.at ?? 0;
  const messages = panicMessages(lines, panicAt, goroutineAt);
  if (messages.length === 0 || lines[panicAt]?.text.startsWith("fatal") === true) {
    const message = lines[panicAt]?.text.replace(/^[a-z ]{5,12}: /, "") ?? null;
    return { exceptions: [{ type: "fatal error", message, frames }], startsAt };
  }
  const parts = splitAtPanics(frames, messages.length);
  const exceptions = messages
    .reverse()
    .map((message, index) => ({ type: "panic", message, frames: parts[index] ?? [] }));
  return { exceptions: exceptions.slice(0, exceptionsMax), startsAt };
}

/** Each panic's own frames, the newest first. */
function splitAtPanics(frames: readonly Frame[], count: number): readonly (readonly Frame[])[] {
  const parts: Frame[][] = [[]];
  for (const frame of frames) {
    if (isPanic(frame) && parts.length < count) parts.push([]);
    else parts.at(-1)?.push(frame);
  }
  return parts;
}

function isPanic(frame: Frame): boolean {
  return frame.function === "panic" && frame.module === null;
}

/** `panic: one [recovered]`, below it, indented, those that came of it; the oldest first. */
function panicMessages(lines: readonly TextLine[], panicAt: number, goroutineAt: number): string[] {
  const messages: string[] = [];
  for (const { text } of lines.slice(panicAt, Math.min(goroutineAt, panicAt + messageLinesMax))) {
    const found = /^\s{0,8}panic: /.exec(text);
    if (found !== null) messages.push(text.slice(found[0].length));
    else if (text.startsWith("[signal ") || /^\[?(?:goroutine \d+ )?\[?recovered\]?$/.test(text)) continue;
    else if (text.trim() !== "" && messages.length > 0) messages.push(`${messages.pop()}\n${text}`);
  }
  return messages.map((message) => message.replace(/ \[recovered(?:, repanicked)?\]$/, "").trimEnd());
}

/** `http: panic serving 10.0.0.7:51234: index out of range`: a server that lives on logs the panic itself, and the stack shows that there was one. */
function recovered(
  lines: readonly TextLine[],
  goroutineAt: number,
  messageAt: number,
  frames: readonly Frame[],
): string | null {
  if (goroutineAt === 0 || !frames.some(isPanic)) return null;
  const above = lines.slice(Math.max(0, goroutineAt - messageLinesMax), goroutineAt);
  while (above.at(-1)?.text.trim() === "") above.pop();
  const words = above.map(({ text, at }) => text.slice(Math.max(0, Math.min(messageAt - at, text.length)))).join("\n");
  const said = words.trim().slice(0, messageLengthMax);
  return said === "" ? null : said.slice(panicIn.exec(said)?.[0].length ?? 0);
}

const messageLengthMax = 8192;
/** Up to the words behind it. */
const panicIn = /^(?:.{0,300}?[\s\]])??(?:[Pp]anic|PANIC)(?: serving \S{1,100}| recovered| RECOVER\])?:?\s{1,8}/s;

/** Blocks of message and frames. pkg/errors prints the root cause first, xerrors and cockroachdb/errors the outermost. */
function parseWrapped(lines: readonly TextLine[], firstFrame: number, messageAt: number, isOwn: OwnJudge): ParsedTrace {
  const exceptions: Exception[] = [];
  const above = lines[firstFrame - 1];
  // The root's message stands above its frames: in the whole text of an entry that is the log message itself.
  let message = above === undefined ? null : (above.text.slice(Math.max(0, messageAt - above.at)) || above.text).trim();
  const isOutermostFirst = /^(?: {2}- |Wraps: \(\d)/m.test(
    lines
      .slice(firstFrame, firstFrame + 400)
      .map(({ text }) => text)
      .join("\n"),
  );
  let at = firstFrame;
  while (at < lines.length && exceptions.length < exceptionsMax) {
    const { frames, end } = readFrames(lines, at, isOwn);
    exceptions.push({ ...headOf(message), frames });
    const words: string[] = [];
    at = end;
    while (at < lines.length && frameLinesAt(lines, at) === 0) {
      const { text } = lines[at] ?? { text: "" };
      if (words.length < messageLinesMax && !noMessage.test(text)) words.push(text);
      at++;
    }
    message = words.join("\n").trim().replace(/^- /, "").replace(/:$/, "");
  }
  if (!isOutermostFirst) exceptions.reverse();
  // Above it may stand the message of an error without a stack, which the first one wraps.
  const isWrapper = above !== undefined && above.at > messageAt && (lines[0]?.text ?? "") !== above.text;
  return { exceptions, startsAt: (isWrapper ? above : lines[firstFrame])?.at ?? 0 };
}

const noMessage =
  /^(?:\(\d+\) attached stack trace|\s*-- stack trace:|Wraps: \(\d+\) attached|Error types: |\[\.\.\.repeated)/;

/** go-errors' ErrorStack begins with the type: `*errors.errorString no such plan`. */
function headOf(message: string | null): { readonly type: string | null; readonly message: string | null } {
  if (message === null || message === "") return { type: null, message: null };
  const typed = /^(\*[\w/.-]{1,100}\.\w{1,80}) (.+)$/.exec(message);
  return { type: typed?.[1] ?? null, message: typed?.[2] ?? message };
}

function readFrames(
  lines: readonly TextLine[],
  from: number,
  isOwn: OwnJudge,
): { readonly frames: readonly Frame[]; readonly end: number } {
  const frames: Frame[] = [];
  let at = from;
  for (let count = frameLinesAt(lines, at); count > 0; count = frameLinesAt(lines, at)) {
    const name = lines[at]?.text ?? "";
    const below = lines[at + 1]?.text ?? "";
    at += count;
    if (count === 1 || name.startsWith("created by ") || frames.length >= framesMax) continue;
    const found = place.exec(below);
    if (found !== null) frames.push(frameOf(withoutArguments(name.trim()), found, isOwn));
    const foundAbove = found === null ? placeAbove.exec(name) : null;
    if (foundAbove !== null) frames.push(frameOf(below.trim().split(": ", 1)[0] ?? "", foundAbove, isOwn));
  }
  return { frames, end: at };
}

/** How many lines a frame takes: 2, or 1 for a note on frames that were left out; 0 where none begins. */
function frameLinesAt(lines: readonly TextLine[], at: number): 0 | 1 | 2 {
  const name = lines[at]?.text;
  const next = lines[at + 1]?.text;
  if (name === undefined || name === "") return 0;
  if (/^(?:\.\.\.(?:additional|\d+) frames elided|\.{3}\d+ frames)/.test(name)) return 1;
  if (next === undefined) return 0;
  const first = next.charCodeAt(0);
  if (first !== 9 && first !== 32) return 0;
  if (/^(?: {4})?[\w*(]/.test(name) && /\.(?:go|s|c):\d/.test(next) && place.test(next)) return 2;
  return /\.(?:go|s|c):\d/.test(name) && placeAbove.test(name) && /^\t\S/.test(next) ? 2 : 0;
}

function frameOf(name: string, found: RegExpExecArray, isOwn: OwnJudge): Frame {
  const slash = name.lastIndexOf("/", name.search(/[([]|$/));
  const dot = name.indexOf(".", slash + 1);
  const module = dot <= 0 ? null : name.slice(0, dot).replaceAll("%2e", ".");
  const file = found[1] ?? "";
  return {
    function: dot <= 0 ? name : name.slice(dot + 1),
    module,
    file,
    line: Number(found[2]),
    column: null,
    isOwn: !(module === null && name === "panic") && isOwn("go", module, file),
  };
}

/** `main.(*Store).Get(0xc0, {0x1, 0x2})` without what is in the last brackets. */
function withoutArguments(line: string): string {
  if (!line.endsWith(")")) return line;
  let depth = 0;
  for (let at = line.length - 1; at > 0; at--) {
    const code = line.charCodeAt(at);
    if (code === 41) depth++;
    if (code === 40 && --depth === 0) return line.slice(0, at);
  }
  return line;
}
