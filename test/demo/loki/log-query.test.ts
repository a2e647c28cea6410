import { describe, expect, it } from "vitest";
import { parseLogQuery } from "../../../src/demo/loki/log-query.ts";
import { LogQueryError } from "../../../src/demo/loki/log-query-error.ts";

const kept = (query: string, line: string, labels: Record<string, string> = {}): boolean => {
  const parsed = parseLogQuery(query);
  return parsed.selects({ app: "shop", ...labels }) && parsed.keeps(line, { app: "shop", ...labels });
};

const refusal = (query: string): string => {
  try {
    parseLogQuery(query);
  } catch (error) {
    if (error instanceof LogQueryError) return `${error.status} ${error.message}`;
    throw error;
  }
  return "none";
};

describe("the LogQL that the stand-in knows", () => {
  it.each([
    ['{app="shop"}', true],
    ['{app!="shop", app=~".+"}', false],
    ['{app=~"sh"}', false],
    ['{app=~"sh.*|x"}', true],
    ['{app!~"sh.*", app=~".+"}', false],
    ['{app="shop", level=~"(?i)ERROR"}', true],
    ['{app="shop", nope=""}', true],
    ['{app="shop"} |= "Charge"', true],
    ['{app="shop"} |= "charge"', false],
    ['{app="shop"} != "Charge"', false],
    ['{app="shop"} |~ "(?i)charge|error"', true],
    ['{app="shop"} !~ `\\d+`', false],
    ['{app="shop"} |= "Charge" != "success" | level="error"', true],
    ['{app="shop"} | level=~"err"', false],
    ['{app="shop"} | level="warn" or level="error"', true],
    ['{app="shop"} | level="error" and nope="x"', false],
    ['{app="shop"} | (level="error", nope="") or nope="x"', true],
    ['{app="shop"} | nope!="x"', true],
    ['{app="shop"} # all of it\n |= "Charge"', true],
  ])("%s: %s", (query, isKept) => {
    expect(kept(query, "Charge 17 failed", { level: "error" })).toBe(isKept);
  });

  it.each([
    ['{app="shop"} | json', "501"],
    ['{app="shop"} | logfmt | level="error"', "501"],
    ['{app="shop"} | status >= 500', "501"],
    ['{app="shop"} |= "a" or "b"', "501"],
    ['count_over_time({app="shop"}[1m])', "501"],
    ['{app=~"[[:alpha:]]+"}', "501"],
    ["{app=shop}", "400 parse error at line 1, col 6: syntax error: unexpected IDENTIFIER"],
    ['{app="shop"', "400 parse error at line 1, col 12: syntax error: unexpected $end, expecting } or ,"],
    ['{app="shop} |= "x"', "400 parse error at line 1, col 17: syntax error: unexpected IDENTIFIER, expecting } or ,"],
    ['{app="shop', "400 parse error at line 1, col 6: literal not terminated"],
  ])("%s is refused: %s", (query, words) => {
    expect(refusal(query)).toContain(words);
  });
});
