import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createEntryReader, createPageReader } from "../../src/detect/entries/read-entries.ts";
import type { ErrorEntry } from "../../src/domain/error-entry.ts";
import type { LogEntry } from "../../src/domain/log-entry.ts";
import { readRecordedJson } from "../fixtures/recordings.ts";
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

describe("pages", () => {
  const recorded = readRecordedJson<{
    entries: { labels: Record<string, string>; ts: string; line: string; meta?: Record<string, string> }[];
  }>("loki/pushed-logs.json");
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

describe("any input", () => {
  const fragments = fc.constantFrom(
    "java.lang.Error: x",
    "\tat a.b.C.d(C.java:1)",
    "Caused by: a.B: c",
    "Traceback (most recent call last):",
    '  File "/a.py", line 1, in f',
    "ValueError: x",
    "goroutine 1 [running]:",
    "main.f(0x0)",
    "\t/a/b.go:1 +0x1",
    "panic: x",
    "{",
    '{"level":50,"err":{"stack":"Error: x\\n    at a (b:1:2)"}}',
    "",
    " ",
    "ERROR x",
    "\u001b[31m",
    'level=error msg="',
    "/app/a.js:1",
    "    ^",
    "[cause]: Error: y",
    "\t... 3 more",
    "Suppressed: x",
    "2026-11-20 07:13:01 ERROR [",
    "(((((",
    "⟨",
    "\ud800",
  );
  const line = fc
    .array(fc.oneof(fragments, fc.string(), fc.string({ unit: "binary" })), { maxLength: 6 })
    .map((parts) => parts.join(fc.sample(fc.constantFrom("\n", " ", ""), 1)[0]));

  it("is read without a throw, each entry once", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(line, fc.integer({ min: 0, max: 3 })), { maxLength: 12 }), (lines) => {
        const entries = lines.map(([text, step], index) =>
          logEntry(text, { ...(step === 3 ? stock : cart), timestampNs: base + BigInt(index * step) }),
        );
        const readAll = read(entries);
        expect(readAll.flatMap(({ readFrom }) => readFrom)).toHaveLength(entries.length);
        for (const entry of readAll) expect([entry.message, entry.fingerprint, entry.because.length > 0]).toBeDefined();
      }),
      { numRuns: 500 },
    );
  });

  it.each([
    ["spaces", " ".repeat(2_000_000)],
    ["brackets", "[".repeat(2_000_000)],
    ["escapes", `{"level":"error","msg":"${"\\\\n".repeat(500_000)}`],
    ["pairs", "level=error ".repeat(200_000)],
    ["quotes", `level=error msg="${'\\"'.repeat(500_000)}`],
    ["frames", `Error: x\n${"    at a (b:1:2)\n".repeat(100_000)}`],
    ["causes", `a.Error: x\n\tat a.b(C.java:1)\n${"Caused by: a.Error: x\n".repeat(80_000)}`],
    ["tracebacks", "Traceback (most recent call last):\n".repeat(50_000)],
    ["goroutines", "main.f(0x0)\n\t/a.go:1\n".repeat(80_000)],
    ["trace ids", "trace_id=".repeat(200_000)],
    ["class names", "a.".repeat(1_000_000)],
    ["one long word", "x".repeat(5_000_000)],
  ])("of two megabytes of %s takes no longer than its length", (_what, text) => {
    const started = performance.now();
    const [entry] = read([logEntry(text)]);
    expect(entry?.fingerprint).toBeDefined();
    expect(entry?.because).toBeDefined();
    expect(performance.now() - started).toBeLessThan(5_000);
  });
});
