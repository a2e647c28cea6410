import { parseExceptionHeader } from "../stacks/exception-header.ts";
import type { LineReading } from "./line-reading.ts";

/**
 * What one physical line may be in a stack trace that was shipped line by line.
 * start: a log entry of its own · preamble: `/app/main.js:3`, which Node prints above an uncaught error · exception: `Type: message`, as a trace's first or
 * Python's last line · uncaught: the same, said to be uncaught · traceback: Python's first line · panic: Go's first line · frame · cause: what links two
 * exceptions · goroutine · indented, blank, other: decided by what they follow.
 */
export type LineKind =
  | "start"
  | "preamble"
  | "exception"
  | "uncaught"
  | "traceback"
  | "panic"
  | "frame"
  | "cause"
  | "goroutine"
  | "second-line"
  | "indented"
  | "blank"
  | "other";

const headerLengthMax = 2000;
const goPlace = /^\s+\S.{0,500}?\.(?:go|s):\d{1,9}(?: \+0x[0-9a-f]+)?\s*$/;
export const preamble = /^(?:file:\/\/\/?|\/|node:|[A-Za-z]:\\)\S{1,500}:\d{1,9}$/;

export function kindOfLine(text: string, reading: LineReading): LineKind {
  if (reading.format !== "text" || text.charCodeAt(0) === 123) return "start";
  const first = text.charCodeAt(0);
  if (first === 32 || first === 9) return kindOfIndented(text, reading);
  if (text === "") return "blank";
  switch (first) {
    case 84: // T
      if (text.startsWith("Traceback (most recent call last):")) return "traceback";
      if (text.startsWith("The above exception was the direct cause")) return "cause";
      break;
    case 67: // C
      if (text.startsWith("Caused by: ")) return "cause";
      break;
    case 87: // W
      if (text.startsWith("Wrapped by: ")) return "cause";
      break;
    case 68: // D
      if (text.startsWith("During handling of the above exception")) return "cause";
      break;
    case 112: // p
      if (text.startsWith("panic: ")) return "panic";
      break;
    case 102: // f
      if (text.startsWith("fatal error: ")) return "panic";
      break;
    case 103: // g
      if (/^goroutine \d+ \[/.test(text)) return "goroutine";
      break;
    case 91: // [
      if (/^\[[A-Z]\w{0,80}Error: /.test(text)) return "exception";
      break;
    case 46: // .
      if (/^\.\.\. \d+ (?:more|common)/.test(text)) return "frame";
      break;
    case 83: // S
      if (/^(?:SEVERE): /.test(text)) return "second-line";
      break;
  }
  if (/^(?:WARNING|INFO|CONFIG|FINE): /.test(text)) return "second-line";
  const exception = kindOfException(text);
  if (exception !== null) return exception;
  if (text.includes("\n")) return "start";
  if (preamble.test(text)) return "preamble";
  return reading.hasTimestamp || (reading.level !== null && reading.levelTrust === "stated") ? "start" : "other";
}

function kindOfException(text: string): LineKind | null {
  const code = text.charCodeAt(0);
  if (!((code >= 65 && code <= 90) || (code >= 97 && code <= 122) || code === 95)) return null;
  const lineBreak = text.indexOf("\n");
  const line = text.slice(0, lineBreak === -1 ? headerLengthMax : Math.min(lineBreak, headerLengthMax));
  const parsed = parseExceptionHeader(line);
  if (parsed === null) return null;
  return line.startsWith(parsed.type) ? "exception" : "uncaught";
}

function kindOfIndented(text: string, reading: LineReading): LineKind {
  const content = text.trimStart();
  if (content === "") return "blank";
  if (content.startsWith("+ Exception Group Traceback")) return "traceback";
  if (
    content.startsWith("at ") ||
    content.startsWith('File "') ||
    /^\.\.\. \d+ (?:more|common)/.test(content) ||
    content.startsWith("Suppressed: ") ||
    content.startsWith("Caused by: ") ||
    content.startsWith("[cause]: ") ||
    goPlace.test(text)
  ) {
    return "frame";
  }
  // `%5p` right-aligns its levels; what stands further in is inside something.
  const isNearMargin = text.length - content.length <= 3 || reading.hasTimestamp;
  const isLogLine = reading.level !== null && reading.levelTrust === "stated" && kindOfException(content) === null;
  return isLogLine && isNearMargin ? "start" : "indented";
}

/** `main.(*Store).Get(0xc0)`, `created by main.main`, `[signal SIGSEGV …`, `main.load`: what Go prints between frames. */
export function isGoLine(text: string): boolean {
  return /^(?:[\w./%-]+\.[\w.()*[\]{}-]+(?:\(.*\))?|panic\(.*\)|created by .+|\[signal .+|exit status \d+)$/.test(
    text.slice(0, 1000),
  );
}

/** `KeyboardInterrupt`, `app.Problem: no such plan`: the last line of a traceback, whatever the class is called. */
export function mayEndTraceback(text: string): boolean {
  return /^[A-Za-z_][\w.]{0,200}(?::|$)/.test(text);
}
