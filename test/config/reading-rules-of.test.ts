import { expect, it } from "vitest";
import { parseConfig } from "../../src/config/parse-config.ts";
import { readingRulesOf } from "../../src/config/reading-rules-of.ts";

const config = parseConfig({
  yamlText: `environments: { dev: { loki: { url: "http://l:3100" } } }
services:
  Shop: { repository: x/shop, path: /shop, aliases: [shop-api], own: [com.example.shop] }
  pay: { repository: x/pay, path: /pay }
`,
  path: "service-map.yaml",
  env: {},
  readSecretFile: () => "",
  homeDirectory: "/",
  workingDirectory: "/",
});

it("leads every name of a service, in lower case, to the service", () => {
  const rules = readingRulesOf(config, "dev");
  expect(rules.environment).toBe("dev");
  expect(rules.aliases).toEqual({ shop: "Shop", "shop-api": "Shop", pay: "pay" });
  expect(rules.own).toEqual({ Shop: ["com.example.shop"], pay: [] });
  expect(rules.serviceLabels[0]).toBe("service_name");
});

it("knows no name that nobody gave", () => {
  const rules = readingRulesOf(config, null);
  expect(rules.aliases["constructor"]).toBeUndefined();
  expect(rules.own["toString"]).toBeUndefined();
});
