import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { windowsToRead } from "../../src/detect/windows/query-window.ts";
import { readWindow } from "../../src/detect/windows/read-window.ts";
import type { LogEntry } from "../../src/domain/log-entry.ts";
import { logEntry } from "./log-entries.ts";
import { memoryLogSource } from "./memory-log-source.ts";

const ms = 1_000_000n;
const question = {
  checkpointNs: 1_000_000n * ms,
  nowMs: 1_100_000,
  serverTimeMs: null,
  sinceMs: 3_600_000,
  settleMs: 10_000,
  latenessMs: 300_000,
  sliceMs: 3_600_000,
};

describe("what to read now", () => {
  it("is from the checkpoint less lateness to now less settle", () => {
    expect(windowsToRead(question)).toEqual([{ fromNs: 700_000n * ms, toNs: 1_090_000n * ms }]);
  });

  it("ends by the server's clock where that is behind ours", () => {
    expect(windowsToRead({ ...question, serverTimeMs: 1_050_000 })).toEqual([
      { fromNs: 700_000n * ms, toNs: 1_040_000n * ms },
    ]);
    expect(windowsToRead({ ...question, serverTimeMs: 1_900_000 })[0]?.toNs).toBe(1_090_000n * ms);
  });

  it("is the last `since` at first", () => {
    expect(windowsToRead({ ...question, checkpointNs: null, nowMs: 10_000_000, sinceMs: 60_000 })).toEqual([
      { fromNs: 9_930_000n * ms, toNs: 9_990_000n * ms },
    ]);
  });

  it("is nothing while nothing new can be there, also when a clock went back", () => {
    expect(windowsToRead({ ...question, nowMs: 1_010_000 })).toEqual([]);
    expect(windowsToRead({ ...question, nowMs: 500_000 })).toEqual([]);
    expect(windowsToRead({ ...question, nowMs: 5_000 })).toEqual([]);
  });

  it("overlaps by a second at least, for a stack trace that the window's end cut is left to the next", () => {
    expect(windowsToRead({ ...question, latenessMs: 0 })[0]?.fromNs).toBe(999_000n * ms);
  });

  it("comes in slices without a hole, oldest first, after three days of sleep", () => {
    const windows = windowsToRead({ ...question, nowMs: 1_000_000 + 3 * 86_400_000 });
    expect(windows.length).toBe(73);
    expect(windows[0]?.fromNs).toBe(700_000n * ms);
    for (const [index, window] of windows.entries()) {
      if (index > 0) expect(window.fromNs).toBe(windows[index - 1]?.toNs);
    }
    expect(windows.at(-1)?.toNs).toBe(BigInt(1_000_000 + 3 * 86_400_000 - 10_000) * ms);
  });
});

const window = { fromNs: 0n, toNs: 1_000_000n };
const signal = new AbortController().signal;

async function readAll(
  entries: readonly LogEntry[],
  limits: Parameters<typeof readWindow>[3],
  refuses?: (limit: number) => Error | null,
) {
  const source = memoryLogSource(entries, refuses);
  const read: LogEntry[] = [];
  const gaps: string[] = [];
  let lastPages = 0;
  for await (const page of readWindow(source, "{}", window, limits, signal)) {
    read.push(...page.entries);
    if (page.gap !== null) gaps.push(page.gap);
    if (page.isLast) lastPages++;
  }
  return { read, gaps, lastPages, limits: source.limits };
}
const at = (timestampNs: number, name: string) => logEntry(name, { timestampNs: BigInt(timestampNs) });

describe("a window", () => {
  it("is read whole and each entry once, whatever the page and however many share an instant", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 0, max: 12 }), { maxLength: 60 }),
        fc.integer({ min: 1, max: 9 }),
        async (instants, limit) => {
          const entries = instants.toSorted((a, b) => a - b).map((instant, index) => at(instant, `e${index}`));
          const { read, gaps, lastPages } = await readAll(entries, { limit, limitMax: 100 });
          expect(read.map(({ line }) => line)).toEqual(entries.map(({ line }) => line));
          expect(gaps).toEqual([]);
          expect(lastPages).toBe(1);
        },
      ),
    );
  });

  it("takes a larger limit only where an instant is larger than a page", async () => {
    const entries = [at(1, "a"), ...Array.from({ length: 9 }, (_, index) => at(2, `b${index}`)), at(3, "c")];
    const { read, limits } = await readAll(entries, { limit: 4, limitMax: 100 });
    expect(read).toHaveLength(11);
    expect(limits).toEqual([4, 4, 8, 16]);
  });

  it("records a gap where not even the largest limit holds an instant, and goes on behind it", async () => {
    const entries = [...Array.from({ length: 9 }, (_, index) => at(2, `b${index}`)), at(3, "c")];
    const { read, gaps } = await readAll(entries, { limit: 2, limitMax: 5 });
    expect(read.map(({ line }) => line)).toEqual(["b0", "b1", "b2", "b3", "b4", "c"]);
    expect(gaps).toEqual([
      expect.stringMatching(/^At the instant 2 ns there are more log entries than Loki gives out at once: 5 were read/),
    ]);
  });

  it("records a gap where the server refuses the larger limit", async () => {
    const entries = [...Array.from({ length: 9 }, (_, index) => at(2, `b${index}`)), at(3, "c")];
    const refusal = Object.assign(new Error("max entries limit"), {
      isRetryable: false,
      suggestsSmallerPage: true,
      retryAfterMs: null,
    });
    const { read, gaps } = await readAll(entries, { limit: 3, limitMax: 100 }, (limit) => (limit > 3 ? refusal : null));
    expect(read.map(({ line }) => line)).toEqual(["b0", "b1", "b2", "c"]);
    expect(gaps).toHaveLength(1);
  });

  it("asks for a quarter of what is too much for the server, down to one entry", async () => {
    const tooLarge = Object.assign(new Error("larger than max"), {
      isRetryable: true,
      suggestsSmallerPage: true,
      retryAfterMs: null,
    });
    const entries = Array.from({ length: 700 }, (_, index) => at(index, `e${index}`));
    const { read, limits } = await readAll(entries, { limit: 1000 }, (limit) => (limit > 300 ? tooLarge : null));
    expect(read).toHaveLength(700);
    expect(limits.slice(0, 2)).toEqual([1000, 250]);
    const one = await readAll(entries.slice(0, 9), { limit: 1000 }, (limit) => (limit > 1 ? tooLarge : null));
    expect(one.read).toHaveLength(9);
  });

  it("fails where a page fails, with the source's own error", async () => {
    await expect(readAll([], { limit: 10 }, () => new Error("down"))).rejects.toThrow("down");
  });

  it("says what was left out where a window has too many pages", async () => {
    const entries = Array.from({ length: 50 }, (_, index) => at(index, `e${index}`));
    const { gaps, lastPages } = await readAll(entries, { limit: 5, pagesMax: 3 });
    expect(gaps).toEqual([expect.stringContaining("nothing was read, for the window has more than 3 pages")]);
    expect(lastPages).toBe(1);
  });
});
