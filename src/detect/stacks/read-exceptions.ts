import type { Exception } from "../../domain/error-entry.ts";
import { preamble } from "../lines/line-kind.ts";
import type { LineReading } from "../lines/line-reading.ts";
import { withoutTail } from "../lines/message-tail.ts";
import { asText, isFields } from "../lines/read-fields.ts";
import { withoutColours } from "../lines/read-line.ts";
import { parseBareException } from "./java-header.ts";
import { parseLoneError, parseLoneErrorBelow } from "./lone-error.ts";
import type { OwnJudge } from "./own-frame.ts";
import { exceptionsMax, type ParsedTrace } from "./parsed-trace.ts";
import { parseRuntimeNote } from "./runtime-note.ts";
import { parseStackTrace, unescapedStack } from "./stack-trace.ts";
import { readStructuredExceptions } from "./structured-exception.ts";

/** What an entry says, and what was thrown. */
export interface MessageAndExceptions {
  /** Without the stack trace; the outermost exception's first line where the logger wrote nothing else. */
  readonly message: string;
  readonly exceptions: readonly Exception[];
}

const noExceptions: readonly Exception[] = [];

/** @param text all lines of the entry · @param others structured metadata and labels, where OpenTelemetry's exceptions stand */
export function readExceptions(
  reading: LineReading,
  text: string,
  others: readonly LineReading[],
  isOwn: OwnJudge,
): MessageAndExceptions {
  return reading.isStackWholeText ? readText(reading, text, others, isOwn) : readFields(reading, others, isOwn);
}

function readText(
  reading: LineReading,
  text: string,
  others: readonly LineReading[],
  isOwn: OwnJudge,
): MessageAndExceptions {
  const { messageAt } = reading;
  const trace = parseStackTrace(text, messageAt, isOwn) ?? parseLoneErrorBelow(text, messageAt);
  const header = text.slice(0, messageAt);
  if (trace === null) {
    return { exceptions: otelExceptions(others, isOwn), message: withoutTail(reading.message.trim(), header) };
  }
  const before = withoutTail(withoutArrow(wordsBefore(text, messageAt, trace.startsAt)), header);
  // What Node prints above an uncaught error: where it was thrown, and that line of the source.
  const message =
    noMessage.test(before.split("\n", 1)[0] ?? "") || preamble.test(before.split("\n", 1)[0] ?? "") ? "" : before;
  return { exceptions: trace.exceptions, message: message === "" ? headline(trace.exceptions) : message };
}

/** Node puts the place, the line of the source and a caret in front of some errors: `could not load /app/rules.js:1`. */
function withoutArrow(words: string): string {
  if (!words.endsWith("^")) return words;
  return withoutJoint(words.replace(/(?:^|\s)\S{1,300}:\d{1,9}\n[^\n]{0,2000}\n[ \t]{0,2000}\^+$/, "").trim());
}

/** `12 |   throw new Error("x");`, which Bun prints above an error, and the process in front of Node's warnings. */
const noMessage = /^\s{0,8}\d{1,7} \| |^\(node:\d{1,10}\)$/;

function readFields(reading: LineReading, others: readonly LineReading[], isOwn: OwnJudge): MessageAndExceptions {
  const stack = reading.stack === null ? null : unescapedStack(withoutColours(reading.stack));
  let trace: ParsedTrace | null = stack === null ? null : (parseStackTrace(stack, 0, isOwn) ?? parseLoneError(stack));
  let message = reading.message;
  if (trace === null) {
    const inMessage = traceInMessage(reading, isOwn);
    trace = inMessage.trace;
    message = inMessage.message;
  }
  let exceptions: readonly Exception[] = [
    ...(trace?.exceptions ?? noExceptions),
    ...membersOf(reading.errorFields, isOwn),
    ...causesOf(trace, reading.errorFields, isOwn),
  ];
  if (exceptions.length === 0 && reading.errorFields !== null) {
    exceptions = readStructuredExceptions(reading.errorFields, isOwn);
  }
  exceptions = completed(exceptions, reading.errorType, reading.errorMessage, message);
  if (exceptions.length === 0 && reading.errorMessage !== null) {
    exceptions = parseRuntimeNote(reading.errorMessage, 0, isOwn)?.exceptions ?? noExceptions;
  }
  if (exceptions.length === 0) exceptions = otelExceptions(others, isOwn);
  message = withoutColours(message).trim();
  if (reading.format === "text") message = withoutTail(message, reading.text.slice(0, reading.messageAt));
  if (message === "") message = headline(exceptions);
  return { exceptions, message: message === "" ? (reading.errorMessage ?? reading.text).trim() : message };
}

/** A stack trace that is part of the message, its line breaks written out perhaps; in text also an exception's first line that stands alone. */
function traceInMessage(reading: LineReading, isOwn: OwnJudge): { trace: ParsedTrace | null; message: string } {
  const message = unescapedStack(reading.message);
  // .NET writes a stack trace into one line where it must.
  if (message.includes("\n") || / {4}at \S/.test(message)) {
    const trace = parseStackTrace(message, 0, isOwn);
    if (trace !== null) return { trace, message: wordsBefore(message, 0, trace.startsAt) };
  }
  const note = reading.format === "text" ? parseRuntimeNote(reading.text, reading.messageAt, isOwn) : null;
  if (note !== null)
    return { trace: note, message: reading.text.slice(reading.messageAt, Math.max(note.startsAt, reading.messageAt)) };
  const isAlone = reading.format === "text" && reading.messageAt === 0;
  return { trace: isAlone ? parseBareException(reading.text, 0) : null, message: reading.message };
}

/** pino's `aggregateErrors`: what an AggregateError holds, each with a stack of its own. */
function membersOf(error: unknown, isOwn: OwnJudge): readonly Exception[] {
  const members = isFields(error) ? error["aggregateErrors"] : null;
  if (!Array.isArray(members)) return noExceptions;
  return members.slice(0, exceptionsMax).flatMap((member: unknown) => {
    const stack = isFields(member) ? asText(member["stack"]) : null;
    return stack === null ? [] : ((parseStackTrace(stack, 0, isOwn) ?? parseLoneError(stack))?.exceptions ?? []);
  });
}

/** Causes as objects with a stack each, beside an error whose own stack leaves them out. */
function causesOf(trace: ParsedTrace | null, error: unknown, isOwn: OwnJudge): readonly Exception[] {
  if (trace === null || trace.exceptions.length !== 1) return noExceptions;
  const causes: Exception[] = [];
  let cause = isFields(error) ? error["cause"] : null;
  while (isFields(cause) && causes.length < exceptionsMax) {
    const stack = asText(cause["stack"]);
    const read = stack === null ? null : (parseStackTrace(stack, 0, isOwn) ?? parseLoneError(stack));
    causes.push(...(read?.exceptions ?? noExceptions));
    cause = cause["cause"];
  }
  return causes;
}

/** The message in front of a stack trace. In one line, `could not price order 17: java.lang.…`, the colon that joins them belongs to neither. */
function wordsBefore(text: string, from: number, at: number): string {
  const words = at > from ? text.slice(from, at).trim() : "";
  const line = at > 0 ? text.slice(text.lastIndexOf("\n", at - 1) + 1, at) : "";
  return line.trim() === "" ? words : withoutJoint(words);
}

function withoutJoint(words: string): string {
  return words.replace(/\s{0,10}:$|\s{1,10}[-–|]$/, "");
}

/** `exception_type`, `exception_message`, `exception_stacktrace` of an OpenTelemetry log record, as Loki's OTLP endpoint stores them. */
function otelExceptions(others: readonly LineReading[], isOwn: OwnJudge): readonly Exception[] {
  for (const from of others) {
    if (from.stack === null && from.errorType === null) continue;
    const trace = from.stack === null ? null : parseStackTrace(unescapedStack(from.stack), 0, isOwn);
    const exceptions = completed(trace?.exceptions ?? noExceptions, from.errorType, from.errorMessage, "");
    if (exceptions.length > 0) return exceptions;
  }
  return noExceptions;
}

/** `"exception": "java.io.IOException: closed"`: all that was thrown, in one field. */
function namedIn(message: string | null): readonly Exception[] {
  const bare = message === null ? null : parseBareException(message, 0);
  return bare?.startsAt === 0 ? bare.exceptions : noExceptions;
}

/** Type and message that stand in fields of their own, where the stack trace's text lacks them. */
function completed(
  exceptions: readonly Exception[],
  type: string | null,
  message: string | null,
  logMessage: string,
): readonly Exception[] {
  const first = exceptions[0];
  if (first === undefined) return type === null ? namedIn(message) : [{ type, message, frames: [] }];
  // A class that sets no name of its own is an Error in its stack, and called by its name beside it.
  const isUnnamed = first.type === "Error" && type !== null && /^[A-Z]\w{2,100}$/.test(type) && type !== "Object";
  if (first.type !== null && first.message !== null && !isUnnamed) return exceptions;
  // A goroutine's stack logged with the panic's words as the message.
  const isPanic = first.type === null && type === null && logMessage.startsWith("panic: ");
  const known: Exception = {
    type: (isUnnamed ? type : first.type) ?? type ?? (isPanic ? "panic" : null),
    message: first.message ?? message ?? (isPanic ? logMessage.slice(7) : null),
    frames: first.frames,
  };
  return [known, ...exceptions.slice(1)];
}

function headline(exceptions: readonly Exception[]): string {
  const first = exceptions[0];
  return [first?.type, first?.message].filter((part) => part !== null && part !== undefined).join(": ");
}
