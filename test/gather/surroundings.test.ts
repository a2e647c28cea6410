import { describe, expect, it } from "vitest";
import { settingsIn } from "../../src/gather/code/setting-places.ts";
import { observeSurroundings, testsOf } from "../../src/gather/code/surroundings.ts";
import { recentRelevance } from "../../src/gather/history/recent-changes.ts";

describe("tests of a file, by their names", () => {
  it.each([
    ["src/main/java/a/OrderService.java", "src/test/java/a/OrderServiceTest.java"],
    ["src/main/kotlin/a/OrderService.kt", "src/test/kotlin/a/OrderServiceSpec.kt"],
    ["src/cart/total.ts", "src/cart/total.test.ts"],
    ["src/cart/total.ts", "test/cart/total.spec.ts"],
    ["app/orders.py", "tests/test_orders.py"],
    ["stock/stock.go", "stock/stock_test.go"],
    ["lib/order_book.rb", "spec/order_book_spec.rb"],
  ])("%s has %s", (path, test) => {
    expect(testsOf(path, [path, test, "src/other.ts", "tests/test_other.py"])).toEqual([test]);
  });

  it("are the nearest ones first, and none of another file", () => {
    const paths = ["a/cart.ts", "a/cart.test.ts", "b/cart.test.ts", "a/carts.test.ts", "a/test/shopping-cart.test.ts"];
    expect(testsOf("a/cart.ts", paths)).toEqual(["a/cart.test.ts", "b/cart.test.ts"]);
  });
});

describe("owners of a file", () => {
  const owners = async (lines: string, path: string) => {
    const read = async (file: string) =>
      file === ".github/CODEOWNERS" ? { path: file, lines: lines.split("\n"), outline: null } : null;
    const [found] = await observeSurroundings(path, [], read);
    return found?.kind === "owners" ? found.owners : null;
  };

  it.each([
    ["* @all", "src/a.ts", "@all"],
    ["* @all\n*.ts @web # the front\n*.md @docs", "src/a.ts", "@web"],
    ["/src/ @src\n/docs/ @docs", "src/deep/a.ts", "@src"],
    ["src/ @src", "apps/src/a.ts", "@src"],
    ["/src/*.ts @flat", "src/deep/a.ts", null],
    ["/src/**/pay/ @pay @money", "src/a/b/pay/x.ts", "@pay @money"],
    ["apps/cart @cart", "apps/cart/a.ts", "@cart"],
    ["* @all\n/src/", "src/a.ts", null],
    ["# * @nobody", "a.ts", null],
  ])("%j says of %s: %s", async (lines, path, expected) => {
    expect(await owners(lines, path)).toBe(expected);
  });

  it("are found in no time however odd the patterns are", async () => {
    const line = `${"*".repeat(100)}/${"**/".repeat(20)}x @a`;
    expect(await owners(Array.from({ length: 200 }, () => line).join("\n"), `${"a/".repeat(200)}y`)).toBeNull();
  });
});

describe("settings that a message names", () => {
  it("are properties and environment variables, not classes, hosts or files", () => {
    expect(settingsIn("Could not resolve placeholder 'app.retry.max-count' in value; DATABASE_URL is not set")).toEqual(
      ["app.retry.max-count", "DATABASE_URL"],
    );
    expect(settingsIn("com.acme.Order failed at OrderService.total(x) for a@b.example.com, see /etc/app.conf")).toEqual(
      [],
    );
  });
});

describe("what recent commits have to do with a failure", () => {
  const day = 86_400_000;
  const commit = (name: string, subject: string, paths: readonly string[], daysBefore = 1) => {
    return { commit: name, author: "Ada", subject, paths, authoredAtMs: 100 * day - daysBefore * day };
  };
  const of = (isThrownByLibrary: boolean) =>
    recentRelevance(
      [
        commit("bump", "chore: bump", ["build.gradle.kts"]),
        commit("words", "feat: discount of loyalty customers", ["a.ts"]),
        commit("other", "feat: search", ["b.ts"]),
        commit("old", "chore: bump", ["go.mod"], 60),
        commit("later", "chore: bump", ["go.mod"], -2),
      ],
      { said: "Cannot read discount of loyaltyCustomer", isThrownByLibrary, firstSeenMs: 100 * day },
    );

  it("is a dependency, all the more where a library threw, and words that they share", () => {
    expect([...of(false).keys()]).toEqual(["bump", "words"]);
    expect(of(true).get("bump") ?? 0).toBeGreaterThan(of(false).get("bump") ?? 1);
  });
});
