import { parseDartStack } from "./dart-stack.ts";
import { parseDotnetStack } from "./dotnet-stack.ts";
import { parseElixirStack } from "./elixir-stack.ts";
import { parseErlangStack } from "./erlang-stack.ts";
import { frameFamilyOf, type StackFamily } from "./frame-line.ts";
import { parseGoStack } from "./go-stack.ts";
import { parseBareException } from "./java-header.ts";
import { parseJvmCrash } from "./jvm-crash.ts";
import { parseJvmTrace } from "./jvm-trace.ts";
import { parseNativeStack } from "./native-stack.ts";
import { parseNodeCrash } from "./node-crash.ts";
import type { OwnJudge } from "./own-frame.ts";
import type { ParsedTrace } from "./parsed-trace.ts";
import { parsePhpStack } from "./php-stack.ts";
import { parsePythonStack } from "./python-stack.ts";
import { parseRubyStack } from "./ruby-stack.ts";
import { parseRuntimeNote } from "./runtime-note.ts";
import { parseRustStack } from "./rust-stack.ts";
import { parseScriptStack } from "./script-stack.ts";

type Parse = (text: string, messageAt: number, isOwn: OwnJudge) => ParsedTrace | null;

const parsers: Readonly<Record<StackFamily, Parse>> = {
  at: parseJvmTrace,
  script: (text, messageAt, isOwn) => parseScriptStack(text, messageAt, isOwn, "v8"),
  gecko: (text, messageAt, isOwn) => parseScriptStack(text, messageAt, isOwn, "gecko"),
  python: (text, _messageAt, isOwn) => parsePythonStack(text, isOwn),
  go: parseGoStack,
  dotnet: parseDotnetStack,
  ruby: parseRubyStack,
  php: parsePhpStack,
  rust: parseRustStack,
  native: parseNativeStack,
  dart: parseDartStack,
  beam: (text, messageAt, isOwn) =>
    parseElixirStack(text, messageAt, isOwn) ?? parseErlangStack(text, messageAt, isOwn),
};

/**
 * The stack trace in a text, whatever its language; null where there is none.
 * @param messageAt where the log message begins; what is before it is the logger's header
 */
export function parseStackTrace(text: string, messageAt: number, isOwn: OwnJudge): ParsedTrace | null {
  for (const family of familiesOf(text)) {
    const trace = parsers[family](text, messageAt, isOwn);
    if (trace !== null) return trace;
  }
  return (
    parseNodeCrash(text, isOwn) ??
    parseRuntimeNote(text, messageAt, isOwn) ??
    parseBareException(text, messageAt) ??
    parseJvmCrash(text)
  );
}

/** So many lines that no other language has settle it. */
const settledAt = 4;
const linesMax = 5000;
const traceback = "Traceback (most recent call last):";

/** The languages whose frames the text has, most frames first: a message may quote a frame of another one. */
function familiesOf(text: string): readonly StackFamily[] {
  let only: StackFamily | null = null;
  let votes: Map<StackFamily, number> | null = null;
  let count = 0;
  let lines = 0;
  for (let at = 0; at < text.length && lines < linesMax; lines++) {
    const lineBreak = text.indexOf("\n", at);
    const end = lineBreak === -1 ? text.length : lineBreak;
    const family = frameFamilyOf(text, at, end) ?? (lines === 0 ? familyInside(text, end) : null);
    at = end + 1;
    if (family === null) continue;
    if (only === null) only = family;
    if (family === only && votes === null) {
      if (++count >= settledAt) return [only];
      continue;
    }
    votes ??= new Map([[only, count]]);
    const given = (votes.get(family) ?? 0) + 1;
    votes.set(family, given);
    if (given >= settledAt) break;
  }
  if (votes === null) return only === null ? [] : [only];
  return [...votes].sort(([, a], [, b]) => b - a).map(([family]) => family);
}

/** Behind the message in the line that the logger began; of .NET the whole stack trace may stand there. */
function familyInside(text: string, end: number): StackFamily | null {
  const line = text.slice(0, end);
  if (line.includes(traceback)) return "python";
  if (isErlangTerm(line)) return "beam";
  const frame = line.indexOf("   at ");
  return frame > 0 && frameFamilyOf(text, frame, end) === "dotnet" ? "dotnet" : null;
}

function isErlangTerm(line: string): boolean {
  return line.includes("{file,") && /\{file,\s?"[^"]{1,400}"\}/.test(line);
}

const escapedBreak = /\\n/;
const escapedMax = 3;

/** Text that some loggers escape a second time, or a third: `\\n\\tat`. */
export function unescapedStack(text: string): string {
  let plain = text.includes("\r\n") || text.includes("\u2028") ? text.replace(/\u2028|\r\n/g, "\n") : text;
  for (let times = 0; times < escapedMax && !plain.includes("\n") && escapedBreak.test(plain); times++) {
    plain = plain.replace(/\\([\\nrt"])/g, (_all, letter: string) => unescaped[letter] ?? letter);
  }
  return plain.includes("\n") && (familiesOf(plain).length > 0 || /\nCaused by:|' panicked at /.test(plain))
    ? plain
    : text;
}

const unescaped: Readonly<Record<string, string>> = { n: "\n", r: "", t: "\t" };
