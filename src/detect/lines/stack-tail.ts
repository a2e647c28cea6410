import type { LineReading } from "./line-reading.ts";
import { readFields } from "./read-fields.ts";

const triesMax = 10;

/**
 * An error in JSON behind a text, `could not pay {"code":7,"stack":"…"}`, as winston's simple format and Lambda's runtime write it: its stack, type and message
 * become the entry's, and what stands in front its message.
 */
export function takeStackTail(reading: LineReading, text: string): void {
  if (text.charCodeAt(text.length - 1) !== 125 || !/"(?:stack|trace)/.test(text)) return;
  let at = text.indexOf("{", reading.messageAt);
  for (let tries = 0; at !== -1 && tries < triesMax; tries++) {
    const fields = parsed(text.slice(at));
    if (fields !== null) {
      const inner = readFields(fields, "json");
      if (inner.stack === null && inner.errorFields === null) return;
      reading.stack = inner.stack;
      reading.errorType = inner.errorType;
      reading.errorMessage = inner.errorMessage;
      reading.errorFields = inner.errorFields;
      reading.message = text.slice(reading.messageAt, at).trim();
      return;
    }
    at = text.indexOf("{", at + 1);
  }
}

function parsed(text: string): Readonly<Record<string, unknown>> | null {
  try {
    return JSON.parse(text) as Readonly<Record<string, unknown>>;
  } catch {
    return null;
  }
}
