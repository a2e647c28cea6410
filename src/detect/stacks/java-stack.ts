import type { Frame } from "../../domain/error-entry.ts";
import type { OwnJudge } from "./own-frame.ts";

/**
 * Whether the JVM wrote the line: the bracket follows the method without a space, and holds a file, `Native Method`, `Unknown Source` or `<generated>`.
 * @param from just behind `at `
 */
export function isJavaFrame(text: string, from: number, end: number): boolean {
  const open = text.indexOf("(", from);
  if (open === -1 || open >= end || text.lastIndexOf(".", open) <= from || isBlank(text.charCodeAt(open - 1)))
    return false;
  const close = text.indexOf(")", open);
  if (close === -1 || close >= end || close === open + 1) return false;
  const space = text.indexOf(" ", open);
  return (
    space === -1 ||
    space > close ||
    text.startsWith("Native Method", open + 1) ||
    text.startsWith("Unknown Source", open + 1)
  );
}

/**
 * `com.acme.Order.place(Order.kt:57) ~[app.jar:na]`, with `java.base/` or a class loader in front, `(Native Method)`, `(Unknown Source)`.
 * @param from just behind `at `
 * @returns null where the line is not laid out so
 */
export function parseJavaFrame(text: string, from: number, end: number, isOwn: OwnJudge): Frame | null {
  const open = text.indexOf("(", from);
  if (open === -1 || open >= end || open === from || isBlank(text.charCodeAt(open - 1))) return null;
  const close = text.indexOf(")", open);
  if (close === -1 || close >= end) return null;
  const dot = text.lastIndexOf(".", open);
  if (dot <= from) return null;
  const moduleAt = behindModulePrefix(text, from, dot);
  const module = text.slice(moduleAt, dot);
  if (module.includes(" ")) return null;
  const colon = text.lastIndexOf(":", close);
  const hasLine = colon > open;
  const place = text.slice(open + 1, hasLine ? colon : close);
  const name = text.slice(dot + 1, open);
  const file = place.includes(".") && !place.startsWith("<") ? place : null;
  return {
    function: name,
    module,
    file,
    line: hasLine ? parseLine(text, colon + 1, close) : null,
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
function behindModulePrefix(text: string, from: number, end: number): number {
  let at = from;
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
