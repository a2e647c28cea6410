import { describe, expect, it } from "vitest";
import { createEntryReader } from "../../src/detect/entries/read-entries.ts";
import { framesOf, readFixture, readOne, rules, split } from "./log-entries.ts";

const errorsOf = (name: string) =>
  createEntryReader(rules)
    .read(split(readFixture(`stack-traces/${name}`)))
    .filter((entry) => entry.isError);
const exceptionOf = ({ type, message }: { readonly type: string | null; readonly message: string | null }) =>
  `${type}: ${message}`;

describe("stack traces that real runtimes wrote, line by line", () => {
  it("of Java: causes after what they caused, suppressed ones left out, messages of several lines", () => {
    const errors = errorsOf("java-order-service.txt");
    expect(errors).toHaveLength(4);
    const [logged, printed, worker, uncaught] = errors;
    expect(logged).toMatchObject({ level: "error", message: "could not place order 17" });
    expect(logged?.exceptions.map((exception) => exception.type)).toEqual([
      "java.lang.IllegalStateException",
      "java.lang.NullPointerException",
    ]);
    expect(logged?.exceptions[0]?.message).toBe("order 17 failed\nsecond line: detail");
    expect(logged && framesOf(logged)).toEqual([
      "*com.acme.order.OrderService.place:6",
      "*com.acme.order.OrderService.with:7",
      "*com.acme.order.OrderService.main:11",
    ]);
    expect(logged && framesOf(logged, 1)).toEqual([
      "*com.acme.order.OrderService.sku:5",
      "*com.acme.order.OrderService.lambda$place$0:6",
      "java.lang.Iterable.forEach:75",
    ]);
    expect(logged?.exceptions[1]?.frames[0]).toMatchObject({
      file: "OrderService.java",
      function: "sku",
      column: null,
    });
    expect(printed?.message).toMatch(/^java\.lang\.NullPointerException: Cannot invoke/);
    expect(worker?.exceptions[0]?.type).toBe("java.lang.IllegalStateException");
    // Logged by a catch, thrown to the top: the same bug.
    expect(uncaught?.fingerprint).toBe(logged?.fingerprint);
    expect(printed?.fingerprint).not.toBe(logged?.fingerprint);
  });

  it("of Node: the cause, and what it prints above an uncaught error", () => {
    const [logged] = errorsOf("node-console.txt");
    const [uncaught, ...others] = errorsOf("node-uncaught.txt");
    expect(others).toEqual([]);
    expect(logged?.message).toBe("checkout failed");
    expect(uncaught?.message).toBe("CartError: cannot make cart");
    expect(logged?.exceptions.map(exceptionOf)).toEqual([
      "CartError: cannot make cart",
      "TypeError: Cannot read properties of undefined (reading 'id')",
    ]);
    expect(logged?.exceptions[1]?.frames[0]).toEqual({
      function: "toCart",
      module: null,
      file: "/app/checkout.js",
      line: 10,
      column: 19,
      isOwn: true,
    });
    expect(uncaught?.fingerprint).toBe(logged?.fingerprint);
  });

  it("of Python: innermost frames first, the cause after what it caused, carets passed over", () => {
    const [logged] = errorsOf("python-logged.txt");
    const [uncaught] = errorsOf("python-uncaught.txt");
    expect(logged).toMatchObject({ level: "error", message: "could not bill customer 17" });
    expect(logged?.exceptions.map(exceptionOf)).toEqual(["PlanError: no plan for customer 17", "KeyError: 'plan'"]);
    expect(logged && framesOf(logged)).toEqual(["*bill:18", "*<module>:25"]);
    expect(logged && framesOf(logged, 1)).toEqual(["*load:11", "*bill:16"]);
    expect(logged?.exceptions[1]?.frames[0]?.file).toBe("/srv/billing/plans.py");
    expect(uncaught?.fingerprint).toBe(logged?.fingerprint);
  });

  it("of Go: the panic that a server survived", () => {
    const [panic, ...others] = errorsOf("go-panic.txt");
    expect(others).toEqual([]);
    expect(panic?.exceptions.map(exceptionOf)).toEqual([
      "panic: runtime error: invalid memory address or nil pointer dereference",
    ]);
    expect(panic && framesOf(panic)).toEqual([
      "net/http.(*conn).serve.func1:1947",
      "panic:785",
      "*github.com/acme/inventory/store.(*Store).Get:64",
      "*main.handleReserve.func1:31",
      "net/http.HandlerFunc.ServeHTTP:2220",
    ]);
  });

  it("are the same when they came in one entry", () => {
    for (const name of ["node-console.txt", "python-uncaught.txt", "go-panic.txt"]) {
      const whole = readOne(readFixture(`stack-traces/${name}`));
      const [inLines] = errorsOf(name);
      expect(whole.exceptions, name).toEqual(inLines?.exceptions);
      expect(whole.fingerprint, name).toBe(inLines?.fingerprint);
    }
  });
});

describe("frames", () => {
  it.each([
    ["at java.base/java.lang.Thread.run(Thread.java:1583)", "java.lang.Thread.run:1583"],
    ["at app//com.acme.Cart.add(Cart.kt:12) ~[app.jar:1.0]", "*com.acme.Cart.add:12"],
    ["at com.acme.Cart$$SpringCGLIB$$0.add(<generated>)", "com.acme.Cart$$SpringCGLIB$$0.add:null"],
    ["at com.acme.Cart$$Lambda/0x00007f01.run(Unknown Source)", "com.acme.Cart$$Lambda/0x00007f01.run:null"],
    ["at jdk.proxy2/jdk.proxy2.$Proxy123.save(Unknown Source)", "jdk.proxy2.$Proxy123.save:null"],
    [
      "at com.acme.OrderService$place$1.invokeSuspend(OrderService.kt:22)",
      "*com.acme.OrderService$place$1.invokeSuspend:22",
    ],
    ["at org.springframework.aop.Proxy.proceed(Proxy.java:1)", "org.springframework.aop.Proxy.proceed:1"],
  ])("of Java: %s", (line, frame) => {
    expect(framesOf(readOne(`ERROR x\njava.lang.Error: y\n\t${line}`))).toEqual([frame]);
  });

  it.each([
    [
      "at async handler (/app/src/routes/checkout.ts:22:5)",
      { function: "handler", file: "/app/src/routes/checkout.ts", line: 22, column: 5, isOwn: true },
    ],
    ["at file:///app/main.mjs:3:1", { function: null, file: "/app/main.mjs", line: 3, column: 1, isOwn: true }],
    ["at new Cart (C:\\app\\cart.js:1:2)", { function: "new Cart", file: "C:\\app\\cart.js", line: 1, isOwn: true }],
    [
      "at Layer.handle [as handle_request] (/app/node_modules/@acme/web/lib/layer.js:95:5)",
      { function: "Layer.handle [as handle_request]", module: "@acme/web", isOwn: false },
    ],
    [
      "at process.processTicksAndRejections (node:internal/process/task_queues:95:5)",
      { module: "node:internal/process/task_queues", line: 95, isOwn: false },
    ],
    ["at Array.map (<anonymous>)", { function: "Array.map", file: null, isOwn: false }],
    ["at async Promise.all (index 0)", { function: "Promise.all", file: null, isOwn: false }],
    ["at eval (eval at run (/app/a.js:1:1), <anonymous>:1:7)", { function: "eval", file: null, isOwn: false }],
  ])("of Node: %s", (line, frame) => {
    expect(readOne(`Error: y\n    ${line}`).exceptions[0]?.frames[0]).toMatchObject(frame);
  });

  it("of Python's libraries have dotted modules and are not ours", () => {
    const text =
      'Traceback (most recent call last):\n  File "/usr/lib/python3/dist-packages/flask/app.py", line 5, in dispatch\n    f()\n  File "/srv/a.py", line 2, in f\nRuntimeError';
    expect(framesOf(readOne(text))).toEqual(["*f:2", "flask.app.dispatch:5"]);
    expect(readOne(text).exceptions[0]).toMatchObject({ type: "RuntimeError", message: null });
  });

  it("are ours by the service map's prefixes where it has some", () => {
    const text =
      "ERROR x\njava.lang.Error: y\n\tat com.acme.order.A.b(A.java:1)\n\tat com.acme.orders.C.d(C.java:2)\n\tat org.springframework.E.f(E.java:3)";
    const own = { ...rules, own: { cart: ["com.acme.order"] } };
    expect(framesOf(readOne(text, { labels: { service_name: "cart" } }, own))).toEqual([
      "*com.acme.order.A.b:1",
      "com.acme.orders.C.d:2",
      "org.springframework.E.f:3",
    ]);
    const node = "Error: y\n    at a (/app/src/a.ts:1:1)\n    at b (/app/vendor/b.ts:1:1)";
    expect(framesOf(readOne(node, { labels: { service_name: "web" } }, { ...rules, own: { web: ["src"] } }))).toEqual([
      "*a:1",
      "b:1",
    ]);
  });
});

describe("stack traces in fields", () => {
  it("of pino, with type and message beside them", () => {
    const line = JSON.stringify({
      level: 50,
      err: { type: "TypeError", message: "x", stack: "TypeError: x\n    at a (/app/a.ts:1:2)" },
      msg: "request errored",
    });
    expect(readOne(line)).toMatchObject({
      message: "request errored",
      exceptions: [{ type: "TypeError", message: "x" }],
    });
  });

  it("of logback's encoder, Spring's ECS and Python", () => {
    const java =
      "java.lang.IllegalStateException: x\n\tat com.acme.A.b(A.java:1)\nCaused by: java.io.IOException: y\n\tat com.acme.C.d(C.java:2)\n\t... 1 common frames omitted";
    for (const fields of [
      { stack_trace: java },
      { error: { type: "IllegalStateException", stack_trace: java } },
      { exception: java },
    ]) {
      const read = readOne(JSON.stringify({ level: "ERROR", message: "m", ...fields }));
      expect(read.exceptions.map(exceptionOf)).toEqual([
        "java.lang.IllegalStateException: x",
        "java.io.IOException: y",
      ]);
    }
    const python =
      "Traceback (most recent call last):\n  File \"/srv/a.py\", line 133, in score\n    vec = index[item]\nKeyError: 'sku'";
    expect(
      readOne(JSON.stringify({ event: "m", level: "error", exception: python })).exceptions.map(exceptionOf),
    ).toEqual(["KeyError: 'sku'"]);
  });

  it("of log4j2 and structlog, as objects", () => {
    const thrown = {
      name: "java.io.IOException",
      message: "y",
      extendedStackTrace: [{ class: "com.acme.C", method: "d", file: "C.java", line: 2 }],
      cause: { name: "java.lang.Error" },
    };
    const java = readOne(JSON.stringify({ level: "ERROR", message: "m", thrown }));
    expect(java.exceptions.map(exceptionOf)).toEqual(["java.io.IOException: y", "java.lang.Error: null"]);
    expect(framesOf(java)).toEqual(["*com.acme.C.d:2"]);
    const python = [
      {
        exc_type: "KeyError",
        exc_value: "'sku'",
        frames: [
          { filename: "/srv/a.py", lineno: 1, name: "main" },
          { filename: "/srv/a.py", lineno: 2, name: "score" },
        ],
      },
    ];
    expect(framesOf(readOne(JSON.stringify({ event: "m", level: "error", exception: python })))).toEqual([
      "*score:2",
      "*main:1",
    ]);
  });

  it("of OpenTelemetry, beside the line", () => {
    const structuredMetadata = {
      severity_text: "ERROR",
      exception_type: "KeyError",
      exception_message: "'sku'",
      exception_stacktrace:
        "Traceback (most recent call last):\n  File \"/srv/a.py\", line 2, in score\nKeyError: 'sku'",
    };
    expect(readOne("scoring failed", { structuredMetadata })).toMatchObject({
      message: "scoring failed",
      exceptions: [{ type: "KeyError", message: "'sku'" }],
    });
  });

  it("of zap and pkg/errors, the root cause last", () => {
    const errorVerbose =
      "no stock\nmain.load\n\t/src/main.go:12\nmain.main\n\t/src/main.go:30\nreserve failed\nmain.reserve\n\t/src/main.go:20";
    const read = readOne(JSON.stringify({ level: "error", msg: "m", error: "reserve failed: no stock", errorVerbose }));
    expect(read.exceptions.map((exception) => exception.message)).toEqual(["reserve failed", "no stock"]);
    expect(framesOf(read, 1)).toEqual(["*main.load:12", "*main.main:30"]);
  });

  it("in the message itself, and escaped twice", () => {
    expect(
      readOne(JSON.stringify({ level: "error", msg: "m\njava.lang.Error: y\n\tat com.acme.A.b(A.java:1)" })),
    ).toMatchObject({ message: "m", exceptions: [{ type: "java.lang.Error" }] });
    expect(
      readOne(JSON.stringify({ level: "error", msg: "m", stack: "Error: y\\n    at a (/app/a.ts:1:2)" })).exceptions,
    ).toMatchObject([{ type: "Error", message: "y" }]);
  });
});
