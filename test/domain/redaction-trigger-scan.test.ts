import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { anywhere, atStart, compileTriggers, onlyWhere } from "../../src/domain/redaction/trigger-scan.ts";

describe("trigger scan", () => {
  it("tells which lists have a member in the text, whatever its case and its digits", () => {
    const hitsOf = compileTriggers([
      anywhere("token", "secret"),
      anywhere("gr00"),
      anywhere("@"),
      anywhere("비밀번호"),
    ]);
    expect(hitsOf("nothing here").hits).toEqual([]);
    expect(hitsOf("a SeCrEt and GR19").hits).toEqual([0, 1]);
    expect(hitsOf("비밀번호: a@b").hits).toEqual([2, 3]);
  });

  it("heeds where a literal counts", () => {
    const hitsOf = compileTriggers([
      atStart("pin"),
      onlyWhere((text, at) => text.charAt(at + 2) === "1", anywhere("+00")),
    ]);
    expect(hitsOf("spin it +82, upinn").hits).toEqual([]);
    expect(hitsOf("a pin").hits).toEqual([0]);
    expect(hitsOf("userPin \\npin +81").hits).toEqual([0, 1]);
  });

  it("finds what a plain search finds, also literals that overlap and lie within each other", () => {
    const literal = fc.string({ unit: fc.constantFrom("a", "b", "0", "-"), minLength: 1, maxLength: 5 });
    const text = fc.string({ unit: fc.constantFrom("a", "A", "b", "7", "0", "-", "é", " "), maxLength: 40 });
    fc.assert(
      fc.property(fc.array(fc.array(literal, { maxLength: 4 }), { maxLength: 6 }), text, (lists, raw) => {
        const folded = raw.toLowerCase().replace(/\d/g, "0");
        const plain = lists.flatMap((list, index) => (list.some((one) => folded.includes(one)) ? [index] : []));
        expect(compileTriggers(lists.map((list) => anywhere(...list)))(raw).hits).toEqual(plain);
      }),
      { numRuns: 1000 },
    );
  });
});
