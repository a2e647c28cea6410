import { describe, expect, it } from "vitest";
import { findOrigin } from "../../src/gather/trace/origin.ts";
import { makeTrace, type SpanSketch, spanIdOf } from "./make-trace.ts";

const failed = { isError: true } as const;

function originOf(sketches: readonly SpanSketch[], loggedIn: string | null = null): string | null {
  const trace = makeTrace(...sketches);
  const id = findOrigin(trace, loggedIn === null ? null : spanIdOf(loggedIn));
  return trace.spans.find(({ spanId }) => spanId === id)?.name ?? null;
}

describe("the origin of a trace", () => {
  it("is the deepest failing span with an exception", () => {
    const spans = [
      { at: "shop/order", throws: "HttpError: 500" },
      { at: "shop/call", below: "order", throws: "HttpError: 500" },
      { at: "stock/serve", below: "call", throws: "StockError: negative" },
      { at: "stock/fine", below: "serve" },
    ];
    expect(originOf(spans)).toBe("serve");
    expect(originOf([...spans].reverse())).toBe("serve");
  });

  it("is null where nothing failed", () => {
    expect(originOf([{ at: "shop/order" }, { at: "shop/call", below: "order" }])).toBeNull();
    expect(findOrigin(makeTrace())).toBeNull();
  });

  it("is the callee's failing span, though only its caller recorded an exception", () => {
    expect(
      originOf([
        { at: "shop/order", throws: "HttpError: 500" },
        { at: "stock/serve", below: "order", ...failed },
      ]),
    ).toBe("serve");
  });

  it("is the span with the exception, not the database call below it that has none", () => {
    expect(
      originOf([
        { at: "shop/order", throws: "SqlError: no such column" },
        { at: "shop/SELECT", below: "order", ...failed, kind: "client" },
      ]),
    ).toBe("order");
  });

  it("is the client span where the server span below it did not fail", () => {
    expect(
      originOf([
        { at: "shop/order", ...failed },
        { at: "shop/call", below: "order", throws: "TimeoutError: 1000 ms", kind: "client" },
        { at: "stock/serve", below: "call", kind: "server" },
      ]),
    ).toBe("call");
  });

  it("is the earliest of several failures", () => {
    const spans = [
      { at: "shop/order", ...failed, forMs: 100 },
      { at: "shop/undo", below: "order", throws: "UndoError: a", fromMs: 60, forMs: 10 },
      { at: "shop/charge", below: "order", throws: "ChargeError: b", fromMs: 10, forMs: 20 },
    ];
    expect(originOf(spans)).toBe("charge");
  });

  it("is not a failure that was caught on the way up", () => {
    const spans = [
      { at: "shop/order", ...failed, forMs: 100 },
      { at: "shop/lookup", below: "order", fromMs: 1, forMs: 10 },
      { at: "cache/get", below: "lookup", throws: "Miss: no entry", fromMs: 2, forMs: 2 },
      { at: "shop/charge", below: "order", throws: "ChargeError: b", fromMs: 50, forMs: 20 },
    ];
    expect(originOf(spans)).toBe("charge");
  });

  it("takes exceptions for failures where no span says that it failed", () => {
    expect(
      originOf([{ at: "shop/order" }, { at: "shop/charge", below: "order", throws: "E: x", isError: false }]),
    ).toBe("charge");
  });

  it("stays below the span that the incident was logged in", () => {
    const spans = [
      { at: "batch/all", ...failed, forMs: 100 },
      { at: "batch/one", below: "all", throws: "A: 1", fromMs: 1, forMs: 2 },
      { at: "batch/two", below: "all", throws: "B: 2", fromMs: 5, forMs: 2 },
      { at: "batch/quiet", below: "all", fromMs: 9 },
      { at: "batch/log", below: "two", fromMs: 6 },
    ];
    expect(originOf(spans)).toBe("one");
    expect(originOf(spans, "two")).toBe("two");
    expect(originOf(spans, "all")).toBe("one");
    expect(originOf(spans, "log")).toBe("two");
    expect(originOf(spans, "unknown")).toBe("one");
    const handled = spans.map((span) => (span.at === "batch/all" ? { ...span, isError: false } : span));
    expect(originOf(handled, "quiet")).toBeNull();
  });

  it("is the call that was given up, not what its other side failed with afterwards", () => {
    const spans = [
      { at: "shop/order", ...failed, forMs: 1_010 },
      { at: "shop/call", below: "order", throws: "TimeoutError: 1000 ms", kind: "client", fromMs: 5, forMs: 1_000 },
      { at: "stock/serve", below: "call", throws: "IOException: Broken pipe", kind: "server", fromMs: 6, forMs: 3_000 },
      { at: "stock/write", below: "serve", throws: "IOException: Broken pipe", fromMs: 2_990, forMs: 10 },
    ] as const;
    expect(originOf(spans)).toBe("call");
    // What failed before is no consequence of giving up.
    const early = { at: "stock/query", below: "serve", throws: "SqlError: deadlock", fromMs: 50, forMs: 10 } as const;
    expect(originOf([...spans, early])).toBe("query");
    // Nor is anything where the caller waited for the end.
    const patient = spans.map((span) => (span.at === "shop/call" ? { ...span, forMs: 3_010 } : span));
    expect(originOf(patient)).toBe("write");
  });

  it("is the message that failed first, not the batch that is linked to it", () => {
    const spans = [
      { at: "shop/batch", throws: "BatchError: 1 of 3 failed", fromMs: 0, forMs: 100, links: [spanIdOf("second")] },
      { at: "stock/first", fromMs: 10, forMs: 5 },
      { at: "stock/second", throws: "StockError: negative", fromMs: 20, forMs: 5 },
    ];
    expect(originOf(spans)).toBe("second");
    expect(originOf([...spans].reverse())).toBe("second");
    const pointingBack = [
      { ...spans[0], at: "shop/batch", links: [] },
      { ...spans[2], at: "stock/second", links: [spanIdOf("batch")] },
    ];
    expect(originOf(pointingBack)).toBe("second");
    // Unlinked, they are two failures, and the earlier one is taken.
    expect(originOf([{ at: "shop/early", throws: "A: 1", forMs: 5 }, ...spans.slice(1)])).toBe("early");
  });

  it("is found in a trace with missing parents, circles, and ids that two spans share", () => {
    expect(
      originOf([
        { at: "shop/lost", below: "gone", throws: "A: 1" },
        { at: "shop/egg", below: "hen" },
        { at: "shop/hen", below: "egg", isError: false },
        { at: "shop/self", below: "self" },
      ]),
    ).toBe("lost");
    const shared = makeTrace(
      { at: "shop/call", kind: "client", isError: true },
      { at: "stock/call", kind: "server", throws: "A: 1", fromMs: 1, forMs: 5 },
      { at: "stock/query", below: "call", fromMs: 2 },
    );
    expect(findOrigin(shared)).toBe(spanIdOf("call"));
  });

  it("is found in a trace of thousands of failing spans in a chain", () => {
    const spans = Array.from({ length: 20_000 }, (_each, index): SpanSketch => {
      return { at: `s/${index}x`, below: index === 0 ? null : `${index - 1}x`, throws: "A: 1" };
    });
    expect(originOf(spans)).toBe("19999x");
  });
});
