import type { Exception } from "../../domain/error-entry.ts";

/** Frames of one exception that are kept: as many as the JVM writes of a stack overflow, of which others write thousands. */
export const framesMax = 1_100;
/** Exceptions of one chain that are kept. */
export const exceptionsMax = 30;

/** A stack trace found in a text. */
export interface ParsedTrace {
  /** Outermost first. */
  readonly exceptions: readonly Exception[];
  /** Where the trace begins in the text; what stands before it is the message. */
  readonly startsAt: number;
}
