import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { checkCitations, checkedConfidence } from "../../src/analyse/check-citations.ts";
import type { LinesEvidence } from "../../src/domain/evidence.ts";
import { redact } from "../../src/domain/redact.ts";
import { entry } from "./world.ts";

const lines: LinesEvidence = {
  id: "lines-1",
  kind: "lines",
  text: redact("function total(order) {\n  return order.sum   / order.count;\n}"),
  isOutsiderText: false,
  repository: "acme/shop",
  commit: "a".repeat(40),
  path: "src/total.js",
  firstLine: 11,
  lastLine: 13,
  enclosing: "total",
};
const evidence = [entry(1, "shop", "ERROR total failed for order 17"), lines];

function resolved(id: string, quote: string): boolean {
  return checkCitations([{ evidence: id, quote }], evidence).citations[0]?.isResolved ?? false;
}

describe("checkCitations", () => {
  it.each([
    ["lines-1", "return order.sum / order.count;"],
    ["lines-1", "| 12 |   return order.sum   / order.count;"],
    ["lines-1", "11 | function total(order) {\n12 |   return order.sum / order.count;"],
    ["lines-1", "function total(order) { return order.sum"],
    ["entry-1", "total failed for order 17"],
  ])("believes %s to say %j", (id, quote) => {
    expect(resolved(id, quote)).toBe(true);
  });

  it.each([
    ["lines-1", "return order.total / order.count"],
    ["lines-2", "return order.sum / order.count;"],
    ["entry-1", "function total(order) {"],
    ["lines-1", "} "],
    ["lines-1", ""],
    ["lines-1", "12 |"],
    ["entry-1", "404: failed"],
    ["entry-1", "\u200b\u200b\u200b\u200b"],
    ["lines-1; lines-2", "function total"],
    ["constructor", "function"],
  ])("does not believe %s to say %j", (id, quote) => {
    expect(resolved(id, quote)).toBe(false);
  });

  it("resolves any stretch of the text itself, however its white space is folded", () => {
    fc.assert(
      fc.property(fc.nat(lines.text.length - 10), fc.integer({ min: 10, max: 60 }), (start, length) => {
        const quote = lines.text.slice(start, start + length);
        fc.pre(quote.trim().length >= 4);
        expect(resolved("lines-1", quote.replaceAll(/\s+/g, "\n\t "))).toBe(true);
      }),
    );
  });

  it("knows when everything rests on what an outsider could have written", () => {
    const log = { evidence: "entry-1", quote: "total failed" };
    const code = { evidence: "lines-1", quote: "function total" };
    const invented = { evidence: "lines-1", quote: "function other" };
    expect(checkCitations([log], evidence).restsOnOutsiderTextOnly).toBe(true);
    expect(checkCitations([log, invented], evidence).restsOnOutsiderTextOnly).toBe(true);
    expect(checkCitations([log, code], evidence).restsOnOutsiderTextOnly).toBe(false);
  });

  it("takes no few signs that stand in any file for code that was read, nor lines that an outsider wrote", () => {
    const only = (quote: string, by = evidence) =>
      checkCitations([{ evidence: "lines-1", quote }], by).restsOnOutsiderTextOnly;
    expect(only("return")).toBe(true);
    expect(only("{\n  ret")).toBe(true);
    expect(only("return order.sum")).toBe(false);
    expect(only("return order.sum", [{ ...lines, isOutsiderText: true }])).toBe(true);
  });

  it("finds a quote however its letters are composed", () => {
    const said = entry(2, "shop", "결제가 거절되었습니다: café".normalize("NFD"));
    const [citation] = checkCitations([{ evidence: "entry-2", quote: "거절되었습니다: café" }], [said]).citations;
    expect(citation?.isResolved).toBe(true);
  });

  it("counts ids that cannot exist, though there is nothing to show of them", () => {
    const checked = checkCitations(
      [
        { evidence: "see above", quote: "function total" },
        { evidence: "lines-1", quote: "function total" },
      ],
      evidence,
    );
    expect(checked).toMatchObject({ resolvedShare: 0.5, citations: [{ evidence: "lines-1" }] });
  });
});

describe("checkedConfidence", () => {
  const sound = { resolvedShare: 1, restsOnOutsiderTextOnly: false };
  it.each([
    [0.8, sound, true, 0.8],
    [1, sound, true, 0.95],
    [0.8, { ...sound, resolvedShare: 0.5 }, true, 0.4],
    [0.8, { ...sound, restsOnOutsiderTextOnly: true }, true, 0.5],
    [0.8, sound, false, 0.3],
    [0.8, { ...sound, resolvedShare: 0 }, true, 0],
  ])("makes of a stated %d with %j and a place (%s): %d", (stated, checked, hasPlace, expected) => {
    expect(checkedConfidence(stated, checked, hasPlace)).toBe(expected);
  });
});
