import { fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createEntryReader } from "../../src/detect/entries/read-entries.ts";
import { parseCutJson } from "../../src/detect/lines/cut-json.ts";
import { redact } from "../../src/domain/redact.ts";
import { loadCorpora } from "../support/corpora/load-corpora.ts";
import { createReadingRules } from "../support/corpora/reading-rules.ts";
import { logEntry, rules } from "./log-entries.ts";

const corpora = loadCorpora();
/** A few lines of each logger, short ones first: enough to begin mutations from. */
const seeds = corpora.flatMap(({ entries }) =>
  entries
    .map(({ line }) => line)
    .sort((a, b) => a.length - b.length)
    .filter((_line, index) => index % 9 === 0)
    .map((line) => line.slice(0, 2_000)),
);
const base = 1_795_158_780_000_000_000n;
const read = (lines: readonly string[]) =>
  createEntryReader(rules).read(lines.map((line, index) => logEntry(line, { timestampNs: base + BigInt(index) })));

describe("any line", () => {
  const cut = fc.tuple(fc.constantFrom(...seeds), fc.double({ min: 0, max: 1, noNaN: true }), fc.nat(60));
  /** Pieces of lines of any logger, put together anyhow. */
  const mutated = fc
    .array(fc.oneof(cut, fc.tuple(fc.string({ unit: "binary" }), fc.constant(0), fc.constant(60))), {
      minLength: 1,
      maxLength: 5,
    })
    .map((pieces) =>
      pieces.map(([text, from, length]) => text.slice(Math.floor(from * text.length)).slice(0, length * 8)).join(""),
    );

  it("is read without a throw, each entry once, and what is said has its shape", () => {
    fc.assert(
      fc.property(fc.array(mutated, { minLength: 1, maxLength: 5 }), (lines) => {
        const found = read(lines);
        expect(found.flatMap(({ readFrom }) => readFrom)).toHaveLength(lines.length);
        for (const { traceId, spanId, level, isError, message, fingerprint, because } of found) {
          if (traceId !== null) expect(traceId).toMatch(/^(?!0{32})[0-9a-f]{32}$/);
          if (spanId !== null) expect(spanId).toMatch(/^(?!0{16})[0-9a-f]{16}$/);
          if (level === "error" || level === "fatal") expect(isError).toBe(true);
          expect([typeof message, typeof fingerprint]).toEqual(["string", "string"]);
          for (const sentence of because) expect(sentence).toMatch(/\.$|: /);
        }
      }),
      { numRuns: 400 },
    );
  });

  it("keeps its fingerprint when it is redacted before it is read", () => {
    const changed = corpora.flatMap((corpus) => {
      const reader = createEntryReader(createReadingRules(corpus.own));
      return corpus.entries
        .filter((_entry, index) => index % 5 === 0)
        .filter((entry) => {
          const [before] = reader.read([entry]);
          const [after] = reader.read([{ ...entry, line: redact(entry.line) }]);
          return before?.isError === true && before.fingerprint !== after?.fingerprint;
        })
        .map(({ line }) => `${corpus.name}: ${line.slice(0, 200)}`);
    });
    expect(changed).toEqual([]);
  });

  it("of JSON that was cut anywhere is closed to what stood in it", () => {
    const value = fc.letrec((tie) => ({
      any: fc.oneof(
        { maxDepth: 4 },
        fc.string(),
        fc.integer(),
        fc.boolean(),
        fc.constant(null),
        fc.array(tie("any"), { maxLength: 3 }),
        fc.dictionary(fc.string(), tie("any"), { maxKeys: 3 }),
      ),
    })).any;
    fc.assert(
      fc.property(fc.string(), value, fc.double({ min: 0, max: 1, noNaN: true }), (first, rest, share) => {
        const whole = JSON.stringify({ first, rest, last: 1 });
        const front = `{"first":${JSON.stringify(first)},`;
        const at = Math.max(front.length, Math.floor(whole.length * share));
        const closed = parseCutJson(whole.slice(0, Math.min(at, whole.length - 1)));
        expect(closed).toMatchObject({ first });
      }),
    );
  });
});

describe("hostile lines", () => {
  /** The child reads each repetition of each part at a quarter of a megabyte and more; what is worse than linear does not come to an end in this time on any machine. */
  const limitMs = 300_000;

  it("take time by their length: every part of a line, repeated", { timeout: limitMs + 30_000 }, async () => {
    const child = fork(join(import.meta.dirname, "hostile-lines.child.ts"), {
      stdio: ["ignore", "ignore", "pipe", "ipc"],
    });
    let at = "the start";
    let errors = "";
    let count = 0;
    child.stderr?.on("data", (chunk: Buffer) => {
      errors += chunk.toString();
    });
    child.on("message", (message: { readonly at: string; readonly count: number }) => {
      ({ at, count } = message);
    });
    const kill = setTimeout(() => child.kill("SIGKILL"), limitMs);
    const [code] = (await once(child, "exit")) as [number | null];
    clearTimeout(kill);
    expect({ code, at, errors }).toEqual({ code: 0, at: "the end", errors: "" });
    expect(count).toBeGreaterThan(400);
  });
});
