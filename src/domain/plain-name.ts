import { showHidden } from "./markdown/hidden-characters.ts";
import { redact } from "./redact.ts";
import { redactPart } from "./redact-part.ts";
import type { Redacted } from "./text.ts";

const lengthMax = 200;

/** A name that a stranger chose (a service in a label, a function in a frame), as it may be kept and printed: past the gate, in one line, with nothing hidden in it. */
export function plainName(name: string): Redacted {
  return redact(showHidden(redactPart(name, lengthMax)).replaceAll(/\s+/g, " "));
}
