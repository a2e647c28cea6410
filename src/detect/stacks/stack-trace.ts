import { parseAtStack } from "./at-stack.ts";
import { parseGoStack } from "./go-stack.ts";
import type { OwnJudge } from "./own-frame.ts";
import type { ParsedTrace } from "./parsed-trace.ts";
import { parsePythonStack } from "./python-stack.ts";

/**
 * The stack trace in a text, whatever its language; null where there is none.
 * @param messageAt where the log message begins; what is before it is the logger's header
 */
export function parseStackTrace(text: string, messageAt: number, isOwn: OwnJudge): ParsedTrace | null {
  switch (familyOf(text)) {
    case "at":
      return parseAtStack(text, messageAt, isOwn);
    case "python":
      return parsePythonStack(text, isOwn);
    case "go":
      return parseGoStack(text, isOwn);
    case null:
      return null;
  }
}

type Family = "at" | "python" | "go" | null;

const traceback = "Traceback (most recent call last):";
const goPlace = /\.(?:go|s):\d/;

/** Which family a stack trace is of, by the first line that no other has. */
function familyOf(text: string): Family {
  let at = 0;
  while (at < text.length) {
    const lineBreak = text.indexOf("\n", at);
    const end = lineBreak === -1 ? text.length : lineBreak;
    const family = familyOfLine(text, at, end);
    if (family !== null) return family;
    at = end + 1;
  }
  return null;
}

function familyOfLine(text: string, at: number, end: number): Family {
  let content = at;
  while (content < end && (text.charCodeAt(content) === 32 || text.charCodeAt(content) === 9)) content++;
  if (content > at) {
    if (text.startsWith("at ", content)) return "at";
    if (text.startsWith('File "', content)) return "python";
    // A place in Go is in a line of its own; lines that long are none.
    if (end - at < 1000 && goPlace.test(text.slice(content, end))) return "go";
  }
  if (text.startsWith(traceback, content)) return "python";
  // Behind the message in the line that the logger began.
  return at === 0 && text.slice(0, end).includes(traceback) ? "python" : null;
}

/** Text that some loggers escape a second time: `\\n\\tat`. */
export function unescapedStack(text: string): string {
  return text.includes("\n") || !/\\n(?:\\t|[ \t])*(?:at |File )/.test(text)
    ? text
    : text.replaceAll("\\n", "\n").replaceAll("\\t", "\t");
}
