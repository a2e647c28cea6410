import type { Level } from "../../domain/error-entry.ts";
import type { SpanId, TraceId } from "../../domain/names.ts";

/** Fields of a structured log entry. */
export type Fields = Readonly<Record<string, unknown>>;

/**
 * How sure a level is: stands where loggers put it, leads a line that has no other header (`error: …`), could be an ordinary word of the message, or was
 * guessed by Loki from the text.
 */
export type LevelTrust = "stated" | "leading" | "word" | "guessed";

/** What one log entry's text says by itself, before labels and the service map are asked. */
export interface LineReading {
  format: "json" | "logfmt" | "text";
  /** What was read: the line without what runtimes and shippers put around it. */
  text: string;
  /** What was put around it, for people; null where nothing was. */
  wrapping: string | null;
  /** The runtime cut the line, and what comes next goes on with it. */
  isPart: boolean;
  level: Level | null;
  levelTrust: LevelTrust;
  /** Name of the field that had the level; null in text. */
  levelField: string | null;
  message: string;
  traceId: TraceId | null;
  spanId: SpanId | null;
  /** Name of the field that had the trace id; null in text. */
  traceField: string | null;
  /** For the service: looked up by name only where the labels do not tell it. Null in text. */
  fields: Fields | null;
  /** The service map's format that it was read by, `formats[0]`; null for one that everybody writes. */
  privateFormat: string | null;
  /** A service that a text's header names, as Spring Boot's `--- [app]` does. */
  serviceInText: string | null;
  /** Text that should hold a stack trace. */
  stack: string | null;
  /** Where in `stack` the message may stand before the trace: of a text entry the whole text is the stack. */
  isStackWholeText: boolean;
  /** Whether a text begins with a time, as a logger's line does. */
  hasTimestamp: boolean;
  /** Where the message begins in the whole text. */
  messageAt: number;
  errorType: string | null;
  errorMessage: string | null;
  /** An error as an object: frames as a list, causes nested. */
  errorFields: unknown;
}

export function emptyReading(format: LineReading["format"]): LineReading {
  return {
    format,
    text: "",
    wrapping: null,
    isPart: false,
    level: null,
    levelTrust: "stated",
    levelField: null,
    message: "",
    traceId: null,
    spanId: null,
    traceField: null,
    fields: null,
    privateFormat: null,
    serviceInText: null,
    stack: null,
    isStackWholeText: false,
    hasTimestamp: false,
    messageAt: 0,
    errorType: null,
    errorMessage: null,
    errorFields: null,
  };
}
