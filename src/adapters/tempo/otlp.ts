import type { Span, SpanException } from "../../domain/trace.ts";

/** OTLP in JSON as Tempo writes it: the parts that are read, none of which is certain to be there. */
export type Otlp = Readonly<Record<string, unknown>>;

type Attribute = Span["attributes"][string];
type Attributes = ReadonlyMap<string, Attribute>;

export function isOtlp(value: unknown): value is Otlp {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The objects of a list; empty where there is none. */
export function listOf(value: unknown): readonly Otlp[] {
  return Array.isArray(value) ? value.filter(isOtlp) : [];
}

/** Ids are base64 from Tempo, hex by OTLP; lower-case hex of `bytes` bytes, or null where it is none, or all zeros. */
export function readId(value: unknown, bytes: 8 | 16): string | null {
  if (typeof value !== "string" || value === "") return null;
  const isHex = value.length === bytes * 2 && /^[0-9a-f]+$/i.test(value);
  const hex = isHex
    ? value.toLowerCase()
    : Buffer.from(value, "base64")
        .toString("hex")
        .padStart(bytes * 2, "0");
  return hex.length !== bytes * 2 || /^0*$/.test(hex) ? null : hex;
}

/** Nanoseconds since 1970, a string of digits or a number; null where there are none. */
export function readInstantNs(value: unknown): bigint | null {
  if (typeof value === "number" && Number.isSafeInteger(value) && value > 0) return BigInt(value);
  return typeof value === "string" && /^[1-9]\d{0,18}$/.test(value) ? BigInt(value) : null;
}

const kinds = [null, "internal", "server", "client", "producer", "consumer"] as const;

/** A name (`SPAN_KIND_SERVER`) or its number. */
export function readKind(value: unknown): Span["kind"] {
  if (typeof value === "number") return kinds[value] ?? null;
  const name = typeof value === "string" ? value.replace(/^SPAN_KIND_/, "").toLowerCase() : "";
  return kinds.find((kind) => kind === name) ?? null;
}

/** A span is in error only where its status says so: an exception may have been caught. */
export function readStatus(value: unknown): { readonly isError: boolean; readonly message: string | null } {
  const { code, message } = isOtlp(value) ? value : {};
  return { isError: code === "STATUS_CODE_ERROR" || code === 2, message: textOrNull(message) };
}

/** By name, each with the type it was sent with; an attribute without a value is left out. */
export function readAttributes(value: unknown, depth = 0): Attributes {
  const attributes = new Map<string, Attribute>();
  for (const { key, value: wrapped } of listOf(value)) {
    const attribute = readValue(wrapped, depth);
    if (typeof key === "string" && attribute !== null) attributes.set(key, attribute);
  }
  return attributes;
}

/** Lists and maps are kept as text, in which each level escapes the quotes of the one inside: ten levels would make a thousand bytes of one. */
const depthMax = 4;

function readValue(wrapped: unknown, depth = 0): Attribute | null {
  if (!isOtlp(wrapped) || depth > depthMax) return null;
  const { stringValue, intValue, doubleValue, boolValue, arrayValue, kvlistValue, bytesValue } = wrapped;
  if (typeof stringValue === "string") return stringValue;
  if (typeof boolValue === "boolean") return boolValue;
  if (typeof doubleValue === "number" || typeof doubleValue === "string") return finiteOrText(doubleValue);
  if (typeof intValue === "number") return intValue;
  if (typeof intValue === "string" && /^-?\d{1,19}$/.test(intValue)) return readInteger(intValue);
  if (isOtlp(arrayValue)) return listOf(arrayValue["values"]).map((each) => String(readValue(each, depth + 1) ?? ""));
  if (isOtlp(kvlistValue))
    return JSON.stringify(Object.fromEntries(readAttributes(kvlistValue["values"], depth + 1)), bigintAsText);
  return typeof bytesValue === "string" ? bytesValue : null;
}

/** `NaN` and `Infinity` are doubles too, but no JSON holds them as numbers. */
function finiteOrText(double: number | string): Attribute {
  return Number.isFinite(Number(double)) ? Number(double) : String(double);
}

function readInteger(digits: string): number | bigint {
  const number = Number(digits);
  return Number.isSafeInteger(number) ? number : BigInt(digits);
}

function bigintAsText(_key: string, value: unknown): unknown {
  return typeof value === "bigint" ? value.toString() : value;
}

/** The exception events of a span, in order. */
export function readExceptions(events: unknown): SpanException[] {
  return listOf(events)
    .filter(({ name }) => name === "exception")
    .map((event) => {
      const attributes = readAttributes(event["attributes"]);
      return {
        type: textOrNull(attributes.get("exception.type")),
        message: textOrNull(attributes.get("exception.message")),
        stackTrace: textOrNull(attributes.get("exception.stacktrace")),
      };
    });
}

export function textOrNull(value: unknown): string | null {
  return typeof value === "string" && value !== "" ? value : null;
}
