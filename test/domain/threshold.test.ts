import { describe, expect, it } from "vitest";
import { compileMatcher, parseLineMatcher } from "../../src/domain/line-matcher.ts";
import { isFrequentEnough, isOldEnough } from "../../src/domain/threshold.ts";

const minute = 60_000;
const often = (count: number, withinMs: number) => ({ entries: { count, withinMs }, ageMs: null });

describe("so many entries within so long a time", () => {
  const minutes = [0, 1, 2, 10, 11].map((at) => ({ minuteMs: at * minute, entries: 2 }));
  it.each([
    [6, 3 * minute, true],
    [7, 3 * minute, false],
    [7, 11 * minute, true],
    [10, 12 * minute, true],
    [11, 60 * minute, false],
    [2, 1_000, true],
    [3, minute, false],
  ])("%i in %i ms: %s", (count, withinMs, isReached) => {
    expect(isFrequentEnough(often(count, withinMs), minutes)).toBe(isReached);
  });

  it("is never reached without entries, or where only age counts", () => {
    expect(isFrequentEnough(often(1, minute), [])).toBe(false);
    expect(isFrequentEnough({ entries: null, ageMs: 1 }, minutes)).toBe(false);
  });
});

describe("so old", () => {
  it("counts from the first entry to the last", () => {
    const threshold = { entries: null, ageMs: 1_000 };
    expect(isOldEnough(threshold, 5n, 1_000_000_005n)).toBe(true);
    expect(isOldEnough(threshold, 5n, 1_000_000_004n)).toBe(false);
    expect(isOldEnough(often(1, 1), 0n, 10n ** 18n)).toBe(false);
  });
});

describe("a matcher", () => {
  const matches = (text: string, line: string, labels: Readonly<Record<string, string>> = {}) => {
    const parsed = parseLineMatcher(text);
    if (typeof parsed === "string") throw new Error(parsed);
    return compileMatcher(parsed)((name) => labels[name] ?? null, line);
  };

  it.each([
    ['{a="b"}', {}, "", false],
    ['{a="b"}', { a: "b" }, "", true],
    ['{a!="b"}', {}, "", true],
    ['{a=~"b|c"}', { a: "c" }, "", true],
    ['{a=~"b"}', { a: "bb" }, "", false],
    ['{a!~"b.*", c=""}', { a: "a" }, "", true],
    ['|= "x" |= "y"', {}, "y then x", true],
    ['|= "x" != "y"', {}, "y then x", false],
    ['{service.name="s"} |~ `^\\d+ms$`', { "service.name": "s" }, "17ms", true],
    ['!~ "(?i)FATAL"', {}, "it is fatal", false],
    ['|= "say \\"hi\\""', {}, 'they say "hi"', true],
  ] as const)("%s of %j and %j: %s", (text, labels, line, isMatch) => {
    expect(matches(text, line, labels)).toBe(isMatch);
  });
});
