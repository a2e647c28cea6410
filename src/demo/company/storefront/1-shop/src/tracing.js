import { AsyncLocalStorage } from "node:async_hooks";
import { randomBytes } from "node:crypto";
import { appendFileSync } from "node:fs";

const kinds = { internal: 1, server: 2, client: 3 };
const active = new AsyncLocalStorage();

export function activeSpan() {
  return active.getStore() ?? null;
}

/** The header that carries this span to the next service. */
export function traceparent(span) {
  return `00-${span.traceId}-${span.spanId}-01`;
}

export async function withSpan(name, kind, attributes, work) {
  const parent = activeSpan();
  const span = {
    traceId: parent?.traceId ?? randomBytes(16).toString("hex"),
    spanId: randomBytes(8).toString("hex"),
    ...(parent === null ? {} : { parentSpanId: parent.spanId }),
    name,
    kind: kinds[kind],
    startTimeUnixNano: nowNs(),
    attributes: attributesOf(attributes),
    events: [],
    status: {},
  };
  try {
    return await active.run(span, () => work(span));
  } catch (error) {
    span.events.push({
      timeUnixNano: nowNs(),
      name: "exception",
      attributes: attributesOf({
        "exception.type": error.name,
        "exception.message": error.message,
        "exception.stacktrace": error.stack,
      }),
    });
    span.status = { code: 2, message: error.message };
    throw error;
  } finally {
    span.endTimeUnixNano = nowNs();
    if (process.env.SPANS_FILE) appendFileSync(process.env.SPANS_FILE, `${JSON.stringify(span)}\n`);
  }
}

function nowNs() {
  return String(BigInt(Math.round((performance.timeOrigin + performance.now()) * 1000)) * 1000n);
}

function attributesOf(values) {
  return Object.entries(values).map(([key, value]) => ({
    key,
    value: typeof value === "number" ? { intValue: String(value) } : { stringValue: String(value) },
  }));
}
