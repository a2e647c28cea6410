import fc from "fast-check";
import { expect, it } from "vitest";
import { entryId, entryIdWith, labelPrefix } from "../../src/domain/entry-id.ts";

const labels = fc.dictionary(fc.string(), fc.string());

it("is 32 hex, and does not depend on the order of labels", () => {
  expect(entryId({ b: "2", a: "1" }, 5n, "line")).toBe(entryId({ a: "1", b: "2" }, 5n, "line"));
  expect(entryId({ a: "1" }, 5n, "line")).toMatch(/^[0-9a-f]{32}$/);
});

it("is the same for the same parts, and another for any others", () => {
  fc.assert(
    fc.property(
      labels,
      labels,
      fc.bigInt(0n, 99n),
      fc.bigInt(0n, 99n),
      fc.string(),
      fc.string(),
      (one, two, t, u, l, m) => {
        const isSame = labelPrefix(one) === labelPrefix(two) && t === u && l === m;
        expect(entryId(one, t, l) === entryId(two, u, m)).toBe(isSame);
      },
    ),
  );
});

it("does not let one part run into the next", () => {
  expect(entryId({ a: "1" }, 12n, "3")).not.toBe(entryId({ a: "1" }, 1n, "23"));
  expect(entryId({}, 1n, "2\n3")).not.toBe(entryId({}, 1n, "2"));
  expect(entryId({ a: '1","b' }, 1n, "")).not.toBe(entryId({ a: "1", b: "" }, 1n, ""));
});

it("is the same by a stream's key made once", () => {
  expect(entryIdWith(labelPrefix({ a: "1" }), 7n, "x")).toBe(entryId({ a: "1" }, 7n, "x"));
});
