import { traceparent, withSpan } from "../tracing.js";

const pricingUrl = process.env.PRICING_URL ?? "http://pricing:8080";

/** The price service could not tell a price. */
export class PriceUnavailableError extends Error {
  name = "PriceUnavailableError";
}

/** What one piece costs this customer, in cents. */
export async function priceFor(sku, customer) {
  const path = `/prices/${sku}?customer=${customer}`;
  return withSpan("GET pricing", "client", { "http.url": `${pricingUrl}${path}`, "peer.service": "pricing" }, async (span) => {
    const answer = await fetch(`${pricingUrl}${path}`, { headers: { traceparent: traceparent(span) } });
    if (!answer.ok) throw new PriceUnavailableError(`pricing answered ${answer.status} for ${sku} and customer ${customer}`);
    const { cents } = await answer.json();
    return cents;
  });
}
