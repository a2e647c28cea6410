/** A push is refused as Tempo's OTLP receiver does it: an HTTP status, a gRPC code and words. */
export class PushRefused extends Error {
  override readonly name = "PushRefused";
  readonly status: number;
  readonly code: number;

  constructor(status: number, code: number, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

type Loose = Readonly<Record<string, unknown>>;

/** A span as the trace API gives it back. */
export interface StoredSpan {
  readonly spanId: string;
  readonly startTimeUnixNano: string;
  readonly [key: string]: unknown;
}

/** What one push holds of one trace under one resource and scope. */
export interface PushedBatch {
  /** 32 lower-case hex. */
  readonly traceId: string;
  readonly resource: Loose;
  readonly scope: Loose;
  readonly spans: readonly StoredSpan[];
}

const kinds = [
  "",
  "SPAN_KIND_INTERNAL",
  "SPAN_KIND_SERVER",
  "SPAN_KIND_CLIENT",
  "SPAN_KIND_PRODUCER",
  "SPAN_KIND_CONSUMER",
];
const codes = ["", "STATUS_CODE_OK", "STATUS_CODE_ERROR"];

/**
 * One OTLP request in JSON.
 * @throws PushRefused
 */
export function readPush(contentType: string | undefined, body: string): PushedBatch[] {
  if (contentType?.startsWith("application/json") !== true) {
    throw new PushRefused(415, 0, "415 unsupported media type, supported: [application/json, application/x-protobuf]");
  }
  try {
    return readRequest(JSON.parse(body));
  } catch (error) {
    if (error instanceof PushRefused) throw error;
    throw new PushRefused(400, 3, "the body is no JSON");
  }
}

/** @throws PushRefused */
export function readRequest(request: unknown): PushedBatch[] {
  return listOf(request, "resourceSpans").flatMap((group) =>
    listOf(group, "scopeSpans").flatMap((part) => {
      const byTrace = Map.groupBy(listOf(part, "spans"), (span) => readId(span["traceId"], 16, "trace"));
      return [...byTrace].map(([traceId, spans]) => ({
        traceId,
        resource: described(group["resource"]),
        scope: described(part["scope"]),
        spans: spans.map(storedSpan).sort((one, other) => compareNs(one.startTimeUnixNano, other.startTimeUnixNano)),
      }));
    }),
  );
}

/** Ids become base64 and numbers names; what is empty is left out, but for the status. */
function storedSpan(span: Loose): StoredSpan {
  const { code, message } = isLoose(span["status"]) ? span["status"] : {};
  const parent = span["parentSpanId"];
  return {
    traceId: base64(readId(span["traceId"], 16, "trace")),
    spanId: base64(readId(span["spanId"], 8, "span")),
    ...(typeof parent === "string" && parent !== "" ? { parentSpanId: base64(parent) } : {}),
    ...present("name", span["name"]),
    ...present("kind", named(kinds, span["kind"])),
    startTimeUnixNano: String(span["startTimeUnixNano"] ?? "0"),
    endTimeUnixNano: String(span["endTimeUnixNano"] ?? "0"),
    ...attributesOf(span),
    ...present("events", listOf(span, "events").map(storedEvent)),
    ...present("links", listOf(span, "links").map(storedLink)),
    status: { ...present("message", message), ...present("code", named(codes, code)) },
  };
}

function storedEvent(event: Loose): Loose {
  return {
    timeUnixNano: String(event["timeUnixNano"] ?? "0"),
    ...present("name", event["name"]),
    ...attributesOf(event),
  };
}

function storedLink(link: Loose): Loose {
  return {
    traceId: base64(readId(link["traceId"], 16, "trace")),
    spanId: base64(readId(link["spanId"], 8, "span")),
    ...attributesOf(link),
  };
}

function described(value: unknown): Loose {
  if (!isLoose(value)) return {};
  return { ...present("name", value["name"]), ...present("version", value["version"]), ...attributesOf(value) };
}

function attributesOf(holder: Loose): Loose {
  return present(
    "attributes",
    listOf(holder, "attributes").map(({ key, value = {} }) => ({ key, value: storedValue(value) })),
  );
}

/** Whole numbers come back as text, whichever way they were pushed. */
function storedValue(value: unknown): unknown {
  return isLoose(value) && "intValue" in value ? { intValue: String(value["intValue"]) } : value;
}

function readId(value: unknown, bytes: 8 | 16, what: string): string {
  if (value === undefined || value === "") throw new PushRefused(500, 3, `${what} ids must be ${bytes * 8} bit`);
  if (typeof value !== "string" || value.length !== bytes * 2 || !/^[0-9a-f]+$/i.test(value)) {
    throw new PushRefused(400, 3, `parse ${what}_id:invalid length for ID`);
  }
  return value.toLowerCase();
}

function base64(hex: string): string {
  return Buffer.from(hex, "hex").toString("base64");
}

function named(names: readonly string[], value: unknown): unknown {
  return typeof value === "number" ? names[value] : value;
}

function present(key: string, value: unknown): Loose {
  const isEmpty = value === undefined || value === null || value === "" || (Array.isArray(value) && value.length === 0);
  return isEmpty ? {} : { [key]: value };
}

function listOf(holder: unknown, key: string): readonly Loose[] {
  const list = isLoose(holder) ? holder[key] : null;
  return Array.isArray(list) ? list.filter(isLoose) : [];
}

function isLoose(value: unknown): value is Loose {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Order of two instants in nanoseconds, as text. */
export function compareNs(one: string, other: string): number {
  const difference = BigInt(one) - BigInt(other);
  return difference < 0n ? -1 : Number(difference > 0n);
}
