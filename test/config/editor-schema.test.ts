import { readFileSync } from "node:fs";
import { Ajv } from "ajv";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { editorSchemaText } from "../../src/config/editor-schema.ts";
import { parseConfig } from "../../src/config/parse-config.ts";
import { referenceTo } from "../../src/config/reference.ts";

const read = (name: string) => readFileSync(new URL(`../../${name}`, import.meta.url), "utf8");

/** The example with one optional block switched on: its comment signs are removed, and with them one level of "or". */
function withBlocks(text: string): string {
  const from = text.indexOf("# fallbackRepository");
  return text.slice(0, from) + text.slice(from).replaceAll(/^# ?/gm, "");
}

describe("the editor's schema", () => {
  const validate = new Ajv({ strict: true }).compile(JSON.parse(editorSchemaText()));

  it("is the one that is published (npm run schema writes it)", () => {
    expect(read("service-map.schema.json")).toBe(editorSchemaText());
  });

  it("accepts the example", () => {
    expect(validate(parse(read("service-map.yaml"))), JSON.stringify(validate.errors)).toBe(true);
  });

  it("accepts references where values of a form are expected", () => {
    const map = {
      environments: { dev: { loki: { url: `http://${referenceTo("HOST")}:3100`, tenant: referenceTo("TENANT") } } },
    };
    expect(validate(map), JSON.stringify(validate.errors)).toBe(true);
  });

  it.each([
    "environments: { dev: { loki: { url: localhost } } }",
    "environments: { dev: { loki: { url: 'http://l', limit: 5001 } } }",
    "environments: { dev: { loki: { url: 'http://l' }, mode: merge } }",
    "environments: { dev: { loki: { url: 'http://l' } } }\nflod: {}",
  ])("refuses %s", (yamlText) => {
    expect(validate(parse(yamlText))).toBe(false);
  });

  it("has a description for each key", () => {
    const missing: string[] = [];
    const walk = (schema: unknown, path: string): void => {
      if (typeof schema !== "object" || schema === null) return;
      if ("properties" in schema) {
        for (const [key, inner] of Object.entries(Object(schema.properties))) {
          if (!Object(inner).description) missing.push(`${path}.${key}`);
          walk(inner, `${path}.${key}`);
        }
      }
      if ("additionalProperties" in schema) walk(schema.additionalProperties, `${path}.*`);
    };
    walk(JSON.parse(editorSchemaText()), "");
    expect(missing).toEqual([]);
  });
});

describe("the example service-map.yaml", () => {
  const from = {
    path: "service-map.yaml",
    readSecretFile: () => "",
    homeDirectory: "/home/o",
    workingDirectory: "/srv",
  };

  it("begins with the line that editors understand", () => {
    expect(read("service-map.yaml").split("\n")[0]).toBe("# yaml-language-server: $schema=./service-map.schema.json");
  });

  it("is a configuration without secrets and without a warning", () => {
    const config = parseConfig({ ...from, yamlText: read("service-map.yaml"), env: {} });
    expect(Object.keys(config.services)).toEqual(["example-order-service"]);
    expect(config.warnings).toEqual([]);
  });

  it("shows the defaults: what is commented out changes nothing but the fallback, the redaction, rules, and the chat", () => {
    const plain = parseConfig({ ...from, yamlText: read("service-map.yaml"), env: { ANTHROPIC_API_KEY: "k" } });
    const written = parseConfig({
      ...from,
      yamlText: withBlocks(read("service-map.yaml")),
      env: { ANTHROPIC_API_KEY: "k", GITHUB_TOKEN: "t", GITHUB_READ_TOKEN: "r", TELEGRAM_BOT_TOKEN: "1:t" },
    });
    expect(written.telegram).toMatchObject({ people: { "123456789": "admin" }, urgentMsMax: 600_000 });
    expect(written.fallbackRepository).toBe("your-company/unclaimed-errors");
    expect(written.ignore.map(({ because }) => because)).toEqual([
      "load test, ends in March",
      "the bank's sandbox times out",
    ]);
    expect(written.formats).toHaveLength(1);
    expect([plain.said, written.said].map((said) => said.has("repositories.fetch"))).toEqual([false, true]);
    expect(written).toEqual({
      ...plain,
      ignore: written.ignore,
      formats: written.formats,
      fallbackRepository: "your-company/unclaimed-errors",
      repositories: { fetch: "never", token: "r" },
      redaction: {
        patterns: [{ kind: "employee-number", pattern: "EMP-\\d{6}" }],
        allow: ["support@your-company.com"],
      },
      github: { ...plain.github, auth: { kind: "token", token: "t" } },
      model: { ...plain.model, baseUrl: "https://api.anthropic.com" },
      telegram: written.telegram,
      digest: expect.any(String),
      said: written.said,
    });
  });

  it("names every setting that there is", () => {
    const keys = new Set<string>();
    const walk = (schema: unknown): void => {
      if (typeof schema !== "object" || schema === null) return;
      const { properties = {}, additionalProperties, items } = Object(schema);
      for (const [key, inner] of Object.entries(properties)) {
        keys.add(key);
        walk(inner);
      }
      walk(additionalProperties);
      walk(items);
    };
    walk(JSON.parse(editorSchemaText()));
    // Of a later version.
    keys.delete("owner");
    const text = read("service-map.yaml");
    expect(keys.size).toBeGreaterThan(100);
    expect([...keys].filter((key) => !new RegExp(`\\b${key}:`).test(text))).toEqual([]);
  });

  it("shows more of an environment and of a service as it may be written", () => {
    const text = read("service-map.yaml");
    const block = (from: string, to: string) =>
      text.slice(text.indexOf("\n", text.indexOf(from)), text.indexOf(to)).replaceAll(/^#/gm, " ");
    const environment = parse(block("# ---- more of an environment", "# ---- more of a service"));
    const service = parse(block("# ---- more of a service", "# ---- for all"));
    Object.assign(environment.loki, { url: "http://l" });
    Object.assign(environment.tempo, { url: "http://t" });
    const map = {
      environments: { dev: environment },
      services: { shop: { repository: "a/b", path: "/shop", ...service } },
      telegram: { chats: { [environment.telegram.chat]: {} }, people: { "1": "admin" } },
    };
    const env = { LOKI_PASSWORD: "p", TELEGRAM_BOT_TOKEN: "1:t" };
    const config = parseConfig({ ...from, yamlText: JSON.stringify(map), env });
    expect(config.warnings).toEqual([]);
    expect(config.services["shop"]?.commands?.verify).toEqual([["./gradlew", "test", "--offline", "--no-daemon"]]);
    expect(config.environments["dev"]?.loki.auth).toMatchObject({ user: "123456" });
  });

  it("names every variable of .env.example in a way that .env understands", () => {
    expect(read(".env.example")).toMatch(/^GITHUB_TOKEN=$/m);
    expect(read(".env.example")).toMatch(/^ANTHROPIC_API_KEY=$/m);
  });
});
