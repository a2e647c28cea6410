import { describe, expect, it } from "vitest";
import { observationText, redactObservation } from "../../src/domain/observation.ts";
import { newRedactionMemory } from "../../src/domain/redact.ts";
import type { Trace } from "../../src/domain/trace.ts";
import { comparedWithHealthy, sharedByFailing } from "../../src/gather/trace/compare-traces.ts";
import { observeTrace } from "../../src/gather/trace/observe-trace.ts";
import { findOrigin } from "../../src/gather/trace/origin.ts";
import { makeTrace, type SpanSketch } from "./make-trace.ts";

const failed = { isError: true } as const;

function withOrigin(...sketches: readonly SpanSketch[]): Trace {
  const trace = makeTrace(...sketches);
  return { ...trace, originSpanId: findOrigin(trace) };
}

function told(...sketches: readonly SpanSketch[]): readonly string[] {
  return observeTrace(withOrigin(...sketches)).map((each) =>
    observationText(redactObservation(each, newRedactionMemory()), "en"),
  );
}

describe("what a trace tells at a glance", () => {
  it("is a call that was given up, and where the time went", () => {
    expect(
      told(
        { at: "shop/order", ...failed, forMs: 3_100 },
        { at: "shop/POST reserve", below: "order", throws: "TimeoutError: x", kind: "client", fromMs: 5, forMs: 1_000 },
        { at: "stock/serve", below: "POST reserve", kind: "server", fromMs: 6, forMs: 2_994 },
        { at: "stock/SELECT", below: "serve", kind: "client", fromMs: 10, forMs: 2_900 },
      ),
    ).toEqual([
      'shop gave up on "POST reserve" after 1.0 s; stock went on with it for 2.0 s more.',
      'Of 3.1 s, 2.9 s went by in "SELECT" of stock itself.',
    ]);
  });

  it("is how often something was tried", () => {
    const tries = (fails: readonly boolean[]) =>
      told(
        { at: "shop/order", forMs: 100 },
        ...fails.map((fails, index): SpanSketch => {
          const spanId = `${index}`.padStart(16, "1");
          return { at: "shop/call", below: "order", fromMs: index * 20, forMs: 10, isError: fails, ...{ spanId } };
        }),
      ).filter((each) => each.includes("times:"));
    expect(tries([true, true, true])).toEqual(['shop did "call" 3 times: every time it failed.']);
    expect(tries([true, true, false])).toEqual(['shop did "call" 3 times: the last time it went well.']);
    expect(tries([false, false])).toEqual([]);
  });

  it("is a failure that somebody caught, and spans without their callers", () => {
    expect(
      told(
        { at: "shop/order", ...failed, forMs: 100 },
        { at: "shop/lookup", below: "order", fromMs: 1, forMs: 10 },
        { at: "cache/get", below: "lookup", throws: "Miss: none", fromMs: 2, forMs: 2 },
        { at: "shop/charge", below: "order", throws: "E: x", fromMs: 50 },
        { at: "mail/send", below: "gone" },
      ),
    ).toEqual([
      '"get" in cache failed as well, and its caller went on.',
      "1 span names a caller that is not in the trace.",
    ]);
  });

  it("is nothing where nothing stands out", () => {
    expect(told({ at: "shop/order", throws: "E: x" })).toEqual([]);
  });

  it("is told in Korean too, past the gate", () => {
    const secret = `ghp_${"a1B2c3D4e5".repeat(3)}abcdef`;
    const trace = withOrigin(
      { at: "shop/order", ...failed, forMs: 100 },
      { at: `mail/${secret}`, below: "order", fromMs: 1, forMs: 2 },
      { at: "mail/x", below: secret, throws: "E: x" },
    );
    const [first] = observeTrace({ ...trace, originSpanId: null }).map((each) =>
      observationText(redactObservation(each, newRedactionMemory()), "ko"),
    );
    expect(first).toContain("실패했지만");
    expect(
      JSON.stringify(observeTrace(trace).map((each) => redactObservation(each, newRedactionMemory()))),
    ).not.toContain(secret);
  });
});

describe("several traces of one incident", () => {
  const failing = (route: string) =>
    withOrigin(
      { at: "shop/order", ...failed, forMs: 100 },
      {
        at: "stock/reserve",
        below: "order",
        throws: "E: x",
        fromMs: 10,
        attributes: { "http.route": route, "db.system": "mysql", "thread.id": 7 },
      },
    );

  it("share the place and what was asked there", () => {
    expect(sharedByFailing([failing("/a"), failing("/a")])).toEqual([
      { kind: "same-place", who: "stock", what: "reserve", traces: 2 },
      { kind: "same-value", name: "http.route", value: "/a", traces: 2 },
      { kind: "same-value", name: "db.system", value: "mysql", traces: 2 },
    ]);
    expect(sharedByFailing([failing("/a"), failing("/b")]).map(({ kind }) => kind)).toEqual([
      "same-place",
      "same-value",
    ]);
    expect(sharedByFailing([failing("/a")])).toEqual([]);
    expect(sharedByFailing([failing("/a"), withOrigin({ at: "mail/send", throws: "E: y" })])).toEqual([]);
  });

  it("are compared with one that went well, up to where they fail", () => {
    const healthy = makeTrace(
      { at: "shop/order", forMs: 100 },
      { at: "shop/load customer 17", below: "order", fromMs: 2, forMs: 3 },
      { at: "stock/reserve", below: "order", fromMs: 10 },
      { at: "mail/send", below: "order", fromMs: 50 },
    );
    const found = comparedWithHealthy(failing("/a"), { ...healthy, traceId: "b".repeat(32) });
    // The mail comes after the step that failed: of course it was not sent.
    expect(found).toEqual([{ kind: "healthy-has", who: "shop", what: "load customer 17", healthy: "b".repeat(32) }]);
    const more = withOrigin(
      { at: "shop/order", ...failed, forMs: 100 },
      { at: "shop/legacy path", below: "order", fromMs: 3, forMs: 2 },
      { at: "shop/load customer 4", below: "order", fromMs: 6, forMs: 2 },
      { at: "stock/reserve", below: "order", throws: "E: x", fromMs: 10 },
    );
    expect(comparedWithHealthy(more, healthy).map((each) => ("what" in each ? [each.kind, each.what] : []))).toEqual([
      ["healthy-lacks", "legacy path"],
    ]);
  });
});
