import { describe, expect, it } from "vitest";
import { findPatternMistake, patternUses } from "../../src/config/check-patterns.ts";
import { ConfigError } from "../../src/config/config-error.ts";
import { parseRedaction } from "../../src/config/parse-config.ts";
import { parse, small } from "./parsing.ts";

describe("patterns of the service map", () => {
  it.each([
    "EMP-\\d{6}",
    "EMP-\\d+",
    "(?<!\\w)[A-Z]{2,5}-\\d+",
    "사번 ?\\d{5,8}",
    "고객번호[:= ]*\\d+",
    "(?:cust|kunde)-[a-z0-9]{8,}",
    "\\bACC[0-9]{10}\\b",
  ])("%s is accepted", (pattern) => {
    expect(findPatternMistake(pattern, patternUses.redaction)).toBeNull();
  });

  it.each([
    ["a repetition inside a repetition", "(a+)+$", "would take too long"],
    ["alternatives that mean the same", "(a|a)*b", "would take too long"],
    ["alternatives that overlap", "([a-c]|ab|bc)*d", "would take too long"],
    ["quadratic time by its beginning", "[A-Z]+-\\d+", "would take too long"],
    ["quadratic time in its middle", "EMP-.*x.*y", "would take too long"],
    ["quadratic time behind a fixed beginning", "ID\\s*\\s*:", "would take too long"],
    ["addresses as people write them", "\\w+@\\w+", "would take too long"],
    ["the empty text", "x*", "matches the empty text"],
    ["a reference to a group", "(a|b)\\1", "refers back to a group"],
    ["no expression", "(", "is no regular expression of JavaScript"],
  ])("%s is refused: %s", (_what, pattern, reason) => {
    expect(findPatternMistake(pattern, patternUses.redaction)).toContain(reason);
  });

  it("are part of the configuration and of its digest", () => {
    const yaml = `${small}redaction:\n  patterns: [{ kind: employee-number, pattern: 'EMP-\\d{6}' }]\n  allow: [support@acme.example]\n`;
    const config = parse(yaml);
    expect(config.redaction).toEqual({
      patterns: [{ kind: "employee-number", pattern: "EMP-\\d{6}" }],
      allow: ["support@acme.example"],
    });
    expect(config.digest).not.toBe(parse(small).digest);
    expect(parse(small).redaction).toEqual({ patterns: [], allow: [] });
  });

  it("are refused with their place", () => {
    const yaml = `${small}redaction:\n  patterns:\n    - { kind: slow, pattern: '(a+)+$' }\n    - { kind: Bad, pattern: x }\n  allow: [a]\n`;
    expect(() => parse(yaml)).toThrow(
      /service-map\.yaml:9:\d+ redaction\.patterns\[1\]\.kind: must be a name of small letters/,
    );
    expect(() => parse(yaml)).toThrow(/service-map\.yaml:8:\d+ redaction\.patterns\[0\]\.pattern: would take too long/);
    expect(() => parse(yaml)).toThrow(/redaction\.allow\[0\]: must be a value of 4 to 200 characters/);
  });

  it("can be read from a service map whose other parts are wrong", () => {
    const from = {
      path: "service-map.yaml",
      env: {},
      readSecretFile: () => "",
      homeDirectory: "/home/operator",
      workingDirectory: "/srv/autopilot",
    };
    const yamlText = "environments: 1\nredaction: { allow: [support@acme.example] }\n";
    expect(parseRedaction({ ...from, yamlText }).allow).toEqual(["support@acme.example"]);
    expect(parseRedaction({ ...from, yamlText: "services: {}\n" })).toEqual({ patterns: [], allow: [] });
    expect(() =>
      parseRedaction({ ...from, yamlText: "redaction: { patterns: [{ kind: a, pattern: '(a+)+$' }] }" }),
    ).toThrow(ConfigError);
  });
});
