import type { ModelConfig } from "./config.ts";

export const defaultModelName = "claude-sonnet-5-5";

/**
 * US dollars for a million tokens. Providers change prices without asking us: whoever pays should compare this table with the provider's page, and
 * where it differs say so in the service map (`model.price`), for the budget's ceilings are computed from these numbers. Where a price depends on
 * the length of the request, the dearer one stands here, so that a ceiling is never passed.
 */
export const knownPrices: Readonly<Record<string, ModelConfig["price"]>> = {
  "claude-opus-5-5": { input: 4, output: 20, cacheRead: 0.4, cacheWrite: 5 },
  "claude-sonnet-5-5": { input: 2, output: 10, cacheRead: 0.2, cacheWrite: 2.5 },
  "claude-haiku-5-5": { input: 0.2, output: 1, cacheRead: 0.02, cacheWrite: 0.25 },
  "claude-fable-5-2": { input: 10, output: 50, cacheRead: 1, cacheWrite: 12.5 },
};
