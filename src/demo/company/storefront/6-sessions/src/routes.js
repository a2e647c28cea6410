import { whoIs } from "./auth/session.js";
import { cartOf } from "./cart/carts.js";
import { shippingCost } from "./cart/shipping.js";
import { priceFor } from "./catalogue/price-client.js";
import { search } from "./catalogue/search.js";
import { withSpan } from "./tracing.js";

const routes = [
  {
    method: "GET",
    pattern: /^\/health$/,
    name: "/health",
    handle: () => ({ ok: true }),
  },
  {
    method: "GET",
    pattern: /^\/carts\/([\w-]+)\/shipping$/,
    name: "/carts/:id/shipping",
    handle: (_url, id) => {
      const cart = cartOf(id);
      return withSpan("shipping cost", "internal", { "cart.id": id }, () => ({ cart: id, cents: shippingCost(cart) }));
    },
  },
  {
    method: "GET",
    pattern: /^\/products\/([\w-]+)\/price$/,
    name: "/products/:sku/price",
    handle: async (url, sku) => ({ sku, cents: await priceFor(sku, url.searchParams.get("customer") ?? "guest") }),
  },
  {
    method: "GET",
    pattern: /^\/search$/,
    name: "/search",
    handle: (url) => withSpan("search", "internal", {}, () => ({ hits: search(url.searchParams.get("q") ?? "") })),
  },
  {
    method: "GET",
    pattern: /^\/account$/,
    name: "/account",
    handle: (url) => withSpan("who is signed in", "internal", {}, () => whoIs(url.searchParams.get("session") ?? "")),
  },
];

export function routeOf(method, url) {
  for (const route of routes) {
    const match = route.method === method ? route.pattern.exec(url.pathname) : null;
    if (match !== null) return { name: route.name, handle: (asked) => route.handle(asked, ...match.slice(1)) };
  }
  return { name: "unknown", handle: () => ({ error: "There is no such page." }) };
}
