import { plainName, roleOf } from "./field-roles.ts";
import { type LevelSeen, levelRank, readLevel, takeLevel } from "./level-field.ts";
import { emptyReading, type Fields, type LineReading } from "./line-reading.ts";
import { mayHoldSpan, parseSpanId, parseTraceId } from "./trace-id.ts";

/** Fields whose names say that they are the message, best first; others come after these. */
const messageRanks = new Map(
  ["message", "msg", "@message", "@m", "renderedmessage", "event", "shortmessage", "body"].map((name, rank) => [
    name,
    rank,
  ]),
);
const messageRankOther = 20;
/** What stands inside another field comes after all that stands outside. */
const innerRank = 30;
const fieldsMax = 500;
/** How deep ids are looked for in objects whose names say nothing. */
const depthMax = 4;
const objectsMax = 60;

/** Reads the fields of a JSON or logfmt entry, or labels and metadata, by the names that loggers use. */
export function readFields(fields: Fields, format: "json" | "logfmt"): LineReading {
  const reading = emptyReading(format);
  reading.fields = fields;
  const seen: Ranks = { level: levelRank.none, message: 99, objects: 0 };
  let hasObjects = false;
  let count = 0;
  for (const name in fields) {
    if (++count > fieldsMax) break;
    const value = fields[name];
    if (value === null || value === undefined || value === "") continue;
    if (typeof value === "object") hasObjects = true;
    readField(reading, seen, name, value, true);
  }
  if (hasObjects && reading.traceId === null) findIds(reading, seen, fields, 0);
  if (reading.level === null && fields["@t"] !== undefined && (fields["@m"] ?? fields["@mt"]) !== undefined) {
    // Serilog's compact form leaves the usual level out.
    takeLevel(reading, seen, levelRank.number, "@t", "info", "stated");
  }
  const { text } = fields;
  // loguru's serialized record has the traceback only in the text that it formatted.
  if (typeof text === "string" && text.includes("\n") && isFields(fields["record"])) reading.stack ??= text;
  if (reading.stack !== null && reading.errorType === null) takeNameBeside(reading, fields);
  if (fields["kind"] === "exception") takeFaroException(reading, seen, fields);
  if (reading.traceId === null) takeAzureOperation(reading, fields);
  if (reading.message === "" && reading.errorType === null && reading.stack === null) {
    reading.message = reading.errorMessage ?? "";
  }
  return reading;
}

/** A browser's stack has no first line: loggers put the error's name and words beside it. */
function takeNameBeside(reading: LineReading, fields: Fields): void {
  const name = asText(fields["name"]);
  if (name === null || !/^(?:[A-Z]\w{0,100})?(?:Error|Exception)$/.test(name)) return;
  reading.errorType = name;
  if (reading.message !== "") reading.errorMessage ??= reading.message;
}

/** What a page reported to Grafana's Faro receiver: `kind=exception type=TypeError value="…" stacktrace="…"`. */
function takeFaroException(reading: LineReading, seen: Ranks, fields: Fields): void {
  const type = asText(fields["type"]);
  if (type === null || reading.errorType !== null) return;
  reading.errorType = type;
  reading.errorMessage = asText(fields["value"]);
  takeLevel(reading, seen, levelRank.number, "kind", "error", "stated");
  takeMessage(reading, seen, "value", reading.errorMessage === null ? type : `${type}: ${reading.errorMessage}`, true);
}

/** Azure Monitor calls the trace an operation. Others call other things so, without a parent that is a span. */
function takeAzureOperation(reading: LineReading, fields: Fields): void {
  const operation = asText(fields["OperationId"] ?? fields["operation_Id"]);
  const parent = asText(fields["ParentId"] ?? fields["operation_ParentId"]);
  if (operation === null || parent === null || !/^[0-9a-f]{32}$/.test(operation)) return;
  const spanId = parseSpanId(parent);
  if (spanId === null) return;
  takeTrace(reading, "OperationId", operation, false);
  reading.spanId ??= spanId;
}

interface Ranks extends LevelSeen {
  message: number;
  objects: number;
}

function readField(reading: LineReading, seen: Ranks, name: string, value: unknown, isOutside: boolean): void {
  const role = roleOf(name);
  switch (role) {
    case null:
      return;
    case "level":
    case "syslog-level":
    case "python-level":
    case "otel-level":
    case "azure-level":
    case "mongo-level":
    case "guessed-level":
    case "status":
    case "type":
      readLevel(reading, seen, role, name, value, isOutside);
      return;
    case "message":
      takeMessage(reading, seen, name, value, isOutside);
      return;
    case "body":
      if (typeof value === "string") takeMessage(reading, seen, name, value, isOutside);
      else if (isFields(value) && typeof value["stringValue"] === "string") {
        takeMessage(reading, seen, name, value["stringValue"], isOutside);
      } else if (isFields(value) && isOutside) readContainer(reading, seen, name, value);
      return;
    case "trace-id":
    case "datadog-trace-id":
      takeTrace(reading, name, value, name.startsWith("dd"));
      return;
    case "span-id":
    case "datadog-span-id":
      reading.spanId ??= typeof value === "string" ? parseSpanId(value, name.startsWith("dd")) : null;
      return;
    case "stack":
      takeStack(reading, value);
      return;
    case "error":
      takeError(reading, value);
      return;
    case "error-type":
      reading.errorType ??= asText(value);
      return;
    case "error-message":
      reading.errorMessage ??= asText(value);
      return;
    case "trace":
      takeTrace(reading, name, isFields(value) ? idOf(value, "trace") : value, false);
      if (isFields(value)) reading.spanId ??= parseSpanId(asText(idOf(value, "span")) ?? "");
      return;
    case "span":
      if (typeof value === "string") reading.spanId ??= parseSpanId(value);
      if (!isFields(value)) return;
      takeTrace(reading, name, value["trace_id"] ?? value["traceId"], false);
      reading.spanId ??= parseSpanId(asText(idOf(value, "span") ?? value["id"]) ?? "");
      return;
    case "b3":
      takeTrace(reading, name, value, false);
      return;
    case "datadog":
      if (isFields(value)) takeDatadog(reading, value);
      return;
    case "container":
      if (isOutside && isFields(value)) readContainer(reading, seen, name, value);
  }
}

/** What comes in beside the number of 64 bits: the upper half of one of 128. */
function takeDatadog(reading: LineReading, fields: Fields): void {
  takeTrace(reading, "dd.trace_id", fields["trace_id"], true);
  reading.spanId ??= parseSpanId(asText(fields["span_id"]) ?? "", true);
  const upper = asText(fields["_dd.p.tid"]);
  if (upper !== null && /^[0-9a-f]{16}$/.test(upper) && reading.traceId?.startsWith("0000000000000000")) {
    reading.traceId = upper + reading.traceId.slice(16);
  }
}

function idOf(fields: Fields, kind: "trace" | "span"): unknown {
  return fields[`${kind}_id`] ?? fields[`${kind}Id`] ?? (kind === "trace" ? fields["id"] : undefined);
}

/** Fields inside another one are believed for ids and errors; for level and message only where nothing outside tells, or where loggers nest those (`log.level`, loguru's `record`). */
function readContainer(reading: LineReading, seen: Ranks, name: string, fields: Fields): void {
  const isLogRecord = name === "log" || name === "record";
  const isBusiness = name === "data" || name === "tags";
  let count = 0;
  for (const inner in fields) {
    if (++count > fieldsMax) return;
    const value = fields[inner];
    if (value === null || value === undefined || value === "") continue;
    const role = roleOf(inner);
    if (role === null || role === "container" || (isBusiness && role === "level")) continue;
    readField(reading, seen, inner, value, isLogRecord);
  }
}

/** Ids in objects of any name, as in `req.headers.traceparent`: only where nothing nearer has them. */
function findIds(reading: LineReading, seen: Ranks, fields: Fields, depth: number): void {
  for (const name in fields) {
    const value = fields[name];
    if (!isFields(value) || ++seen.objects > objectsMax || reading.traceId !== null) continue;
    let count = 0;
    for (const inner in value) {
      if (++count > fieldsMax) break;
      const role = roleOf(inner);
      if (role === "trace-id" || role === "span-id" || role === "b3" || role === "datadog") {
        readField(reading, seen, inner, value[inner], false);
      }
    }
    if (depth < depthMax) findIds(reading, seen, value, depth + 1);
  }
}

function takeMessage(reading: LineReading, seen: Ranks, name: string, value: unknown, isOutside: boolean): void {
  const text = messageText(value);
  if (text === null) return;
  // GELF: the short message, and all of it with the stack trace.
  if (name === "full_message" && text.includes("\n")) reading.stack ??= text;
  const own = messageRanks.get(name) ?? messageRanks.get(plainName(name)) ?? messageRankOther;
  const rank = isOutside ? own : own + innerRank;
  if (rank >= seen.message) return;
  seen.message = rank;
  reading.message = text;
}

function messageText(value: unknown): string | null {
  if (typeof value === "string") return value;
  if (isFields(value)) return asText(value["message"] ?? value["msg"] ?? value["text"]);
  return Array.isArray(value) && value.length > 0 && value.every((part) => typeof part === "string")
    ? value.join(" ")
    : null;
}

function takeTrace(reading: LineReading, name: string, value: unknown, isDecimal: boolean): void {
  if (reading.traceId !== null || typeof value !== "string") return;
  reading.traceId = parseTraceId(value, isDecimal);
  if (reading.traceId === null) return;
  reading.traceField = name;
  if (mayHoldSpan(value)) reading.spanId ??= parseSpanId(value);
}

function takeStack(reading: LineReading, value: unknown): void {
  if (reading.stack !== null) return;
  if (typeof value === "string") reading.stack = value;
  else if (Array.isArray(value) && value.every((line) => typeof line === "string")) reading.stack = value.join("\n");
  else reading.errorFields ??= value;
}

/** `error` may be the message, the stack trace, or an object with both. */
function takeError(reading: LineReading, value: unknown): void {
  if (typeof value === "string") {
    // Beside a stack trace it is the message, of several lines perhaps.
    if (hasLines(value) && reading.stack === null) reading.stack = value;
    else reading.errorMessage ??= value;
    return;
  }
  if (Array.isArray(value)) {
    takeErrorList(reading, value);
    return;
  }
  if (!isFields(value)) return;
  reading.errorType ??= asText(
    value["type"] ?? value["name"] ?? value["class"] ?? value["exception_class"] ?? value["kind"],
  );
  reading.errorMessage ??= asText(value["message"] ?? value["msg"] ?? value["exception_message"]);
  const stack =
    value["stack"] ??
    value["stack_trace"] ??
    value["stackTrace"] ??
    value["stacktrace"] ??
    value["extendedStackTrace"] ??
    value["backtrace"] ??
    value["traceback"];
  // A list of frames as objects is read together with the error that it is in.
  if (typeof stack === "string" || (Array.isArray(stack) && typeof stack[0] === "string")) takeStack(reading, stack);
  // With causes and members, which the stack's text may leave out.
  const hasMore = value["aggregateErrors"] !== undefined || isFields(value["cause"]);
  if (reading.stack === null || hasMore) reading.errorFields ??= value;
}

/** Rails writes class and message as a list; others the lines of a stack trace, or errors as objects. */
function takeErrorList(reading: LineReading, list: readonly unknown[]): void {
  const [first, second] = list;
  if (typeof first !== "string") {
    reading.errorFields ??= list;
    return;
  }
  const isNamed = list.length <= 2 && /^[A-Z]\w{0,100}(?:::[A-Z]\w{0,100}){0,10}$/.test(first);
  if (!isNamed) takeStack(reading, list);
  else {
    reading.errorType ??= first;
    reading.errorMessage ??= asText(second);
  }
}

/** Line breaks as such, by the sign that loggers of one line put for them, or written out in front of a frame, or as .NET has them, whose frames are indented behind a space. */
function hasLines(text: string): boolean {
  return text.includes("\n") || text.includes("\u2028") || /(?:\\n(?:\\t| {2,8})| {4})at [^(]{1,300}\(/.test(text);
}

export function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function asText(value: unknown): string | null {
  return typeof value === "string" && value !== "" ? value : null;
}

/** A field by a configured name, wherever loggers put it: `service.name` is also `{service: {name}}` and `serviceName`. */
export function findField(fields: Fields, name: string): string | null {
  const direct = asText(fields[name]);
  if (direct !== null) return direct;
  const wanted = plainName(name);
  for (const key in fields) {
    const plain = plainName(key);
    const value = fields[key];
    if (plain === wanted && typeof value === "string" && value !== "") return value;
    if (isFields(value) && (wanted.startsWith(plain) || roleOf(key) === "container")) {
      const rest = wanted.startsWith(plain) ? wanted.slice(plain.length) : wanted;
      for (const inner in value) {
        const found = plainName(inner);
        if (found === rest || found === wanted) {
          const text = asText(value[inner]);
          if (text !== null) return text;
        }
      }
    }
  }
  return null;
}
