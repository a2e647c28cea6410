import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { windowsToRead } from "../../src/detect/windows/query-window.ts";
import { readWindow } from "../../src/detect/windows/read-window.ts";
import type { LogEntry } from "../../src/domain/log-entry.ts";
import { logEntry } from "./log-entries.ts";
import { memoryLogSource, refusalOf } from "./memory-log-source.ts";

const ms = 1_000_000n;
const question = {
  checkpointNs: 1_000_000n * ms,
  closedUntilNs: null,
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

  it("goes back to where time was left open, when less is read again than before, but no further than a day", () => {
    const from = (closedUntilNs: bigint) => windowsToRead({ ...question, closedUntilNs })[0]?.fromNs;
    expect(from(600_000n * ms)).toBe(600_000n * ms);
    expect(from(800_000n * ms)).toBe(700_000n * ms);
    const later = { ...question, checkpointNs: 200_000_000n * ms, nowMs: 200_100_000 };
    expect(windowsToRead({ ...later, closedUntilNs: 1_000n * ms })[0]?.fromNs).toBe(199_700_000n * ms);
    expect(windowsToRead({ ...question, checkpointNs: null, closedUntilNs: 1_000n * ms })).toEqual(
      windowsToRead({ ...question, checkpointNs: null }),
    );
  });

  it("begins at a whole second, so that what is closed ends there", () => {
    expect(windowsToRead({ ...question, checkpointNs: 1_000_000_001n * 1_000n })[0]?.fromNs).toBe(700_000n * ms);
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
  refuses?: Parameters<typeof memoryLogSource>[1],
  tellsStreams = true,
) {
  const source = memoryLogSource(entries, refuses, tellsStreams);
  const read: LogEntry[] = [];
  const gaps: string[] = [];
  let lastPages = 0;
  for await (const page of readWindow(source, query, window, limits, signal)) {
    read.push(...page.entries);
    if (page.gap !== null) gaps.push(page.gap);
    if (page.isLast) lastPages++;
  }
  return { read, gaps, lastPages, limits: source.limits, queries: source.queries };
}
const query = '{app="shop"}';
const at = (timestampNs: number, name: string, labels: Readonly<Record<string, string>> = {}) =>
  logEntry(name, { timestampNs: BigInt(timestampNs), labels: { app: "shop", ...labels } });

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

  it("records a gap where one stream has more at an instant than the largest limit, and goes on behind it", async () => {
    const entries = [...Array.from({ length: 9 }, (_, index) => at(2, `b${index}`)), at(3, "c")];
    const { read, gaps } = await readAll(entries, { limit: 2, limitMax: 5 });
    expect(read.map(({ line }) => line)).toEqual(["b0", "b1", "b2", "b3", "b4", "c"]);
    expect(gaps).toEqual([
      expect.stringMatching(
        /^At the instant 2 ns one stream fills a whole answer of Loki: 5 of its log entries were read/,
      ),
    ]);
  });

  it("records a gap where the server refuses the larger limit", async () => {
    const entries = [...Array.from({ length: 9 }, (_, index) => at(2, `b${index}`)), at(3, "c")];
    const refusal = refusalOf({ isRetryable: false, suggestsSmallerPage: true });
    const { read, gaps } = await readAll(entries, { limit: 3, limitMax: 100 }, (limit) => (limit > 3 ? refusal : null));
    expect(read.map(({ line }) => line)).toEqual(["b0", "b1", "b2", "c"]);
    expect(gaps).toHaveLength(1);
  });

  it("learns the limit that the server names, also where a page is above it", async () => {
    const entries = [...Array.from({ length: 9 }, (_, index) => at(2, `b${index}`)), at(3, "c")];
    const refusal = refusalOf({ isRetryable: false, suggestsSmallerPage: true, entriesMax: 12 });
    const refuses = (limit: number) => (limit > 12 ? refusal : null);
    const above = await readAll(entries, { limit: 50, limitMax: 100 }, refuses);
    expect(above).toMatchObject({ gaps: [], limits: [50, 12] });
    const below = await readAll(entries, { limit: 8, limitMax: 100 }, refuses);
    expect(below).toMatchObject({ gaps: [], limits: [8, 8, 16, 8, 12] });
    expect(below.read).toHaveLength(10);
  });

  it("asks for a quarter of what is too much for the server, down to one entry", async () => {
    const tooLarge = refusalOf({ isRetryable: true, suggestsSmallerPage: true });
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

describe("an instant with more entries than Loki gives out at once", () => {
  const instant = (streams: readonly Readonly<Record<string, string>>[], each: number) =>
    streams.flatMap((labels, stream) =>
      Array.from({ length: each }, (_, index) => at(5, `s${stream} e${index}`, labels)),
    );
  const around = [at(4, "before"), at(6, "after")] as const;
  const [before, after] = around;
  const namesOf = (entries: readonly LogEntry[]) =>
    entries.map(({ labels, line }) => `${JSON.stringify(labels)} ${line}`);

  it.each([true, false])(
    "is read stream by stream, whatever labels tell them apart (told by the server: %s)",
    async (told) => {
      const label = fc.constantFrom("pod", "level", "zone");
      const value = fc.constantFrom("a", "b", 'c"', "d|e", "f.*");
      await fc.assert(
        fc.asyncProperty(
          fc.uniqueArray(fc.dictionary(label, value), {
            maxLength: 25,
            selector: (labels) => JSON.stringify(Object.entries(labels).sort()),
          }),
          fc.integer({ min: 1, max: 4 }),
          async (streams, each) => {
            const entries = [before, ...instant(streams, each), after];
            const { read, gaps, lastPages } = await readAll(entries, { limit: 3, limitMax: 5 }, undefined, told);
            expect(gaps).toEqual([]);
            expect(namesOf(read).toSorted()).toEqual(namesOf(entries).toSorted());
            expect(read.at(-1)?.line).toBe("after");
            expect(lastPages).toBe(1);
          },
        ),
        { numRuns: 60 },
      );
    },
  );

  it("is read whole where the entries at hand are all of one stream, and the server does not tell of others", async () => {
    const entries = [
      ...instant([{ pod: "a" }], 3),
      ...instant([{}, { pod: "b" }, { pod: "b", zone: "x" }, { zone: "y" }], 1),
    ];
    const { read, gaps } = await readAll(entries, { limit: 2, limitMax: 3 }, undefined, false);
    expect(new Set(namesOf(read))).toEqual(new Set(namesOf(entries)));
    // It has just as many as an answer.
    expect(gaps).toHaveLength(1);
  });

  it("is read in few questions where streams are many", async () => {
    const pods = Array.from({ length: 200 }, (_, index) => ({ pod: `shop-7d9f-${index}` }));
    const entries = [before, ...instant(pods, 2), after];
    const { read, gaps, queries } = await readAll(entries, { limit: 50, limitMax: 100 });
    expect(gaps).toEqual([]);
    expect(read).toHaveLength(402);
    expect(queries.length).toBeLessThan(25);
    expect(Math.max(...queries.map((each) => each.length))).toBeLessThan(3_000);
  });

  it("is a gap in that stream alone which has too much", async () => {
    const entries = [before, ...instant([{ pod: "a" }, { pod: "b" }, {}], 3), ...instant([{ pod: "loud" }], 40), after];
    const { read, gaps } = await readAll(entries, { limit: 5, limitMax: 10 });
    expect(gaps).toEqual([
      expect.stringContaining("one stream fills a whole answer of Loki: 10 of its log entries were read"),
    ]);
    expect(read).toHaveLength(1 + 9 + 10 + 1);
  });

  it("is not cut by what only looks like a label", async () => {
    // As Loki 2 shows structured metadata: no selector finds it.
    const metadata = new Map(instant([{ pod: "a" }, { pod: "b" }], 6).map((entry, index) => [entry.line, `t${index}`]));
    const source = memoryLogSource(instant([{ pod: "a" }, { pod: "b" }], 6), () => null, false);
    const shown: typeof source = {
      ...source,
      async entriesBetween(...asked) {
        const page = await source.entriesBetween(...asked);
        const show = (entry: LogEntry) => ({
          ...entry,
          labels: { ...entry.labels, trace_id: metadata.get(entry.line) ?? "" },
        });
        return { ...page, entries: page.entries.map(show) };
      },
    };
    const lines: string[] = [];
    for await (const page of readWindow(shown, query, window, { limit: 4, limitMax: 8 }, signal)) {
      expect(page.gap).toBeNull();
      lines.push(...page.entries.map(({ line }) => line));
    }
    expect(new Set(lines).size).toBe(12);
    expect(lines).toHaveLength(12);
    expect(source.queries.length).toBeLessThan(30);
  });

  it("is read whole where its lines are so long that the server gives out one or two at a time", async () => {
    const tooMuch = refusalOf({ isRetryable: true, suggestsSmallerPage: true });
    const streams = Array.from({ length: 6 }, (_, index) => ({ pod: `p${index}` }));
    const entries = [before, ...instant(streams, 1), ...instant([{ pod: "two" }], 2), after];
    const { read, gaps } = await readAll(entries, { limit: 1_000 }, (limit, page) =>
      page.length > 2 || limit > 400 ? tooMuch : null,
    );
    expect(gaps).toEqual([]);
    expect(read).toHaveLength(10);
  });

  it("costs no more than some hundred questions", async () => {
    const streams = Array.from({ length: 900 }, (_, index) => ({ pod: `p${index}` }));
    const { gaps, queries } = await readAll(instant(streams, 2), { limit: 2, limitMax: 3 });
    expect(gaps[0]).toContain("than 300 questions, each of fewer streams, could bring");
    expect(queries.length).toBeLessThan(700);
  });
});
