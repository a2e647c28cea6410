import { describe, expect, it } from "vitest";
import { parseLogQuery } from "../../src/demo/loki/log-query.ts";
import { matcherOf, readLogQuery, withMatcher } from "../../src/detect/windows/log-query-text.ts";

describe("a log query taken apart", () => {
  it.each([
    ['{app="shop"}', '{app="shop"}'],
    ['{app="shop", env=~"a|b"} |= "error" != `a}b` |~ "x|y"', '{app="shop", env=~"a|b"} |= "error" != `a}b` |~ "x|y"'],
    [
      '{app="shop"} |= "error" or "fatal" != ip("10.0.0.0/8")',
      '{app="shop"} |= "error" or "fatal" != ip("10.0.0.0/8")',
    ],
    ['{app="shop"} |~ "e" | level=~"error|ERROR"', '{app="shop"} |~ "e" | level=~"error|ERROR"'],
    [
      '{app="shop"} | (level="error" or level="fatal") and pod!="a"',
      '{app="shop"} | (level="error" or level="fatal") and pod!="a"',
    ],
    [' { app = "shop" } # all of it', '{ app = "shop" }'],
    ['{app="shop"} # all\n|= "a" # of it', '{app="shop"} # all\n|= "a"'],
  ])("%s is counted as it is", (query, countable) => {
    expect(readLogQuery(query)).toMatchObject({ countable, isWholeCountable: true });
  });

  it.each([
    ['{app="shop"} |= "error" | json | level="error"', '{app="shop"} |= "error"'],
    ['{app="shop"} | logfmt |= "x"', '{app="shop"}'],
    ['{app="shop"} |= "e" | status >= 500', '{app="shop"} |= "e"'],
    ['{app="shop"} | level="error" | took > 3s', '{app="shop"} | level="error"'],
    ['{app="shop"} | line_format "{{.a}}"', '{app="shop"}'],
    ['{app="shop"} | (level="error"', '{app="shop"}'],
  ])("of %s is counted what can be", (query, countable) => {
    expect(readLogQuery(query)).toMatchObject({ countable, isWholeCountable: false });
  });

  it.each(["", "error", 'app="shop"', '{app="shop"', "{app=shop}"])("%s has no selector", (query) => {
    expect(readLogQuery(query)).toBeNull();
    expect(withMatcher(query, 'pod="a"')).toBeNull();
  });

  it("takes another matcher in", () => {
    expect(withMatcher('{app="sh}op"} |= "{}"', 'pod="a"')).toBe('{app="sh}op", pod="a"} |= "{}"');
    expect(withMatcher("{ }", 'pod="a"')).toBe('{ pod="a"}');
    expect(withMatcher('# {a="b"}\n{a="b"}', 'pod="a"')).toBe('# {a="b"}\n{a="b", pod="a"}');
  });

  it("is read in a time that grows with its length alone", () => {
    const hostile = `{a="${"\\".repeat(50_000)}`;
    expect(readLogQuery(hostile)).toBeNull();
    expect(readLogQuery(`{a="b"} ${"# ".repeat(100_000)}`)).toMatchObject({ isWholeCountable: true });
    expect(readLogQuery(`{a="b"} | ${"(".repeat(100_000)}`)).toMatchObject({ isWholeCountable: false });
  });
});

describe("a matcher of several values", () => {
  const values = ["a", "a.b", "x|y", 'say "hi"', "c:\\d", "[0-9]+", "tab\there", "über", ""];

  it.each([[["a.b"]], [["a.b", "x|y", 'say "hi"', "c:\\d"]], [["", "[0-9]+"]], [[""]]])(
    "takes those and leaves the others: %j",
    (some) => {
      for (const isOneOf of [true, false]) {
        const query = withMatcher('{app="shop"}', matcherOf("pod", some, isOneOf)) ?? "";
        const taken = values.filter((pod) =>
          parseLogQuery(query).selects({ app: "shop", ...(pod === "" ? {} : { pod }) }),
        );
        expect(taken).toEqual(values.filter((value) => some.includes(value) === isOneOf));
      }
    },
  );
});
