import { afterEach, beforeEach, expect, it } from "vitest";
import { existingLocations } from "../../src/analyse/check-locations.ts";
import { openWorld, type Service, type World } from "./world.ts";

let world: World;
let shop: Service;
beforeEach(async () => {
  world = await openWorld();
  shop = await world.service("shop", {
    "src/total.js": "export function total(order) {\n  return order.sum;\n}\n",
    "src/other.js": "export function elsewhere() {}\n",
  });
});
afterEach(() => world.close());

it.each([
  ["total", "total"],
  ["Orders.total()", "Orders.total()"],
  ["elsewhere", null],
  ["neverWritten", null],
  [null, null],
])("a place in a file has the function %j only where the file names it", async (name, expected) => {
  const place = { service: "shop", path: "src/total.js", firstLine: 2, lastLine: 2, function: name };
  const found = await existingLocations([place], [shop], new AbortController().signal);
  expect(found).toMatchObject([{ path: "src/total.js", firstLine: 2, function: expected }]);
});
