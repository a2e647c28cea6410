import { preamble } from "../lines/line-kind.ts";
import type { OwnJudge } from "./own-frame.ts";
import type { ParsedTrace } from "./parsed-trace.ts";
import { scriptModuleOf, scriptPathOf } from "./script-place.ts";

const linesMax = 40;
const messageLengthMax = 8192;

/**
 * What Node prints of a thrown value that is no error: the place, its line of source with a caret below, and the value; and what V8 prints when the memory is
 * full. Null for any other text; an error has a stack trace below.
 */
export function parseNodeCrash(text: string, isOwn: OwnJudge): ParsedTrace | null {
  const fatal = text.startsWith("<--- Last few GCs")
    ? /\n(?:FATAL ERROR|# Fatal error in): (.{1,500})/.exec(text)?.[1]
    : undefined;
  if (fatal !== undefined) return { exceptions: [{ type: "FATAL ERROR", message: fatal, frames: [] }], startsAt: 0 };
  const lines = text.slice(0, messageLengthMax).split("\n", linesMax);
  const place = lines[0] ?? "";
  if (!preamble.test(place)) return null;
  const caret = lines.findIndex((line) => /^\s*\^+\s*$/.test(line));
  if (caret < 1) return null;
  const said = lines.slice(caret + 1);
  const end = said.findIndex(
    (line, index) => /^(?:\(Use `node |Node\.js v\d|Thrown at:)/.test(line) || (line === "" && index > 0),
  );
  const message = said
    .slice(0, end === -1 ? said.length : end)
    .join("\n")
    .replace(/^Uncaught:?\s/, "")
    .trim();
  const colon = place.lastIndexOf(":");
  const file = scriptPathOf(place.slice(0, colon));
  const module = scriptModuleOf(file);
  const frame = { function: null, module, file, line: Number(place.slice(colon + 1)), column: null };
  return {
    exceptions: [
      {
        type: null,
        message: message === "" ? null : message,
        frames: [{ ...frame, isOwn: isOwn("node", module, file) }],
      },
    ],
    startsAt: 0,
  };
}
