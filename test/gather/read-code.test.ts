import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createCodeSource } from "../../src/adapters/git/code-source.ts";
import { createSyntaxReader } from "../../src/adapters/syntax/syntax-reader.ts";
import { createEntryReader } from "../../src/detect/entries/read-entries.ts";
import { readCode } from "../../src/gather/code/read-code.ts";
import { rankSuspects } from "../../src/gather/history/suspects.ts";
import type { ServedRequest } from "../../src/gather/trace/served-requests.ts";
import { makeRepository, temporaryFolder } from "../adapters/git/git-repository.ts";

const { signal } = new AbortController();
const folder = temporaryFolder();
afterAll(folder.remove);
const syntax = createSyntaxReader();
const reader = createEntryReader({ environment: "dev", serviceLabels: [], aliases: {}, own: {}, levers: null });

const orderService = `package com.acme.order;

class OrderService {
  private final Catalog catalog;

  int total(Order order) {
    int sum = 0;
    for (Line line : order.lines()) {
      sum += catalog.priceOf(line.sku()).amount() * line.quantity();
    }
    return sum;
  }
}
`;
const catalog = (fallback: string) => `package com.acme.catalog;

public class Catalog {
  public Price priceOf(String sku) {
    return prices.getOrDefault(sku, ${fallback});
  }

  public Price listed(String sku) {
    return prices.get(sku);
  }
}
`;
const trace = `java.lang.NullPointerException: Cannot invoke "com.acme.catalog.Price.amount()" because the return value of "com.acme.catalog.Catalog.priceOf(String)" is null
\tat com.acme.order.OrderService.total(OrderService.java:9)
\tat com.acme.order.OrderController.show(OrderController.java:31)
\tat java.base/java.lang.Thread.run(Thread.java:840)`;

const commits: Record<string, string> = {};
let path: string;
beforeAll(() => {
  const repository = makeRepository(join(folder.path, "shop"));
  path = repository.path;
  const files = (fallback: string) => ({
    "src/main/java/com/acme/order/OrderService.java": orderService,
    "src/main/java/com/acme/catalog/Catalog.java": catalog(fallback),
    "src/test/java/com/acme/catalog/CatalogTest.java": "class CatalogTest { void priceOf() {} }\n",
  });
  commits["first"] = repository.commit(files("Price.ZERO"), "feat: shop");
  for (let day = 0; day < 30; day++) repository.commit({ "README.md": `${day}\n` }, `docs: day ${day}`);
  commits["guilty"] = repository.commit(files("null"), "refactor: no default price", "Grace");
  commits["later"] = repository.commit({ "README.md": "end\n" }, "docs: end");
});

async function read(text: string, firstSeenMs: number, requests: readonly ServedRequest[] = []) {
  const source = await createCodeSource({
    repository: "acme/shop",
    path,
    stateDirectory: join(folder.path, "state"),
    isFetched: false,
  });
  const code = {
    service: "shop",
    repository: "acme/shop",
    under: "",
    deployedLabels: [],
    version: { tag: null, file: null, otherwise: "unknown" },
    sourceMapOf: async () => null,
    open: async () => source,
  } as const;
  const exceptions = reader.readStackTrace(text, "shop");
  return readCode(
    {
      code,
      claims: [],
      earlierClaims: [],
      exceptions,
      message: "",
      requests,
      framesMax: 12,
      isCaller: false,
      firstSeenMs,
      syntax,
    },
    signal,
  );
}

/** The repository has a commit a day, at noon, from 2026-01-02 on. */
const seenMs = Date.parse("2026-02-02T18:00:00Z");

describe("the places of a failure in the code", () => {
  it("are the frame's function, and what the failing line calls where the message names it", async () => {
    const { places } = await read(trace, seenMs + 400 * 86_400_000);
    expect(places.map(({ place, function: name }) => `${place.path.split("/").at(-1)}:${place.line} ${name}`)).toEqual([
      "OrderService.java:9 total",
      "Catalog.java:4 priceOf",
    ]);
    expect(places[1]?.because).toMatch(/called where the failure shows .*message names it/);
    expect(places[0]?.place.enclosing).toMatchObject({
      container: "OrderService",
      firstLine: 6,
      lastLine: 12,
      signature: "int total(Order order)",
    });
  });

  it("weigh more where they were changed shortly before, and say so", async () => {
    const { places } = await read(trace, seenMs);
    // What it gave back failed, and it was just changed: it comes before the frame itself.
    expect(places.map(({ function: name }) => name)).toEqual(["priceOf", "total"]);
    expect(places[0]?.because).toContain(`${commits["guilty"]?.slice(0, 10)} changed it within a day before`);
    const long = await read(trace, seenMs + 400 * 86_400_000);
    expect(long.places[1]?.because).not.toContain("changed it");
    expect(long.places.map(({ function: name }) => name)).toEqual(["total", "priceOf"]);
  });

  it("lead to the commit that touched them, before others of the same files", async () => {
    const { places, commits: all, ...found } = await read(trace, seenMs);
    const [suspect] = rankSuspects(all, places, found, seenMs);
    expect(suspect).toMatchObject({ commit: commits["guilty"], author: "Grace" });
    expect(all.map(({ commit }) => commit)).toContain(commits["first"]);
  });

  it("are counted once for a function that has several frames", async () => {
    const recursive = trace.replace(
      "\tat com.acme.order.OrderController",
      "\tat com.acme.order.OrderService.total(OrderService.java:8)\n$&",
    );
    const { places } = await read(recursive, seenMs);
    expect(places.filter(({ function: name }) => name === "total")).toHaveLength(1);
  });

  it("are tests and owners of the likeliest file too, and settings that the message names", async () => {
    const repository = makeRepository(join(folder.path, "settings"));
    repository.commit(
      {
        "src/main/java/com/acme/order/OrderService.java": orderService,
        "src/test/java/com/acme/order/OrderServiceTest.java": "class OrderServiceTest {}\n",
        "src/main/resources/application.yml": "app:\n  retry:\n    max-count: three\n",
        CODEOWNERS: "* @acme/orders\n",
      },
      "feat: shop",
    );
    path = repository.path;
    const said = trace.replace(/: Cannot.*/, ": Failed to convert app.retry.max-count");
    const { places, observations } = await read(said, seenMs);
    expect(places.map(({ place }) => `${place.path.split("/").at(-1)}:${place.line}`)).toEqual([
      "OrderService.java:9",
      "application.yml:3",
    ]);
    expect(observations).toEqual([
      {
        kind: "tests",
        path: expect.stringContaining("OrderService.java"),
        tests: "src/test/java/com/acme/order/OrderServiceTest.java",
      },
      { kind: "owners", path: expect.stringContaining("OrderService.java"), owners: "@acme/orders" },
    ]);
  });

  it("are who calls the function, where the stack trace does not tell, and who answers the request that failed", async () => {
    const repository = makeRepository(join(folder.path, "callers"));
    repository.commit(
      {
        "src/prices.js": "export function priceOfItem(sku) {\n  return prices[sku].amount;\n}\n",
        "src/cart.js":
          "import { priceOfItem } from './prices.js';\n\nexport function totalOf(cart) {\n  return cart.map((line) => priceOfItem(line.sku));\n}\n",
        "src/prices.test.js": "test('x', () => {\n  priceOfItem(1);\n});\n",
        "src/routes.js": "app.get('/carts/:id/total', (req, res) => {\n  res.json(totalOf(load(req)));\n});\n",
      },
      "feat: prices",
    );
    path = repository.path;
    const text = "TypeError: Cannot read properties of undefined\n    at priceOfItem (/app/src/prices.js:2:22)";
    const request = { kind: "http", method: "GET", path: "/carts/{id}/total" } as const;
    const shown = ({ places }: Awaited<ReturnType<typeof read>>) =>
      places.map(({ place, function: name, because }) => `${place.path}:${place.line} ${name}: ${because}`);
    const first = expect.stringContaining("src/prices.js:2 priceOfItem: the innermost own frame of TypeError");
    expect(shown(await read(text, seenMs + 400 * 86_400_000, [request]))).toEqual([
      first,
      "src/cart.js:4 totalOf: it calls priceOfItem, where the failure shows",
      "src/routes.js:1 <anonymous>: it answers GET /carts/{id}/total, by the route in src/routes.js:1",
    ]);
    const whole = `${text}\n    at totalOf (/app/src/cart.js:4:26)`;
    expect(shown(await read(whole, seenMs + 400 * 86_400_000))).toEqual([
      first,
      expect.stringContaining("src/cart.js:4 totalOf: own frame 2 from the throw"),
    ]);
  });
});
