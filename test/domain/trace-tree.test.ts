import { describe, expect, it } from "vitest";
import { newRedactionMemory } from "../../src/domain/redact.ts";
import { traceTree } from "../../src/domain/trace-tree.ts";
import { redactTrace } from "../../src/gather/trace/redact-trace.ts";
import { makeTrace, type SpanSketch, spanIdOf } from "../gather/make-trace.ts";

function tree(
  sketches: readonly SpanSketch[],
  origin: string | null,
  linesMax?: number,
  barWidth = 0,
  columns = 0,
): readonly string[] {
  const trace = { ...makeTrace(...sketches), originSpanId: origin === null ? null : spanIdOf(origin) };
  const limits = { spansMax: 1_000, bytesMax: 1_000_000 };
  const kept = redactTrace(trace, limits, newRedactionMemory()).trace;
  return traceTree(kept, { linesMax: linesMax ?? 60, barWidth, columns });
}

describe("a trace as a tree", () => {
  it("shows when each span ran, however short", () => {
    const lines = tree(
      [
        { at: "shop/order", forMs: 100 },
        { at: "stock/reserve", below: "order", throws: "E: x", fromMs: 50, forMs: 50 },
        { at: "cache/get", below: "order", fromMs: 99, forMs: 0 },
      ],
      "reserve",
      60,
      10,
    );
    expect(lines.map((line) => line.slice(2, 14))).toEqual(["|==========|", "|     =====|", "|         =|"]);
  });

  it("keeps within the columns of a page for people: what a span says stands below it, and what repeats itself is one line", () => {
    const lines = tree(
      [
        { at: "shop/GET cart with a name that is too long for a line", forMs: 200, isError: true },
        {
          at: "stock/reserve",
          below: "GET cart with a name that is too long for a line",
          throws: "StockError: negative amount of a thing",
          fromMs: 5,
          forMs: 190,
        },
        ...[10, 20, 30, 40].map((fromMs) => ({
          at: `db/${fromMs}`,
          name: "SELECT item",
          below: "reserve",
          fromMs,
          forMs: 5,
        })),
        { at: "db/COMMIT", below: "reserve", fromMs: 50, forMs: 5 },
      ],
      "reserve",
      60,
      6,
      72,
    );
    expect(lines).toEqual([
      "✗ |======| shop: GET cart with a name that is too l… (+0.0 ms, 200.0 ms)",
      "✗ |======| └ stock: reserve (+5.0 ms, 190.0 ms) ← the failure began here",
      "             StockError: negative amount of a thing",
      "  |=     |   └ db: SELECT item (4 times, +10.0 ms to +45.0 ms)",
      "  | =    |   └ db: COMMIT (+50.0 ms, 5.0 ms)",
    ]);
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(72);
  });

  it("has one line for each span, below its caller, the failing path marked", () => {
    const lines = tree(
      [
        { at: "shop/GET cart", forMs: 30, isError: true },
        { at: "stock/reserve", below: "GET cart", throws: "StockError: negative\namount", fromMs: 5, forMs: 20 },
        { at: "cache/get", below: "GET cart", fromMs: 2, forMs: 1 },
        { at: "mail/send", below: "gone", fromMs: 40 },
      ],
      "reserve",
    );
    expect(lines).toEqual([
      "✗ shop: GET cart (+0.0 ms, 30.0 ms)",
      "✗ └ stock: reserve (+5.0 ms, 20.0 ms) StockError: negative amount ← the failure began here",
      "  └ cache: get (+2.0 ms, 1.0 ms)",
      "  mail: send (+40.0 ms, 10.0 ms) (its caller is not in the trace)",
    ]);
  });

  it("keeps the failing path of a trace with more spans than lines, and counts the rest", () => {
    const many = Array.from({ length: 200 }, (_each, index): SpanSketch => ({ at: `shop/n${index}`, below: "root" }));
    const lines = tree(
      [{ at: "shop/root", forMs: 10_500 }, ...many, { at: "db/deep", below: "n199", throws: "E: x" }],
      "deep",
      10,
    );
    expect(lines).toHaveLength(10);
    expect(lines[0]).toContain("10.5 s");
    expect(lines.at(-3)).toContain("shop: n199");
    expect(lines.at(-2)).toContain("✗   └ db: deep");
    expect(lines.at(-1)).toBe("  … and 193 more spans");
  });
});
