import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { templateOf } from "../../src/detect/identity/message-template.ts";
import { incidentIdOf } from "../../src/domain/fingerprint.ts";
import { redact } from "../../src/domain/redact.ts";
import { readOne, rules } from "./log-entries.ts";

const service = (name: string) => ({ labels: { service_name: name } });
const fingerprint = (line: string, name = "cart") => readOne(line, service(name)).fingerprint;
const java = (frames: string, message = "x", type = "java.lang.IllegalStateException") =>
  `ERROR m\n${type}: ${message}\n${frames}`;
const frames = (...lines: string[]) => lines.map((line) => `\tat ${line}`).join("\n");
const own = frames(
  "com.acme.Cart.add(Cart.java:10)",
  "com.acme.Checkout.place(Checkout.java:20)",
  "org.springframework.A.b(A.java:1)",
);

describe("one bug has one fingerprint although these differ", () => {
  const base = fingerprint(java(own));
  it.each([
    ["the message's values", java(own, "order 17 of bob@example.com")],
    [
      "the log message",
      java(own).replace("ERROR m", "2026-11-20 07:13:01 ERROR 1 --- [a] [worker-3] c.a.Foo : other words"),
    ],
    ["line numbers", java(own.replace(":10", ":11").replace(":20", ":29"))],
    [
      "a wrapper",
      `ERROR m\njava.lang.RuntimeException: wrapped\n${frames("com.acme.Checkout.place(Checkout.java:25)")}\nCaused by: java.lang.IllegalStateException: x\n${frames("com.acme.Cart.add(Cart.java:10)")}\n\t... 2 more`,
    ],
    [
      "proxies between frames",
      java(
        frames(
          "com.acme.Cart.add(Cart.java:10)",
          "com.acme.Cart$$SpringCGLIB$$0.add(<generated>)",
          "jdk.proxy2.$Proxy99.add(Unknown Source)",
          "com.acme.Checkout.place(Checkout.java:20)",
        ),
      ),
    ],
    [
      "library frames",
      java(
        frames(
          "com.acme.Cart.add(Cart.java:10)",
          "com.acme.Checkout.place(Checkout.java:20)",
          "org.apache.tomcat.C.d(C.java:9)",
        ),
      ),
    ],
    ["the service, for the package is known everywhere", java(own)],
  ])("%s", (what, line) => {
    expect(fingerprint(line, what.startsWith("the service") ? "other" : "cart")).toBe(base);
  });

  it.each([
    ["lambda$place$0", "lambda$place$7", "place"],
    ["place$lambda$1", "place$lambda-2", "place"],
    ["place-IoAF18A", "place", "place"],
  ])("the numbers of lambdas: %s and %s are %s", (...names) => {
    const all = names.map((name) => fingerprint(java(frames(`com.acme.Cart.${name}(Cart.kt:1)`))));
    expect(new Set(all).size).toBe(1);
  });

  it("classes that coroutines make up", () => {
    const one = java(frames("com.acme.Cart$place$1.invokeSuspend(Cart.kt:1)"));
    const other = java(frames("com.acme.Cart$place$2.invokeSuspend(Cart.kt:1)"));
    expect(fingerprint(one)).toBe(fingerprint(other));
  });

  it("the folder it was deployed to, and the bundler's hash", () => {
    const node = (path: string) => fingerprint(`Error: x\n    at add (${path}:1:2)`);
    expect(node("/app/src/cart.ts")).toBe(node("/home/acme/work/src/cart.ts"));
    expect(node("/app/dist/main-3f9a1c2b.js")).toBe(node("/app/dist/main-77aa01be.js"));
  });

  it("the environment", () => {
    const dev = readOne(java(own), service("cart"), { ...rules, environment: "dev" });
    const prod = readOne(java(own), service("cart"), { ...rules, environment: "prod" });
    expect(dev.fingerprint).toBe(prod.fingerprint);
  });

  it("the format: one Spring service logs text, another copy of it JSON", () => {
    const stack = java(own).slice("ERROR m\n".length);
    expect(fingerprint(JSON.stringify({ level: "ERROR", message: "m", stack_trace: stack }))).toBe(
      fingerprint(java(own)),
    );
  });
});

describe("two bugs have two fingerprints although these agree", () => {
  it.each([
    [
      "type and message",
      java(frames("com.acme.Cart.add(Cart.java:10)")),
      java(frames("com.acme.Stock.take(Stock.java:10)")),
    ],
    [
      "the helper that throws",
      java(frames("com.acme.Check.notNull(Check.java:1)", "com.acme.Cart.add(Cart.java:1)")),
      java(frames("com.acme.Check.notNull(Check.java:1)", "com.acme.Stock.take(Stock.java:1)")),
    ],
    ["the place", java(own), java(own, "x", "java.lang.NullPointerException")],
    ["the words, but for one", "ERROR cannot reach the stock", "ERROR cannot reach the ledger"],
  ])("%s", (_what, one, other) => {
    expect(fingerprint(one)).not.toBe(fingerprint(other));
  });

  it("the same generic message in two services", () => {
    expect(fingerprint("ERROR connection refused", "cart")).not.toBe(fingerprint("ERROR connection refused", "stock"));
  });

  it("the same file names in two services", () => {
    const line = "TypeError: x\n    at handler (/app/src/index.ts:1:2)";
    expect(fingerprint(line, "cart")).not.toBe(fingerprint(line, "stock"));
  });
});

describe("a template", () => {
  it.each([
    ["Placing order 8841 for customer 1093", "Placing order <*> for customer <*>"],
    ["timeout after 30000ms at 10.0.0.7:5432", "timeout after <*> at <*>"],
    ["user bob@example.com not found", "user <*> not found"],
    ["cannot read '/etc/app/config.yaml'", "cannot read <*>"],
    ["cannot read /etc/app/config.yaml.", "cannot read <*>."],
    ["GET https://example.com/a?b=c failed", "GET <*> failed"],
    ["no such id 3f2504e0-4f89-11d3-9a0c-0305e82c3301", "no such id <*>"],
    ["missing ids 1, 2, 3", "missing ids <*>"],
    ["missing ids 1", "missing ids <*>"],
    ['could not parse "abc" (line 3)', "could not parse <*> (line <*>)"],
    ["can't find it, it isn't there", "can't find it, it isn't there"],
    ["주문 8841번을 찾을 수 없습니다", "주문 <*>번을 찾을 수 없습니다"],
    ["token ⟨token:3⟩ refused", "token <*> refused"],
    ["order=8841 state=FAILED", "order=<*> state=FAILED"],
    ["two  spaces\tand a tab", "two spaces and a tab"],
    ["first line\nsecond line 17", "first line"],
    ["", ""],
  ])("of %j is %j", (message, template) => {
    expect(templateOf(message)).toBe(template);
  });

  it("is the same before and after redaction", () => {
    const parts = fc.constantFrom(
      "user bob@example.com",
      "password=hunter2",
      "order 17",
      "'a b'",
      "Bearer eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.abcdefghijk",
      "call +82 10-1234-5678",
      "오류",
      " - ",
      "/a/b",
      "⟨email:1⟩",
      "\n",
    );
    fc.assert(
      fc.property(fc.array(fc.oneof(parts, fc.string()), { maxLength: 8 }), (words) => {
        const message = words.join(" ");
        expect(templateOf(redact(message))).toBe(templateOf(message));
      }),
      { numRuns: 500 },
    );
  });

  it("has a bounded length", () => {
    expect(templateOf("word ".repeat(10_000)).length).toBeLessThanOrEqual(400);
  });
});

describe("a fingerprint", () => {
  it("is the same for a line and its redacted form", () => {
    for (const line of [
      "2026-11-20T07:13:01.500Z ERROR 1 --- [a] [b] [trace_id=e012f12dfbd02b6cef20a4317c771606, span_id=] c.a.Foo : login of bob@example.com with password=hunter2 failed",
      JSON.stringify({
        level: 50,
        msg: "no user bob@example.com",
        err: { type: "Error", message: "x", stack: "Error: no user bob@example.com\n    at f (/app/a.ts:1:2)" },
      }),
      'level=error msg="card 4111 1111 1111 1111 refused" user=bob@example.com',
      java(own, "token=abcdefghijklmnop"),
    ]) {
      expect(fingerprint(redact(line)), line).toBe(fingerprint(line));
    }
  });

  it("gives the incident its id", () => {
    expect(incidentIdOf("v2-0123456789abcdef01234567")).toBe("i0123456789ab");
    expect(fingerprint("ERROR x")).toMatch(/^v2-[0-9a-f]{24}$/);
  });
});
