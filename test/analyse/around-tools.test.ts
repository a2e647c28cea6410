import { beforeEach, describe, expect, it } from "vitest";
import { createEvidenceShelf, type EvidenceShelf } from "../../src/analyse/evidence-shelf.ts";
import type { SeenEntry, Surroundings } from "../../src/analyse/surroundings.ts";
import { createTools, type Tools } from "../../src/analyse/tools.ts";
import { encode } from "../../src/domain/codec.ts";
import { newRedactionMemory } from "../../src/domain/redact.ts";
import type { Trace } from "../../src/domain/trace.ts";
import { bundleOf } from "./world.ts";

const never = new AbortController().signal;
const window = { fromNs: 1n, toNs: 2n };
const known = "a".repeat(32);
const other = "b".repeat(32);

describe("the tools that read around the incident", () => {
  let asked: unknown[];
  let saved: Map<string, unknown>;
  let shelf: EvidenceShelf;

  beforeEach(() => {
    asked = [];
    saved = new Map();
  });

  function open(entries: readonly SeenEntry[], traces: Readonly<Record<string, Trace>> = {}): Tools {
    shelf = createEvidenceShelf(bundleOf([]));
    const around: Surroundings = {
      window,
      logs: async (words, within, limit) => {
        asked.push([words, within, limit]);
        return entries.slice(0, limit);
      },
      trace: async (id) => {
        asked.push(id);
        return traces[id] ?? null;
      },
      traceIds: [known],
    };
    async function once<Said>(question: string, work: () => Promise<Said>): Promise<Said> {
      if (!saved.has(question)) saved.set(question, await work());
      return saved.get(question) as Said;
    }
    return createTools({ codes: [], around, shelf, memory: newRedactionMemory(), answerBytesMax: 20_000, once });
  }

  it("offer what there is, and nothing else", () => {
    expect(open([]).definitions.map(({ name }) => name)).toEqual(["logs", "trace"]);
  });

  it("read log entries by fixed words, in our window, past the gate, as evidence", async () => {
    const tools = open([entry(1, "paid by jane@example.org"), entry(2, "paid again")]);
    const { text } = await tools.run({ name: "logs", input: { text: 'paid" or {app="x', page: 1 } }, never);
    expect(asked).toEqual([['paid" or {app="x', window, 31]]);
    expect(text).toMatch(/^1 to 2\.\nentry-1: log entry of service shop, .*, trace b{32}\n\| paid by ⟨/);
    expect(encode([...saved])).not.toContain("jane@");
    expect(shelf.bundle().evidence).toMatchObject([
      { id: "entry-1", isOutsiderText: true },
      { id: "entry-2", isOutsiderText: true },
    ]);
  });

  it("are told the same in another attempt, whatever Loki says by then", async () => {
    const input = { text: "paid", page: 1 };
    const first = await open([entry(1, "paid")]).run({ name: "logs", input }, never);
    expect(await open([]).run({ name: "logs", input }, never)).toEqual(first);
    expect(asked).toHaveLength(1);
  });

  it("read a trace of the incident, or of an entry that was read; no other", async () => {
    const tools = open([entry(1, "paid")], { [known]: trace(known), [other]: trace(other) });
    expect((await tools.run({ name: "trace", input: { id: other } }, never)).text).toMatch(/that you were shown/);
    const { text } = await tools.run({ name: "trace", input: { id: known.toUpperCase() } }, never);
    expect(text).toMatch(
      /^Trace a{32}\n\| ✗ shop: GET \/cart .*\nspan-1: span of service shop\n\| GET \/cart, 5 ms\n\| boom/,
    );
    await tools.run({ name: "logs", input: { text: "paid", page: 1 } }, never);
    expect((await tools.run({ name: "trace", input: { id: other } }, never)).isError).toBe(false);
    expect(shelf.bundle().evidence.map(({ id }) => id)).toEqual(["span-1", "entry-1", "span-2"]);
  });

  it.each(["", "x", "two\nlines", "y".repeat(201), "a\u2028b"])("refuse to look for %j", async (text) => {
    const { isError } = await open([]).run({ name: "logs", input: { text, page: 1 } }, never);
    expect([isError, asked]).toEqual([true, []]);
  });
});

function entry(number: number, text: string): SeenEntry {
  return {
    entryId: String(number).padStart(32, "0"),
    timestampNs: BigInt(number) * 1_000_000_000n,
    service: "shop",
    traceId: number === 1 ? other : null,
    text,
  };
}

function trace(traceId: string): Trace {
  const span = {
    traceId,
    spanId: "c".repeat(16),
    parentSpanId: null,
    links: [],
    service: "shop",
    name: "GET /cart",
    kind: "server",
    startNs: 0n,
    durationNs: 5_000_000n,
    isError: true,
    statusMessage: "boom",
    attributes: {},
    exceptions: [],
  } as const;
  return { traceId, spans: [span], isPartial: false, originSpanId: span.spanId };
}
