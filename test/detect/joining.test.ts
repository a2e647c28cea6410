import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createEntryReader, createPageReader } from "../../src/detect/entries/read-entries.ts";
import type { ErrorEntry } from "../../src/domain/error-entry.ts";
import type { LogEntry } from "../../src/domain/log-entry.ts";
import { readRecordedJson } from "../fixtures/recordings.ts";
import { loadCorpora } from "../support/corpora/load-corpora.ts";
import { logEntry, readFixture, rules, split } from "./log-entries.ts";

const base = 1_795_158_780_000_000_000n;
const read = (entries: readonly LogEntry[]) => createEntryReader(rules).read(entries);
const cart = { labels: { service_name: "cart", level: "ERROR" } };
const stock = { labels: { service_name: "stock", level: "ERROR" } };
const trace =
  "2026-11-20 07:13:01 ERROR m\njava.lang.Error: x\n\tat com.acme.A.b(A.java:1)\n\tat com.acme.C.d(C.java:2)";

describe("a stack trace that was shipped line by line", () => {
  it("is one error entry that names the others", () => {
    const lines = split(trace, cart);
    const [entry, ...others] = read(lines);
    expect(others).toEqual([]);
    expect(entry?.entry).toBe(lines[0]);
    expect(entry?.joined).toEqual(lines.slice(1).map((line) => line.id));
  });

  it("is joined although other streams' lines stand between", () => {
    const all = split(trace, cart).flatMap((line) => [
      line,
      logEntry("ERROR other", { ...stock, timestampNs: line.timestampNs }),
    ]);
    const errors = read(all);
    expect(errors.filter((entry) => entry.service === "cart")).toHaveLength(1);
    expect(errors.filter((entry) => entry.service === "stock")).toHaveLength(4);
  });

  it("is joined at one and the same nanosecond", () => {
    const lines = trace.split("\n").map((line) => logEntry(line, { ...cart, timestampNs: base }));
    expect(read(lines)).toHaveLength(1);
  });

  it("is not joined over a second, nor over streams", () => {
    const [head, ...rest] = split(trace, cart);
    expect(
      head && read([head, ...rest.map((line) => ({ ...line, timestampNs: line.timestampNs + 1_000_000_000n }))]),
    ).toHaveLength(2);
    expect(head && read([head, ...rest.map((line) => ({ ...line, ...stock }))])).toHaveLength(2);
  });

  it("stands for itself below an info line, so that it is not lost in it", () => {
    const entries = split("2026-11-20 07:13:01 INFO ready\njava.lang.Error: x\n\tat com.acme.A.b(A.java:1)");
    expect(read(entries).map((entry) => entry.isError)).toEqual([false, true]);
  });

  it("leaves two log lines that only look alike apart", () => {
    const entries = split(
      "2026-11-20 07:13:01 ERROR a\njava.lang.IllegalStateException: logged as a message\n2026-11-20 07:13:01 ERROR b",
      cart,
    );
    expect(read(entries)).toHaveLength(3);
  });

  it("does not swallow the next entry", () => {
    const entries = split(`${trace}\n{"level":50,"msg":"x"}\nlevel=error msg=y\n2026-11-20 07:13:02 ERROR z`, cart);
    expect(read(entries)).toHaveLength(4);
  });
});

describe("a line that a container's runtime cut", () => {
  const cri = (tag: string, text: string) => `2026-11-20T07:13:00.123456789Z stderr ${tag} ${text}`;

  it("is one entry of all its pieces", () => {
    const pieces = [cri("P", '{"level":"error",'), cri("P", '"msg":"a long '), cri("F", 'story"}')];
    const entries = split(pieces.join("\n"), cart);
    expect(read(entries)).toMatchObject([{ message: "a long story", level: "error", joined: { length: 2 } }]);
  });

  it("is held at a page's border and given out as far as it came where nothing follows", () => {
    const [first, second] = split(`${cri("P", "ERROR half a ")}\n${cri("F", "line")}`, { ...cart, timestampNs: base });
    if (first === undefined || second === undefined) throw new Error("two lines are two entries");
    const reader = createPageReader(rules);
    expect(reader.push([first])).toEqual([]);
    expect(reader.heldFromNs()).toBe(base);
    expect(reader.push([second]).concat(reader.flush())).toMatchObject([
      { message: "half a line", joined: [second.id] },
    ]);
    expect(read([first])).toMatchObject([{ message: "half a", joined: [] }]);
  });
});

describe("a stack trace with another thread's lines in it", () => {
  const lines = trace.split("\n");
  const interrupted = (by: string) => split([...lines.slice(0, 3), by, ...lines.slice(3)].join("\n"), cart);

  it.each(["2026-11-20 07:13:01 INFO polled 0 messages", "2026-11-20 07:13:01 WARN slow", '{"level":30,"msg":"x"}'])(
    "goes on behind %j",
    (line) => {
      const [head, other, ...rest] = read(interrupted(line));
      expect(rest).toEqual([]);
      expect(head?.joined).toHaveLength(3);
      expect(other?.joined).toEqual([]);
    },
  );

  it("does not take the frames of an error that names its exception itself", () => {
    const entries = split(`${trace}\n2026-11-20 07:13:01 ERROR a.b.Error: y\n\tat com.acme.E.f(E.java:3)`, cart);
    expect(read(entries).map(({ joined }) => joined.length)).toEqual([3, 1]);
  });
});

describe("pages", () => {
  const recorded = readRecordedJson<{
    entries: { labels: Record<string, string>; ts: string; line: string; meta?: Record<string, string> }[];
  }>("loki/pushed-logs.json");
  // Lines that a runtime cut, and stack traces with lines of other threads and streams between.
  const piecesAndThreads = loadCorpora()
    .filter(({ name }) => name.startsWith("cases-joined"))
    .flatMap((corpus) => corpus.entries);
  const entries = [
    ...recorded.entries.map(({ labels, ts, line, meta }) =>
      logEntry(line, { labels, timestampNs: BigInt(ts), structuredMetadata: meta ?? {} }),
    ),
    ...["java-order-service.txt", "node-uncaught.txt", "python-logged.txt", "go-panic.txt"].flatMap((name, index) =>
      split(readFixture(`stack-traces/${name}`), { labels: { service_name: name }, timestampNs: base + BigInt(index) }),
    ),
    ...split("2026-11-20 07:13:01 ERROR a\njava.lang.Error: not a trace\nsome words", {
      labels: { service_name: "lone" },
      timestampNs: base + 5n,
    }),
    ...piecesAndThreads,
  ].sort((a, b) => (a.timestampNs < b.timestampNs ? -1 : a.timestampNs > b.timestampNs ? 1 : 0));
  const summary = (read: readonly ErrorEntry[]) =>
    read.map((entry) => `${entry.entry.id} ${entry.joined.join()} ${entry.fingerprint} ${entry.isError}`).sort();
  const whole = summary(read(entries));

  it("give the same error entries wherever they are cut", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 60 }), (sizes) => {
        const reader = createPageReader(rules);
        const found: ErrorEntry[] = [];
        for (let at = 0, turn = 0; at < entries.length; turn++) {
          const size = sizes[turn % sizes.length] ?? 1;
          found.push(...reader.push(entries.slice(at, at + size)));
          at += size;
        }
        found.push(...reader.flush());
        expect(summary(found)).toEqual(whole);
      }),
    );
  });

  it("account for every entry exactly once", () => {
    const accounted = read(entries).flatMap((entry) => [entry.entry.id, ...entry.joined]);
    expect(accounted.toSorted()).toEqual(entries.map((entry) => entry.id).toSorted());
  });

  it("hold back what may go on behind the end of the window, and nothing else", () => {
    const lines = split(trace, { ...cart, timestampNs: base });
    const reader = createPageReader(rules);
    expect(
      reader.push([...lines.slice(0, 2), logEntry('{"level":50,"msg":"x"}', { ...stock, timestampNs: base + 1n })]),
    ).toHaveLength(1);
    expect(reader.flush(base + 3n)).toEqual([]);
    expect(reader.heldFromNs()).toBe(base);
    const later = createPageReader(rules);
    later.push(lines);
    expect(later.flush(base + 60_000_000_000n)).toMatchObject([{ joined: { length: 3 } }]);
    expect(later.heldFromNs()).toBeNull();
  });

  it("go on with what was held back where the next window follows", () => {
    const lines = split(trace, { ...cart, timestampNs: base });
    const reader = createPageReader(rules);
    reader.push(lines.slice(0, 2));
    reader.flush(base + 2n);
    reader.push(lines.slice(2));
    expect(reader.flush()).toMatchObject([{ joined: { length: 3 } }]);
  });
});
