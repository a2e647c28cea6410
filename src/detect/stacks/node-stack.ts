import type { Frame } from "../../domain/error-entry.ts";
import type { OwnJudge } from "./own-frame.ts";

/** `async Cart.add [as put] (/app/src/cart.ts:17:23)`, `file:///app/main.js:3:1`, `Promise.all (index 0)`, `eval (eval at …)`, as it stands behind `at `. */
export function parseNodeFrame(rest: string, isOwn: OwnJudge): Frame {
  const line = rest.endsWith(" {") ? rest.slice(0, -2) : rest.trimEnd();
  const text = line.startsWith("async ") ? line.slice(6) : line;
  const open = text.endsWith(")") ? openingOf(text) : -1;
  const place = parsePlace(open === -1 ? text : text.slice(open + 2, -1));
  const name = open === -1 ? (place === null ? text : "") : text.slice(0, open);
  const file = place?.file ?? null;
  const module = file === null ? null : moduleOf(file);
  return {
    function: name === "" || (name === "<anonymous>" && file === null) ? null : name,
    module,
    file,
    line: place?.line ?? null,
    column: place?.column ?? null,
    isOwn: isOwn("node", module, file),
  };
}

/** Of the bracket that the last one closes; an `eval at` has brackets inside. */
function openingOf(text: string): number {
  const evaluated = text.indexOf(" (eval at ");
  return evaluated === -1 ? text.lastIndexOf(" (") : evaluated;
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
    text.startsWith("index ")
  )
    return null;
  const columnAt = text.lastIndexOf(":");
  const lineAt = columnAt === -1 ? -1 : text.lastIndexOf(":", columnAt - 1);
  const column = parseNumber(text.slice(columnAt + 1));
  const line = lineAt === -1 ? null : parseNumber(text.slice(lineAt + 1, columnAt));
  if (column !== null && line !== null) return { file: pathOf(text.slice(0, lineAt)), line, column };
  if (column !== null && columnAt > 0) return { file: pathOf(text.slice(0, columnAt)), line: column, column: null };
  return text.includes("/") && !text.includes(" ") ? { file: pathOf(text), line: null, column: null } : null;
}

function pathOf(file: string): string {
  if (!file.startsWith("file://")) return file;
  const path = file.slice(7);
  return /^\/[A-Za-z]:\//.test(path) ? path.slice(1) : path;
}

/** The package of a library's file, the name of a file of Node's own; null for any other. */
function moduleOf(file: string): string | null {
  if (file.startsWith("node:")) return file;
  const at = file.lastIndexOf("node_modules/");
  if (at === -1) return null;
  const parts = file.slice(at + 13).split("/", 2);
  return parts[0]?.startsWith("@") === true && parts[1] !== undefined ? `${parts[0]}/${parts[1]}` : (parts[0] ?? null);
}

function parseNumber(text: string): number | null {
  return text.length > 0 && text.length < 10 && /^\d+$/.test(text) ? Number(text) : null;
}
