import { roleOf } from "./field-roles.ts";
import type { Fields } from "./line-reading.ts";

const pairsMax = 200;

/**
 * `level=error msg="reserve failed" err=…` as fields; null where the line is not logfmt: it must begin with a pair, hold two, and one of them must be
 * a level, a message or a time. What stands between pairs without `=` is left out.
 * @param isStrict nothing may stand between pairs
 */
export function readLogfmt(line: string, isStrict = false): Fields | null {
  const first = line.indexOf("=");
  if (first < 1 || first > 60 || !/^[A-Za-z_@][\w.@-]*$/.test(line.slice(0, first))) return null;
  const fields: Record<string, string> = {};
  let isLog = false;
  let count = 0;
  let at = 0;
  while (at < line.length && count < pairsMax) {
    while (isSpace(line.charCodeAt(at))) at++;
    const start = at;
    while (at < line.length && line.charCodeAt(at) !== 61 && !isSpace(line.charCodeAt(at))) at++;
    if (line.charCodeAt(at) !== 61) {
      if (isStrict && at > start) return null;
      continue;
    }
    const name = line.slice(start, at);
    at++;
    const end = valueEnd(line, at);
    fields[name] = isQuote(line.charCodeAt(at), line, end)
      ? unquoted(line.slice(at + 1, end - 1))
      : line.slice(at, end);
    at = end;
    count++;
    isLog ||= name === "ts" || name === "time" || name === "timestamp" || name === "t" || isLogRole(name);
  }
  return isLog && count > 1 ? fields : null;
}

function isLogRole(name: string): boolean {
  const role = roleOf(name);
  return role === "level" || role === "message";
}

/** Behind the closing quote, or at the next space. */
function valueEnd(line: string, from: number): number {
  let at = from;
  const quote = line.charCodeAt(at);
  if (quote === 39) {
    const end = singleQuotedEnd(line, at);
    if (end !== -1) return end;
  }
  if (quote !== 34) {
    while (at < line.length && !isSpace(line.charCodeAt(at))) at++;
    return at;
  }
  at++;
  while (at < line.length) {
    const code = line.charCodeAt(at);
    if (code === 34) return at + 1;
    at += code === 92 ? 2 : 1;
  }
  return line.length + 1;
}

/** Python's repr: `event='no stock'`. An apostrophe that nothing closes before a blank is one. */
function singleQuotedEnd(line: string, from: number): number {
  let at = from + 1;
  while (at < line.length) {
    const code = line.charCodeAt(at);
    if (code === 39 && (at + 1 === line.length || isSpace(line.charCodeAt(at + 1)))) return at + 1;
    at += code === 92 ? 2 : 1;
  }
  return -1;
}

function isQuote(code: number, line: string, end: number): boolean {
  return code === 34 || (code === 39 && line.charCodeAt(end - 1) === 39);
}

const escapes: Readonly<Record<string, string>> = { n: "\n", t: "\t", r: "\r", '"': '"', "\\": "\\" };

function unquoted(text: string): string {
  // Where line breaks are written as such, a backslash is one of the text, but in front of a quote.
  if (text.includes("\n")) return text.replaceAll('\\"', '"');
  return text.includes("\\") ? text.replace(/\\(.)/g, (all, letter: string) => escapes[letter] ?? all) : text;
}

function isSpace(code: number): boolean {
  return code === 32 || code === 9 || code === 10 || code === 13;
}

/** Whether the last value of a line goes on in the next one: structlog writes a value of several lines as such, in quotes. */
export function isQuoteOpen(line: string): boolean {
  const open = line.lastIndexOf('="');
  return open !== -1 && !hasQuote(line.slice(open + 2));
}

/** One that no backslash stands before. */
export function hasQuote(text: string): boolean {
  return /(?:^|[^\\])"/.test(text);
}
