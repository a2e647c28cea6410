import type { Exception, Frame } from "../../domain/error-entry.ts";
import type { Fields } from "../lines/line-reading.ts";
import { asText, isFields } from "../lines/read-fields.ts";
import type { Language, OwnJudge } from "./own-frame.ts";
import { exceptionsMax, framesMax } from "./parsed-trace.ts";
import { parseStackTrace } from "./stack-trace.ts";

/**
 * Exceptions that a logger wrote as objects: log4j2's `thrown` with `extendedStackTrace` and nested `cause`, logback's `stepArray`, Quarkus's `causedBy`,
 * structlog's list of `exc_type` and `frames`.
 * Empty where the value is laid out in no such way.
 */
export function readStructuredExceptions(value: unknown, isOwn: OwnJudge): readonly Exception[] {
  if (Array.isArray(value)) {
    const [first] = value;
    if (isFields(first) && isFrame(first)) return [exceptionOf({ frames: value }, isOwn)];
    const exceptions = value.slice(0, exceptionsMax).filter(isFields);
    return exceptions.map((fields) => exceptionOf(fields, isOwn)).filter(saysSomething);
  }
  if (isFields(value) && Array.isArray(value["values"])) return sentryExceptions(value["values"], isOwn);
  const exceptions: Exception[] = [];
  let fields: unknown = value;
  while (isFields(fields) && exceptions.length < exceptionsMax) {
    exceptions.push(exceptionOf(fields, isOwn));
    fields = causeOf(fields);
  }
  return exceptions.filter(saysSomething);
}

/** Sentry's `{values: [{type, value, stacktrace: {frames}}]}`: causes first, and of frames the innermost last. */
function sentryExceptions(values: readonly unknown[], isOwn: OwnJudge): readonly Exception[] {
  return values
    .slice(0, exceptionsMax)
    .filter(isFields)
    .map((fields) => {
      const stack = fields["stacktrace"];
      const frames = isFields(stack) ? framesOf(stack["frames"], isOwn).toReversed() : [];
      return { type: asText(fields["type"]), message: asText(fields["value"]), frames };
    })
    .filter(saysSomething)
    .reverse();
}

function causeOf(fields: Fields): unknown {
  const cause = fields["cause"] ?? fields["causedBy"] ?? fields["caused_by"] ?? fields["previous"];
  return isFields(cause) && isFields(cause["exception"]) ? cause["exception"] : cause;
}

/** zerolog writes the frames alone: `{"func": "Decode", "line": "69", "source": "store.go"}`. */
function isFrame(fields: Fields): boolean {
  return typeof (fields["func"] ?? fields["function"]) === "string" && fields["line"] !== undefined;
}

function saysSomething(exception: Exception): boolean {
  return exception.type !== null || exception.frames.length > 0;
}

function exceptionOf(fields: Fields, isOwn: OwnJudge): Exception {
  const list =
    fields["extendedStackTrace"] ??
    fields["stackTrace"] ??
    fields["stack_trace"] ??
    fields["stepArray"] ??
    fields["frames"] ??
    fields["stacktrace"] ??
    fields["backtrace"] ??
    fields["trace"];
  const frames = [...placesOf([fields["file"]], isOwn), ...framesOf(list, isOwn)];
  const isPython = fields["exc_type"] !== undefined;
  return {
    type: asText(
      fields["exc_type"] ??
        fields["exceptionType"] ??
        fields["name"] ??
        fields["type"] ??
        fields["class"] ??
        fields["className"] ??
        fields["exception_class"],
    ),
    message: asText(fields["exc_value"] ?? fields["message"] ?? fields["msg"] ?? fields["exception_message"]),
    frames: isPython ? frames.toReversed() : frames,
  };
}

function framesOf(list: unknown, isOwn: OwnJudge): readonly Frame[] {
  if (!Array.isArray(list)) return [];
  if (typeof list[0] !== "string") {
    return list
      .slice(0, framesMax)
      .filter(isFields)
      .map((frame) => frameOf(frame, isOwn));
  }
  const lines = list.filter((line) => typeof line === "string");
  const trace = parseStackTrace(lines.join("\n"), 0, isOwn);
  return trace?.exceptions[0]?.frames ?? placesOf(lines, isOwn);
}

/** Monolog writes places alone: `/app/src/Cart.php:12`. */
function placesOf(list: readonly unknown[], isOwn: OwnJudge): readonly Frame[] {
  return list.slice(0, framesMax).flatMap((each) => {
    const found = typeof each === "string" ? /^(.{1,400}\.php):(\d{1,9})$/.exec(each) : null;
    if (found === null) return [];
    const file = found[1] ?? "";
    return [
      { function: null, module: null, file, line: Number(found[2]), column: null, isOwn: isOwn("php", null, file) },
    ];
  });
}

function frameOf(fields: Fields, isOwn: OwnJudge): Frame {
  const module = asText(fields["class"] ?? fields["className"] ?? fields["module"]);
  const file = asText(fields["file"] ?? fields["fileName"] ?? fields["filename"] ?? fields["source"]);
  const isClass = fields["class"] !== undefined || fields["className"] !== undefined;
  const language: Language = isClass
    ? "java"
    : file?.endsWith(".go") === true || file?.endsWith(".s")
      ? "go"
      : "python";
  // structlog has the text of the source as `line`.
  const line = Number(fields["lineno"] ?? fields["line"] ?? fields["lineNumber"]);
  return {
    function: asText(
      fields["method"] ?? fields["methodName"] ?? fields["function"] ?? fields["func"] ?? fields["name"],
    ),
    module,
    file,
    line: line > 0 ? line : null,
    column: null,
    isOwn: isOwn(language, module, file),
  };
}
