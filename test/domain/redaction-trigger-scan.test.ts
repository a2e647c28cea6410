import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compileTriggers } from "../../src/domain/redaction/trigger-scan.ts";

describe("trigger scan", () => {
  it("tells which lists have a member in the text, whatever its case and its digits", () => {
    const scan = compileTriggers([["token", "secret"], ["gr00"], ["@"], ["비밀번호"]]);
    expect(scan("nothing here")).toEqual([]);
    expect(scan("a SeCrEt and GR19")).toEqual([0, 1]);
    expect(scan("비밀번호: a@b")).toEqual([2, 3]);
  });

  it("finds what a plain search finds, also literals that overlap and lie within each other", () => {
    const literal = fc.string({ unit: fc.constantFrom("a", "b", "0", "-"), minLength: 1, maxLength: 5 });
    const text = fc.string({ unit: fc.constantFrom("a", "A", "b", "7", "0", "-", "é", " "), maxLength: 40 });
    fc.assert(
      fc.property(fc.array(fc.array(literal, { maxLength: 4 }), { maxLength: 6 }), text, (lists, raw) => {
        const folded = raw.toLowerCase().replace(/\d/g, "0");
        const plain = lists.flatMap((list, index) => (list.some((one) => folded.includes(one)) ? [index] : []));
        expect(compileTriggers(lists)(raw)).toEqual(plain);
      }),
      { numRuns: 1000 },
    );
  });
});
