import { describe, expect, it } from "vitest";
import { endOf } from "../../src/config/build-levers.ts";
import { ConfigError } from "../../src/config/config-error.ts";
import { expiringRules } from "../../src/config/expiring-rules.ts";
import { readingDigestOf } from "../../src/config/reading-digest.ts";
import { readingRulesOf } from "../../src/config/reading-rules-of.ts";
import { parse, small } from "./parsing.ts";

function mistakesOf(more: string): readonly string[] {
  try {
    parse(`${small}${more}`);
  } catch (error) {
    if (error instanceof ConfigError) return error.mistakes.map(({ path, sentence }) => `${path}: ${sentence}`);
    throw error;
  }
  return [];
}

const rule = (fields: string) => `ignore:\n  - { because: load test, ${fields} }\n`;
const service = (fields: string) => `services:\n  shop: { repository: a/b, path: /x, ${fields} }\n`;

describe("levers of the service map", () => {
  it.each([
    ["a rule without a reason", "ignore:\n  - { until: 2027-01-31, service: shop }\n", /because: is missing/],
    ["a rule without an end", rule("service: shop"), /until: is missing/],
    ["a rule that would ignore everything", rule("until: 2027-01-31"), /at least one of `service`, `type`/],
    ["a day that there is not", rule("until: 2027-02-30, service: shop"), /until: is a day that there is not/],
    ["an end that is no day", rule("until: next week, service: shop"), /must be a day such as/],
    ["an empty matcher", rule("until: 2027-01-31, match: '{}'"), /match: says nothing/],
    ["a parser stage", rule("until: 2027-01-31, match: '{a=\"b\"} | json'"), /Stages like `\| json` are not known/],
    ["an open quote", rule("until: 2027-01-31, match: '{a=\"b}'"), /a label, an operator and a quoted value/],
    ["a broken expression", rule("until: 2027-01-31, match: '{a=~\"(b\"}'"), /cannot be read: `\(b`/],
    ["a slow expression", rule("until: 2027-01-31, match: '|~ \"(a+)+$\"'"), /would take too long/],
    ["a format without a message", "formats: ['(?<level>\\w+) .*']\n", /names no group `message`/],
    ["a group that means nothing", "formats: ['(?<lvl>\\w+) (?<message>.*)']\n", /`lvl`, which means nothing/],
    ["a slow format", "formats: ['(?<level>(\\w+\\s*)+): (?<message>.*)']\n", /would take too long/],
    ["a format that is no expression", "formats: ['(?<message>.*']\n", /no regular expression of JavaScript/],
    ["a format of nothing", "formats: ['(?<message>.*)']\n", /matches the empty text/],
    ["a threshold that says nothing", service("threshold: {}"), /says neither how many/],
    ["a time without entries", service("threshold: { within: 5m, age: 1h }"), /has no `entries` to count/],
    ["a level that nobody knows", service("level: eror"), /Did you mean `error`/],
  ])("%s is refused with the cure", (_what, yaml, sentence) => {
    expect(mistakesOf(yaml).join("\n")).toMatch(sentence);
  });

  it("take what people write", () => {
    expect(mistakesOf(rule("until: 2027-01-31T12:00Z, match: '|~ `(?i)time.?out` != \"fatal\"'"))).toEqual([]);
    expect(mistakesOf("formats: ['(?<time>\\S+) (?<level>[A-Z]{1,8})\\|(?<message>.*)']\n")).toEqual([]);
  });

  it("end with the day, or at the instant", () => {
    expect(endOf("2027-01-31")).toBe(Date.parse("2027-02-01T00:00:00Z"));
    expect(endOf("2027-01-31T12:30Z")).toBe(Date.parse("2027-01-31T12:30:00Z"));
    expect(endOf("2027-13-01")).toBeNull();
  });

  it("of a service win over those of its environment", () => {
    const config = parse(
      `environments:\n  dev: { level: warn, threshold: { age: 1h }, loki: { url: "http://l:3100" } }\n${service("level: fatal, notOwn: [com.gen]")}`,
    );
    const { levers } = readingRulesOf(config, "dev");
    expect(levers).toMatchObject({ floor: "warn", floors: { shop: "fatal" }, notOwn: { shop: ["com.gen"] } });
    expect(levers?.threshold).toEqual({ entries: null, ageMs: 3_600_000 });
    // Of the only environment there is; with two, nobody knows which is meant.
    expect(readingRulesOf(config, null).levers?.floor).toBe("warn");
  });
});

describe("the digest of reading", () => {
  const digest = (more: string) => readingDigestOf(parse(`${small}${more}`));
  it("changes with what decides a fingerprint, and with nothing else", () => {
    const base = digest(service("own: [com.shop]"));
    for (const more of [service("own: [com.other]"), service("own: [com.shop], notOwn: [com.shop.gen]")]) {
      expect(digest(more)).not.toBe(base);
    }
    expect(digest(`${service("own: [com.shop]")}formats: ['(?<message>x.*)']\n`)).not.toBe(base);
    expect(digest(`${service("own: [com.shop]")}${rule("until: 2027-01-31, service: shop")}`)).not.toBe(base);
    expect(digest(service("own: [com.shop], threshold: { age: 1h }, mode: dry-run"))).toBe(base);
    expect(digest(service("own: [com.shop]").replace("repository: a/b, path: /x", "path: /y, repository: a/c"))).toBe(
      base,
    );
  });
});

describe("ignore rules that end", () => {
  const rules = (nowMs: number) =>
    expiringRules(parse(`${small}ignore: [{ because: load test, until: 2027-01-31, service: shop }]\n`), nowMs);

  it("are said a week before, and as long as they stand there", () => {
    expect(rules(Date.parse("2027-01-20T00:00:00Z"))).toEqual([]);
    expect(rules(Date.parse("2027-01-26T00:00:00Z"))).toEqual([
      {
        sentence: "ignore[0] ends at 2027-02-01T00:00Z; what it ignores is told from then on (load test).",
        isOver: false,
      },
    ]);
    expect(rules(Date.parse("2027-02-01T00:00:00Z"))).toEqual([
      {
        sentence:
          "ignore[0] ended at 2027-02-01T00:00Z and ignores nothing any more (load test). Remove it, or give it another `until`.",
        isOver: true,
      },
    ]);
  });
});
