import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { knownPrices } from "../../src/config/prices.ts";
import { parse, small } from "./parsing.ts";

const withPrice = (price: string) => `${small}model: { name: some-model, price: ${price} }\n`;

describe("known prices", () => {
  it("are of models that the provider's own client knows", () => {
    const types = readFileSync(
      join(import.meta.dirname, "../../node_modules/@anthropic-ai/sdk/resources/messages/messages.d.ts"),
      "utf8",
    );
    const names = /^export type Model = (.*)$/m.exec(types)?.[1] ?? "";
    for (const name of Object.keys(knownPrices)) expect(names).toContain(`'${name}'`);
  });

  it.each(Object.entries(knownPrices))("of %s keep the provider's ratios", (_name, { long, ...usual }) => {
    for (const rates of long === undefined ? [usual] : [usual, long]) {
      expect(rates.output).toBeCloseTo(5 * rates.input, 9);
      expect(rates.cacheWrite).toBeCloseTo(1.25 * rates.input, 9);
      expect(rates.cacheRead).toBeLessThanOrEqual(0.1 * rates.input + 1e-9);
    }
    if (long !== undefined) expect(long.input).toBeGreaterThan(usual.input);
  });
});

describe("prices of the service map", () => {
  it("may be others for long calls, and what they leave out of the cache is as dear as input", () => {
    const yaml = withPrice(
      "{ input: 1, output: 5, long: { overTokens: 200000, input: 2, output: 8, cacheRead: 0.2 } }",
    );
    expect(parse(yaml, { env: { ANTHROPIC_API_KEY: "k" } }).model?.price).toEqual({
      ...{ input: 1, output: 5, cacheRead: 1, cacheWrite: 1.25 },
      long: { overTokens: 200_000, input: 2, output: 8, cacheRead: 0.2, cacheWrite: 2.5 },
    });
  });

  it("say in one sentence what is wrong with them", () => {
    const yaml = withPrice("{ input: 1, output: 5, long: { overTokens: 0, input: 2, output: 8 } }");
    expect(() => parse(yaml)).toThrow(/model\.price\.long\.overTokens: .*a whole number of tokens above 0/);
  });
});
