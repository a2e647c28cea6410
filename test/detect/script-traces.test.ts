import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ErrorEntry } from "../../src/domain/error-entry.ts";
import { readOne } from "./log-entries.ts";

const chainOf = (entry: ErrorEntry) => entry.exceptions.map(({ type, message }) => `${type}: ${message}`);
const frameOf = (line: string) => readOne(`Error: x\n    at ${line}`).exceptions[0]?.frames[0];

describe("frames of V8", () => {
  it.each([
    ["cart.total (C:\\app\\src\\cart.js:12:7)", { function: "cart.total", file: "C:\\app\\src\\cart.js", line: 12 }],
    ["Object.<anonymous> (file:///C:/app/cart.mjs:1:2)", { file: "C:/app/cart.mjs", line: 1, column: 2 }],
    ["/srv/shop (copy)/cart.js:1:2", { function: null, file: "/srv/shop (copy)/cart.js", line: 1 }],
    ["get total [as total] (/app/cart.js:3:4)", { function: "get total [as total]", line: 3 }],
    ["async Promise.allSettled (index 3)", { function: "Promise.allSettled", file: null, isOwn: false }],
    ["? (https://shop.example/app.js:1:20)", { function: null, file: "https://shop.example/app.js", column: 20 }],
    [
      "render (address at /data/app/index.android.bundle:1:4711)",
      { function: "render", file: "/data/app/index.android.bundle", column: 4711, isOwn: true },
    ],
    [
      "Page (webpack-internal:///(rsc)/./src/app/page.tsx:12:3)",
      { function: "Page", file: "webpack-internal:///(rsc)/./src/app/page.tsx", line: 12, isOwn: true },
    ],
    ["x (webpack-internal:///(rsc)/./node_modules/next/dist/server/a.js:1:2)", { module: "next", isOwn: false }],
    ["x (webpack://shop/./src/cart.ts?3f9a:12:3)", { line: 12, isOwn: true }],
    ["__webpack_require__ (webpack://shop/webpack/bootstrap:22:1)", { isOwn: false }],
    ["x (/app/.next/server/webpack-runtime.js:1:2)", { isOwn: false }],
    ["x (https://shop.example/_next/static/chunks/framework-5429a50ba5373c56.js:9:3)", { isOwn: false }],
    ["x (https://shop.example/_next/static/chunks/app/page-5429a50ba5373c56.js:1:2)", { isOwn: true }],
    ["x (http://localhost:5173/node_modules/.vite/deps/react.js?v=1f2e:1:2)", { isOwn: false }],
    ["x (http://localhost:5173/src/App.tsx?t=1700:1:2)", { isOwn: true }],
    ["x (https://cdn.jsdelivr.net/npm/vue@3/dist/vue.global.js:1:2)", { isOwn: false }],
    ["x (chrome-extension://abcdef/content.js:1:2)", { isOwn: false }],
    ["mainFetch (ext:deno_fetch/26_fetch.js:2:3449)", { module: "ext:deno_fetch/26_fetch.js", isOwn: false }],
    ["x (bun:sqlite:1:2)", { module: "bun:sqlite", isOwn: false }],
    ["processTicksAndRejections (native:7:39)", { isOwn: false }],
    ["[worker eval]:1:57", { file: "[worker eval]", isOwn: false }],
    ["Module._compile (internal/modules/cjs/loader.js:1063:30)", { line: 1063, isOwn: false }],
    ["emit (events.js:315:20)", { isOwn: false }],
    ["x (evalmachine.<anonymous>:1:2)", { isOwn: false }],
    ["x (/repo/.yarn/cache/pg-npm-8.1.0-abc.zip/node_modules/pg/lib/client.js:1:2)", { module: "pg", isOwn: false }],
  ])("%s", (line, expected) => {
    expect(frameOf(line)).toMatchObject(expected);
  });

  it.each(["serve (/srv/checkout/sr", "discountOf", "/srv/check", "a.b [as "])(
    "that were cut off are none: %s",
    (cut) => {
      const text = `Error: x\n    at first (/app/a.js:1:2)\n    at ${cut}`;
      expect(readOne(text).exceptions[0]?.frames.map((frame) => frame.function)).toEqual(["first"]);
    },
  );
});

describe("frames of SpiderMonkey and JavaScriptCore", () => {
  const first = (line: string) => readOne(`TypeError: x is undefined\n${line}`).exceptions[0]?.frames[0];
  it.each([
    ["total/<@https://shop.example/a.js:17:34", { function: "total/<", line: 17, column: 34, isOwn: true }],
    ["@https://shop.example/a.js:1:2", { function: null, isOwn: true }],
    ["async*load@https://shop.example/a.js:1:2", { function: "load" }],
    ["setTimeout handler*start@https://shop.example/a.js:1:2", { function: "start" }],
    ["get rounded@https://shop.example/a.js:1:2", { function: "get rounded" }],
    ["global code@https://shop.example/a.js:1:2", { function: "global code" }],
    ["x@https://cdn.example/@acme/ui/index.js:1:2", { function: "x", file: "https://cdn.example/@acme/ui/index.js" }],
    ["run@https://shop.example/a.js line 94 > Function:3:1", { file: "https://shop.example/a.js", line: 94 }],
    ["load@file:///srv/shop/a.js:4:5", { file: "/srv/shop/a.js", line: 4 }],
    ["x@moz-extension://1f/content.js:1:2", { isOwn: false }],
    ["asyncFunctionResume@[native code]\nx@https://a.example/b.js:1:2", { file: null, line: null, isOwn: false }],
  ])("%s", (line, expected) => {
    expect(first(line)).toMatchObject(expected);
  });

  it.each([
    "mail to bob@shop.example:22:1",
    "clone git@github.com:acme/shop.git",
    "connected as root@10.0.0.7:5432",
    "user@host.js is gone",
  ])("are not: %s", (line) => {
    expect(readOne(`2026-11-20 07:13:00 ERROR something\n${line}`).exceptions).toEqual([]);
  });
});

describe("what Node's printer of objects writes around errors", () => {
  it("causes inside causes, each with what it has besides", () => {
    const entry = readOne(`could not bill OrderError: order 7
    at bill (/app/bill.js:1:2) {
  code: 'E_BILL',
  [cause]: GatewayError: answered 502
      at ask (/app/ask.js:3:4) {
    statusCode: 502,
    [cause]: [TypeError: fetch failed] {
      [cause]: Error: connect ECONNREFUSED 127.0.0.1:80
          at TCPConnectWrap.afterConnect (node:net:1:2) {
        errno: -111
      }
    }
  }
}`);
    expect(entry.message).toBe("could not bill");
    expect(chainOf(entry)).toEqual([
      "OrderError: order 7",
      "GatewayError: answered 502",
      "TypeError: fetch failed",
      "Error: connect ECONNREFUSED 127.0.0.1:80",
    ]);
    expect(entry.exceptions.map(({ frames }) => frames.length)).toEqual([1, 1, 0, 1]);
  });

  it("an error among an object's properties, and no frames of what is only a property", () => {
    const entry = readOne(`QueryFailedError: duplicate key
    at PostgresQueryRunner.query (/app/node_modules/typeorm/driver/a.js:1:2)
    at save (/app/src/orders.js:9:9) {
  query: 'INSERT',
  driverError: error: duplicate key value
      at Parser.parseErrorMessage (/app/node_modules/pg-protocol/dist/parser.js:2:3) {
    length: 211
  }
}`);
    expect(chainOf(entry)).toEqual(["QueryFailedError: duplicate key", "error: duplicate key value"]);
    expect(entry.exceptions[0]?.frames.map((frame) => frame.line)).toEqual([1, 9]);
  });

  it("an aggregate and its members, in a list", () => {
    const entry = readOne(`[AggregateError: All promises were rejected] {
  [errors]: [
    Error: one
        at a (/app/a.js:1:2),
    [Error: two],
    Error: three
        at c (/app/c.js:1:2) {
      code: 'X'
    }
  ]
}`);
    expect(chainOf(entry)).toEqual([
      "AggregateError: All promises were rejected",
      "Error: one",
      "Error: two",
      "Error: three",
    ]);
  });

  it.each([
    ["TypeError [ERR_INVALID_URL]: Invalid URL", "TypeError"],
    ["OutOfStock [Error]: none left", "OutOfStock"],
    ["DOMException [AbortError]: aborted", "AbortError"],
    ["e [CheckoutError]: not paid", "CheckoutError"],
    ["<ref *1> Error: circular", "Error"],
    ["Uncaught RangeError: too long", "RangeError"],
    ["Uncaught (in promise) TypeError: x", "TypeError"],
    ["error: Uncaught (in promise) NotFound: no file", "NotFound"],
    ["UnhandledPromiseRejectionWarning: Error: old", "Error"],
  ])("calls %s a %s", (header, type) => {
    expect(readOne(`${header}\n    at a (/app/a.js:1:2)`).exceptions[0]?.type).toBe(type);
  });

  it("a message of several lines, of which none is another error", () => {
    const entry = readOne(
      "2026-11-20T07:13:00Z ERROR no invoice TypeError: Converting circular structure to JSON\n    --> starting at object\n    --- property closes the circle\n    at JSON.stringify (<anonymous>)\n    at invoice (/app/a.js:1:2)",
    );
    expect(entry.message).toBe("no invoice");
    expect(chainOf(entry)).toEqual([
      "TypeError: Converting circular structure to JSON\n    --> starting at object\n    --- property closes the circle",
    ]);
  });

  it("the place of a thrown value that is no error", () => {
    const entry = readOne(`/app/a.js:15
  throw "out of luck";
  ^
out of luck
(Use \`node --trace-uncaught ...\` to show where the exception was thrown)

Node.js v24.0.0`);
    expect(entry).toMatchObject({ isError: true, exceptions: [{ type: null, message: "out of luck" }] });
    expect(entry.exceptions[0]?.frames).toMatchObject([{ file: "/app/a.js", line: 15, isOwn: true }]);
  });
});

describe("errors that were logged another way", () => {
  const stack = "TypeError: x is undefined\n    at total (/app/cart.js:7:19)\n    at main (/app/main.js:1:2)";
  const escaped = JSON.stringify(stack).slice(1, -1);
  it.each([
    ["behind words, as JSON", `error: could not pay {"code":7,"stack":"${escaped}"}`, "could not pay"],
    [
      "by Lambda's runtime",
      `2026-11-20T07:13:00.000Z\t6f1e0b1c-0000-4000-8000-000000000000\tERROR\tInvoke Error \t{"errorType":"TypeError","errorMessage":"x is undefined","stack":${JSON.stringify(stack.split("\n"))}}`,
      "Invoke Error",
    ],
    ["with line breaks written out", `2026-11-20T07:13:00Z ERROR could not pay ${escaped}`, "could not pay"],
    [
      "as a text inside a printed object",
      "could not pay {\n  code: 7,\n  stack: 'TypeError: x is undefined\\n' +\n    '    at total (/app/cart.js:7:19)\\n' +\n    '    at main (/app/main.js:1:2)'\n}",
      "could not pay",
    ],
    ["twice", `2026-11-20T07:13:00Z ERROR could not pay ${stack}\n${stack}`, "could not pay"],
    ["by Next", `⨯ ${stack}`, "TypeError: x is undefined"],
    [
      "by Bun",
      `7 |   cart.total()\n           ^\n${stack.replaceAll("    at", "      at")}\n\nBun v1.2.0 (Linux x64)`,
      "TypeError: x is undefined",
    ],
    ["as a warning of Node 14", `(node:17) UnhandledPromiseRejectionWarning: ${stack}`, "TypeError: x is undefined"],
  ])("%s", (_how, text, message) => {
    const entry = readOne(text);
    expect(entry).toMatchObject({ isError: true, message });
    expect(chainOf(entry)).toEqual(["TypeError: x is undefined"]);
    expect(entry.exceptions[0]?.frames.map((frame) => frame.function)).toEqual(["total", "main"]);
  });
});

describe("errors in fields", () => {
  it("have causes as objects beside a stack that leaves them out", () => {
    const cause = { name: "B", stack: "BError: b\n    at b (/app/b.js:1:2)", cause: { stack: "CError: c" } };
    const error = { name: "A", stack: "AError: a\n    at a (/app/a.js:1:2)", cause };
    expect(chainOf(readOne(JSON.stringify({ level: "error", message: "x", error })))).toEqual([
      "AError: a",
      "BError: b",
      "CError: c",
    ]);
  });

  it("of Sentry have causes first and the innermost frames last", () => {
    const frames = ["main", "total"].map((name) => ({ filename: `/app/${name}.js`, function: name, lineno: 3 }));
    const values = [
      { type: "KeyError", value: "x" },
      { type: "PlanError", value: "y", stacktrace: { frames } },
    ];
    const entry = readOne(JSON.stringify({ level: "error", message: "z", exception: { values } }));
    expect(chainOf(entry)).toEqual(["PlanError: y", "KeyError: x"]);
    expect(entry.exceptions[0]?.frames.map((frame) => frame.function)).toEqual(["total", "main"]);
  });

  it("of pino are called by their class, which the stack may not know", () => {
    const stack = "Error: none left\n    at a (/app/a.js:1:2)";
    const entry = readOne(
      JSON.stringify({ level: 50, err: { type: "OutOfStock", message: "none left", stack }, msg: "x" }),
    );
    expect(chainOf(entry)).toEqual(["OutOfStock: none left"]);
  });

  it("of pino hold the members of an aggregate", () => {
    const members = ["one", "two"].map((text) => ({
      type: "Error",
      stack: `Error: ${text}\n    at a (/app/a.js:1:2)`,
    }));
    const err = { type: "AggregateError", message: "all", stack: "AggregateError: all", aggregateErrors: members };
    expect(chainOf(readOne(JSON.stringify({ level: 50, err, msg: "x" })))).toEqual([
      "AggregateError: all",
      "Error: one",
      "Error: two",
    ]);
  });

  it("of a browser have name and message beside the stack", () => {
    const line = {
      level: "error",
      name: "TypeError",
      message: "x is undefined",
      stack: "a@https://shop.example/a.js:1:2",
    };
    expect(chainOf(readOne(JSON.stringify(line)))).toEqual(["TypeError: x is undefined"]);
  });

  it("of Grafana's Faro receiver are an exception's", () => {
    const entry = readOne(
      'timestamp="2026-11-20 07:13:00 +0000 UTC" kind=exception type=TypeError value="x is \\"undefined\\"" stacktrace="TypeError: x is \\"undefined\\"\\n  at total (https://shop.example/a.js:1:20)\\n  at ? (https://shop.example/a.js:1:90)" app_name=shop',
    );
    expect(entry).toMatchObject({ isError: true, level: "error", message: 'TypeError: x is "undefined"' });
    expect(entry.exceptions[0]?.frames.map((frame) => frame.column)).toEqual([20, 90]);
  });
});

describe("any text around frames", () => {
  const piece = fc.constantFrom(
    "    at a (/app/a.js:1:2)",
    "      at b (/app/b.js:1:2) {",
    "a@https://shop.example/a.js:1:2",
    "  [cause]: Error: x",
    "  [cause]: [Error: y] {",
    "[errors]: [",
    "  ]",
    "}",
    "Error: z",
    '"stack":',
    '"aggregateErrors": [',
    "    at ",
    "@",
    " {",
    "[".repeat(300),
    "at ".repeat(300),
    "Caused by: ",
  );
  it("is read without a throw, in a bounded number of exceptions", () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(piece, fc.string()), { maxLength: 60 }), (lines) => {
        expect(readOne(lines.join("\n")).exceptions.length).toBeLessThanOrEqual(40);
      }),
      { numRuns: 300 },
    );
  });
});
