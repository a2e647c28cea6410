import { describe, expect, it } from "vitest";
import { createSyntaxReader } from "../../src/adapters/syntax/syntax-reader.ts";
import type { Frame } from "../../src/domain/error-entry.ts";
import { indexFiles } from "../../src/gather/code/file-index.ts";
import { locate } from "../../src/gather/code/locate.ts";

const syntax = createSyntaxReader();

const frame = (rest: Partial<Frame>): Frame => ({
  function: null,
  module: null,
  file: null,
  line: null,
  column: null,
  isOwn: true,
  ...rest,
});

async function place(files: Readonly<Record<string, string>>, of: Partial<Frame>, under = "") {
  const paths = Object.keys(files).filter((path) => under === "" || path.startsWith(`${under}/`));
  const found = await locate(frame(of), { index: indexFiles(paths), under }, async (path) => {
    const text = files[path];
    return text === undefined ? null : { path, lines: text.split("\n"), outline: await syntax.outline(path, text) };
  });
  return found === null ? null : `${found.path}:${found.line} ${found.certainty}`;
}

describe("the place of a frame", () => {
  const ten = "x\n".repeat(10);

  it("is found by the end of its path", async () => {
    const files = { "src/cart.js": ten, "src/api/cart.js": ten, "test/cart.js": ten };
    expect(await place(files, { file: "/app/src/cart.js", line: 4 })).toBe("src/cart.js:4 1");
    expect(await place(files, { file: "file:///srv/app/src/api/cart.js", line: 4 })).toBe("src/api/cart.js:4 1");
    expect(await place(files, { file: "C:\\app\\src\\cart.js", line: 4 })).toBe("src/cart.js:4 1");
    expect(await place(files, { file: "webpack://shop/./src/api/cart.js?1234", line: 4 })).toBe("src/api/cart.js:4 1");
  });

  it("is found by package and class in Java and Kotlin", async () => {
    const files = {
      "src/main/java/com/example/order/OrderService.java": ten,
      "src/main/java/com/example/stock/OrderService.java": ten,
      "src/main/kotlin/Pricing.kt": ten,
    };
    const module = "app//com.example.order.OrderService$Cache";
    expect(await place(files, { module, file: "OrderService.java", line: 3 })).toBe(
      "src/main/java/com/example/order/OrderService.java:3 1",
    );
    expect(await place(files, { module: "com.example.stock.OrderService", function: "find" })).toBeNull();
    expect(await place(files, { module: "com.example.PricingKt", file: "Pricing.kt", line: 3 })).toBe(
      "src/main/kotlin/Pricing.kt:3 0.8",
    );
  });

  it("is found in Go and Python, wherever the program was built", async () => {
    expect(await place({ "internal/stock/stock.go": ten }, { file: "/build/internal/stock/stock.go", line: 2 })).toBe(
      "internal/stock/stock.go:2 1",
    );
    expect(await place({ "stock.go": ten, "api/stock.go": ten }, { file: "/build/stock.go", line: 2 })).toBe(
      "stock.go:2 1",
    );
    const python = { "orders/service.py": ten };
    expect(await place(python, { file: "/usr/lib/python3.12/site-packages/orders/service.py", line: 2 })).toBe(
      "orders/service.py:2 1",
    );
    expect(await place(python, { file: "<frozen importlib>", line: 2 })).toBeNull();
  });

  it("stays in the folder of the service", async () => {
    const files = { "services/cart/src/index.js": ten, "services/shop/src/index.js": ten };
    expect(await place(files, { file: "/app/src/index.js", line: 2 }, "services/shop")).toBe(
      "services/shop/src/index.js:2 1",
    );
  });

  it("is told apart by the function where two files fit equally", async () => {
    const files = {
      "a/src/cart.js": "function total() {\n  go();\n}\n",
      "b/src/cart.js": "function other() {\n  go();\n}\n",
    };
    expect(await place(files, { file: "/app/src/cart.js", line: 2, function: "other" })).toBe("b/src/cart.js:2 1");
    expect(await place(files, { file: "/app/src/cart.js", line: 2, function: null })).toBe("a/src/cart.js:2 0.5");
    expect(await place(files, { file: "/app/src/cart.js", line: 2, function: "third" })).toBe("a/src/cart.js:2 0.25");
  });

  it("is the function that the frame names where the line is in another one: the code was not quite the deployed one", async () => {
    const files = {
      "src/cart.ts":
        "class A {\n  total() {\n    go();\n  }\n}\nclass B {\n  total() {\n    go();\n  }\n\n  other() {\n    go();\n  }\n}\n",
    };
    const at = (line: number, module: string | null = null) =>
      place(files, { file: "/app/src/cart.ts", line, function: "total", module });
    expect(await at(12)).toBe("src/cart.ts:9 0.8");
    expect(await at(12, "A")).toBe("src/cart.ts:4 0.8");
    expect(await at(8)).toBe("src/cart.ts:8 1");
    expect(await place(files, { file: "/app/src/cart.ts", line: 12, function: "gone" })).toBe("src/cart.ts:12 0.5");
  });

  it("is the source's function where the frame speaks of what was compiled from it", async () => {
    const files = {
      "src/cart/total.ts": "import x;\n\nexport function total(items: Item[]): number {\n  return 1;\n}\n",
    };
    const compiled = { file: "/app/dist/cart/total.js", line: 90, function: "Object.total" };
    expect(await place(files, compiled)).toBe("src/cart/total.ts:3 0.7");
    expect(await place(files, { ...compiled, function: "gone" })).toBeNull();
  });

  it("is nowhere where only an everyday name agrees, the line does not exist, or the code is another's", async () => {
    const files = { "web/index.js": ten, "src/cart.js": ten };
    expect(await place(files, { file: "/other/lib/index.js", line: 2 })).toBeNull();
    expect(await place(files, { file: "/app/src/cart.js", line: 99 })).toBeNull();
    expect(await place(files, { file: "/app/node_modules/x/src/cart.js", line: 2, isOwn: false })).toBeNull();
    expect(await place(files, { file: "node:internal/timers", line: 2 })).toBeNull();
    expect(await place(files, {})).toBeNull();
  });
});
