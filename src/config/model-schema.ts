import { z } from "zod";
import { address, dollars, secret, words } from "./schema-parts.ts";

const rates = {
  input: dollars(2, "US dollars for a million input tokens."),
  output: dollars(10, "US dollars for a million output tokens."),
  cacheRead: dollars(0.1, "US dollars for a million tokens read from the cache. Default: as input.").optional(),
  cacheWrite: dollars(2.5, "US dollars for a million tokens written to the cache. Default: 1.25 × input.").optional(),
};

const long = z
  .strictObject({
    overTokens: z
      .int({ error: "a whole number of tokens" })
      .positive({ error: "a whole number of tokens above 0" })
      .meta({
        description: "Input tokens of a call above which these prices are those of all of it.",
        examples: [100_000],
      }),
    ...rates,
  })
  .meta({
    description: "What a long call costs, where that is more. Default: no such price.",
    examples: [{ overTokens: 100_000, input: 0.5, output: 2.5, cacheRead: 0.05, cacheWrite: 0.625 }],
  });

const price = z.strictObject({ ...rates, long: long.optional() }).meta({
  description: "What the model costs, where it is not as in our table; with it any model name is allowed.",
  examples: [{ input: 2, output: 10, cacheRead: 0.1, cacheWrite: 2.5 }],
});

export const model = z
  .strictObject({
    name: words(
      "the name of a model, or `none`",
      "claude-sonnet-5-5",
      "Default claude-sonnet-5-5. `none`: no model is asked.",
    ).optional(),
    strong: words(
      "the name of a model, or `none`",
      "claude-opus-5-5",
      "Asked once more where the first one is unsure and it matters. Default claude-opus-5-5 beside a smaller model of our table, else none.",
    ).optional(),
    small: words(
      "the name of a model, or `none`",
      "claude-haiku-5-5",
      "Asked for cents' fractions whether an error is worth an investigation, where no rule says so. Default claude-haiku-5-5 beside a model of our table, else none.",
    ).optional(),
    apiKey: secret(
      "ANTHROPIC_API_KEY",
      "Default: ANTHROPIC_API_KEY, or the file that ANTHROPIC_API_KEY_FILE names. Without one, issues tell what is known without a model.",
    ).optional(),
    baseUrl: address("https://api.anthropic.com", "A gateway. Default: ANTHROPIC_BASE_URL.").optional(),
    price: price.optional(),
    prices: z
      .record(z.string(), price)
      .meta({
        description: "The same for each of several models, by name.",
        examples: [{ "claude-opus-5-5": { input: 4, output: 20, cacheRead: 0.2, cacheWrite: 5 } }],
      })
      .optional(),
  })
  .meta({ description: "The model that looks for the root cause.", examples: [{ name: "claude-sonnet-5-5" }] });
