import type { SpanId, TraceId } from "../../domain/names.ts";

const traceparent = /^[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}/;
const dashed = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const xRay = /^(?:root=)?1-([0-9a-f]{8})-([0-9a-f]{24})/;
const longestValue = 200;

/**
 * A trace id from the value of a field that is named after one: 32 hex with or without dashes, 64 bit padded on the left, `traceparent`, X-Ray,
 * `projects/…/traces/…`, Datadog's decimal. Null for all zeros and for anything else.
 */
export function parseTraceId(value: string, isDecimal = false): TraceId | null {
  const { length } = value;
  if (length < 15 || length > longestValue) return null;
  if (length === 32 && isHex(value)) return notZero(value.toLowerCase());
  const text = value.trim().toLowerCase();
  if (isDecimal && /^\d{15,20}$/.test(text)) return notZero(BigInt(text).toString(16).padStart(32, "0"));
  if (text.length === 16 && isHex(text)) return notZero(text.padStart(32, "0"));
  if (dashed.test(text)) return notZero(text.replaceAll("-", ""));
  const parent = traceparent.exec(text);
  if (parent?.[1] !== undefined) return notZero(parent[1]);
  const amazon = xRay.exec(text);
  if (amazon !== null) return notZero(`${amazon[1]}${amazon[2]}`);
  const path = text.lastIndexOf("/traces/");
  return path === -1 ? null : parseTraceId(text.slice(path + 8));
}

/** The span id of a `traceparent`, 16 hex, or Datadog's decimal; null for all zeros and for anything else. */
export function parseSpanId(value: string, isDecimal = false): SpanId | null {
  const { length } = value;
  if (length < 15 || length > longestValue) return null;
  if (isDecimal && /^\d{15,20}$/.test(value)) return notZero(BigInt(value).toString(16).padStart(16, "0"));
  if (length === 16) return isHex(value) ? notZero(value.toLowerCase()) : null;
  return notZero(traceparent.exec(value.trim().toLowerCase())?.[2] ?? "0");
}

export interface TraceInText {
  readonly traceId: TraceId | null;
  readonly spanId: SpanId | null;
}

/** How much of a text is searched for ids. */
const searchedLength = 4096;
const mentionsMax = 8;
// Without the flag for case, which is slow.
const traceValue = /[tT]race(?:[_.-]?[iI][dD]|[pP]arent)?["']?\]?\s?[=:]\s?["']?([0-9a-zA-Z/.-]{15,120})/y;
const spanValue = /[sS]pan[_.-]?[iI][dD]["']?\s?[=:]\s?["']?([0-9a-fA-F]{15,20})\b/y;
const sleuth = /\[[^,\]\s]{0,100},([0-9a-f]{16}|[0-9a-f]{32}),([0-9a-f]{16})[,\]]/;
const correlation = /\[([0-9a-f]{32})-([0-9a-f]{16})\s*\]/;
const nothing: TraceInText = { traceId: null, spanId: null };

/** The ids in free text: `trace_id=…`, `traceId: …`, `traceparent=…`, `[app,trace,span]`, `[trace-span]`. An id without such a name is not taken for one. */
export function findTraceInText(text: string): TraceInText {
  const part = text.length > searchedLength ? text.slice(0, searchedLength) : text;
  let traceId: TraceId | null = null;
  let spanId: SpanId | null = null;
  for (
    let at = part.indexOf("race"), tries = 0;
    at > 0 && tries < mentionsMax;
    at = part.indexOf("race", at + 4), tries++
  ) {
    traceValue.lastIndex = at - 1;
    const value = traceValue.exec(part)?.[1];
    if (value === undefined) continue;
    traceId = parseTraceId(value.length === 32 ? value : value.replace(/[./-]+$/, ""), part.endsWith("dd.", at - 1));
    if (traceId === null) continue;
    spanId = parseSpanId(value);
    break;
  }
  if (traceId === null) return part.includes("[") ? findBracketedTrace(part) : nothing;
  for (
    let at = part.indexOf("pan"), tries = 0;
    at > 0 && spanId === null && tries < mentionsMax;
    at = part.indexOf("pan", at + 3), tries++
  ) {
    spanValue.lastIndex = at - 1;
    spanId = parseSpanId(spanValue.exec(part)?.[1] ?? "", part.endsWith("dd.", at - 1));
  }
  return { traceId, spanId };
}

function findBracketedTrace(part: string): TraceInText {
  const head = part.slice(0, 400);
  const found = sleuth.exec(head) ?? correlation.exec(head);
  const traceId = found?.[1] === undefined ? null : parseTraceId(found[1]);
  return traceId === null ? nothing : { traceId, spanId: parseSpanId(found?.[2] ?? "") };
}

function isHex(text: string): boolean {
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (!((code >= 48 && code <= 57) || (code >= 97 && code <= 102) || (code >= 65 && code <= 70))) return false;
  }
  return true;
}

function notZero(id: string): string | null {
  for (let at = 0; at < id.length; at++) if (id.charCodeAt(at) !== 48) return id;
  return null;
}
