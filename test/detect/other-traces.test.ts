import { describe, expect, it } from "vitest";
import { plainSymbol } from "../../src/detect/stacks/mangled-name.ts";
import { parseRuntimeNote } from "../../src/detect/stacks/runtime-note.ts";
import { parseStackTrace } from "../../src/detect/stacks/stack-trace.ts";
import type { ErrorEntry } from "../../src/domain/error-entry.ts";
import { framesOf, readOne } from "./log-entries.ts";

const said = (entry: ErrorEntry) => entry.exceptions.map(({ type, message }) => `${type}: ${message}`);
const read = (...lines: readonly string[]) => readOne(lines.join("\n"));

describe("Go", () => {
  it("tells a panic in a deferred function from the one before it", () => {
    const entry = read(
      "panic: no stock [recovered]",
      "\tpanic: handler failed: no stock",
      "",
      "goroutine 7 [running]:",
      "main.serve.func1()",
      "\t/srv/app/main.go:12 +0x1f",
      "panic({0x4a1, 0xc0})",
      "\t/usr/local/go/src/runtime/panic.go:890 +0x262",
      "github.com/acme/stock.(*Store).Take(0x0)",
      "\t/srv/app/stock/store.go:41 +0x3",
      "exit status 2",
    );
    expect(said(entry)).toEqual(["panic: handler failed: no stock", "panic: no stock"]);
    expect(framesOf(entry)).toEqual(["*main.serve.func1:12"]);
    expect(framesOf(entry, 1)).toEqual(["*github.com/acme/stock.(*Store).Take:41"]);
  });

  it("reads xerrors, the outermost error first", () => {
    const entry = read(
      "ERROR could not place: order 17:",
      "    main.place",
      "        /srv/app/main.go:20",
      "  - no stock:",
      "    main.take",
      "        /srv/app/main.go:33",
    );
    expect(framesOf(entry)).toEqual(["*main.place:20"]);
    expect(framesOf(entry, 1)).toEqual(["*main.take:33"]);
    expect(entry.exceptions[1]?.message).toBe("no stock");
  });

  it("reads gin's recovery, places above functions", () => {
    const entry = read(
      "2024/05/01 10:00:00 [Recovery] panic recovered:",
      "runtime error: index out of range [5] with length 2",
      "/usr/local/go/src/runtime/panic.go:114 (0x42f)",
      "\tgoPanicIndex: panic(boundsError{})",
      "/srv/app/main.go:12 (0x8)",
      "\tmain.func1: x := a[5]",
    );
    expect(entry.exceptions[0]?.frames).toMatchObject([
      { file: "/usr/local/go/src/runtime/panic.go", line: 114, isOwn: false },
      { file: "/srv/app/main.go", line: 12, isOwn: true },
    ]);
  });
});

describe(".NET", () => {
  it("reads the further exceptions of an aggregate", () => {
    const entry = read(
      "[10:00:00 ERR] sync failed",
      "System.AggregateException: One or more errors occurred. (left) (right)",
      " ---> System.InvalidOperationException: left",
      "   at Acme.Sync.Left() in /src/Sync.cs:line 12",
      "   --- End of inner exception stack trace ---",
      "   at System.Threading.Tasks.Task.WaitAllCore(Task[] tasks)",
      "   at Acme.Sync.All() in /src/Sync.cs:line 8",
      " ---> (Inner Exception #1) System.FormatException: right",
      "   at Acme.Sync.Right() in /src/Sync.cs:line 20<---",
    );
    expect(said(entry)).toEqual([
      "System.AggregateException: One or more errors occurred. (left) (right)",
      "System.InvalidOperationException: left",
      "System.FormatException: right",
    ]);
    expect(framesOf(entry)).toEqual(["System.Threading.Tasks.Task.WaitAllCore:null", "*Acme.Sync.All:8"]);
    expect(framesOf(entry, 1)).toEqual(["*Acme.Sync.Left:12"]);
  });

  it.each([
    ["Acme.Cart..ctor(String name) in C:\\src\\Cart.cs:line 4", "*Acme.Cart..ctor:4"],
    ["Acme.Cart.<AddAsync>d__5.MoveNext() in /src/Cart.cs:line 9", "*Acme.Cart.<AddAsync>d__5.MoveNext:9"],
    ["Acme.Cart.<>c__DisplayClass3_0.<Add>b__0(Int32 n)", "*Acme.Cart.<>c__DisplayClass3_0.<Add>b__0:null"],
    ["Acme.Cart.Map[T](Func`2 how)", "*Acme.Cart.Map:null"],
    ["Acme.Box`1[T].Get (System.Int32 n) [0x00001] in /src/Box.cs:7", "*Acme.Box`1.Get:7"],
    ["Acme.Cart.System.IDisposable.Dispose()", "*Acme.Cart.System.IDisposable.Dispose:null"],
    ["System.String.Trim () [0x00000] in <12b418a7>:0", "System.String.Trim:null"],
    ["lambda_method1(Closure , Object )", "lambda_method1:null"],
  ])("frame %s", (frame, expected) => {
    expect(framesOf(read("ERROR x", "System.Exception: y", `   at ${frame}`, "   at Acme.Cart.Z(Int32 a)"))[0]).toBe(
      expected,
    );
  });
});

describe("Ruby", () => {
  it("reads what Rails writes of causes", () => {
    const entry = read(
      "E, [2024-05-01T10:00:00.000 #1] ERROR -- : OrderError (no order):",
      "  ",
      "app/models/order.rb:12:in `find'",
      "/usr/lib/ruby/gems/3.1.0/gems/rack-2.2/lib/rack.rb:3:in `call'",
      "  ",
      "Causes:",
      "KeyError (key not found: 7)",
      "app/models/order.rb:30:in `block in fetch'",
    );
    expect(said(entry)).toEqual(["OrderError: no order", "KeyError: key not found: 7"]);
    expect(framesOf(entry)).toEqual(["*find:12", "call:3"]);
    expect(framesOf(entry, 1)).toEqual(["*block in fetch:30"]);
  });
});

describe("PHP", () => {
  it("reads closures as PHP 8.4 names them, and functions of PHP itself", () => {
    const entry = read(
      "PHP Fatal error:  Uncaught App\\Failed: no items in /srv/app/src/Cart.php:9",
      "Stack trace:",
      "#0 [internal function]: App\\Cart->{closure:App\\Cart::sum():7}(Object(App\\Item))",
      "#1 /srv/app/src/Cart.php(7): array_map(Object(Closure), Array)",
      "#2 /srv/app/vendor/http/kernel.php(3): App\\Cart::sum()",
      "#3 {main}",
      "  thrown in /srv/app/src/Cart.php on line 9",
    );
    expect(said(entry)).toEqual(["App\\Failed: no items"]);
    expect(framesOf(entry)).toEqual([
      "*App\\Cart.{closure:App\\Cart::sum():7}:9",
      "App\\Cart.{closure:App\\Cart::sum():7}:null",
      "*array_map:7",
      "App\\Cart.sum:3",
    ]);
  });

  it("knows errors that are no exceptions", () => {
    const entry = readOne(
      "PHP Fatal error:  Maximum execution time of 30 seconds exceeded in /srv/app/run.php on line 8",
    );
    expect(entry).toMatchObject({ isError: true });
    expect(said(entry)).toEqual(["Fatal error: Maximum execution time of 30 seconds exceeded"]);
    expect(framesOf(entry)).toEqual(["*:8"]);
  });
});

describe("Elixir", () => {
  it("reads the exception behind an exit", () => {
    const entry = read(
      "10:00:00.000 [error] ** (exit) exited in: GenServer.call(Shop.Stock, :take, 5000)",
      "    ** (EXIT) an exception was raised:",
      "        ** (RuntimeError) no stock",
      "            (shop 0.1.0) lib/shop/stock.ex:12: Shop.Stock.take/1",
      "            (stdlib 4.2) gen_server.erl:1149: :gen_server.try_handle_call/4",
      "    (elixir 1.14.0) lib/gen_server.ex:1035: GenServer.call/3",
      "    (shop 0.1.0) lib/shop/cart.ex:9: Shop.Cart.add/2",
    );
    expect(said(entry).at(-1)).toBe("RuntimeError: no stock");
    expect(framesOf(entry)).toEqual(["GenServer.call/3:1035", "*Shop.Cart.add/2:9"]);
    expect(framesOf(entry, 1)).toEqual(["*Shop.Stock.take/1:12", ":gen_server.try_handle_call/4:1149"]);
  });
});

describe("machine code", () => {
  it.each([
    ["_ZN4mill5Wheel4turnEi", "mill::Wheel::turn"],
    ["_ZNK4mill4SackIiE2atEm", "mill::Sack::at"],
    ["_ZN4mill5WheelC1Ev", "mill::Wheel::(constructor)"],
    ["_ZN12_GLOBAL__N_13runEv", "(anonymous namespace)::run"],
    ["_ZSt9terminatev", "std::terminate"],
    ["_Z3runRKNSt7__cxx1112basic_stringIcEEi", "run"],
    ["main", "main"],
    ["_Z", "_Z"],
    ["_ZN99", "_ZN99"],
  ])("symbol %s", (symbol, name) => {
    expect(plainSymbol(symbol)).toBe(name);
  });

  it("reads what Apple's and Swift's backtraces print", () => {
    const entry = read(
      "App/Cart.swift:12: Fatal error: Index out of range",
      "0   App    0x0000000102a3c4d0 Cart.line(at:) + 124 (Cart.swift:12)",
      "1   App    0x0000000102a3c5e0 main + 80 (main.swift:3)",
      "2   libdyld.dylib    0x00000001802f1a10 start + 4",
    );
    expect(said(entry)).toEqual(["Fatal error: Index out of range"]);
    expect(framesOf(entry)).toEqual(["*App.Cart.line(at:):12", "*App.main:3", "libdyld.dylib.start:null"]);
  });
});

describe("what stands in one line, or without frames", () => {
  it.each([
    [
      "fail: Shop.Cart[0] could not sell System.InvalidOperationException: no stock    at Shop.Cart.Sell(Int32 n) in /src/Cart.cs:line 12    at Shop.Api.Post()",
      "could not sell",
      "System.InvalidOperationException: no stock",
      ["*Shop.Cart.Sell:12", "*Shop.Api.Post:null"],
    ],
    [
      "The application panicked (crashed).\nMessage:  no stock\nLocation: src/main.rs:12\n\nBacktrace omitted.",
      "panic: no stock",
      "panic: no stock",
      ["*:12"],
    ],
    ["Segmentation fault (core dumped)", "Segmentation fault", "Segmentation fault: null", []],
    [
      "2024-05-01 10:00:00.1 E [17:main] Shop -- could not sell -- Exception: KeyError: no key 7\napp/a.rb:1:in `fetch'",
      "could not sell",
      "KeyError: no key 7",
      ["*fetch:1"],
    ],
    ["app: cart.c:12: sell: Assertion `n > 0' failed.", "Assertion: n > 0", "Assertion: n > 0", ["*sell:12"]],
  ])("%s", (line, message, exception, frames) => {
    const entry = readOne(line);
    expect(entry).toMatchObject({ isError: true, message });
    expect(said(entry)).toEqual([exception]);
    expect(framesOf(entry)).toEqual(frames);
  });
});

describe("the language of a stack trace", () => {
  it("is that of most frames, whatever the message quotes", () => {
    const entry = read(
      "ERROR the worker said:",
      "    at quoted (/app/worker.js:1:2)",
      "Shop::Failed (see above):",
      "app/a.rb:1:in `a'",
      "app/b.rb:2:in `b'",
      "app/c.rb:3:in `c'",
    );
    expect(framesOf(entry)).toEqual(["*a:1", "*b:2", "*c:3"]);
  });

  it("takes time that grows with the text and no faster", () => {
    const pieces = [
      "   at A.B() in /x.cs:line 1",
      " ---> A.BException: x",
      "[object] (A(code: 0): x at ",
      "#0 /x.php(12): A->b(",
      "Next A: x in ",
      "/x.rb:1:in `a': b (C::D)",
      "thread 'x' panicked at 'y",
      "   1: <a as b>::c",
      "** (A) x",
      '{a,b,[{file,"x"},',
      "    #0 0x55d0c0a3 in a(",
      "x.swift:1: Fatal error: ",
      "#0      a (package:",
      "  | a.b\n  | \t/x.go:1",
    ];
    for (const piece of pieces) {
      for (const joint of ["", "\n"]) {
        const text = `${piece}${joint}`.repeat(8000).slice(0, 150_000);
        const startedMs = performance.now();
        parseStackTrace(text, 0, () => true);
        parseRuntimeNote(text, 0, () => true);
        expect(performance.now() - startedMs, JSON.stringify(piece)).toBeLessThan(1500);
      }
    }
  });
});
