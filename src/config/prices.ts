import type { ModelConfig } from "./config.ts";

export const defaultModelName = "claude-sonnet-5-5";

/**
 * US dollars for a million tokens. Providers change prices without asking us: whoever pays should compare this table with the provider's page, and
 * where it differs say so in the service map (`model.price`), for the budget's ceilings are computed from these numbers. Written to the cache means for five
 * minutes: nothing is written for an hour, which costs twice the input. The batch price, half of all, is for batches, of which we send none.
 * @see Anthropic's pricing page, as it was in November 2026
 */
export const knownPrices: Readonly<Record<string, ModelConfig["price"]>> = {
  "claude-opus-5-5": { input: 4, output: 20, cacheRead: 0.2, cacheWrite: 5 },
  "claude-sonnet-5-5": { input: 2, output: 10, cacheRead: 0.1, cacheWrite: 2.5 },
  "claude-haiku-5-5": {
    ...{ input: 0.1, output: 0.5, cacheRead: 0.01, cacheWrite: 0.125 },
    long: { overTokens: 100_000, input: 0.5, output: 2.5, cacheRead: 0.05, cacheWrite: 0.625 },
  },
  "claude-fable-5-2": { input: 8, output: 40, cacheRead: 0.2, cacheWrite: 10 },
};
