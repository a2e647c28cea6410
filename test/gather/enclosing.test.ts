import { describe, expect, it } from "vitest";
import { findEnclosing } from "../../src/gather/code/enclosing.ts";

/** The line with `<<<` is the one that is asked for. */
function around(path: string, source: string): string | null {
  const lines = source.trim().split("\n");
  const found = findEnclosing(lines, lines.findIndex((line) => line.includes("<<<")) + 1, path);
  return found === null ? null : `${found.name} ${found.firstLine}-${found.lastLine}`;
}

describe("the function around a line", () => {
  it("is found in JavaScript and TypeScript", () => {
    expect(
      around("a.js", "export async function total(items) {\n  if (items) {\n    go(); // <<<\n  }\n}\nother();"),
    ).toBe("total 1-5");
    expect(
      around(
        "a.ts",
        "class Cart {\n  total(items: Item[]): number {\n    return items.map((item) => {\n      return item.price; // <<<\n    });\n  }\n}",
      ),
    ).toBe("total 2-6");
    expect(around("a.js", "const total = async ({ items }) => {\n  return items.length; // <<<\n};")).toBe("total 1-3");
    expect(around("a.js", 'app.get("/cart", (req, res) => {\n  res.json(cart.total); // <<<\n});')).toBeNull();
    expect(around("a.js", "function a() {\n  return '}';\n}\nfunction b() {\n  go(); // <<<\n}")).toBe("b 4-6");
    expect(around("a.js", "function total(\n  items,\n  tax,\n) {\n  return tax; // <<<\n}")).toBe("total 1-6");
    expect(around("a.js", "function a() {\n  return 1;\n}\n\ngo(); // <<<")).toBeNull();
  });

  it("is found in Java, Kotlin and C#", () => {
    const java =
      "class OrderService {\n  public Order find(Long id) throws NotFound {\n    try {\n      return orders.get(id).orElse(null); // <<<\n    } catch (RuntimeException e) {\n      throw e;\n    }\n  }\n}";
    expect(around("OrderService.java", java)).toBe("find 2-8");
    expect(
      around("A.kt", "class A {\n  suspend fun load(id: Long): Order? {\n    return repo.find(id)!! // <<<\n  }\n}"),
    ).toBe("load 2-4");
    expect(
      around(
        "A.cs",
        "public class A\n{\n    public async Task<int> Load(int id)\n    {\n        return items[id]; // <<<\n    }\n}",
      ),
    ).toBe("Load 3-6");
    expect(around("A.java", "class A {\n  int x = 1; // <<<\n}")).toBeNull();
  });

  it("is found in Go", () => {
    const go =
      "func (s *Stock) Reserve(ctx context.Context, n int) (*Item, error) {\n\tif n < 0 {\n\t\treturn nil, errNegative // <<<\n\t}\n\treturn s.items[n], nil\n}";
    expect(around("stock.go", go)).toBe("Reserve 1-6");
  });

  it("is found by indentation in Python", () => {
    const python =
      "class Cart:\n    def total(self):\n        for item in self.items:\n            yield item.price  # <<<\n\n    def other(self):\n        pass";
    expect(around("cart.py", python)).toBe("total 2-4");
    expect(around("cart.py", "def a():\n    pass\n\ngo()  # <<<")).toBeNull();
    expect(around("cart.py", "def outer():\n    def inner():\n        pass\n    go()  # <<<")).toBe("outer 1-4");
  });

  it("takes no time on lines that nobody wrote", () => {
    const lines = Array.from({ length: 50 }, () => `${"f(".repeat(50_000)}{`);
    expect(findEnclosing(lines, 25, "a.js")).toBeNull();
    expect(findEnclosing(["a"], 7, "a.js")).toBeNull();
  });
});
