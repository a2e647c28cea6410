import { describe, expect, it } from "vitest";
import { findQueryMistake } from "../../src/config/log-query.ts";

describe("a log query", () => {
  it.each([
    '{deployment_environment="dev"}',
    '{deployment_environment="dev"} |~ "error|ERROR" | level=~"error|ERROR"',
    ' { app = "shop" , env=~"dev|stage", pod!="p0" } ',
    '{app="shop"} |= "a" != "b" |~ `\\d+ (x|y)` !~ "z"',
    '{app="shop"} |= "a" or "b"',
    '{app="shop"} | json | level="error" and msg!="x" | line_format "{{.msg}} | {{.err}}"',
    '{app="shop"} |= ip("10.0.0.0/8") | logfmt',
    '{app="shop"} |~ "(?i)(error|fail)" # only these',
    '{app="say \\"hi\\""} |~ "(?P<word>a)"',
    '{app=~".+"}',
    "{app=`raw`}",
    '{app!=""}',
  ])("is accepted: %s", (query) => {
    expect(findQueryMistake(query)).toBeNull();
  });

  it.each<[string, RegExp]>([
    ["  ", /is empty/],
    ['count_over_time({app="x"}[5m])', /metric query/],
    ["sum by (app) (rate({app='x'}[5m]))", /metric query/],
    ['topk(3, rate({app="x"}[1h]))', /metric query/],
    ['{app="x"}[5m]', /metric query/],
    ["error", /must begin with a stream selector/],
    ["{}", /at character 2/],
    ["{app}", /at character 2/],
    ["{app='x'}", /value of `app` at character 6 must stand in closed double quotes/],
    ['{app="x}', /value of `app` at character 6/],
    ['{app="x" env="y"}', /`,` or `}` was expected at character 9/],
    ['{app=~".*"}', /selects nothing in particular/],
    ['{app!="x"}', /selects nothing in particular/],
    ['{app=~"("}', /regular expression that cannot be read: `\(`/],
    ['{app="x"} |~ "(error"', /regular expression that cannot be read/],
    ['{app="x"} |= error', /line filter at character 14 needs text/],
    ['{app="x"} error', /at character 11 follows no `\|`/],
    ['{app="x"} | ', /nothing follows `\|` at character 11/],
    ['{app="x"} | level="error', /quote opened after character 11 is not closed/],
  ])("is refused: %s", (query, mistake) => {
    expect(findQueryMistake(query)).toMatch(mistake);
  });
});
