import type { ParsedTrace } from "./parsed-trace.ts";
import { scriptHeaderAt } from "./script-header.ts";

const messageLengthMax = 8192;

/** `AggregateError: all promises were rejected` alone: a stack trace of which only the first line is there. */
export function parseLoneError(text: string): ParsedTrace | null {
  const lineBreak = text.indexOf("\n");
  const header = scriptHeaderAt(lineBreak === -1 ? text : text.slice(0, lineBreak), 0);
  if (header === null || header.certainty !== "named") return null;
  const rest = lineBreak === -1 ? "" : text.slice(lineBreak, lineBreak + messageLengthMax);
  const message = `${header.message ?? ""}${rest}`.trim();
  return { exceptions: [{ type: header.type, message: message === "" ? null : message, frames: [] }], startsAt: 0 };
}

/** The same in the line below the logger's own. A bare `Error:` or a warning there may be any text. */
export function parseLoneErrorBelow(text: string, messageAt: number): ParsedTrace | null {
  const lineBreak = text.indexOf("\n", messageAt);
  if (lineBreak === -1) return null;
  const found = parseLoneError(text.slice(lineBreak + 1));
  const type = found?.exceptions[0]?.type ?? null;
  if (found === null || type === null || type === "Error" || type.endsWith("Warning")) return null;
  return { exceptions: found.exceptions, startsAt: lineBreak + 1 };
}
