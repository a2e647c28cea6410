import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decode, encode } from "../../src/domain/codec.ts";

describe("codec", () => {
  it("brings back nanoseconds to the last digit", () => {
    const sample = { timestampNs: 1_795_000_000_123_456_789n, deep: [{ durationNs: 0n }, -5n] };
    expect(decode(encode(sample))).toEqual(sample);
  });

  it("brings back bytes", () => {
    const patch = { before: null, after: Uint8Array.of(0, 255, 13, 10), views: [Buffer.from("é")] };
    const expected = { ...patch, views: [Uint8Array.of(0xc3, 0xa9)] };
    expect(decode(encode(patch))).toEqual(expected);
  });

  it("takes no data for its own mark", () => {
    for (const hostile of [
      { $n: "12" },
      { $$n: "12" },
      { $n: 12n },
      { $: { $n: "x" } },
      { $n: "1", a: 2 },
      ["$n"],
      { $b: "AQI=" },
    ]) {
      expect(decode(encode(hostile))).toEqual(hostile);
    }
  });

  it("keeps a key named __proto__ as data", () => {
    const sent = JSON.parse('{"__proto__": {"isAdmin": true}, "$x": 1}');
    const back = decode<Record<string, unknown>>(encode(sent));
    expect(Object.getPrototypeOf(back)).toBe(Object.prototype);
    expect(Object.keys(back)).toEqual(["__proto__", "$x"]);
  });

  it("brings back whatever JSON and bigint can say", () => {
    const anything = fc.letrec((tie) => ({
      value: fc.oneof(
        fc.bigInt(),
        fc.string({ unit: "binary" }),
        fc.double({ noDefaultInfinity: true, noNaN: true }).filter((number) => !Object.is(number, -0)),
        fc.boolean(),
        fc.constant(null),
        fc.array(tie("value"), { maxLength: 4 }),
        fc.dictionary(
          fc.oneof(fc.string(), fc.constantFrom("$n", "$b", "$$n", "$", "__proto__", "toJSON")),
          tie("value"),
          {
            maxKeys: 4,
            noNullPrototype: true,
          },
        ),
      ),
    })).value;
    fc.assert(
      fc.property(anything, (value) => {
        expect(decode(encode(value))).toStrictEqual(value);
      }),
    );
  });

  it("refuses what would come back as something else", () => {
    for (const lost of [Number.NaN, Number.POSITIVE_INFINITY, new Date(0), new Map(), () => 1]) {
      expect(() => encode({ lost })).toThrow(/"lost" cannot be kept/);
    }
    expect(() => encode(undefined)).toThrow(TypeError);
  });
});
