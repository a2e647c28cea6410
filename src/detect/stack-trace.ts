import { parseAtStack } from "./at-stack.ts";
import { parseGoStack } from "./go-stack.ts";
import type { OwnJudge } from "./own-frame.ts";
import type { ParsedTrace } from "./parsed-trace.ts";
import { parsePythonStack } from "./python-stack.ts";

const atFrame = /(?:^|\n)[ \t]+at \S/;
const goFrame = /\.(?:go|s):\d+/;

/**
 * The stack trace in a text, whatever its language; null where there is none.
 * @param messageAt where the log message begins; what is before it is the logger's header
 */
export function parseStackTrace(text: string, messageAt: number, isOwn: OwnJudge): ParsedTrace | null {
  if (text.includes("Traceback (most recent call last):")) return parsePythonStack(text, isOwn);
  if (text.includes("at ") && atFrame.test(text)) return parseAtStack(text, messageAt, isOwn);
  return text.includes(".go:") && text.includes("\n") && goFrame.test(text) ? parseGoStack(text, isOwn) : null;
}

/** Text that some loggers escape a second time: `\\n\\tat`. */
export function unescapedStack(text: string): string {
  return text.includes("\n") || !/\\n\s*(?:\\t|\s)*(?:at |File )/.test(text)
    ? text
    : text.replaceAll("\\n", "\n").replaceAll("\\t", "\t");
}
