import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { sentencesOf, unsupportedSentences } from "../../src/analyse/grounding.ts";
import { bundleOf, entry, openWorld, type Service, type World } from "./world.ts";

const never = new AbortController().signal;

describe("the sentences of a claim", () => {
  let world: World;
  let shop: Service;
  beforeEach(async () => {
    world = await openWorld();
    shop = await world.service("shop", { "src/total.js": "export function total(order) {\n  return order.sum;\n}\n" });
  });
  afterEach(() => world.close());

  const log = "TypeError at lib (node_modules/express/router.js:88:4) after 1,250 ms, order 4711, retry in 2000 ms";
  const unsupported = (claim: string) =>
    unsupportedSentences([claim], bundleOf([entry(1, "shop", log)]), [shop], never);

  it.each([
    "The order is null.",
    "Line 2 of src/total.js reads order.sum.",
    "`total` of total.js fails, and total() is called with nothing.",
    "node_modules/express/router.js is where it surfaces.",
    "It took 1250 ms, so 1.25 seconds, for order 4711.",
    "It waits for 2 s and tries 3 times.",
    "total.js의 2번째 줄에서 실패합니다.",
    "total.js:2 fails after 1250ms, in order #4711.",
    "1.25초 뒤에 주문 4711에서 실패하고, 2천 밀리초 뒤에 다시 시도합니다.",
    "그래서total()이 실패합니다.",
  ])("stand where they name what is there: %s", async (claim) => {
    expect(await unsupported(claim)).toEqual([]);
  });

  it.each([
    ["a file", "The fault is in src/ghost.js."],
    ["a line", "Line 40 of src/total.js throws."],
    ["a line, in Korean", "src/total.js의 40행에서 실패합니다."],
    ["a function", "neverWritten() returns null."],
    ["a name in ticks", "It is `ghostField` that is missing."],
    ["a commit", "Commit deadbee1234 brought it."],
    ["a number", "It happened 98765 times."],
    ["a number with its unit", "It took 98765ms."],
    ["a number behind a sign", "It fails for order #98765."],
    ["a number in thousands", "It fails 98k times."],
    ["a number in Korean", "약 5만 건이 실패했습니다."],
    ["a number in wide digits", "９８７６５건이 실패했습니다."],
    ["a number of a million", "It fails for 7 million orders."],
    ["a line behind its file", "It throws in src/total.js:40."],
    ["a part of another name", "tot() returns null."],
    ["a name that only looks like one", "t\u043etal() returns null."],
    ["a file of another kind", "The fault is in Ghost.vue."],
  ])("are told where they name %s that is nowhere", async (_what, claim) => {
    expect(await unsupported(claim)).toEqual([claim]);
    // The others keep standing.
    expect(await unsupported(`The order is null. ${claim}`)).toEqual([claim]);
  });

  it("are not believed for being many", async () => {
    const names = Array.from({ length: 400 }, (_each, index) => `ghost${index}()`).join(" and ");
    expect(
      await unsupported(`The order is null. First total() fails. Then ${names} and neverWritten() fail.`),
    ).toHaveLength(1);
    const many = Array.from({ length: 400 }, (_each, index) => `\`order${index}\` is null.`).join(" ");
    expect(await unsupported(`${many} neverWritten() fails.`)).toContain("neverWritten() fails.");
  });

  it("knows the deployed commit by its first digits", async () => {
    expect(await unsupported(`It came with ${shop.version.deployed.slice(0, 10)}.`)).toEqual([]);
  });

  it("are cut where they end, and not at a dot inside of a name", () => {
    expect(sentencesOf("a.b fails. Then c() fails!\nAnd d.js: no.\n\n끝입니다. 네.")).toEqual([
      "a.b fails.",
      "Then c() fails!",
      "And d.js: no.",
      "끝입니다.",
      "네.",
    ]);
  });

  it("take no longer on a long text than on a short one, by much", async () => {
    const hostile = `${"a".repeat(50_000)}.${"`".repeat(5_000)}${"1,".repeat(5_000)}${"line ".repeat(5_000)}`;
    const startedMs = performance.now();
    await unsupported(hostile);
    expect(performance.now() - startedMs).toBeLessThan(3_000);
  });
});
