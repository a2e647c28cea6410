import { describe, expect, it } from "vitest";
import { createTraceSource } from "../../../src/adapters/tempo/trace-source.ts";
import { TraceSourceError } from "../../../src/adapters/tempo/trace-source-error.ts";
import type { Trace } from "../../../src/domain/trace.ts";
import { type Recording, readRecording, recordings, replay } from "../../fixtures/recordings.ts";

const checkout = "e012f12dfbd02b6cef20a4317c771606";

/** What the adapter makes of a recorded answer. */
async function read(recording: Recording): Promise<Trace | null> {
  const server = await replay(recording);
  try {
    const source = createTraceSource({ url: server.url, tenant: null, auth: null, timeoutMs: 10_000 });
    return await source.trace(askedFor(recording), new AbortController().signal);
  } finally {
    await server.close();
  }
}

/** The id in the recorded request; the checkout where it is none. */
function askedFor({ request }: Recording): string {
  const id = /\/traces\/([0-9a-f]{1,32})(?:\?|$)/i.exec(request.path)?.[1];
  return id?.toLowerCase().padStart(32, "0") ?? checkout;
}

async function readGood(name: string): Promise<Trace> {
  const trace = await read(readRecording("tempo", name));
  if (trace === null) throw new Error(`${name} holds no trace`);
  return trace;
}

const all = recordings("tempo");
const isProtobuf = ({ response }: Recording): boolean => response?.contentType === "application/protobuf";
const isTrace = (recording: Recording): boolean =>
  recording.response?.status === 200 &&
  (isProtobuf(recording) ||
    (recording.response.contentType === "application/json" && named(recording.response.body).includes("batches")));
const named = (body: Buffer): string => (body[0] === 0x1f ? "batches" : body.subarray(0, 20).toString());

const good = all.filter(isTrace);
const missing = all.filter(
  ({ response }) => response?.status === 404 && response.body.toString().includes("trace not found"),
);
const refused = all.filter((each) => (each.response?.status ?? 0) >= 400 && !missing.includes(each));
const others = all.filter((each) => !good.includes(each) && !missing.includes(each) && !refused.includes(each));

describe("every recorded answer of Tempo", () => {
  it("is covered", () => {
    expect(good.length).toBeGreaterThan(35);
    expect(missing.length).toBeGreaterThan(10);
    expect(refused.length).toBeGreaterThan(25);
    expect(others.length).toBeGreaterThan(40);
    expect(good.filter(isProtobuf).map(({ name }) => name)).toEqual([
      "single/from-storage/checkout-protobuf",
      "single/trace/accept-protobuf",
    ]);
  });

  it.each(good.map((each) => [each.name, each] as const))("reads the trace in %s", async (_, recording) => {
    const trace = await read(recording);
    const starts = trace?.spans.map(({ startNs }) => startNs) ?? [];
    expect(starts.length).toBeGreaterThan(0);
    expect(starts).toEqual(starts.toSorted((one, other) => (one < other ? -1 : Number(one > other))));
    for (const span of trace?.spans ?? []) {
      expect(span.spanId).toMatch(/^[0-9a-f]{16}$/);
      expect(span.name).not.toBe("");
    }
  });

  it.each(missing.map((each) => [each.name, each] as const))("finds no trace in %s", async (_, recording) => {
    expect(await read(recording)).toBeNull();
  });

  it.each(refused.map((each) => [each.name, each] as const))(
    "tells %s as an error with Tempo's words",
    async (_, recording) => {
      const error = await read(recording).catch((caught: unknown) => caught);
      expect(error).toBeInstanceOf(TraceSourceError);
      const { message, status } = error as TraceSourceError;
      const text = recording.response?.body.toString() ?? "";
      const words = (text.startsWith("{") ? JSON.parse(text).message : text).replace(/\s+/g, " ").trim();
      expect(status).toBe(recording.response?.status);
      expect(message.replaceAll('\\"', '"')).toContain(words.slice(0, 24));
      expect(message).toMatch(/[.?]$/);
    },
  );

  it.each(others.map((each) => [each.name, each] as const))(
    "finds no trace in %s, and says so",
    async (_, recording) => {
      const result = await read(recording).catch((caught: unknown) => caught);
      if (result !== null) expect(result).toBeInstanceOf(TraceSourceError);
    },
  );
});

describe("a trace as Tempo sends it", () => {
  it("has its spans over four services, with their errors and exceptions", async () => {
    const trace = await readGood("single/trace/2-complete-json");
    expect(trace).toMatchObject({ traceId: checkout, isPartial: false, originSpanId: null });
    expect(trace.spans).toHaveLength(11);
    expect(new Set(trace.spans.map(({ service }) => service)).size).toBe(4);
    expect(trace.spans.flatMap(({ exceptions }) => exceptions)).toHaveLength(4);
    expect(trace.spans[0]).toMatchObject({
      spanId: "aaef1d362f4144ba",
      parentSpanId: null,
      service: "web-gateway",
      name: "POST /api/checkout",
      kind: "server",
      startNs: 1795160998000123456n,
      durationNs: 1012250000n,
      isError: true,
      statusMessage: null,
    });
    expect(trace.spans[0]?.attributes).toMatchObject({ "http.status_code": 502, "service.version": "3.4.1" });
    expect(trace.spans[1]?.exceptions[0]).toMatchObject({
      type: "Error",
      message: "upstream error: 500 from checkout-api",
      stackTrace: expect.stringContaining("at forward (/app/src/proxy.ts:48:11)"),
    });
  });

  it("is the same from memory, from storage, compressed, in protobuf, and by any spelling of its id", async () => {
    const trace = await readGood("single/trace/2-complete-json");
    const stored = ["from-storage/checkout", "from-storage/checkout-protobuf", "after-flush/checkout"];
    for (const name of [...stored, "trace/accept-protobuf", "trace/accept-gzip", "trace/upper-case-id"]) {
      expect(await readGood(`single/${name}`)).toEqual(trace);
    }
  });

  it("is partial while a parent is missing, and not once it has come", async () => {
    expect(await readGood("single/partial/1-children-only")).toMatchObject({ isPartial: true });
    expect(await readGood("single/partial/2-with-root")).toMatchObject({ isPartial: false });
  });

  it("may have neither resource, kind, status nor attributes", async () => {
    const { spans } = await readGood("multi/trace/bare-span");
    expect(spans).toMatchObject([
      { service: null, kind: null, isError: false, attributes: {}, exceptions: [], links: [] },
    ]);
  });

  it("keeps what JSON writers escape, and leaves out attributes without a value", async () => {
    const { spans } = await readGood("multi/trace/unicode");
    expect(spans[0]?.name).toBe('GET /<script>&"é💥');
    expect(spans[0]?.statusMessage).toBe('<error> & "quotes"');
    expect(spans[0]?.attributes).toMatchObject({ nl: "a\nb\tc", html: "<b>&amp;</b>" });
    expect(spans[0]?.attributes).not.toHaveProperty("nul");
  });

  it("is read with 2,000 spans", async () => {
    expect((await readGood("single/big/2000-spans-json")).spans).toHaveLength(2000);
  });
});
