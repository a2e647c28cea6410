import { showHidden } from "./markdown/hidden-characters.ts";
import { redact } from "./redact.ts";
import { redactPart } from "./redact-part.ts";
import type { Redacted } from "./text.ts";

const lengthMax = 200;
/** Private and unassigned characters: every font shows something else, or nothing. */
const unnamed = /\p{C}/gu;

/** A name that a stranger chose (a service in a label, a function in a frame), as it may be kept and printed: past the gate, in one line, with nothing hidden in it. */
export function plainName(name: string): Redacted {
  const shown = showHidden(redactPart(name, lengthMax)).replaceAll(/\s+/g, " ").replaceAll(unnamed, "\ufffd");
  return redact(shown.length <= lengthMax ? shown : `${shown.slice(0, lengthMax - 1)}…`);
}
