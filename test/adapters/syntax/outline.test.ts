import { describe, expect, it } from "vitest";
import { createSyntaxReader } from "../../../src/adapters/syntax/syntax-reader.ts";
import { type FunctionSpan, namedFunctionAt, type Outline } from "../../../src/domain/syntax.ts";

const reader = createSyntaxReader();

async function outline(path: string, text: string): Promise<Outline> {
  const read = await reader.outline(path, text);
  if (read === null) throw new Error(`${path} was not read`);
  return read;
}

/** `Order.place 3-9`, `lambda 5-5`. */
const shown = ({ kind, container, name, firstLine, lastLine }: FunctionSpan) =>
  `${kind === "function" ? "" : `${kind} `}${[container, name].filter((part) => part !== null).join(".")} ${firstLine}-${lastLine}`
    .replaceAll("  ", " ")
    .trim();

describe("the functions of a file", () => {
  it.each<readonly [string, string, readonly string[]]>([
    [
      "Order.java",
      `package a.b;
class Order<T> {
  static { init(); }
  Order() { super(); }
  @Get("/x")
  public int place(int a) throws E {
    Runnable r = () -> go();
    return this.q().z(a);
  }
  static class Line { void add() {} }
  record Price(int cents) { Price { check(cents); } }
}`,
      [
        "initializer Order 3-3",
        "constructor Order.Order 4-4",
        "Order.place 5-9",
        "lambda Order.r 7-7",
        "Order.Line.add 10-10",
        "constructor Order.Price.Price 11-11",
      ],
    ],
    [
      "Order.kt",
      `package a.b

class Order(val id: Int) {
    init {
        check(id > 0)
    }

    suspend fun place(a: Int): Int = a.let { go(it) }

    companion object {
        fun of(id: Int): Order {
            return Order(id)
        }
    }

    val total: Int
        get() = 1
}

fun String.shout(): String {
    return uppercase()
}
`,
      [
        "initializer Order 4-6",
        "Order.place 8-8",
        "lambda Order 8-8",
        "Order.Companion.of 11-13",
        "accessor Order.total 17-17",
        "shout 20-22",
      ],
    ],
    [
      "cart.ts",
      `export class Cart {
  constructor() {}
  async total(a: number): Promise<void> { await x(a); }
  get size() { return 1; }
  static make = () => new Cart();
}
export const add = async (a) => {
  g(a);
};
module.exports.drop = function () {};
app.get("/x", async (req, res) => { w(); });
const handlers = { put(a) {}, take: function () {} };`,
      [
        "Cart.constructor 2-2",
        "Cart.total 3-3",
        "Cart.size 4-4",
        "lambda Cart.make 5-5",
        "lambda add 7-9",
        "lambda drop 10-10",
        "lambda 11-11",
        "put 12-12",
        "lambda take 12-12",
      ],
    ],
    [
      "plans.py",
      `class Plan:
    @property
    def price(self):
        def inner():
            go()
        return self.a.b(1)
async def load(): pass
double = lambda x: h(x)`,
      ["Plan.price 3-6", "Plan.inner 4-5", "load 7-7", "lambda double 8-8"],
    ],
    [
      "store.go",
      `package store
func (s *Store[T]) Get(k string) (int, error) { return s.x(k) }
func Load[T any](a T) {
	go func() { q() }()
}`,
      ["Store.Get 2-2", "Load 3-5", "lambda 4-4"],
    ],
    [
      "Order.cs",
      `namespace Shop;
class Order {
  public Order() {}
  async Task<int> Place(int a) {
    int Local() { return 1; }
    return await Ask(a);
  }
  int Total { get { return Sum(); } }
  int Twice(int x) => Add(x, x);
}`,
      [
        "constructor Order.Order 3-3",
        "Order.Place 4-7",
        "Order.Local 5-5",
        "accessor Order.Total 8-8",
        "Order.Twice 9-9",
      ],
    ],
    [
      "order.php",
      `<?php
namespace App\\Shop;
class Order { function place($a) { return $this->send($a); } }
function load() { $go = function () { h(); }; return Order::make(); }`,
      ["Order.place 3-3", "load 4-4", "lambda go 4-4"],
    ],
    [
      "order.rb",
      `module Shop
  class Order
    def place(a)
      items.each { |i| add(i) }
    end
    def self.make; end
  end
end`,
      ["Shop.Order.place 3-5", "lambda Shop.Order 4-4", "Shop.Order.make 6-6"],
    ],
    [
      "store.rs",
      `impl<T> Store<T> {
    pub fn get(&self) -> u8 { self.load(1) }
}
trait Ask { fn ask(&self) { panic!("x"); } }
fn main() { let twice = |x| add(x, x); }`,
      ["Store.get 2-2", "Ask.ask 4-4", "main 5-5", "lambda twice 5-5"],
    ],
    [
      "order.cpp",
      "namespace n { class Order { int place(int a) { return add(a); } }; }\nint Order::total() { return 1; }",
      ["Order.place 1-1", "Order.total 2-2"],
    ],
  ])("of %s", async (path, text, expected) => {
    expect((await outline(path, text)).functions.map(shown)).toEqual(expected);
  });

  it("have a signature on one line, and say where their body begins", async () => {
    const read = await outline(
      "A.java",
      "class A {\n  @Get\n  public int place(\n      int a,\n      int b) {\n    return a;\n  }\n}",
    );
    expect(read.functions[0]).toMatchObject({ signature: "@Get public int place( int a, int b)", bodyLine: 5 });
  });

  it("are found by a line, the innermost with a name", async () => {
    const read = await outline("a.ts", "function outer() {\n  run(() => {\n    go();\n  });\n}\nstart();");
    expect(namedFunctionAt(read, 3)?.name).toBe("outer");
    expect(namedFunctionAt(read, 6)).toBeNull();
  });
});

describe("what is called", () => {
  it.each([
    ["A.java", "class A { void m() { this.client.charge(1).then(); new Order(2); } }", ["then", "charge", "Order"]],
    ["a.kt", "fun m() { client.charge(1); Order(2) }", ["charge", "Order"]],
    ["a.ts", "function m() { this.client.charge(1); new Order(2); (f())(); }", ["charge", "Order", "f"]],
    ["a.py", "def m():\n  self.client.charge(1)\n  Order(2)", ["charge", "Order"]],
    ["a.go", "package a\nfunc m() { c.Charge(1); make2(2) }", ["Charge", "make2"]],
    ["a.cs", "class A { void M() { c.Charge(1); new Order(2); } }", ["Charge", "Order"]],
    ["a.php", "<?php $this->charge(1); A::make(); new Order(2); f();", ["charge", "make", "Order", "f"]],
    ["a.rb", "client.charge(1)\nOrder.new(2)", ["charge", "new"]],
    ["a.rs", 'fn m() { c.charge(1); a::make(2); panic!("x"); }', ["charge", "make", "panic"]],
    ["a.cpp", "void m() { c.charge(1); a::make(2); }", ["charge", "make"]],
  ])("in %s", async (path, text, expected) => {
    expect((await outline(path, text)).calls.map(({ name }) => name)).toEqual(expected);
  });
});

describe("what is no code", () => {
  it("has its place: comments and strings", async () => {
    const text = 'const a = "x // y"; // z\n/* 한글 */ const b = `q`;';
    const read = await outline("a.ts", text);
    expect(read.comments.map(({ from, to }) => text.slice(from, to))).toEqual(["// z", "/* 한글 */"]);
    expect(read.strings.map(({ from, to }) => text.slice(from, to))).toEqual(['"x // y"', "`q`"]);
  });
});

describe("text that is no such code", () => {
  it("is read as far as it goes", async () => {
    const read = await outline("a.java", "class A { void m() { if ( } }\n<<<<<<< HEAD\nclass B { void n() {} }");
    expect(read.hasErrors).toBe(true);
    expect(read.functions.map(({ name }) => name)).toContain("m");
  });

  it.each(["notes.txt", "a", "a.constructor", ".ts.", "Makefile"])("has no grammar: %s", async (path) => {
    expect(await reader.outline(path, "function a() {}")).toBeNull();
  });

  it("is not read where it is too long, and nesting breaks nothing", async () => {
    expect(await reader.outline("a.ts", " ".repeat(1_000_001))).toBeNull();
    for (const [path, unit] of [
      ["a.ts", "(()=>{"],
      ["A.java", "{"],
      ["a.py", "["],
      ["a.kt", "a.let { "],
    ] as const) {
      const read = await reader.outline(path, unit.repeat(Math.floor(60_000 / unit.length)));
      expect(read === null || read.hasErrors, path).toBe(true);
    }
    // The parser is as good as new afterwards.
    expect((await outline("a.ts", "function a() {}")).functions.map(shown)).toEqual(["a 1-1"]);
  });
});
