import { describe, expect, it } from "vitest";
import { logqlString, streamSelector } from "../../src/gather/entries/stream-selector.ts";
import { messageWords } from "../../src/gather/message-words.ts";

describe("the stream selector of a query", () => {
  it.each([
    ['{env="dev"} |~ "error|ERROR" | level=~"error"', '{env="dev"}'],
    ['{a="}", b=~`x}\\`} |= "y"', '{a="}", b=~`x}\\`}'],
    ['{a="\\"}"}', '{a="\\"}"}'],
    ["no selector", null],
    ['{a="never closed', null],
  ])("of %s is %s", (query, selector) => {
    expect(streamSelector(query)).toBe(selector);
  });

  it("is filtered with strings that cannot end early", () => {
    expect(logqlString('a"b\\c\nd')).toBe('"a\\"b\\\\c\\nd"');
  });
});

describe("the words of a message", () => {
  it("are what is left between its values, longest first", () => {
    expect(messageWords("could not charge the customer <*>: gateway timeout after 30s\nmore words here")).toEqual([
      "could not charge the customer",
      "gateway timeout after",
      "could not charge the",
    ]);
    expect(messageWords('order "17" ⟨email:1⟩ failed')).toEqual([]);
    expect(messageWords("")).toEqual([]);
  });
});
