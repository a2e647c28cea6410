import { describe, expect, it } from "vitest";
import type { ReadingRules } from "../../src/domain/reading-rules.ts";
import { readOne, rules } from "./log-entries.ts";

const mapped: ReadingRules = { ...rules, aliases: { checkout: "checkout", "checkout-api": "checkout" } };
const trace = "e012f12dfbd02b6cef20a4317c771606";
const span = "726c19b86c195f44";

describe("the service", () => {
  it("is the first configured label that is there, its aliases resolved whatever their case", () => {
    expect(readOne("x", { labels: { app: "other", service_name: "Checkout-API" } }, mapped).service).toBe("checkout");
  });

  it("is kept as it is where the service map has no such name, so that somebody sees it", () => {
    expect(readOne("x", { labels: { service_name: "Legacy" } }, mapped).service).toBe("Legacy");
  });

  it("comes from labels before metadata before the line", () => {
    const line = '{"level":"error","service_name":"inner","msg":"x"}';
    expect(
      readOne(line, { labels: { service_name: "legacy" }, structuredMetadata: { service_name: "meta" } }).service,
    ).toBe("legacy");
    expect(readOne(line, { structuredMetadata: { app: "meta" } }).service).toBe("meta");
    expect(readOne(line).service).toBe("inner");
  });

  it.each([
    '{"level":"error","service":{"name":"cart"},"msg":"x"}',
    '{"level":"error","service.name":"cart","msg":"x"}',
    '{"level":"error","resource":{"service.name":"cart"},"msg":"x"}',
    "level=error service_name=cart msg=x",
    "2026-11-20T07:13:01.500Z ERROR 1 --- [cart] [nio-8080-exec-1] c.a.Foo : x",
  ])("is found in %s", (line) => {
    expect(readOne(line).service).toBe("cart");
  });

  it("is no property that every object has", () => {
    expect(readOne("x", { labels: { service_name: "constructor" } }, mapped).service).toBe("constructor");
  });
});

describe("the trace id", () => {
  it.each([
    ["metadata", "x", { structuredMetadata: { trace_id: trace } }],
    ["a label", "x", { labels: { traceID: trace } }],
    ["pino", `{"level":50,"traceId":"${trace}","spanId":"${span}","msg":"x"}`, {}],
    ["the Java agent's MDC", `{"level":"ERROR","message":"x","mdc":{"trace_id":"${trace}","span_id":"${span}"}}`, {}],
    [
      "Python's OpenTelemetry",
      `{"levelname":"ERROR","message":"x","otelTraceID":"${trace}","otelSpanID":"${span}"}`,
      {},
    ],
    ["ECS", `{"log.level":"ERROR","message":"x","trace.id":"${trace}","span.id":"${span}"}`, {}],
    ["nested ECS", `{"log":{"level":"ERROR"},"message":"x","trace":{"id":"${trace}"},"span":{"id":"${span}"}}`, {}],
    ["traceparent", `{"level":"error","msg":"x","traceparent":"00-${trace}-${span}-01"}`, {}],
    ["a header", `{"level":"error","msg":"x","x-b3-traceid":"${trace}"}`, {}],
    ["capitals", `{"level":"error","msg":"x","traceId":"${trace.toUpperCase()}"}`, {}],
    ["dashes", `{"level":"error","msg":"x","trace_id":"e012f12d-fbd0-2b6c-ef20-a4317c771606"}`, {}],
    [
      "Cloud Logging",
      `{"severity":"ERROR","message":"x","logging.googleapis.com/trace":"projects/p/traces/${trace}"}`,
      {},
    ],
    ["logfmt", `level=error msg=x trace_id=${trace} span_id=${span}`, {}],
    [
      "Spring's MDC in text",
      `2026-11-20T07:13:01.500Z ERROR 1 --- [a] [b] [trace_id=${trace}, span_id=${span}] c.a.Foo : x`,
      {},
    ],
    ["Sleuth", `2026-11-20 07:13:01.500 ERROR [cart,${trace},${span}] 1 --- [main] c.a.Foo : x`, {}],
    ["Spring Boot's correlation", `2026-11-20T07:13:01.500Z ERROR 1 --- [a] [b] [${trace}-${span}] c.a.Foo : x`, {}],
    ["words of a message", `upstream failed, traceId: ${trace}`, {}],
    ["a traceparent in text", `failed traceparent=00-${trace}-${span}-01`, {}],
  ])("of %s", (_where, line, around) => {
    expect(readOne(line, around).traceId).toBe(trace);
  });

  it("of 64 bit is padded on the left", () => {
    expect(readOne('{"level":"error","traceId":"1b1ba462b409200d","msg":"x"}').traceId).toBe(
      "00000000000000001b1ba462b409200d",
    );
  });

  it("of Datadog is decimal", () => {
    const hex = 1952998142143733773n.toString(16).padStart(16, "0");
    const inFields =
      '{"level":"error","dd":{"trace_id":"1952998142143733773","span_id":"1952998142143733773"},"msg":"x"}';
    expect(readOne(inFields)).toMatchObject({ traceId: hex.padStart(32, "0"), spanId: hex });
    expect(readOne("ERROR dd.trace_id=1952998142143733773 x").traceId).toBe(hex.padStart(32, "0"));
  });

  it.each([
    ["zeros", '{"level":"error","traceId":"00000000000000000000000000000000","msg":"x"}'],
    ["a request id", '{"level":"error","requestId":"e012f12d-fbd0-2b6c-ef20-a4317c771606","msg":"x"}'],
    ["a commit", '{"level":"error","commit":"e012f12dfbd02b6cef20a4317c771606aaaaaaaa","msg":"x"}'],
    ["a UUID in a message", "ERROR order e012f12d-fbd0-2b6c-ef20-a4317c771606 failed"],
    ["an empty field", "2026-11-20T07:13:01.500Z ERROR 1 --- [a] [b] [trace_id=, span_id=] c.a.Foo : x"],
    [
      "a stack trace in a field named trace",
      '{"level":"error","trace":"Error: x\\n    at a (/app/b.js:1:2)","msg":"x"}',
    ],
  ])("is none for %s", (_what, line) => {
    expect(readOne(line).traceId).toBeNull();
  });

  it("comes with its span", () => {
    expect(readOne(`level=error msg=x trace_id=${trace} span_id=${span}`).spanId).toBe(span);
    expect(readOne(`{"level":"error","msg":"x","traceparent":"00-${trace}-${span}-01"}`).spanId).toBe(span);
  });
});
