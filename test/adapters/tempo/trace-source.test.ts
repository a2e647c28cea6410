import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { readOtlpProtobuf } from "../../../src/adapters/tempo/otlp-protobuf.ts";
import { probeTempo } from "../../../src/adapters/tempo/probe.ts";
import { readFoundIds, readTrace } from "../../../src/adapters/tempo/trace-answer.ts";
import { createTraceSource } from "../../../src/adapters/tempo/trace-source.ts";
import { TraceSourceError } from "../../../src/adapters/tempo/trace-source-error.ts";
import { startTempo, type TempoSetup, type TempoStandIn } from "../../../src/demo/tempo/server.ts";
import { readRecordedJson } from "../../fixtures/recordings.ts";

const checkout = "e012f12dfbd02b6cef20a4317c771606";
const nowMs = Date.UTC(2026, 10, 20, 9);
const never = new AbortController().signal;
const { requests: pushed } = readRecordedJson<{ requests: readonly unknown[] }>(
  "tempo/pushed-checkout-trace.otlp.json",
);

let tempo: TempoStandIn;
async function start(setup: TempoSetup = {}): Promise<void> {
  await tempo?.close();
  tempo = await startTempo({ clock: { nowMs: () => nowMs }, ...setup });
  for (const request of pushed) tempo.push(request);
}
beforeEach(() => start());
afterEach(() => tempo.close());

function source(timeoutMs = 5000, tenant: string | null = null) {
  return createTraceSource({ url: tempo.url, tenant, auth: null, timeoutMs });
}

async function failure(timeoutMs = 5000): Promise<TraceSourceError> {
  const error = await source(timeoutMs)
    .trace(checkout, never)
    .catch((caught: unknown) => caught);
  expect(error).toBeInstanceOf(TraceSourceError);
  return error as TraceSourceError;
}

const asked = (): string[] => tempo.requests.map(({ path }) => path.replace(/[^/]*$/, ""));

describe("reading a trace from Tempo", () => {
  it("finds out once that there is no v2", async () => {
    const traces = source();
    expect((await traces.trace(checkout, never))?.spans).toHaveLength(11);
    expect((await traces.trace(checkout, never))?.spans).toHaveLength(11);
    expect(asked()).toEqual(["/api/v2/traces/", "/api/traces/", "/api/traces/"]);
  });

  it("takes v2 where it is, and reads the same from it", async () => {
    const before = await source().trace(checkout, never);
    await start({ hasV2: true });
    expect(await source().trace(checkout, never)).toEqual(before);
    expect(asked()).toEqual(["/api/v2/traces/"]);
  });

  it("is told by v2 when a trace is cut", async () => {
    await start({ hasV2: true });
    tempo.markPartial(checkout);
    expect(await source().trace(checkout, never)).toMatchObject({ isPartial: true });
  });

  it.each([true, false])("is null while the trace is not there (v2: %s)", async (hasV2) => {
    await start({ hasV2 });
    expect(await source().trace("0".repeat(31) + "1", never)).toBeNull();
  });

  it("asks as its tenant", async () => {
    await start({ hasTenants: true });
    tempo.push(pushed[0], "t1");
    expect((await source(5000, "t1").trace(checkout, never))?.isPartial).toBe(false);
    expect(await source(5000, "t2").trace(checkout, never)).toBeNull();
    expect((await failure()).message).toMatch(/no org id.*set tenant/);
  });
});

describe("a trace in protobuf", () => {
  const asJson = { kind: "answer", status: 200, headers: { "content-type": "application/json" } } as const;

  it.each([true, false])("is what is asked for, to the letter, and is read as JSON is (v2: %s)", async (hasV2) => {
    await start({ hasV2 });
    const trace = await source().trace(checkout, never);
    const asked = tempo.requests.at(-1);
    expect(asked?.headers.accept).toBe("application/protobuf");
    const json = await fetch(tempo.url + asked?.path);
    expect(json.headers.get("content-type")).toContain("json");
    tempo.faults.next({ ...asJson, body: Buffer.from(await json.arrayBuffer()) });
    expect(trace?.spans).toHaveLength(11);
    expect(await source().trace(checkout, never)).toEqual(trace);
  });

  it("keeps every kind of attribute", async () => {
    const values = [
      { stringValue: "" },
      { boolValue: false },
      { doubleValue: -0.5 },
      { intValue: "-2" },
      { intValue: "9007199254740993" },
      { arrayValue: { values: [{ stringValue: "a" }, { intValue: "2" }] } },
      { kvlistValue: { values: [{ key: "k", value: { boolValue: true } }] } },
      { bytesValue: "AAEC" },
    ];
    const attributes = values.map((value, index) => ({ key: `a${index}`, value }));
    const id = "ab".repeat(16);
    const span = { traceId: id, spanId: "00000000000000a1", name: "é💥", startTimeUnixNano: "10", attributes };
    tempo.push({ resourceSpans: [{ scopeSpans: [{ spans: [span] }] }] });
    const trace = await source().trace(id, never);
    const expected = ["", false, -0.5, -2, 9007199254740993n, ["a", "2"], '{"k":true}', "AAEC"];
    expect(Object.values(trace?.spans[0]?.attributes ?? {})).toEqual(expected);
    expect(trace?.spans[0]).toMatchObject({ name: "é💥", startNs: 10n, durationNs: 0n, kind: null, isError: false });
  });

  const protobuf = (body: readonly number[]) =>
    ({
      kind: "answer",
      status: 200,
      headers: { "content-type": "application/protobuf" },
      body: Buffer.from(body),
    }) as const;

  it("is no trace where nothing is in it, and passes over what it does not know", async () => {
    await start({ hasV2: true });
    tempo.faults.next(protobuf([]));
    expect(await source().trace(checkout, never)).toBeNull();
    // A new field 99 of the answer, before an empty trace.
    tempo.faults.next(protobuf([0x9a, 0x06, 0x02, 0x68, 0x69, 0x0a, 0x00]));
    expect(await source().trace(checkout, never)).toBeNull();
  });

  it.each([
    ["that ends in the middle", [0x0a, 0x7f, 0x0a]],
    ["whose inner message is longer than the outer one", [0x0a, 0x02, 0x0a, 0x7f]],
    ["of no known kind", [0xff, 0xff, 0xff, 0xff, 0xff, 0xff]],
    ["with a group that never ends", [0x0b, 0x0b, 0x0b]],
  ])("is refused %s", async (_, body) => {
    tempo.faults.next(protobuf(body), { path: "/api/traces" });
    expect(await failure()).toMatchObject({
      isRetryable: true,
      message: expect.stringContaining("bytes of protobuf that are no whole trace"),
    });
  });

  it("is refused where attributes nest without end", () => {
    let value = Buffer.from([0x10, 0x01]);
    const around = (field: number, content: Buffer) => {
      const length = [(content.length & 0x7f) | 0x80, ((content.length >> 7) & 0x7f) | 0x80, content.length >> 14];
      return Buffer.concat([Buffer.from([(field << 3) | 2, ...length]), content]);
    };
    for (let depth = 0; depth < 3_000; depth++) value = around(5, around(1, value));
    const attribute = around(9, around(2, value));
    const body = around(1, around(2, around(2, attribute)));
    expect(() => readOtlpProtobuf(body, false)).toThrow("nests too deep");
  });

  it("does not bring back what was sent to ask for it", async () => {
    const id = "cd".repeat(16);
    const span = { traceId: id, spanId: "00000000000000a1", name: "GET /?key=own-token-123", startTimeUnixNano: "10" };
    tempo.push({ resourceSpans: [{ scopeSpans: [{ spans: [span] }] }] });
    const auth = { kind: "bearer", token: "own-token-123" } as const;
    const mine = createTraceSource({ url: tempo.url, tenant: null, auth, timeoutMs: 5000 });
    expect((await mine.trace(id, never))?.spans[0]?.name).toBe("GET /?key=*************");
  });
});

describe("a trace in other shapes", () => {
  const answer = (body: unknown) =>
    readTrace({ status: 200, headers: {}, text: JSON.stringify(body), bytes: null }, checkout);
  const span = { spanId: "00000000000000a1", startTimeUnixNano: "10", endTimeUnixNano: "25" };
  const withSpans = (...spans: unknown[]) => ({ resourceSpans: [{ scopeSpans: [{ spans }] }] });

  it("old names, ids in hex, kinds and statuses as numbers", () => {
    const old = { ...span, kind: 3, status: { code: 2, message: "no" }, parentSpanId: "" };
    const trace = answer({ batches: [{ instrumentationLibrarySpans: [{ spans: [old] }] }] });
    expect(trace).toMatchObject({ isPartial: false });
    expect(trace?.spans[0]).toMatchObject({
      spanId: "00000000000000a1",
      parentSpanId: null,
      kind: "client",
      isError: true,
      statusMessage: "no",
      durationNs: 15n,
    });
  });

  it("attributes keep their types, whole numbers beyond 2^53 their digits", () => {
    const values = {
      text: { stringValue: "" },
      yes: { boolValue: false },
      half: { doubleValue: 0.5 },
      small: { intValue: "502" },
      large: { intValue: "9007199254740993" },
      list: { arrayValue: { values: [{ stringValue: "a" }, { intValue: "2" }] } },
      map: { kvlistValue: { values: [{ key: "k", value: { intValue: "1" } }] } },
      nothing: {},
    };
    const attributes = Object.entries(values).map(([key, value]) => ({ key, value }));
    expect(answer(withSpans({ ...span, attributes }))?.spans[0]?.attributes).toEqual({
      text: "",
      yes: false,
      half: 0.5,
      small: 502,
      large: 9007199254740993n,
      list: ["a", "2"],
      map: '{"k":1}',
    });
  });

  it("the resource's attributes are those of its spans, which win", () => {
    const attribute = (key: string, value: string) => ({ key, value: { stringValue: value } });
    const resource = { attributes: [attribute("service.name", "shop"), attribute("service.version", "1")] };
    const own = { ...span, attributes: [attribute("service.version", "2")] };
    const trace = answer({ batches: [{ resource, scopeSpans: [{ spans: [own] }] }] });
    expect(trace?.spans[0]).toMatchObject({
      service: "shop",
      attributes: { "service.name": "shop", "service.version": "2" },
    });
  });

  it("a span that comes twice counts once, the two sides of a Zipkin call twice", () => {
    const trace = answer(
      withSpans({ ...span, name: "first" }, { ...span, name: "again" }, { ...span, name: "b", kind: 2 }),
    );
    expect(trace?.spans.map(({ name }) => name)).toEqual(["first", "b"]);
  });

  it("a span without id or start is left out, and the trace partial", () => {
    expect(answer(withSpans(span, { spanId: "b1" }, { name: "x" }))).toMatchObject({ isPartial: true, spans: [{}] });
  });

  it("links and several exceptions, also without a stack trace", () => {
    const link = { traceId: "AAAAAAAAAAAbG6RitAkgDQ==", spanId: "zoX4Vguv4Ts=" };
    const type = { key: "exception.type", value: { stringValue: "KeyError" } };
    const events = [{ name: "exception", attributes: [type] }, { name: "log" }, { name: "exception" }];
    expect(answer(withSpans({ ...span, links: [link], events }))?.spans[0]).toMatchObject({
      links: ["ce85f8560bafe13b"],
      exceptions: [
        { type: "KeyError", message: null, stackTrace: null },
        { type: null, message: null, stackTrace: null },
      ],
    });
  });

  it.each([
    ["{}", {}],
    ["an empty trace", { trace: {} }],
    ["an empty v2 answer", { metrics: {}, status: "COMPLETE" }],
    ["no batches", { batches: [] }],
    ["batches without spans", { batches: [{ scopeSpans: [] }] }],
  ])("%s is no trace yet", (_, body) => {
    expect(answer(body)).toBeNull();
  });
});

describe("a Tempo that misbehaves", () => {
  const json = { "content-type": "application/json" };

  it.each([
    ["429", { kind: "answer", status: 429, body: "slow down", headers: { "retry-after": "3" } }, true, 429],
    ["500", { kind: "answer", status: 500, body: "queue is stopped" }, true, 500],
    ["422", { kind: "answer", status: 422, body: "trace exceeds max size" }, false, 422],
    ["a page of HTML with status 200", { kind: "answer", status: 200, body: "<html>", headers: json }, false, 200],
    ["protobuf that is cut off", { kind: "cut", bytes: 60 }, true, 200],
    ["JSON that is cut off", { kind: "answer", status: 200, body: '{"batches":[', headers: json }, true, 200],
    ["an answer that breaks off", { kind: "break-off", bytes: 60 }, true, null],
    [
      "a redirect",
      { kind: "answer", status: 301, body: "", headers: { location: "https://sso.example" } },
      false,
      null,
    ],
    ["JSON of something else", { kind: "answer", status: 200, body: '{"traces":[]}', headers: json }, false, 200],
  ] as const)("%s", async (_, fault, isRetryable, status) => {
    await start({ hasV2: true });
    tempo.faults.next(fault);
    expect(await failure()).toMatchObject({ isRetryable, status, suggestsSmallerPage: false });
  });

  it.each([{ kind: "silence" }, { kind: "drip", everyMs: 5 }] as const)("$kind: try again", async (fault) => {
    tempo.faults.next(fault);
    expect(await failure(60)).toMatchObject({ isRetryable: true });
  });

  it("an address that is not Tempo's", async () => {
    tempo.faults.next({ kind: "answer", status: 404, body: "404 page not found" }, { times: 2 });
    expect((await failure()).message).toContain("Is this Tempo's address");
  });

  it("a proxy that does not pass on v2", async () => {
    tempo.faults.next({ kind: "answer", status: 404, body: "<html><title>Not Found</title>", headers: json });
    expect((await source().trace(checkout, never))?.spans).toHaveLength(11);
  });
});

describe("what doctor sees of a Tempo", () => {
  const probe = () => probeTempo({ url: tempo.url, tenant: null, auth: null, timeoutMs: 5000 }, nowMs, never);

  it("version, clock, and which path it has", async () => {
    expect(await probe()).toEqual({ problem: null, version: "2.2.4", clockSkewMs: 0, hasV2: false });
    await start({ hasV2: true });
    expect(await probe()).toMatchObject({ hasV2: true });
  });

  it("a missing tenant, another server, and none", async () => {
    await start({ hasTenants: true });
    expect((await probe()).problem).toMatchObject({ status: 401 });
    tempo.faults.next({ kind: "answer", status: 404, body: "<html>" }, { times: 2 });
    expect((await probe()).problem).toMatchObject({ status: 404 });
    await tempo.close();
    expect((await probe()).problem?.message).toContain("cannot be reached");
  });
});

describe("traces that went well", () => {
  const window = { fromNs: 1_795_160_698_000_000_000n, toNs: 1_795_161_298_000_000_000n };

  it("are found by service and name, without those that failed there", async () => {
    const root = { service: "web-gateway", name: "POST /api/checkout" };
    const trace = await source().trace(checkout, never);
    const isFailing = trace?.spans.some(
      ({ service, name, isError }) => service === root.service && name === root.name && isError,
    );
    const around = {
      fromNs: (trace?.spans[0]?.startNs ?? 0n) - 1_000_000_000n,
      toNs: (trace?.spans[0]?.startNs ?? 0n) + 1_000_000_000n,
    };
    const found = await source().tracesThatWentWell(root, around, 3, never);
    expect(found).toEqual(isFailing ? [] : [checkout]);
    expect(await source().tracesThatWentWell({ ...root, name: "no such" }, around, 3, never)).toEqual([]);
    const last = tempo.requests.at(-1);
    expect(last?.params.get("q")).toBe(
      '{ resource.service.name = "web-gateway" && name = "no such" && status != error }',
    );
    expect(Number(last?.params.get("end"))).toBeGreaterThan(1_000_000_000);
  });

  it("are asked for in a way that no name can change", async () => {
    await source().tracesThatWentWell({ service: 'a" || true || "\\', name: "b\n} | {" }, window, 3, never);
    expect(tempo.requests.at(-1)?.params.get("q")).toBe(
      '{ resource.service.name = "a\\" || true || \\"\\\\" && name = "b } | {" && status != error }',
    );
  });

  it("have the ids of the recorded answer, with their first zeros", () => {
    const read = (name: string) =>
      readFoundIds({
        status: 200,
        headers: {},
        text: JSON.stringify(readRecordedJson(`tempo/single/search/${name}.json`)),
        bytes: null,
      });
    expect(read("traceql-error")).toContain(checkout);
    expect(read("traceql-leading-zeros")[0]).toMatch(/^0+[1-9a-f][0-9a-f]*$/);
    expect(read("traceql-leading-zeros")[0]).toHaveLength(32);
    expect(read("traceql-no-match")).toEqual([]);
  });
});
