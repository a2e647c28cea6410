import { cartOf } from "./cart/carts.js";
import { shippingCost } from "./cart/shipping.js";
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
];

export function routeOf(method, url) {
  for (const route of routes) {
    const match = route.method === method ? route.pattern.exec(url.pathname) : null;
    if (match !== null) return { name: route.name, handle: (asked) => route.handle(asked, ...match.slice(1)) };
  }
  return { name: "unknown", handle: () => ({ error: "There is no such page." }) };
}
