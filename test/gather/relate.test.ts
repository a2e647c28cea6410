import { describe, expect, it } from "vitest";
import { createEntryReader } from "../../src/detect/entries/read-entries.ts";
import type { ErrorEntry } from "../../src/domain/error-entry.ts";
import { findOrigin } from "../../src/gather/trace/origin.ts";
import { relate } from "../../src/gather/trace/relate.ts";
import { makeTrace, spanIdOf, traceId } from "./make-trace.ts";

const reader = createEntryReader({
  environment: "dev",
  serviceLabels: ["service"],
  aliases: {},
  own: {},
  levers: null,
});

/** Two calls of an order: the second fails in stock, and so the order; the mail that is sent afterwards fails for a reason of its own. */
const trace = makeTrace(
  { at: "shop/order", throws: "HttpError: 500", forMs: 100 },
  { at: "shop/call", below: "order", isError: true, kind: "client", fromMs: 10, forMs: 50 },
  { at: "stock/serve", below: "call", isError: true, kind: "server", fromMs: 12, forMs: 40 },
  { at: "stock/reserve", below: "serve", throws: "StockError: negative amount", fromMs: 15, forMs: 30 },
  { at: "mail/send", below: "order", throws: "SmtpError: refused", fromMs: 70, forMs: 20 },
);
const originId = findOrigin(trace);

function entry(service: string, span: string | null, line: string, atNs = 1n): ErrorEntry {
  const labels = { service, level: "error" };
  const [read] = reader.read([{ id: `${service}${line}`, timestampNs: atNs, labels, structuredMetadata: {}, line }]);
  if (read === undefined) throw new Error("no entry");
  // What is read on demand is not copied by a spread.
  const { exceptions, template, message, fingerprint, because } = read;
  return {
    ...{ ...read, exceptions, template, message, fingerprint, because },
    ...{ traceId, spanId: span === null ? null : spanIdOf(span) },
  };
}

describe("how entries of a trace hang together", () => {
  const reserve = entry("stock", "reserve", "StockError: negative amount\n    at reserve (/app/src/stock.js:3:9)");
  const order = entry("shop", "order", "order failed");
  const mail = entry("mail", "send", "mail was refused");

  it("finds the entry that was logged at the origin, and what failed because of it", () => {
    expect(originId).toBe(spanIdOf("reserve"));
    const related = relate(trace, originId, [order, mail, reserve], reader);
    expect(related.origin).toEqual({ service: "stock", fingerprint: reserve.fingerprint, entry: reserve });
    expect(related.symptoms).toEqual([order.fingerprint]);
  });

  it("decides by service where entries carry no span id", () => {
    const [bareOrder, bareMail, bareReserve] = [order, mail, reserve].map((each) => ({ ...each, spanId: null }));
    if (bareOrder === undefined || bareMail === undefined || bareReserve === undefined) throw new Error("no entries");
    const related = relate(trace, originId, [bareOrder, bareMail, bareReserve], reader);
    expect(related.origin?.fingerprint).toBe(reserve.fingerprint);
    expect(related.symptoms).toEqual([order.fingerprint]);
  });

  it("takes what the framework logged around the handler for the origin's entry", () => {
    const outer = entry(
      "stock",
      "serve",
      "StockError: negative amount\n    at reserve (/app/src/stock.js:3:9)\n    at serve",
    );
    const other = entry("stock", "serve", "request ended with 500");
    const related = relate(trace, originId, [other, order, outer], reader);
    expect(related.origin?.entry).toBe(outer);
    expect(related.symptoms).toEqual([order.fingerprint, other.fingerprint].sort());
  });

  it("prefers the entry with the span's own exception", () => {
    const noise = entry("stock", "reserve", "could not reserve", 0n);
    expect(relate(trace, originId, [noise, reserve], reader).origin?.entry).toBe(reserve);
  });

  it("has the span's exception where nothing was logged", () => {
    const exceptions = [{ type: "StockError", message: "negative amount", frames: [] }];
    const expected = reader.fingerprintOf(exceptions, "negative amount", "stock");
    expect(relate(trace, originId, [order], reader).origin).toEqual({
      service: "stock",
      fingerprint: expected,
      entry: null,
    });
  });

  it("does not relate entries of other traces, entries that are no errors, or anything without an origin", () => {
    const related = relate(
      trace,
      originId,
      [
        { ...order, traceId: "f".repeat(32) },
        { ...order, isError: false },
      ],
      reader,
    );
    expect(related.symptoms).toEqual([]);
    expect(relate(trace, null, [order, reserve], reader)).toEqual({ origin: null, symptoms: [] });
  });

  it("takes a failure that a link joins to the origin for its symptom, and an unlinked one for its own", () => {
    const batch = makeTrace(
      { at: "shop/order", throws: "BatchError: 1 failed", forMs: 100, links: [spanIdOf("reserve")] },
      { at: "stock/reserve", throws: "StockError: negative amount", fromMs: 15, forMs: 30 },
      { at: "mail/send", throws: "SmtpError: refused", fromMs: 70, forMs: 20 },
    );
    const related = relate(batch, findOrigin(batch), [order, mail, reserve], reader);
    expect(related.origin?.fingerprint).toBe(reserve.fingerprint);
    expect(related.symptoms).toEqual([order.fingerprint]);
  });
});
