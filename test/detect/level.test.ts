import { describe, expect, it } from "vitest";
import { readOne } from "./log-entries.ts";

describe("what is an error", () => {
  it.each([
    ["pino's number", '{"level":50,"msg":"x"}', "error"],
    ["pino's fatal", '{"level":60,"msg":"x"}', "fatal"],
    ["winston", '{"level":"error","message":"x"}', "error"],
    ["bunyan", '{"name":"a","hostname":"h","pid":1,"level":50,"msg":"x","time":"2026-11-20T07:13:01Z","v":0}', "error"],
    [
      "logback's encoder",
      '{"@timestamp":"2026-11-20T07:13:01Z","@version":"1","message":"x","logger_name":"a.B","level":"ERROR","level_value":40000}',
      "error",
    ],
    ["log4j2 as ECS", '{"@timestamp":"…","log.level":"ERROR","message":"x","ecs.version":"1.2.0"}', "error"],
    ["Spring Boot's ECS", '{"@timestamp":"…","log":{"level":"ERROR","logger":"a.B"},"message":"x"}', "error"],
    ["zap", '{"level":"error","ts":1795158781.3,"caller":"a/b.go:12","msg":"x"}', "error"],
    ["zap's dpanic", '{"level":"dpanic","msg":"x"}', "fatal"],
    ["slog", '{"time":"2026-11-20T07:13:01Z","level":"ERROR+2","msg":"x"}', "error"],
    ["structlog", '{"event":"x","level":"critical"}', "fatal"],
    ["python-json-logger", '{"message":"x","levelname":"ERROR"}', "error"],
    ["Python's number", '{"message":"x","levelno":40}', "error"],
    ["OpenTelemetry's number", '{"body":"x","severity_number":17}', "error"],
    ["journald's priority", '{"MESSAGE":"x","PRIORITY":"3"}', "error"],
    ["logfmt", 'ts=2026-11-20T07:13:01Z level=error msg="x"', "error"],
    ["Spring Boot's console", "2026-11-20T07:13:01.500Z ERROR 1 --- [app] [main] c.a.Foo : x", "error"],
    ["logback's pattern", "07:13:01.500 [main] ERROR c.a.Foo - x", "error"],
    ["log4j2's pattern", "2026-11-20 07:13:01,500 main ERROR x", "error"],
    ["log4j in brackets", "[2026-11-20 07:13:01,500] ERROR x (kafka.server.Broker)", "error"],
    ["Python's basicConfig", "ERROR:billing.plans:x", "error"],
    ["Python's documented format", "2026-11-20 07:13:01,500 - billing - ERROR - x", "error"],
    ["Flask", "[2026-11-20 07:13:01,500] ERROR in app: x", "error"],
    ["uvicorn", "ERROR:    Exception in ASGI application", "error"],
    ["celery", "[2026-11-20 07:13:01,500: ERROR/MainProcess] x", "error"],
    ["gunicorn", "[2026-11-20 07:13:01 +0000] [12] [ERROR] x", "error"],
    ["loguru", "2026-11-20 07:13:01.500 | ERROR    | app.main:run:12 - x", "error"],
    ["structlog's console", "2026-11-20T07:13:01Z [error    ] x      [billing] key=1", "error"],
    ["zap's console", "2026-11-20T07:13:01.300Z\tERROR\tstore/store.go:12\tx", "error"],
    ["klog", "E1120 07:13:01.500000       1 store.go:12] x", "error"],
    ["nginx", "2026/11/20 07:13:01 [error] 12#12: *1 x", "error"],
    ["NestJS", "[Nest] 12  - 11/20/2026, 7:13:01 AM   ERROR [Cart] x", "error"],
    ["pino-pretty", "[07:13:01.500] ERROR (12): x", "error"],
    ["winston's simple format", "error: x", "error"],
    ["colours", "\u001b[31mERROR\u001b[0m x", "error"],
    ["an exception's name in front", "TypeError: x is undefined", "error"],
  ])("%s", (_logger, line, level) => {
    expect(readOne(line)).toMatchObject({ isError: true, level });
  });

  it("is not a warning of pino", () => {
    expect(readOne('{"level":40,"msg":"error budget low"}')).toMatchObject({ isError: false, level: "warn" });
  });

  it.each([
    ["a number of errors", "2026-11-20T07:13:01Z INFO 1 --- [app] [main] c.a.Foo : 0 errors"],
    ["a word of the message", '{"level":"info","msg":"error handler installed, no ERROR found"}'],
    ["a field of that name", "level=info msg=done error="],
    ["an empty error", '{"level":30,"msg":"ok","err":null,"errors":0}'],
    ["a status of 500 in an access log", '10.0.0.7 - - [20/Nov/2026:07:13:01 +0000] "GET /error HTTP/1.1" 500 12'],
    ["a warning that mentions one", "WARNING:worker:queue depth 812, error budget at 71%"],
    ["an ordinary sentence", "error rate is 0.1% today"],
    ["a value", "error=null retries=0"],
    ["plain text without a level", "reading the ERROR table"],
    ["an empty line", ""],
  ])("is not %s", (_what, line) => {
    expect(readOne(line).isError).toBe(false);
  });

  it("believes a structured body before the stream's label, for pipelines guess", () => {
    expect(readOne('{"level":"info","msg":"0 errors"}', { labels: { level: "error" } }).isError).toBe(false);
    expect(readOne('{"level":"error","msg":"x"}', { labels: { level: "info" } }).isError).toBe(true);
  });

  it("believes what a text logger wrote before the label, and the label before a bare word", () => {
    expect(readOne("2026-11-20 07:13:01 ERROR x", { labels: { level: "info" } }).isError).toBe(true);
    expect(readOne("error budget spent, see page", { labels: { level: "info" } }).isError).toBe(false);
  });

  it("takes the label where the line has no level, whatever its case", () => {
    expect(readOne("deadlock detected", { labels: { level: "Error" } })).toMatchObject({
      isError: true,
      level: "error",
    });
    expect(readOne("deadlock detected", { structuredMetadata: { severity_text: "ERROR" } }).isError).toBe(true);
  });

  it("takes Loki's guess only where nothing states a level", () => {
    expect(readOne("x", { structuredMetadata: { detected_level: "error" } }).isError).toBe(true);
    expect(readOne("2026-11-20 07:13:01 INFO x", { structuredMetadata: { detected_level: "error" } }).isError).toBe(
      false,
    );
    expect(readOne("x", { structuredMetadata: { detected_level: "unknown" } }).isError).toBe(false);
  });

  it("takes a stack trace for an error where nothing states a level, and only there", () => {
    const trace = "java.lang.IllegalStateException: x\n\tat com.acme.A.b(A.java:1)";
    expect(readOne(trace)).toMatchObject({ isError: true });
    expect(readOne(`2026-11-20 07:13:01 INFO retried\n${trace}`)).toMatchObject({ isError: false, level: "info" });
  });

  it("finds the level of JSON that a length limit cut off", () => {
    expect(readOne('{"level":"error","msg":"truncated json')).toMatchObject({
      isError: true,
      message: "truncated json",
    });
  });

  it("reads the line inside a container's JSON", () => {
    expect(
      readOne('{"log":"level=error msg=\\"disk full\\"\\n","stream":"stderr","time":"2026-11-20T07:13:01Z"}'),
    ).toMatchObject({
      isError: true,
      message: "disk full",
    });
  });

  it("says why, in one sentence each", () => {
    const { because } = readOne('{"level":50,"msg":"x"}', { labels: { service_name: "cart" } });
    expect(because).toContain("It is an error: its level is error by the JSON field level.");
    expect(because).toContain("Its service is cart by the label service_name; the service map has no such service.");
  });
});

describe("the message", () => {
  it.each([
    [
      "2026-11-20T07:13:01.500Z ERROR 1 --- [app] [main] [trace_id=, span_id=] c.a.Foo : no stock: sku-1",
      "no stock: sku-1",
    ],
    ["07:13:01.500 [main] ERROR c.a.Foo - no stock", "no stock"],
    ["ERROR:billing.plans:no plan", "no plan"],
    ["2026-11-20 07:13:01,500 - billing - ERROR - no plan", "no plan"],
    ["2026-11-20 07:13:01.500 | ERROR    | app.main:run:12 - no plan", "no plan"],
    ["2026-11-20T07:13:01.300Z\tERROR\tstore/store.go:12\tno stock", "no stock"],
    ["2026/11/20 07:13:01 [error] 12#12: *1 connect() failed", "connect() failed"],
    ['level=error caller=reserve.go:77 msg="reserve \\"failed\\"" err=x', 'reserve "failed"'],
    ['{"level":50,"err":{"message":"boom"},"msg":""}', "boom"],
  ])("of %j is %j", (line, message) => {
    expect(readOne(line).message).toBe(message);
  });
});
