import { ownValue } from "../domain/own-value.ts";
import type { ModelConfig, Rates } from "./config.ts";
import { defaultModelName, knownPrices } from "./prices.ts";
import type { ServiceMap } from "./service-map-schema.ts";

type ModelMap = ServiceMap["model"];
type Price = ModelConfig["price"];
type SaidRates = Omit<NonNullable<NonNullable<ModelMap>["price"]>, "long">;

const defaultStrong = "claude-opus-5-5";
const defaultSmall = "claude-haiku-5-5";

/** Null without a key, and where the service map wants no model or nobody knows what it costs. */
export function buildModel(
  its: ModelMap,
  from: { readonly anthropicApiKey: string | null; readonly anthropicBaseUrl: string | null },
): ModelConfig | null {
  const apiKey = its?.apiKey ?? from.anthropicApiKey;
  const baseUrl = its?.baseUrl ?? from.anthropicBaseUrl;
  const models = modelsOf(its);
  if (apiKey === null || models === null) return null;
  return { apiKey, baseUrl: baseUrl === null ? null : baseUrl.replace(/\/+$/, ""), ...models };
}

/** Which models are asked, and what they cost; null: none is. */
export function modelsOf(its: ModelMap): Omit<ModelConfig, "apiKey" | "baseUrl"> | null {
  const { name, strong, small } = namesOf(its);
  const price = name === null ? null : priceOf(name, its);
  if (name === null || price === null) return null;
  const prices = [name, strong, small]
    .filter((each) => each !== null)
    .flatMap((each) => [[each, priceOf(each, its)] as const]);
  return {
    name,
    price,
    strong,
    small,
    prices: Object.fromEntries(prices.filter((each): each is [string, Price] => each[1] !== null)),
    steerable: prices.map(([each]) => each).filter((each) => Object.hasOwn(knownPrices, each)),
  };
}

/** The same connection with another model that investigates, alone; or why it cannot be asked. */
export function withModelName(config: ModelConfig, name: string): ModelConfig | string {
  const price = ownValue(config.prices, name) ?? ownValue(knownPrices, name);
  if (price === undefined) {
    const known = [...new Set([...Object.keys(config.prices), ...Object.keys(knownPrices)])];
    return `${name} has no known price, so no budget could hold. Known are ${known.join(", ")}; for another one say what it costs in model.prices of the service map.`;
  }
  const steerable = Object.hasOwn(knownPrices, name) ? [...new Set([...config.steerable, name])] : config.steerable;
  return { ...config, name, price, strong: null, prices: { ...config.prices, [name]: price }, steerable };
}

/** The names that the service map says or that are its defaults; null: none. */
export function namesOf(its: ModelMap): Readonly<Record<"name" | "strong" | "small", string | null>> {
  const name = its?.name ?? defaultModelName;
  // Beside a gateway's own model nobody knows whether the gateway has ours.
  const isOurs = Object.hasOwn(knownPrices, name);
  const orNone = (said: string | undefined, otherwise: string): string | null => {
    if (name === "none" || said === "none") return null;
    return said ?? (isOurs && name !== otherwise ? otherwise : null);
  };
  const isDearer = name === "claude-fable-5-2";
  return {
    name: name === "none" ? null : name,
    strong: orNone(its?.strong, isDearer ? name : defaultStrong),
    small: orNone(its?.small, defaultSmall),
  };
}

/** `prices` before `price`, which is that of `name`, before our table. Null: nobody knows. */
export function priceOf(name: string, its: ModelMap): Price | null {
  const said = ownValue(its?.prices ?? {}, name) ?? (name === (its?.name ?? defaultModelName) ? its?.price : undefined);
  if (said === undefined) return ownValue(knownPrices, name) ?? null;
  const { long } = said;
  return long === undefined
    ? ratesOf(said)
    : { ...ratesOf(said), long: { ...ratesOf(long), overTokens: long.overTokens } };
}

function ratesOf(said: SaidRates): Rates {
  return {
    input: said.input,
    output: said.output,
    cacheRead: said.cacheRead ?? said.input,
    cacheWrite: said.cacheWrite ?? said.input * 1.25,
  };
}
