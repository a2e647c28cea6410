import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ErrorEntry } from "../../src/domain/error-entry.ts";
import { framesOf, readOne } from "./log-entries.ts";

const chainOf = (entry: ErrorEntry) => entry.exceptions.map(({ type, message }) => `${type}: ${message}`);
const frame = (name: string, line = 1) => `  File "/srv/shop/${name}.py", line ${line}, in ${name}\n    ${name}()\n`;
const traceback = "Traceback (most recent call last):\n";

describe("a traceback", () => {
  it("has the cause first, and is read the other way round", () => {
    const entry = readOne(
      `ERROR:shop:order 7 failed\n${traceback}${frame("load")}KeyError: 'plan'\n\nThe above exception was the direct cause of the following exception:\n\n${traceback}${frame("bill")}shop.PlanError: no plan\n\nDuring handling of the above exception, another exception occurred:\n\n${traceback}${frame("main")}RuntimeError`,
    );
    expect(entry.message).toBe("order 7 failed");
    expect(chainOf(entry)).toEqual(["RuntimeError: null", "shop.PlanError: no plan", "KeyError: 'plan'"]);
  });

  it("of a group has its members behind it, each with its own causes, and groups inside", () => {
    const entry = readOne(`Traceback (most recent call last):
  File "/srv/shop/a.py", line 1, in a
    a()
OSError: first

During handling of the above exception, another exception occurred:

  + Exception Group Traceback (most recent call last):
  |   File "/srv/shop/all.py", line 3, in all
  |     raise
  | ExceptionGroup: several (2 sub-exceptions)
  +-+---------------- 1 ----------------
    | Traceback (most recent call last):
    |   File "/srv/shop/b.py", line 4, in b
    |     b()
    | KeyError: 'b'
    |${" "}
    | The above exception was the direct cause of the following exception:
    |${" "}
    | Traceback (most recent call last):
    |   File "/srv/shop/c.py", line 5, in c
    |     c()
    | ValueError: c
    +---------------- 2 ----------------
    | Exception Group Traceback (most recent call last):
    |   File "/srv/shop/d.py", line 6, in d
    |     d()
    | ExceptionGroup: inner (1 sub-exception)
    +-+---------------- 1 ----------------
      | TypeError: never raised
      +------------------------------------`);
    expect(chainOf(entry)).toEqual([
      "ExceptionGroup: several (2 sub-exceptions)",
      "ValueError: c",
      "KeyError: 'b'",
      "ExceptionGroup: inner (1 sub-exception)",
      "TypeError: never raised",
      "OSError: first",
    ]);
    expect(entry.exceptions.map(({ frames }) => frames[0]?.line ?? null)).toEqual([3, 5, 4, 6, null, 1]);
  });

  it("of another process stands in quotes, and is the cause", () => {
    const entry = readOne(
      `concurrent.futures.process._RemoteTraceback: \n"""\n${traceback}${frame("share", 9)}ZeroDivisionError: division by zero\n"""\n\nThe above exception was the direct cause of the following exception:\n\n${traceback}${frame("main", 2)}ZeroDivisionError: division by zero`,
    );
    expect(entry.message).toBe("ZeroDivisionError: division by zero");
    expect(entry.exceptions.map(({ frames }) => frames.map(({ line }) => line))).toEqual([[2], [9]]);
  });

  it.each([
    [
      "loguru's arrows and blank lines",
      `${traceback}\n> File "/srv/shop/a.py", line 3, in a\n    b(7)\n    │ └ 7\n    └ <function b>\n\n  File "/srv/shop/b.py", line 4, in b\n    x / 0\n    └ 7\n\nZeroDivisionError: division by zero`,
    ],
    [
      "carets and tildes",
      `${traceback}  File "/srv/shop/a.py", line 3, in a\n    b(7)\n    ~^^^\n  File "/srv/shop/b.py", line 4, in b\n    x / 0\n    ~~^~~\nZeroDivisionError: division by zero`,
    ],
    [
      "no source",
      `${traceback}  File "/srv/shop/a.py", line 3, in a\n  File "/srv/shop/b.py", line 4, in b\nZeroDivisionError: division by zero`,
    ],
    [
      "Windows' line breaks",
      `${traceback}  File "/srv/shop/a.py", line 3, in a\n    b(7)\n  File "/srv/shop/b.py", line 4, in b\n    x / 0\nZeroDivisionError: division by zero`.replaceAll(
        "\n",
        "\r\n",
      ),
    ],
    [
      "rich's box",
      `╭──────── Traceback (most recent call last) ────────╮\n│ /srv/shop/a.py:3 in a                             │\n│                                                   │\n│ ❱ 3 │   b(7)                                      │\n│                                                   │\n│ /srv/shop/b.py:4 in b                             │\n│   1 def b(x):                                     │\n│ ╭─ locals ─╮                                      │\n│ │ x = 7    │                                      │\n│ ╰──────────╯                                      │\n╰───────────────────────────────────────────────────╯\nZeroDivisionError: division by zero`,
    ],
    [
      "rich's box in ASCII",
      `+-------- Traceback (most recent call last) --------+\n| /srv/shop/a.py:3 in a                             |\n|                                                   |\n| > 3 |   b(7)                                      |\n| /srv/shop/b.py:4 in b                             |\n+---------------------------------------------------+\nZeroDivisionError: division by zero`,
    ],
  ])("with %s", (_what, text) => {
    const entry = readOne(`2026-11-20 07:13:00,123 ERROR shop.orders: failed\n${text}`);
    expect(entry.message).toBe("failed");
    expect(chainOf(entry)).toEqual(["ZeroDivisionError: division by zero"]);
    expect(framesOf(entry)).toEqual(["*b:4", "*a:3"]);
  });

  it("of Lambda's runtime stands below its exception, moved in by blanks that do not break", () => {
    const entry = readOne(
      "[ERROR] KeyError: 'id'\nTraceback (most recent call last):\n\u00a0\u00a0File \"/var/task/app.py\", line 3, in handler\n\u00a0\u00a0\u00a0\u00a0return event['id']",
    );
    expect(chainOf(entry)).toEqual(["KeyError: 'id'"]);
    expect(framesOf(entry)).toEqual(["*handler:3"]);
  });

  it("of Twisted goes on behind the place that caught", () => {
    const entry = readOne(
      `Unhandled Error\n${traceback}${frame("a", 3)}--- <exception caught here> ---\n${frame("b", 4)}builtins.KeyError: 'x'`,
    );
    expect(chainOf(entry)).toEqual(["builtins.KeyError: 'x'"]);
    expect(framesOf(entry)).toEqual(["*b:4", "*a:3"]);
  });

  it("ends where a stack that was logged with it begins", () => {
    const entry = readOne(
      `ERROR:shop:x\n${traceback}${frame("a")}ValueError: y\nStack (most recent call last):\n${frame("z")}`,
    );
    expect(chainOf(entry)).toEqual(["ValueError: y"]);
  });

  it("is none where only a stack was logged", () => {
    expect(readOne(`WARNING:shop:slow\nStack (most recent call last):\n${frame("z")}`).exceptions).toEqual([]);
  });

  it("has notes and further lines in its message", () => {
    const entry = readOne(`${traceback}${frame("a")}shop.Refused: card is missing\ncustomer 17\n  tried twice`);
    expect(chainOf(entry)).toEqual(["shop.Refused: card is missing\ncustomer 17\n  tried twice"]);
  });

  it("that was cut off keeps what is left", () => {
    const whole = `${traceback}${frame("a", 1)}${frame("b", 2)}${frame("c", 3)}ValueError: y`;
    const withoutEnd = readOne(`ERROR:shop:x\n${whole.slice(0, whole.indexOf("c.py"))}`);
    expect(withoutEnd.exceptions).toMatchObject([{ type: null }]);
    expect(framesOf(withoutEnd)).toEqual(["*b:2", "*a:1"]);
    const withoutStart = readOne(whole.slice(whole.indexOf('  File "/srv/shop/b.py"')));
    expect(chainOf(withoutStart)).toEqual(["ValueError: y"]);
    expect(framesOf(withoutStart)).toEqual(["*c:3", "*b:2"]);
  });
});

describe("an error raised while another was handled", () => {
  const shop = (name: string, lines: readonly (readonly [string, string])[], error: string) =>
    `${traceback}${lines.map(([file, fn]) => `  File "/srv/shop/${file}.py", line 4, in ${fn}\n    ${name}()\n`).join("")}${error}`;
  const during = "\n\nDuring handling of the above exception, another exception occurred:\n\n";
  const missed = shop(
    "get",
    [
      ["prices", "cached"],
      ["prices", "get"],
    ],
    "KeyError: 'plan'",
  );
  const raisedAfter = (frames: readonly (readonly [string, string])[], error: string) =>
    readOne(
      `ERROR:shop:x\n${missed}${during}${shop("cached", [["main", "run"], ["prices", "cached"], ...frames], error)}`,
    );

  it("by a call is a bug of its own, told from others by that call", () => {
    const fetched = raisedAfter([["gateway", "fetch"]], "ConnectionError: refused").fingerprint;
    const parsed = raisedAfter([["parser", "number"]], "ValueError: not a number").fingerprint;
    const bare = readOne(
      `ERROR:shop:x\n${shop(
        "cached",
        [
          ["main", "run"],
          ["prices", "cached"],
          ["gateway", "fetch"],
        ],
        "ConnectionError: refused",
      )}`,
    ).fingerprint;
    expect(fetched).not.toBe(parsed);
    expect(fetched).toBe(bare);
  });

  it("in the function that caught the other stands for it", () => {
    const wrapped = raisedAfter([], "shop.PriceError: no price").fingerprint;
    const renamed = raisedAfter([], "shop.OtherError: no price").fingerprint;
    expect(wrapped).toBe(renamed);
  });

  it("by a helper that makes errors stands for it too", () => {
    expect(raisedAfter([["errors", "fail"]], "shop.PriceError: no price").fingerprint).toBe(
      raisedAfter([], "shop.PriceError: no price").fingerprint,
    );
  });
});

describe("frames of Python", () => {
  const judged = (file: string) =>
    readOne(`${traceback}  File "${file}", line 1, in a\nValueError: x`).exceptions[0]?.frames[0]?.isOwn;
  it.each([
    ["/srv/shop/app.py", true],
    ["app/main.py", true],
    ["C:\\shop\\app.py", true],
    ["/usr/lib/python3.11/json/decoder.py", false],
    ["/usr/local/lib/python3.13/site-packages/flask/app.py", false],
    ["/usr/lib/python3/dist-packages/django/core/handlers/base.py", false],
    ["/opt/venv/lib64/python3.9/asyncio/base_events.py", false],
    ["C:\\Python312\\Lib\\asyncio\\base_events.py", false],
    ["<frozen importlib._bootstrap>", false],
    ["<string>", false],
    ["/usr/local/bin/gunicorn", false],
    ["/var/runtime/bootstrap.py", false],
    ["/opt/spark/python/pyspark/worker.py", false],
    ["pandas/_libs/index.pyx", false],
  ])("in %s: ours is %s", (file, isOwn) => {
    expect(judged(file)).toBe(isOwn);
  });
});

describe("any text around a traceback", () => {
  const piece = fc.constantFrom(
    "Traceback (most recent call last):",
    '  File "/srv/a.py", line 1, in a',
    '> File "/srv/a.py", line 1, in a',
    "  + Exception Group Traceback (most recent call last):",
    "  | ExceptionGroup: x (2 sub-exceptions)",
    "  +-+---------------- 1 ----------------",
    "    +---------------- 2 ----------------",
    "    +------------------------------------",
    "The above exception was the direct cause of the following exception:",
    '"""',
    "",
    "ValueError: x",
    "╭─── Traceback (most recent call last) ───╮",
    "│ /srv/a.py:1 in a │",
    "╰───╯",
    "|".repeat(300),
    "+-".repeat(300),
  );
  it("is read without a throw, in a bounded number of exceptions", () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(piece, fc.string()), { maxLength: 60 }), (lines) => {
        expect(readOne(lines.join("\n")).exceptions.length).toBeLessThanOrEqual(30);
      }),
      { numRuns: 300 },
    );
  });
});
