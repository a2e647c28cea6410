import { parseElixirStack } from "./elixir-stack.ts";
import { parseErlangStack } from "./erlang-stack.ts";
import { parseNativeNote } from "./native-stack.ts";
import type { OwnJudge } from "./own-frame.ts";
import type { ParsedTrace } from "./parsed-trace.ts";
import { parsePhpObjects } from "./php-stack.ts";
import { parseRustStack } from "./rust-stack.ts";

type Note = (text: string, messageAt: number, isOwn: OwnJudge) => ParsedTrace | null;

const notes: readonly Note[] = [
  parsePhpObjects,
  parsePhpError,
  parseRustStack,
  parseElixirNote,
  parseErlangNote,
  parseNativeNote,
];

/** What a runtime says of a failure without a stack trace: type, message, and perhaps the one place where it happened. Null for any other text. */
export function parseRuntimeNote(text: string, messageAt: number, isOwn: OwnJudge): ParsedTrace | null {
  for (const note of notes) {
    const trace = note(text, messageAt, isOwn);
    if (trace !== null) return trace;
  }
  return null;
}

const phpError =
  /(?:PHP )?(Fatal error|Parse error|Recoverable fatal error|Core error|Compile error): {1,2}(?!Uncaught )(.{1,8000}?) in ((?:[A-Za-z]:)?[^\s:][^:\n]{0,400}?) on line (\d{1,9})\s*$/sy;
const phpErrorStart = /(?:PHP )?(?:Fatal|Parse|Recoverable fatal|Core|Compile) error: {1,2}(?!Uncaught )/;

/** `PHP Fatal error:  Allowed memory size … exhausted in /app/Cart.php on line 12`: what is no exception, and ends the script all the same. */
function parsePhpError(text: string, _messageAt: number, isOwn: OwnJudge): ParsedTrace | null {
  if (!text.includes(" on line ")) return null;
  phpError.lastIndex = Math.max(0, text.search(phpErrorStart));
  const found = phpError.exec(text);
  if (found === null) return null;
  const file = found[3] ?? "";
  const frame = {
    function: null,
    module: null,
    file,
    line: Number(found[4]),
    column: null,
    isOwn: isOwn("php", null, file),
  };
  return {
    exceptions: [{ type: found[1] ?? null, message: found[2] ?? null, frames: [frame] }],
    startsAt: found.index,
  };
}

function parseElixirNote(text: string, messageAt: number, isOwn: OwnJudge): ParsedTrace | null {
  return text.includes("** (") ? parseElixirStack(text, messageAt, isOwn) : null;
}

/** Erlang's logger puts a report into one line. */
function parseErlangNote(text: string, messageAt: number, isOwn: OwnJudge): ParsedTrace | null {
  return text.includes("{file,") ? parseErlangStack(text, messageAt, isOwn) : null;
}
