import type { Exception, Frame } from "../../domain/error-entry.ts";
import type { Fields } from "../lines/line-reading.ts";
import { asText, isFields } from "../lines/read-fields.ts";
import type { Language, OwnJudge } from "./own-frame.ts";
import { exceptionsMax, framesMax } from "./parsed-trace.ts";

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
  const exceptions: Exception[] = [];
  let fields: unknown = value;
  while (isFields(fields) && exceptions.length < exceptionsMax) {
    exceptions.push(exceptionOf(fields, isOwn));
    fields = causeOf(fields);
  }
  return exceptions.filter(saysSomething);
}

function causeOf(fields: Fields): unknown {
  const cause = fields["cause"] ?? fields["causedBy"] ?? fields["caused_by"];
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
    fields["stacktrace"];
  const frames = Array.isArray(list)
    ? list
        .slice(0, framesMax)
        .filter(isFields)
        .map((frame) => frameOf(frame, isOwn))
    : [];
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
    frames: isPython ? frames.reverse() : frames,
  };
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
  const line = Number(fields["line"] ?? fields["lineNumber"] ?? fields["lineno"]);
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
