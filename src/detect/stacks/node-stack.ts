import type { Frame } from "../../domain/error-entry.ts";
import type { OwnJudge } from "./own-frame.ts";
import { evaluatedAt, scriptModuleOf, scriptPathOf } from "./script-place.ts";

/**
 * `async Cart.add [as put] (/app/src/cart.ts:17:23)`, `file:///app/main.js:3:1`, `Promise.all (index 0)`, `eval (eval at …)`, as it stands behind `at `.
 * @returns null for a line that was cut off in the middle, or is no frame
 */
export function parseNodeFrame(rest: string, isOwn: OwnJudge): Frame | null {
  const line = withoutEnd(rest);
  const text = line.startsWith("async ") ? line.slice(6) : line;
  const open = text.endsWith(")") ? text.indexOf(" (") : -1;
  // A bracket that is not closed: the rest was cut off. A path may have one inside.
  if (open === -1 && text.includes(" (") && !/^(?:\/|file:|[A-Za-z]:\\)/.test(text)) return null;
  const inside = evaluatedAt(open === -1 ? text : text.slice(open + 2, -1));
  const place = parsePlace(inside.startsWith("address at ") ? inside.slice(11) : inside);
  if (open === -1 && place?.line == null && !/^(?:native|<anonymous>|wasm\b.*)$/.test(text)) return null;
  const name = open === -1 ? "" : text.slice(0, open);
  const file = place?.file ?? null;
  const module = file === null ? null : scriptModuleOf(file);
  return {
    function: name === "" || name === "?" || (name === "<anonymous>" && file === null) ? null : name,
    module,
    file,
    line: place?.line ?? null,
    column: place?.column ?? null,
    isOwn: isOwn("node", module, file),
  };
}

/** Without what the printer of objects puts behind a frame: ` {` before further properties, `,` and `]` in a list. */
function withoutEnd(rest: string): string {
  const line = rest.trimEnd();
  const end = /[,\]} {'"`]{1,20}$/.exec(line);
  return end === null || end.index === 0 ? line : line.slice(0, end.index);
}

interface Place {
  readonly file: string;
  readonly line: number | null;
  readonly column: number | null;
}

function parsePlace(text: string): Place | null {
  if (
    text === "" ||
    text === "<anonymous>" ||
    text === "native" ||
    text.startsWith("eval at ") ||
    text.startsWith("index ") ||
    // Bun's loader: `loadAndEvaluateModule (2:1)`.
    /^\d{1,9}:\d{1,9}$/.test(text)
  )
    return null;
  const columnAt = text.lastIndexOf(":");
  const lineAt = columnAt === -1 ? -1 : text.lastIndexOf(":", columnAt - 1);
  const column = parseNumber(text.slice(columnAt + 1));
  const line = lineAt === -1 ? null : parseNumber(text.slice(lineAt + 1, columnAt));
  if (column !== null && line !== null) return { file: scriptPathOf(text.slice(0, lineAt)), line, column };
  if (column !== null && columnAt > 0)
    return { file: scriptPathOf(text.slice(0, columnAt)), line: column, column: null };
  return text.includes("/") && !text.includes(" ") ? { file: scriptPathOf(text), line: null, column: null } : null;
}

function parseNumber(text: string): number | null {
  return text.length > 0 && text.length < 10 && /^\d+$/.test(text) ? Number(text) : null;
}
