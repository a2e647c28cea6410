import protobuf, { type Writer } from "protobufjs/minimal.js";

type Loose = Readonly<Record<string, unknown>>;

const kinds = ["UNSPECIFIED", "INTERNAL", "SERVER", "CLIENT", "PRODUCER", "CONSUMER"].map(
  (kind) => `SPAN_KIND_${kind}`,
);
const codes = ["STATUS_CODE_UNSET", "STATUS_CODE_OK", "STATUS_CODE_ERROR"];

/**
 * What the trace API says in JSON as it says it in protobuf, field for field in the order of their numbers.
 * @param wrapped of the v2 path; null: of v1, which is the trace itself
 */
export function traceAsProtobuf(batches: readonly unknown[], wrapped: { readonly isPartial: boolean } | null): Buffer {
  const writer = protobuf.Writer.create();
  if (wrapped === null) writeTrace(writer, batches);
  else {
    inner(writer, 1, () => writeTrace(writer, batches));
    inner(writer, 2, () => undefined);
    if (wrapped.isPartial) writer.uint32(tag(3, 0)).uint32(1).uint32(tag(4, 2)).string("trace exceeds max size");
  }
  return Buffer.from(writer.finish());
}

function writeTrace(writer: Writer, batches: readonly unknown[]): void {
  for (const batch of batches.filter(isLoose)) {
    inner(writer, 1, () => {
      inner(writer, 1, () => writeAttributes(writer, 1, batch["resource"]));
      for (const part of listOf(batch["scopeSpans"])) {
        inner(writer, 2, () => {
          inner(writer, 1, () => writeScope(writer, part["scope"]));
          for (const span of listOf(part["spans"])) inner(writer, 2, () => writeSpan(writer, span));
        });
      }
    });
  }
}

function writeScope(writer: Writer, scope: unknown): void {
  if (!isLoose(scope)) return;
  text(writer, 1, scope["name"]);
  text(writer, 2, scope["version"]);
  writeAttributes(writer, 3, scope);
}

function writeSpan(writer: Writer, span: Loose): void {
  id(writer, 1, span["traceId"]);
  id(writer, 2, span["spanId"]);
  id(writer, 4, span["parentSpanId"]);
  text(writer, 5, span["name"]);
  number(writer, 6, kinds.indexOf(String(span["kind"])));
  instant(writer, 7, span["startTimeUnixNano"]);
  instant(writer, 8, span["endTimeUnixNano"]);
  writeAttributes(writer, 9, span);
  for (const event of listOf(span["events"])) {
    inner(writer, 11, () => {
      instant(writer, 1, event["timeUnixNano"]);
      text(writer, 2, event["name"]);
      writeAttributes(writer, 3, event);
    });
  }
  for (const link of listOf(span["links"])) {
    inner(writer, 13, () => {
      id(writer, 1, link["traceId"]);
      id(writer, 2, link["spanId"]);
      writeAttributes(writer, 4, link);
    });
  }
  inner(writer, 15, () => {
    const status = isLoose(span["status"]) ? span["status"] : {};
    text(writer, 2, status["message"]);
    number(writer, 3, codes.indexOf(String(status["code"])));
  });
}

function writeAttributes(writer: Writer, field: number, holder: unknown): void {
  for (const each of listOf(isLoose(holder) ? holder["attributes"] : null)) writeKeyValue(writer, field, each);
}

function writeKeyValue(writer: Writer, field: number, { key, value }: Loose): void {
  inner(writer, field, () => {
    text(writer, 1, key);
    inner(writer, 2, () => writeValue(writer, value));
  });
}

/** What is empty is written too: it is which of them there is that tells the type. */
function writeValue(writer: Writer, value: unknown): void {
  if (!isLoose(value)) return;
  const { stringValue, boolValue, intValue, doubleValue, arrayValue, kvlistValue, bytesValue } = value;
  if (stringValue !== undefined) writer.uint32(tag(1, 2)).string(String(stringValue));
  else if (boolValue !== undefined) writer.uint32(tag(2, 0)).bool(boolValue === true);
  else if (intValue !== undefined) writer.uint32(tag(3, 0)).int64(String(intValue));
  else if (doubleValue !== undefined) writer.uint32(tag(4, 1)).double(Number(doubleValue));
  else if (isLoose(arrayValue)) {
    inner(writer, 5, () => {
      for (const each of listOf(arrayValue["values"])) inner(writer, 1, () => writeValue(writer, each));
    });
  } else if (isLoose(kvlistValue)) {
    inner(writer, 6, () => {
      for (const each of listOf(kvlistValue["values"])) writeKeyValue(writer, 1, each);
    });
  } else if (typeof bytesValue === "string") writer.uint32(tag(7, 2)).bytes(Buffer.from(bytesValue, "base64"));
}

function inner(writer: Writer, field: number, write: () => void): void {
  writer.uint32(tag(field, 2)).fork();
  write();
  writer.ldelim();
}

function id(writer: Writer, field: number, value: unknown): void {
  if (typeof value === "string" && value !== "") writer.uint32(tag(field, 2)).bytes(Buffer.from(value, "base64"));
}

function text(writer: Writer, field: number, value: unknown): void {
  if (typeof value === "string" && value !== "") writer.uint32(tag(field, 2)).string(value);
}

function number(writer: Writer, field: number, value: number): void {
  if (value > 0) writer.uint32(tag(field, 0)).uint32(value);
}

function instant(writer: Writer, field: number, value: unknown): void {
  const digits = typeof value === "string" ? value : "0";
  if (digits !== "0") writer.uint32(tag(field, 1)).fixed64(digits);
}

function tag(field: number, wire: number): number {
  return (field << 3) | wire;
}

function listOf(value: unknown): readonly Loose[] {
  return Array.isArray(value) ? value.filter(isLoose) : [];
}

function isLoose(value: unknown): value is Loose {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
