import { join } from "node:path";
import { createCodeSource } from "../../src/adapters/git/code-source.ts";
import type { ServiceCode } from "../../src/domain/sources.ts";
import { makeRepository } from "../adapters/git/git-repository.ts";
import { spanIdOf, traceId } from "./make-trace.ts";

const reserve =
  "export function reserve(amount) {\n  if (amount < 0) {\n    throw new StockError('negative amount');\n  }\n}\n";

/** Two services in repositories of their own: the shop calls the stock, whose code moved down after what is deployed. @returns the commits of the stock */
export function makeStockAndShop(folder: string): Readonly<Record<"first" | "deployed" | "head", string>> {
  const stock = makeRepository(join(folder, "stock"));
  const first = stock.commit(
    {
      "services/stock/src/reserve.js": "export function reserve(amount) {\n  return items[amount];\n}\n",
      "README.md": "",
    },
    "feat: reserve",
  );
  const deployed = stock.commit(
    { "services/stock/src/reserve.js": `// Stock\n${reserve}` },
    "fix: refuse negative",
    "Grace",
  );
  const head = stock.commit(
    {
      "services/stock/src/reserve.js": `\n\n\n\n${reserve}`,
      "services/stock/src/routes.js": "app.post('/reserve/:sku', reserve);\n",
    },
    "chore: move",
  );
  const shop = makeRepository(join(folder, "shop"));
  shop.commit(
    {
      "src/order.js":
        "export async function order(cart) {\n  const answer = await call(cart);\n  throw new HttpError(answer);\n}\n",
    },
    "feat: order",
  );
  return { first, deployed, head };
}

/** What each of them logs of the same failing request. */
export const stockLine = `{"level":"error","message":"reserving failed","trace_id":"${traceId}","span_id":"${spanIdOf("reserve")}","stack":"StockError: negative amount\\n    at reserve (/app/src/reserve.js:4:11)\\n    at handle (/app/node_modules/express/lib/router.js:9:1)"}`;
export const shopLine = `{"level":"error","message":"order failed","trace_id":"${traceId}","span_id":"${spanIdOf("order")}","stack":"HttpError: 500\\n    at order (/app/src/order.js:3:9)"}`;

/** The code of one of them; null for a service that nobody mapped. */
export function codeIn(folder: string, service: string): ServiceCode | null {
  const places: Readonly<Record<string, { readonly path: string; readonly under: string }>> = {
    stock: { path: join(folder, "stock"), under: "services/stock" },
    shop: { path: join(folder, "shop"), under: "" },
    broken: { path: join(folder, "nowhere"), under: "" },
  };
  const place = places[service];
  if (place === undefined) return null;
  const repository = `acme/${service}` as const;
  const open = () =>
    createCodeSource({ repository, path: place.path, stateDirectory: join(folder, "state"), isFetched: false });
  const deployedLabels = ["service.version"];
  return {
    service,
    repository,
    under: place.under,
    deployedLabels,
    version: { tag: null, file: null, otherwise: "unknown" },
    open,
    sourceMapOf: async () => null,
  };
}
