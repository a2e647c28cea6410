import type { SpanId, TraceId } from "../../domain/names.ts";

const traceparent = /^[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}/;
const b3 = /^([0-9a-f]{32}|[0-9a-f]{16})-([0-9a-f]{16})(?:-|$)/;
const jaeger = /^([0-9a-f]{1,32}):([0-9a-f]{1,16}):[0-9a-f]{1,16}:[0-9a-f]{1,2}$/;
const dashed = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const xRay = /^(?:(?:root|self)=)?1-([0-9a-f]{8})-([0-9a-f]{24})/;
const xRayParent = /;parent=([0-9a-f]{16})/;
/** Sixteen or eight bytes in base64: the last letter has bits that must be zero, which no word has by chance for long. */
const base64Trace = /^[A-Za-z0-9+/_-]{21}[AQgw](?:==)?$/;
const base64Span = /^[A-Za-z0-9+/_-]{10}[AEIMQUYcgkosw048]=?$/;
const longestValue = 200;

/**
 * A trace id from the value of a field that is named after one: 32 hex with or without dashes, 64 bit padded on the left, base64, `traceparent`, B3, Jaeger,
 * X-Ray, `projects/…/traces/…`, decimal. Null for all zeros and for anything else.
 */
export function parseTraceId(value: string, isDecimal = false): TraceId | null {
  const { length } = value;
  if (length < 15 || length > longestValue) return null;
  if (length === 32 && isHex(value)) return notZero(value.toLowerCase());
  const trimmed = value.trim();
  let text = trimmed.toLowerCase();
  if (text.startsWith("0x")) text = text.slice(2);
  if (isHex(text)) {
    const isNumber = isDecimal ? text.length >= 15 && text.length <= 20 : text.length >= 17 && text.length <= 20;
    if (isNumber && /^\d+$/.test(text)) return hexOfDecimal(text, 32);
    // Some print without the zeros in front.
    return text.length === 15 || text.length === 16 || text.length === 31 || text.length === 32
      ? notZero(text.padStart(32, "0"))
      : null;
  }
  if (dashed.test(text)) return notZero(text.replaceAll("-", ""));
  const parent = traceparent.exec(text) ?? b3.exec(text) ?? jaeger.exec(text);
  if (parent?.[1] !== undefined) return notZero(parent[1].padStart(32, "0"));
  const amazon = xRay.exec(text);
  if (amazon !== null) return notZero(`${amazon[1]}${amazon[2]}`);
  if (base64Trace.test(trimmed)) return notZero(hexOfBase64(trimmed));
  const path = text.lastIndexOf("/traces/");
  if (path !== -1) return parseTraceId(text.slice(path + 8));
  // `trace/span;o=1` of Google's header.
  return /^[0-9a-f]{32}\//.test(text) ? notZero(text.slice(0, 32)) : null;
}

/** The span id of a `traceparent` and its like, 16 hex, base64, or Datadog's decimal; null for all zeros and for anything else. */
export function parseSpanId(value: string, isDecimal = false): SpanId | null {
  const { length } = value;
  if (length < 11 || length > longestValue) return null;
  if (isDecimal && length <= 20 && /^\d{11,20}$/.test(value)) return hexOfDecimal(value, 16);
  if (length === 16 && isHex(value)) return notZero(value.toLowerCase());
  const trimmed = value.trim();
  const text = trimmed.toLowerCase();
  const hex = text.startsWith("0x") ? text.slice(2) : text;
  if (hex.length === 16 && isHex(hex)) return notZero(hex);
  if (length <= 12) return base64Span.test(trimmed) ? notZero(hexOfBase64(trimmed)) : null;
  const context = traceparent.exec(text) ?? b3.exec(text) ?? jaeger.exec(text);
  return notZero((context?.[2] ?? xRayParent.exec(text)?.[1] ?? "0").padStart(16, "0"));
}

/** Whether the value of a trace's field tells the span too. */
export function mayHoldSpan(value: string): boolean {
  return value.length > 33;
}

function hexOfDecimal(digits: string, length: number): string | null {
  const hex = BigInt(digits).toString(16);
  return hex.length > 16 ? null : notZero(hex.padStart(length, "0"));
}

function hexOfBase64(text: string): string {
  return Buffer.from(text, "base64").toString("hex");
}

function isHex(text: string): boolean {
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (!((code >= 48 && code <= 57) || (code >= 97 && code <= 102) || (code >= 65 && code <= 70))) return false;
  }
  return text.length > 0;
}

function notZero(id: string): string | null {
  for (let at = 0; at < id.length; at++) if (id.charCodeAt(at) !== 48) return id;
  return null;
}
