import { activeSpan } from "./tracing.js";

const levels = { info: 30, warn: 40, error: 50 };

function write(level, fields, msg) {
  const span = activeSpan();
  const line = {
    level: levels[level],
    time: Date.now(),
    hostname: process.env.POD_NAME ?? "storefront-0",
    service: process.env.SERVICE_NAME ?? "storefront",
    ...(span === null ? {} : { trace_id: span.traceId, span_id: span.spanId }),
    ...fields,
    ...(fields.err ? { err: { type: fields.err.name, message: fields.err.message, stack: fields.err.stack } } : {}),
    msg,
  };
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

export const log = {
  info: (fields, msg) => write("info", fields, msg),
  warn: (fields, msg) => write("warn", fields, msg),
  error: (fields, msg) => write("error", fields, msg),
};
