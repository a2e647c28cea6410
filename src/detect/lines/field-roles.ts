/** What a field of a structured log entry is for, by its name alone. */
export type FieldRole =
  | "level"
  | "python-level"
  | "otel-level"
  | "syslog-level"
  | "azure-level"
  | "mongo-level"
  | "status"
  | "type"
  | "guessed-level"
  | "message"
  | "body"
  | "trace-id"
  | "datadog-trace-id"
  | "span-id"
  | "datadog-span-id"
  | "stack"
  | "error"
  | "error-type"
  | "error-message"
  | "trace"
  | "span"
  | "b3"
  | "datadog"
  | "container"
  | null;

/** Names without case and punctuation: `log.level`, `LogLevel` and `log_level` are one. */
const roleByName: Readonly<Record<Exclude<FieldRole, null>, readonly string[]>> = {
  level: [
    "level",
    "lvl",
    "lv",
    "severity",
    "sev",
    "loglevel",
    "levelname",
    "loglevelname",
    "severitytext",
    "@l",
    "@level",
    "logseverity",
    "logginglevel",
    "errorseverity",
    "prioritykeyword",
    "journalprioritykeyword",
  ],
  "python-level": ["levelno"],
  "otel-level": ["severitynumber"],
  "syslog-level": ["priority", "levelvalue", "syslogseverity", "levelint"],
  "azure-level": ["severitylevel"],
  "mongo-level": ["s"],
  status: ["status"],
  type: ["type"],
  "guessed-level": ["detectedlevel", "levelextracted"],
  message: [
    "message",
    "msg",
    "@message",
    "event",
    "text",
    "shortmessage",
    "@m",
    "@mt",
    "fullmessage",
    "logmessage",
    "textpayload",
    "renderedmessage",
    "messagetemplate",
    "m",
  ],
  body: ["body"],
  "trace-id": [
    "traceid",
    "oteltraceid",
    "xb3traceid",
    "traceparent",
    "xraytraceid",
    "awsxraytraceid",
    "amzntraceid",
    "xamzntraceid",
    "xcloudtracecontext",
    "ubertraceid",
    "@tr",
    "logginggoogleapiscomtrace",
    "xtraceid",
  ],
  "datadog-trace-id": ["ddtraceid"],
  "span-id": ["spanid", "otelspanid", "xb3spanid", "logginggoogleapiscomspanid", "@sp"],
  "datadog-span-id": ["ddspanid"],
  stack: [
    "stack",
    "stacktrace",
    "errorstack",
    "errorstacktrace",
    "exceptionstacktrace",
    "excinfo",
    "exctext",
    "traceback",
    "errorverbose",
    "backtrace",
    "errorbacktrace",
    "exceptionbacktrace",
    "panicbacktrace",
    "errverbose",
    "extendedstacktrace",
    "exceptionstack",
    "errstack",
    "throwableinfo",
    "@x",
  ],
  error: ["error", "err", "exception", "thrown", "throwable", "ex"],
  "error-type": [
    "errortype",
    "exceptiontype",
    "exceptionclass",
    "errorclass",
    "errorname",
    "errorkind",
    "exceptionname",
    "errtype",
    "exctype",
    "errname",
  ],
  "error-message": [
    "errormessage",
    "exceptionmessage",
    "errmessage",
    "errormsg",
    "errmsg",
    "excvalue",
    "panicpayload",
    "panicmessage",
  ],
  trace: ["trace"],
  span: ["span"],
  b3: ["b3"],
  datadog: ["dd"],
  container: [
    "mdc",
    "context",
    "contextmap",
    "ctx",
    "extra",
    "fields",
    "attributes",
    "resource",
    "resources",
    "labels",
    "properties",
    "otel",
    "meta",
    "metadata",
    "record",
    "data",
    "tags",
    "log",
    "jsonpayload",
    "exceptionproperties",
    "tracecontext",
    "spancontext",
    "logmeta",
  ],
};

const known = new Map<string, FieldRole>();
for (const [role, names] of Object.entries(roleByName)) {
  for (const name of names) known.set(name, role as FieldRole);
}
// As Loki's json stage and flattening shippers name what stood in a container: `mdc_traceId`, `contextMap.trace_id`.
for (const container of roleByName.container) {
  for (const id of ["traceid", "spanid"] as const) {
    if (!known.has(container + id)) known.set(container + id, known.get(id) ?? null);
  }
}

const namesMax = 5000;
const namesSeen = new Map<string, FieldRole>();

/** Names repeat in every entry, so each is judged once; the memory of them is bounded. */
export function roleOf(name: string): FieldRole {
  const seen = namesSeen.get(name);
  if (seen !== undefined) return seen;
  const role = name.length > 40 ? null : (known.get(plainName(name)) ?? null);
  if (namesSeen.size >= namesMax) namesSeen.clear();
  namesSeen.set(name, role);
  return role;
}

/** `service.name`, `serviceName` and `service_name` are one name. */
export function plainName(name: string): string {
  return name.replace(/[^A-Za-z0-9@]/g, "").toLowerCase();
}
