import protobuf, { type Reader } from "protobufjs/minimal.js";
import type { Otlp } from "./otlp.ts";

/** A message in which every value takes two bytes would need a hundred times its size when it is read; 29,000 spans have some two million. */
const valuesMax = 4_000_000;
/** Answers nest a handful of levels, attributes a few more. */
const depthMax = 64;

type Scalar = (reader: Reader) => unknown;
interface Field {
  /** As JSON names it. */
  readonly name: string;
  readonly isList: boolean;
  /** What the wire says of such a value: 0 a number, 1 eight bytes, 2 bytes with their length. */
  readonly wire: 0 | 1 | 2;
  readonly value: Scalar | (() => Message);
  readonly isMessage: boolean;
}
type Message = Readonly<Record<number, Field>>;

const text: Scalar = (reader) => reader.string();
/** As JSON has bytes, so that one reading serves both. */
const bytes: Scalar = (reader) => Buffer.from(reader.bytes()).toString("base64");
const whole: Scalar = (reader) => reader.uint32();
const scalar = (name: string, wire: Field["wire"], value: Scalar): Field => ({
  ...{ name, wire, value },
  isList: false,
  isMessage: false,
});
const one = (name: string, value: () => Message): Field => ({ name, wire: 2, value, isList: false, isMessage: true });
const many = (name: string, value: () => Message): Field => ({ ...one(name, value), isList: true });

/** @see opentelemetry/proto/common/v1/common.proto */
const anyValue: Message = {
  1: scalar("stringValue", 2, text),
  2: scalar("boolValue", 0, (reader) => reader.bool()),
  3: scalar("intValue", 0, (reader) => signed(reader).toString()),
  4: scalar("doubleValue", 1, (reader) => reader.double()),
  5: one("arrayValue", () => ({ 1: many("values", () => anyValue) })),
  6: one("kvlistValue", () => ({ 1: attributes("values") })),
  7: scalar("bytesValue", 2, bytes),
};
const keyValue: Message = { 1: scalar("key", 2, text), 2: one("value", () => anyValue) };
const attributes = (name = "attributes"): Field => many(name, () => keyValue);
const instant = (name: string): Field => scalar(name, 1, (reader) => unsigned(reader).toString());

/** The fields that are read, others are passed over. @see opentelemetry/proto/trace/v1/trace.proto */
const span: Message = {
  2: scalar("spanId", 2, bytes),
  4: scalar("parentSpanId", 2, bytes),
  5: scalar("name", 2, text),
  6: scalar("kind", 0, whole),
  7: instant("startTimeUnixNano"),
  8: instant("endTimeUnixNano"),
  9: attributes(),
  11: many("events", () => ({ 2: scalar("name", 2, text), 3: attributes() })),
  13: many("links", () => ({ 2: scalar("spanId", 2, bytes) })),
  15: one("status", () => ({ 2: scalar("message", 2, text), 3: scalar("code", 0, whole) })),
};
const resourceSpans: Message = {
  1: one("resource", () => ({ 1: attributes() })),
  2: many("scopeSpans", () => ({ 2: many("spans", () => span) })),
  // Of senders before OpenTelemetry 1.0.
  1000: many("instrumentationLibrarySpans", () => ({ 2: many("spans", () => span) })),
};
const trace: Message = { 1: many("resourceSpans", () => resourceSpans) };
/** @see tempo/pkg/tempopb/tempo.proto, TraceByIDResponse */
const wrapped: Message = { 1: one("trace", () => trace), 3: scalar("status", 0, whole) };

/**
 * The answer of either API version as JSON would have it, so that one reading serves both.
 * @throws Error when the bytes are no such message, or hold too many values
 */
export function readOtlpProtobuf(body: Uint8Array, isWrapped: boolean): Otlp {
  const reader = protobuf.Reader.create(body);
  const budget = { values: valuesMax };
  const found = readMessage(reader, isWrapped ? wrapped : trace, body.length, 0, budget);
  // An empty list is left out on the wire: it is a trace without spans, and no foreign message.
  return isWrapped || "resourceSpans" in found ? found : { ...found, resourceSpans: [] };
}

function readMessage(reader: Reader, fields: Message, end: number, depth: number, budget: { values: number }): Otlp {
  if (depth > depthMax) throw new Error("the message nests too deep");
  const message: Record<string, unknown> = {};
  while (reader.pos < end) {
    const tag = reader.tag();
    const field = fields[tag >>> 3];
    budget.values -= 1;
    if (budget.values < 0) throw new Error("the message has too many values");
    if (field === undefined || field.wire !== (tag & 7)) {
      reader.skipType(tag & 7, 0, tag >>> 3);
      continue;
    }
    const value = field.isMessage ? readInner(reader, field, end, depth, budget) : (field.value as Scalar)(reader);
    if (!field.isList) message[field.name] = value;
    else if (Array.isArray(message[field.name])) (message[field.name] as unknown[]).push(value);
    else message[field.name] = [value];
  }
  if (reader.pos !== end) throw new RangeError("a field is longer than its message");
  return message;
}

function readInner(reader: Reader, field: Field, end: number, depth: number, budget: { values: number }): Otlp {
  const length = reader.uint32();
  const innerEnd = reader.pos + length;
  if (innerEnd > end) throw new RangeError("a message is longer than the one around it");
  return readMessage(reader, (field.value as () => Message)(), innerEnd, depth + 1, budget);
}

function unsigned(reader: Reader): bigint {
  const low = BigInt(reader.fixed32());
  return (BigInt(reader.fixed32()) << 32n) | low;
}

function signed(reader: Reader): bigint {
  const { low, high } = reader.int64();
  return BigInt.asIntN(64, (BigInt(high) << 32n) | BigInt(low >>> 0));
}
