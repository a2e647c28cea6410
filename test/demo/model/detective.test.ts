import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { readFailures } from "../../../src/demo/model/stack-frames.ts";
import { redact } from "../../../src/domain/redact.ts";
import { bundleOf, entry, openWorld, pricing, type World } from "../../analyse/world.ts";

/** Source files whose one bug stands at the line that has `BUG` in a comment; the comment is taken out. */
function marked(source: string, linesBefore = 0): { readonly text: string; readonly line: number } {
  const lines = [...Array.from({ length: linesBefore }, () => ""), ...source.split("\n")];
  const index = lines.findIndex((line) => line.includes("BUG"));
  return { text: lines.map((line) => line.replace(/\s*(?:\/\/|#) BUG/, "")).join("\n"), line: index + 1 };
}

const java = `package com.example.order;

public class Invoice {
  private final Customer customer;

  String label() {
    // the customer's name stands above the address
    String city = customer.address().city(); // BUG
    return customer.name() + ", " + city;
  }
}
`;

const python = `STOCK = {"a-1": 3}


def available(sku):
    # unknown sku: see the catalogue
    return STOCK[sku]  # BUG


def share(sku, orders):
    return available(sku) / orders
`;

const go = `package main

func last(items []string) string {
	if len(items) > 9 {
		return items[0]
	}
	return items[len(items)] // BUG
}
`;

describe("the scripted model", () => {
  let world: World;
  beforeEach(async () => {
    world = await openWorld();
  });
  afterEach(() => world.close());

  async function investigate(name: string, log: string, files: Readonly<Record<string, string>>) {
    const service = await world.service(name, files);
    const { rootCause } = await world.analyse(bundleOf([entry(1, name, log)], [service]), [service]);
    return rootCause;
  }

  it.each([
    ["as it is", "pricing", {}],
    ["renamed", "pricing", { path: "lib/rates/discount-rules.mjs" }],
    ["moved by 40 lines", "pricing", { linesBefore: 43 }],
    ["in another service", "tariffs", { path: "src/tariff.js", linesBefore: 11 }],
  ])("finds the fault %s", async (_how, name, change) => {
    const bug = pricing(change);
    expect(await investigate(name, bug.log, bug.files)).toMatchObject({
      kind: "found",
      category: "null_dereference",
      faulty: [{ repository: `acme/${name}`, path: bug.path, firstLine: bug.bugAt }],
      citations: expect.arrayContaining([expect.objectContaining({ quote: "const rate = discount.percent / 100;" })]),
    });
  });

  it("finds a line that has moved since the stack trace was written", async () => {
    const then = pricing({ linesBefore: 3 });
    const now = pricing({ linesBefore: 60 });
    expect(await investigate("pricing", then.log, now.files)).toMatchObject({ faulty: [{ firstLine: now.bugAt }] });
  });

  it("reads a Java stack trace down to its cause", async () => {
    const { text, line } = marked(java, 7);
    const log = [
      "ERROR o.a.c.c.C.[dispatcherServlet] - Servlet.service() threw exception",
      "com.example.web.RequestFailedException: could not print invoice 9",
      "\tat com.example.web.InvoiceController.show(InvoiceController.java:31)",
      "\tat org.springframework.web.method.support.InvocableHandlerMethod.doInvoke(InvocableHandlerMethod.java:255)",
      'Caused by: java.lang.NullPointerException: Cannot invoke "com.example.order.Address.city()" because the return value of "com.example.order.Customer.address()" is null',
      `\tat com.example.order.Invoice.label(Invoice.java:${line})`,
      "\t... 12 common frames omitted",
    ].join("\n");
    const path = "orders/src/main/java/com/example/order/Invoice.java";
    const other = "archive/src/main/java/com/example/archive/Invoice.java";
    expect(await investigate("orders", log, { [path]: text, [other]: "package com.example.archive;\n" })).toMatchObject(
      {
        category: "null_dereference",
        faulty: [{ path, firstLine: line, function: "label" }],
      },
    );
  });

  it("reads a Python stack trace in a JSON log line", async () => {
    const { text, line } = marked(python, 3);
    const trace = [
      "Traceback (most recent call last):",
      `  File "/srv/app/stock.py", line ${line + 5}, in share`,
      `  File "/srv/app/stock.py", line ${line}, in available`,
      "KeyError: 'b-2'",
    ].join("\n");
    const log = JSON.stringify({ level: "error", msg: "share failed", exc_info: trace });
    expect(await investigate("stock", log, { "service/stock.py": text })).toMatchObject({
      category: "missing_validation",
      faulty: [{ path: "service/stock.py", firstLine: line, function: "available" }],
    });
  });

  it("reads a Go panic", async () => {
    const { text, line } = marked(go);
    const log = [
      "panic: runtime error: index out of range [3] with length 3",
      "",
      "goroutine 1 [running]:",
      "main.last(...)",
      `\t/srv/app/queue.go:${line}`,
      "main.main()",
      "\t/srv/app/main.go:9 +0x2f",
    ].join("\n");
    expect(await investigate("queue", log, { "queue.go": text, "main.go": "package main\n" })).toMatchObject({
      category: "off_by_one",
      faulty: [{ path: "queue.go", firstLine: line }],
    });
  });

  it("follows a wrong value into the setting that holds it", async () => {
    const log = [
      "ERROR mailer: could not start TypeError: Invalid URL: 'smpt//mail.internal'",
      "    at connect (file:///srv/app/src/mailer.js:2:10)",
    ].join("\n");
    const files = {
      "src/mailer.js": "export function connect(address) {\n  return new URL(address);\n}\n",
      "config/production.yaml": "mailer:\n  retries: 3\n  address: smpt//mail.internal\n",
    };
    expect(await investigate("mailer", log, files)).toMatchObject({
      category: "misconfiguration",
      faulty: [{ path: "config/production.yaml", firstLine: 3 }],
    });
  });

  it("blames no code for a third party that does not answer", async () => {
    const log = "Error: connect ECONNREFUSED 10.0.0.7:6379\n    at open (file:///srv/app/src/cache.js:2:3)";
    const rootCause = await investigate("cache", log, { "src/cache.js": "export function open() {\n  return 1;\n}\n" });
    expect(rootCause).toMatchObject({ kind: "not-in-code", category: "third_party" });
  });

  it("says what is missing where there is only a message", async () => {
    const rootCause = await investigate("orders", "ERROR order 17 failed", { "a.js": "// nothing\n" });
    expect(rootCause).toMatchObject({ kind: "cannot-tell", missing: ["a stack trace of the failure"] });
  });

  const ruby =
    "module Shelf\n  def self.title(id)\n    books[id][:title].upcase\n  end\n\n  def self.shown(id)\n    title(id)\n  end\nend\n";
  const rubyLog = "undefined method `[]' for nil:NilClass (NoMethodError)\n/srv/library/lib/shelf.rb:3:in `title'";
  const likely = (because: string, name = "title", first = 2, last = 4) => ({
    ...{ repository: "acme/library" as const, commit: "", path: "lib/shelf.rb", firstLine: first, lastLine: last },
    ...{ function: redact(name), score: 1, because: redact(because) },
  });

  async function withPlaces(log: string, ...places: readonly ReturnType<typeof likely>[]) {
    const service = await world.service("library", { "lib/shelf.rb": ruby });
    const bundle = { ...bundleOf([entry(1, "library", log)], [service]), ranking: places };
    return (await world.analyse(bundle, [service])).rootCause;
  }

  it("takes the place that evidence names first, where it cannot read the stack trace itself", async () => {
    expect(await withPlaces(rubyLog, likely("the innermost own frame of NoMethodError"))).toMatchObject({
      kind: "found",
      faulty: [{ path: "lib/shelf.rb", firstLine: 2, function: "title" }],
    });
  });

  it("takes that place also where it is not where the exception was thrown", async () => {
    const caller = likely("what it gives back is used where the failure shows", "shown", 6, 8);
    expect(await withPlaces(rubyLog, caller, likely("the innermost own frame of NoMethodError"))).toMatchObject({
      kind: "found",
      faulty: [{ firstLine: 6, function: "shown" }],
    });
  });

  it("takes no place that is named for a commit or its words alone", async () => {
    const guess = likely("0a1b2c3d4e changed it shortly before the first sight; no call from a frame leads here");
    expect(await withPlaces("ERROR lending 17 failed", guess)).toMatchObject({ kind: "cannot-tell" });
  });

  it("looks where the failure began, in the code of the right service", async () => {
    const bug = pricing();
    const [pricingCode, shop] = [
      await world.service("pricing", bug.files),
      await world.service("shop", { "src/server.js": "export function buy() {\n  throw new Error('502');\n}\n" }),
    ];
    const caller = entry(1, "shop", "Error: upstream said 500\n    at buy (file:///srv/app/src/server.js:2:9)");
    const bundle = bundleOf([caller, entry(2, "pricing", bug.log)], [shop, pricingCode]);
    const span = {
      traceId: "0".repeat(32),
      links: [],
      kind: "server" as const,
      startNs: 1n,
      durationNs: 5n,
      isError: true,
      statusMessage: null,
      attributes: {},
      exceptions: [],
    };
    const name = bundle.traceMissing ?? caller.text;
    const trace = {
      traceId: span.traceId,
      isPartial: false,
      originSpanId: "b".repeat(16),
      spans: [
        { ...span, spanId: "a".repeat(16), parentSpanId: null, service: "shop", name },
        { ...span, spanId: "b".repeat(16), parentSpanId: "a".repeat(16), service: "pricing", name },
      ],
    };
    const { rootCause } = await world.analyse({ ...bundle, trace }, [shop, pricingCode]);
    expect(rootCause).toMatchObject({ faulty: [{ repository: "acme/pricing", path: bug.path, firstLine: bug.bugAt }] });
    expect(rootCause.ruledOut).not.toEqual([]);
  });

  it("cannot tell when the failure began in a service whose code is not here", async () => {
    const service = await world.service("shop", pricing().files);
    const { rootCause } = await world.analyse(bundleOf([entry(1, "billing", pricing().log)], [service]), [service]);
    expect(rootCause).toMatchObject({ kind: "cannot-tell", missing: ["the code of service billing"] });
  });
});

describe("readFailures", () => {
  it("leaves out frames of libraries and of the runtime", () => {
    const [failure] = readFailures(
      [
        "TypeError: x is not a function",
        "    at Object.run (/srv/app/node_modules/lib/index.js:1:1)",
        "    at async Job.run (/srv/app/src/job.js:7:3)",
        "    at node:internal/main:4:2",
      ].join("\n"),
    );
    expect(failure).toEqual({
      type: "TypeError",
      message: "x is not a function",
      frames: [{ function: "run", path: "/srv/app/src/job.js", line: 7 }],
    });
  });

  it("puts the first of several Python exceptions first, for it is the cause", () => {
    const text = [
      "Traceback (most recent call last):",
      '  File "a.py", line 1, in inner',
      "ValueError: bad",
      "",
      "During handling of the above exception, another exception occurred:",
      "",
      "Traceback (most recent call last):",
      '  File "b.py", line 2, in outer',
      "app.errors.RequestError: failed",
    ].join("\n");
    expect(readFailures(text).map(({ type }) => type)).toEqual(["ValueError", "RequestError"]);
  });
});
