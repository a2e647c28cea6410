import type { Frame } from "../../domain/error-entry.ts";
import type { OwnJudge } from "./own-frame.ts";
import { evaluatedAt, scriptModuleOf, scriptPathOf } from "./script-place.ts";

const lineLengthMax = 4000;
/** `https://…`, `/app/a.js`, `C:\a.js`, `a.js`; `[native code]` and `self-hosted` are the engine's own. */
const placeStart =
  /(?:[a-z][a-z0-9+.-]{1,30}:(?:\/\/|\/|[a-z(])|\/|[A-Za-z]:\\|self-hosted:|debugger eval code|<anonymous>|[\w.$/()[\]~-]{1,300}\.(?:[cm]?[jt]sx?|html?|vue|svelte)\b)/y;
const position = /:(\d{1,9})(?::(\d{1,9}))?$/;
const nativeCode = "[native code]";

/** Whether a line is laid out as SpiderMonkey and JavaScriptCore lay frames out: `total/<@https://shop.example/main.js:17:34`, `map@[native code]`. */
export function isBrowserFrame(text: string, from: number, end: number): boolean {
  const at = text.indexOf("@", from);
  if (at === -1 || at >= end || at - from > 300 || end - from > lineLengthMax) return false;
  if (text.startsWith(nativeCode, at + 1)) return at + 1 + nativeCode.length === end;
  placeStart.lastIndex = at + 1;
  return placeStart.test(text) && position.test(text.slice(at + 1, end)) && isName(text.slice(from, at));
}

/** Names have no blanks but behind a word of the engine's: `get rounded`, `global code`, `promise callback*load`. */
function isName(name: string): boolean {
  return !name.includes(" ") || /^(?:[\w. ]{1,40}\*)?(?:(?:async|get|set|global|module|eval) )?[^\s]*$/.test(name);
}

/** @param line as `isBrowserFrame` found it */
export function parseBrowserFrame(line: string, isOwn: OwnJudge): Frame {
  const at = line.indexOf("@");
  // What stands before a star is what started the function: `setTimeout handler*`, `async*`.
  const name = line
    .slice(0, at)
    .replace(/^[\w. ]{0,40}\*/, "")
    .replace(/^async /, "");
  const place = evaluatedAt(line.slice(at + 1));
  const found = position.exec(place);
  const file = found === null ? null : scriptPathOf(place.slice(0, found.index));
  const module = file === null ? null : scriptModuleOf(file);
  return {
    function: name === "" ? null : name,
    module,
    file,
    line: found?.[1] === undefined ? null : Number(found[1]),
    column: found?.[2] === undefined ? null : Number(found[2]),
    isOwn: isOwn("node", module, file),
  };
}
