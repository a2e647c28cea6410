import { join } from "node:path";
import { type GitRepository, makeRepository } from "../adapters/git/git-repository.ts";

const reserve =
  "export function reserve(amount) {\n  if (amount < 0) {\n    throw new StockError('negative amount');\n  }\n}\n";

/** Two services in repositories of their own: the shop calls the stock, whose code moved down after what is deployed. */
export function makeStockAndShop(folder: string): {
  readonly stock: GitRepository;
  readonly shop: GitRepository;
  /** Of the stock. */
  readonly commits: Readonly<Record<"first" | "deployed" | "head", string>>;
} {
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
  const head = stock.commit({ "services/stock/src/reserve.js": `\n\n\n\n${reserve}` }, "chore: move");
  const shop = makeRepository(join(folder, "shop"));
  shop.commit(
    {
      "src/order.js":
        "export async function order(cart) {\n  const answer = await call(cart);\n  throw new HttpError(answer);\n}\n",
    },
    "feat: order",
  );
  return { stock, shop, commits: { first, deployed, head } };
}
