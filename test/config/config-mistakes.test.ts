import { describe, expect, it } from "vitest";
import { ConfigError } from "../../src/config/config-error.ts";
import type { ConfigSource } from "../../src/config/config-source.ts";
import { referenceTo as reference } from "../../src/config/reference.ts";
import { parse, small } from "./parsing.ts";

function mistakesOf(yamlText: string, over: Partial<ConfigSource> = {}): readonly string[] {
  try {
    parse(yamlText, over);
  } catch (error) {
    if (error instanceof ConfigError) return error.message.split("\n");
    throw error;
  }
  return [];
}

describe("mistakes", () => {
  it("come all together, in the order of the file", () => {
    expect(
      mistakesOf(`environments:
  dev:
    loki: { url: http://localhost:3100, settle: 1 }
services:
  a: { repository: x, path: /a, aliases: [b] }
  b: { repository: x/b, path: /b }
budget: { day: -1 }
`),
    ).toEqual([
      "service-map.yaml:3:41 environments.dev.loki.settle: must be a duration from 0s to 10m: a number and one of `ms`, `s`, `m`, `h`, `d`, and is `1`. For example `settle: 30s`.",
      "service-map.yaml:5:8 services.a.repository: must be a repository as `owner/name`, and is `x`. For example `repository: your-company/shop`.",
      "service-map.yaml:5:43 services.a.aliases[0]: `b` is a service of its own. Remove the alias, or the service.",
      "service-map.yaml:7:11 budget.day: must be an amount of US dollars, 0 or more, as a plain number, and is `-1`. For example `day: 5`.",
    ]);
  });

  const rest = "\nenvironments:\n  dev:\n    loki: { url: http://localhost:3100 }\n";
  const loki = (lines: string) =>
    `environments:\n  dev:\n    loki:\n      url: http://localhost:3100\n${lines.replaceAll(/^/gm, "      ")}\n`;
  const services = (lines: string) => `services:\n${lines.replaceAll(/^/gm, "  ")}${rest}`;

  it.each<[string, string, string]>([
    ["an empty file", "", "service-map.yaml:1:1: is empty. Start from the example service-map.yaml."],
    [
      "a list in place of a mapping",
      "- a\n",
      "service-map.yaml:1:1: must be a mapping (`key: value` lines), and is a list.",
    ],
    [
      "a tab",
      "environments:\n\tdev: 1\n",
      "service-map.yaml:2:1: is not valid YAML: Tabs are not allowed as indentation. Indent with spaces.",
    ],
    [
      "an open quote",
      `environments: "dev\n`,
      'service-map.yaml:2:1: is not valid YAML: Missing closing "quote. Close the quote or bracket, or add the missing `:`.',
    ],
    [
      "a tag without a version",
      services("shop: { repository: a/b, path: /a, version: { tag: release } }"),
      'service-map.yaml:2:49 services.shop.version.tag: must be the name of a tag with `{version}` in it, and is `release`. For example `tag: "release-{version}"`.',
    ],
    [
      "another time to fetch",
      `repositories: { fetch: always }${rest}`,
      "service-map.yaml:1:17 repositories.fetch: must be one of `never`, `before-gather`, and is `always`. For example `fetch: before-gather`.",
    ],
    [
      "a reference without quotes inside braces",
      `github: { token: ${reference("T")} }${rest}`,
      `service-map.yaml:1:19: is not valid YAML: inside { … } a reference needs quotes. Write "${reference("NAME")}" with them.`,
    ],
    [
      "two documents",
      `language: en\n---\nlanguage: ko\n`,
      "service-map.yaml:2:1: is not valid YAML: it holds several documents. Keep one document: remove the line `---` and what does not belong.",
    ],
    [
      "a key that stands twice",
      `language: en\nlanguage: ko${rest}`,
      "service-map.yaml:2:1 language: `language` stands twice in this mapping. Keep one of the two.",
    ],
    [
      "an anchor that is not set",
      `language: *mine${rest}`,
      "service-map.yaml:1:1 language: refers to an anchor (`*name`) that is not set above it. Set it with `&name`.",
    ],
    [
      "a mistyped key",
      `flod: { issuesPerRun: 1 }${rest}`,
      "service-map.yaml:1:1 flod: is not known here. Did you mean `flood`?",
    ],
    [
      "a key in another spelling",
      `flood: { issues_per_run: 1 }${rest}`,
      "service-map.yaml:1:10 flood.issues_per_run: is not known here. Did you mean `issuesPerRun`?",
    ],
    [
      "a key that became two",
      `repair: { rounds: 1 }${rest}`,
      "service-map.yaml:1:11 repair.rounds: is two settings now: `proposals` (patches proposed for one order) and `patchesPerDraft` (patches that one draft may get when reviews ask for changes). Write the one that you mean, or both.",
    ],
    [
      "a key like none",
      `budget: { weekly: 3 }${rest}`,
      "service-map.yaml:1:11 budget.weekly: is not known here. Remove it; known are `incident`, `day`.",
    ],
    [
      "a horizon that would miss what Loki still takes in",
      `environments:\n  dev:\n    loki: { url: "http://l", auditHorizon: 12h }\n`,
      "service-map.yaml:3:30 environments.dev.loki.auditHorizon: must be `24h` or more, or `0s` to count nothing again.",
    ],
    [
      "no environment",
      `environments: {}\n`,
      "service-map.yaml:1:1 environments: must be a mapping with at least one environment, and is a mapping. For example `environments: { dev: { loki: { url: http://localhost:3100 } } }`.",
    ],
    [
      "an environment without a Loki",
      `environments:\n  dev:\n    mode: dry-run\n`,
      "service-map.yaml:2:3 environments.dev.loki: is missing. Add it, for example `loki: { url: http://localhost:3100 }`.",
    ],
    [
      "a Loki without an address",
      `environments:\n  dev:\n    loki:\n      tenant: t\n`,
      "service-map.yaml:3:5 environments.dev.loki.url: is missing. Add it, for example `url: http://localhost:3100`.",
    ],
    [
      "an address without its protocol",
      `environments:\n  dev:\n    loki:\n      url: localhost:3100\n`,
      "service-map.yaml:4:7 environments.dev.loki.url: must be an address such as `http://localhost:3100`, and is `localhost:3100`. For example `url: http://localhost:3100`.",
    ],
    [
      "an address with the path of the API",
      `environments:\n  dev:\n    loki:\n      url: http://l:3100/loki/api/v1\n`,
      "service-map.yaml:4:7 environments.dev.loki.url: must be the server's address alone. Remove the path from `/loki` on.",
    ],
    [
      "an empty value",
      services("shop:\n  repository: x/y\n  path:"),
      "service-map.yaml:4:5 services.shop.path: is empty. Fill it in, for example `path: ~/projects/shop`.",
    ],
    [
      "an empty value that may be left out",
      `budget:${rest}`,
      "service-map.yaml:1:1 budget: is empty. Fill it in, for example `budget: { incident: 0.5, day: 5 }`, or remove the line.",
    ],
    [
      "text in place of a list",
      services("shop: { repository: x/y, path: /y, own: com.example }"),
      "service-map.yaml:2:38 services.shop.own: must be a list such as `[com.example.shop]`, and is `com.example`. For example `own: [ com.example.shop ]`.",
    ],
    [
      "a mode that does not exist",
      services("shop: { repository: x/y, path: /y, mode: isue }"),
      "service-map.yaml:2:38 services.shop.mode: must be one of `dry-run`, `issue`, `patch`, `draft-pr`, and is `isue`. Did you mean `issue`?",
    ],
    [
      "a name with a space",
      services("my shop: { repository: x/y, path: /y }"),
      "service-map.yaml:2:3 services.my shop: must be a name of letters, digits and `. _ - : / @`. Rename it.",
    ],
    [
      "a folder outside the repository",
      services("shop: { repository: x/y, path: /y, under: a/../../b }"),
      "service-map.yaml:2:38 services.shop.under: must stay inside the repository. Write the folder without `..`.",
    ],
    [
      "an alias of two services",
      services("a: { repository: x/y, path: /y, aliases: [C] }\nb: { repository: x/y, path: /y, aliases: [c] }"),
      "service-map.yaml:3:45 services.b.aliases[0]: `c` is already an alias of `a`. Keep it at one service.",
    ],
    [
      "services that differ in case only",
      services("shop: { repository: x/y, path: /y }\nShop: { repository: x/y, path: /y }"),
      "service-map.yaml:3:3 services.Shop: is the same name as `shop` but for its case. Keep one of the two.",
    ],
    [
      "a limit that Loki refuses",
      loki("limit: 5001"),
      "service-map.yaml:5:7 environments.dev.loki.limit: must be a whole number from 1 to 5000, and is `5001`. For example `limit: 1000`.",
    ],
    [
      "a duration out of bounds",
      loki("settle: 1h"),
      "service-map.yaml:5:7 environments.dev.loki.settle: must be a duration from 0s to 10m: a number and one of `ms`, `s`, `m`, `h`, `d`, and is `1h`. For example `settle: 30s`.",
    ],
    [
      "half a login",
      loki("auth: { user: me }"),
      "service-map.yaml:5:7 environments.dev.loki.auth: must have either `user` and `password`, or `token` alone.",
    ],
    [
      "a query without quotes",
      loki('query: {app="shop"}'),
      "service-map.yaml:5:7 environments.dev.loki.query: must be text, and without quotes YAML reads { … } as a mapping. Put the query in single quotes.",
    ],
    [
      "a query without quotes that is no YAML at all",
      loki('query: {app="shop"} |= "error"'),
      "service-map.yaml:5:27: is not valid YAML: a query needs single quotes around it. Write `query: '{…}'`.",
    ],
    [
      "a metric query",
      loki(`query: 'sum(rate({app="shop"}[5m]))'`),
      'service-map.yaml:5:7 environments.dev.loki.query: is a metric query, and entries are needed. Write the log query alone, such as `{app="shop"} |= "error"`.',
    ],
    [
      "a query that cannot be read",
      loki(`query: '{app="shop"} |= error'`),
      "service-map.yaml:5:7 environments.dev.loki.query: is not a log query: the line filter at character 17 needs text in closed quotes.",
    ],
    [
      "a size without its unit",
      `analysis: { toolAnswer: "16000" }${rest}`,
      "service-map.yaml:1:13 analysis.toolAnswer: must be a size from 1kB to 1MB: a number and one of `B`, `kB`, `KiB`, `MB`, `MiB`, and is `16000`. For example `toolAnswer: 16kB`.",
    ],
    [
      "an unknown stronger model",
      `model: { strong: claude-opus-9 }${rest}`,
      "service-map.yaml:1:10 model.strong: `claude-opus-9` has no known price, so no budget could hold. Did you mean `claude-opus-5-5`? Known are `claude-opus-5-5`, `claude-sonnet-5-5`, `claude-haiku-5-5`, `claude-fable-5-2`; for another one say what it costs in `model.prices`.",
    ],
    [
      "an unknown model",
      `model: { name: claude-opus-5 }${rest}`,
      "service-map.yaml:1:10 model.name: `claude-opus-5` has no known price, so no budget could hold. Did you mean `claude-opus-5-5`? Known are `claude-opus-5-5`, `claude-sonnet-5-5`, `claude-haiku-5-5`, `claude-fable-5-2`; for another one say what it costs in `model.price`.",
    ],
    [
      "a language that issues are not written in",
      `language: de${rest}`,
      "service-map.yaml:1:1 language: must be one of `en`, `ko`, and is `de`. For example `language: en`.",
    ],
    [
      "a variable that is not set",
      `github:\n  token: ${reference("MY_TOKEN")}${rest}`,
      "service-map.yaml:2:3 github.token: needs the environment variable MY_TOKEN, which is not set. Set MY_TOKEN or MY_TOKEN_FILE, in .env for example.",
    ],
  ])("tells %s", (_what, yamlText, mistake) => {
    expect(mistakesOf(yamlText)).toEqual([mistake]);
  });

  it("tells a secret's file that cannot be read", () => {
    expect(mistakesOf(small, { env: { GITHUB_TOKEN_FILE: "/run/none" } })).toEqual([
      "service-map.yaml:1:1: GITHUB_TOKEN_FILE names a file that cannot be read (no such file: /run/none). Create it, or set GITHUB_TOKEN.",
    ]);
  });

  it("never shows what a variable holds", () => {
    const told = mistakesOf(`language: ${reference("SECRET")}${rest}`, { env: { SECRET: "hunter2" } });
    expect(told).toEqual([
      `service-map.yaml:1:1 language: must be one of \`en\`, \`ko\`, and is what \`${reference("SECRET")}\` holds. For example \`language: en\`.`,
    ]);
  });

  it("name the file by its whole path where it lies elsewhere", () => {
    expect(mistakesOf("", { path: "/etc/map.yaml" })[0]).toMatch(/^\/etc\/map\.yaml:1:1: /);
  });
});

describe("a secret in the file", () => {
  const secrets: readonly [string, string][] = [
    ["github:\n  token: abc", "2:3 github.token"],
    ["model:\n  apiKey: 12345", "2:3 model.apiKey"],
    ["# old: ghp_0123456789abcdefghij", "1:8"],
    ["# github_pat_11ABCDEFG0123456789_abcdefghij", "1:3"],
    ["# sk-ant-api03-abcdefgh", "1:3"],
    ["# glsa_0123456789abcdef", "1:3"],
    ["# http://me:hunter2@loki:3100", "1:7"],
    ["# -----BEGIN RSA PRIVATE KEY-----", "1:3"],
  ];
  it.each(secrets)("is refused without being shown: %s", (yamlText, place) => {
    const told = mistakesOf(`${yamlText}\n${small}`);
    expect(told).toHaveLength(1);
    expect(told[0]).toContain(`service-map.yaml:${place}: `);
    expect(told[0]).toMatch(/secret/);
    for (const value of ["abc", "12345", "0123456789", "hunter2"]) expect(told[0]).not.toContain(value);
  });

  it("names the variable to use", () => {
    expect(mistakesOf(`github:\n  token: abc\n${small}`)).toEqual([
      `service-map.yaml:2:3 github.token: must not hold the secret itself. Put it into the environment (.env) and write \`token: ${reference("GITHUB_TOKEN")}\`.`,
    ]);
  });

  it("is told beside the unknown key that holds it", () => {
    expect(mistakesOf(`${small}      token: abc\n`)).toEqual([
      `service-map.yaml:6:7 environments.dev.loki.token: must not hold the secret itself. Put it into the environment (.env) and write \`token: ${reference("NAME")}\`.`,
      "service-map.yaml:6:7 environments.dev.loki.token: is not known here. Remove it; known are `url`, `tenant`, `auth`, `query`, `since`, `settle`, `lateness`, `auditHorizon`, `slice`, `limit`, `timeout`.",
    ]);
  });
});
