import { describe, expect, it } from "vitest";
import { createEntryReader } from "../../src/detect/entries/read-entries.ts";
import type { Trace } from "../../src/domain/trace.ts";
import { weighTraces } from "../../src/gather/trace/sampled-traces.ts";
import { makeIncident, makeSample } from "./make-incident.ts";
import { makeTrace, spanIdOf } from "./make-trace.ts";

const reader = createEntryReader({
  environment: "dev",
  serviceLabels: ["service"],
  aliases: {},
  own: {},
  levers: null,
});

/** The shop, whose incident it is, and what it called; in traces of their own. */
const kinds: Readonly<Record<string, Trace>> = {
  own: makeTrace({ at: "shop/order", throws: "TypeError: no cart" }),
  stock: makeTrace(
    { at: "shop/order", throws: "TypeError: no cart" },
    { at: "stock/reserve", below: "order", throws: "StockError: negative amount" },
  ),
  mail: makeTrace(
    { at: "shop/order", throws: "TypeError: no cart" },
    { at: "mail/send", below: "order", throws: "SmtpError: refused" },
  ),
  fine: makeTrace({ at: "shop/order" }),
};

/** Newest first. */
function weigh(names: readonly string[], spanId: string | null = spanIdOf("order")) {
  const traces = names.map((name, index): Trace => ({ ...(kinds[name] ?? makeTrace()), traceId: `${index}` }));
  const samples = traces.map(({ traceId }, index) => makeSample({ traceId, spanId, atMs: 1_000 - index }));
  const [first, ...others] = traces;
  if (first === undefined) throw new Error("no traces");
  const { trace, isSymptom } = weighTraces([first, ...others], makeIncident({ samples }), reader);
  return { chosen: names[Number(trace.traceId)], at: Number(trace.traceId), isSymptom };
}

describe("an incident in several traces", () => {
  it.each([
    [["stock"], "stock", true],
    [["stock", "stock", "own"], "stock", true],
    [["own", "stock", "stock"], "stock", true],
    [["stock", "own", "own"], "own", false],
    [["stock", "own"], "own", false],
    // Whatever it calls fails: no one of them is its cause.
    [["stock", "mail"], "stock", false],
    [["mail", "stock", "stock"], "stock", true],
    // A trace in which nothing failed is no vote.
    [["fine", "stock"], "stock", true],
    [["fine"], "fine", false],
  ])("%j: the evidence is of %s, and being a symptom is %s", (names, chosen, isSymptom) => {
    expect(weigh(names)).toMatchObject({ chosen, isSymptom });
  });

  it("takes the newest of those that agree", () => {
    expect(weigh(["own", "stock", "stock"]).at).toBe(1);
  });

  it("goes by the service where entries carry no span id", () => {
    expect(weigh(["stock", "stock", "own"], null)).toMatchObject({ chosen: "stock", isSymptom: true });
    expect(weigh(["stock", "own", "own"], null)).toMatchObject({ chosen: "own", isSymptom: false });
  });
});
