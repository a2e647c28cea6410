import type { Frame } from "../../domain/error-entry.ts";
import type { OwnJudge } from "./own-frame.ts";

const nameLengthMax = 500;

const sourcePlace =
  /(?:[\w$-]{1,120}\.(?:java|kts?|scala|groovy|clj|cljc)(?::\d{1,7})?|Native Method|Unknown Source(?::\d{1,7})?|<generated>)\)/y;
const qualifiedName = /^(?:[\w.@-]{0,80}\/{1,2}){0,3}[A-Za-z_$][\w$]{0,100}(?:\.[A-Za-z_$<][^\s().]{0,150}){1,20}$/;

/**
 * Whether the JVM wrote the line: a dotted name, and in brackets right behind it a file, `Native Method`, `Unknown Source` or `<generated>`.
 * @param line from behind `at ` to its end
 */
export function isJavaFrame(line: string): boolean {
  const open = line.indexOf("(");
  if (open === -1 || line.lastIndexOf(".", open) <= 0) return false;
  if (isBlank(line.charCodeAt(open - 1))) return hasSource(line, open);
  const close = line.indexOf(")", open);
  if (close === -1 || close === open + 1) return false;
  const space = line.indexOf(" ", open);
  return space === -1 || space > close || hasSource(line, open);
}

/** Whether a line is a frame although no `at ` stands in front, or nothing in front of the `at `: some printers leave out what others print. */
export function isPlainJavaFrame(line: string): boolean {
  const open = line.indexOf("(");
  if (open === -1 || open > nameLengthMax || !hasSource(line, open)) return false;
  return qualifiedName.test(line.slice(0, isBlank(line.charCodeAt(open - 1)) ? open - 1 : open));
}

function hasSource(line: string, open: number): boolean {
  sourcePlace.lastIndex = open + 1;
  return sourcePlace.test(line);
}

/**
 * `com.acme.Order.place(Order.kt:57) ~[app.jar:na]`, with `java.base/` or a class loader in front, `(Native Method)`, `(Unknown Source)`.
 * @param line from behind `at ` to its end
 * @returns null where the line is not laid out so
 */
export function parseJavaFrame(line: string, isOwn: OwnJudge): Frame | null {
  const open = line.indexOf("(");
  const close = line.indexOf(")", open);
  const dot = line.lastIndexOf(".", open);
  if (open < 1 || close === -1 || dot < 1) return null;
  const module = line.slice(behindModulePrefix(line, dot), dot);
  if (module.includes(" ")) return null;
  const colon = line.lastIndexOf(":", close);
  const hasLine = colon > open;
  const place = line.slice(open + 1, hasLine ? colon : close);
  const name = line.slice(dot + 1, isBlank(line.charCodeAt(open - 1)) ? open - 1 : open);
  return {
    function: name,
    module,
    file: place.includes(".") && !place.startsWith("<") ? place : null,
    line: hasLine ? parseLine(line, colon + 1, close) : null,
    column: null,
    isOwn: !isMadeUp(module, name, place) && isOwn("java", module, null),
  };
}

/** A method of a class that was made at run time, which has no source: a proxy's, or one of Groovy's call sites (`Mailer$send$2.call`). */
function isMadeUp(module: string, name: string, place: string): boolean {
  if (place === "<generated>") return true;
  return (
    place === "Unknown Source" &&
    name.startsWith("call") &&
    /^call(?:Current|Static|GetProperty|GroovyObjectGetProperty|Constructor|Safe)?$/.test(name) &&
    /\$[\w]+(?:\$\d+)?$/.test(module)
  );
}

/** Behind `app//`, `java.base@21/`; the slash in `Order$$Lambda/0x7f01` is part of the name. */
function behindModulePrefix(text: string, end: number): number {
  let at = 0;
  for (let slash = text.indexOf("/", at); slash !== -1 && slash < end; slash = text.indexOf("/", at)) {
    const dollar = text.indexOf("$", at);
    if (dollar !== -1 && dollar < slash) break;
    at = slash + 1;
  }
  return at;
}

function parseLine(text: string, from: number, end: number): number | null {
  let value = 0;
  for (let at = from; at < end; at++) {
    const digit = text.charCodeAt(at) - 48;
    if (digit < 0 || digit > 9) return null;
    value = value * 10 + digit;
  }
  return end > from && value <= 0x7fffffff ? value : null;
}

function isBlank(code: number): boolean {
  return code === 32 || code === 9;
}
