import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createLogSource } from "../../../src/adapters/loki/log-source.ts";
import { LogSourceError } from "../../../src/adapters/loki/log-source-error.ts";
import { probeLoki } from "../../../src/adapters/loki/probe.ts";
import { readEntries } from "../../../src/adapters/loki/query-answer.ts";
import { type LokiSetup, type LokiStandIn, startLoki } from "../../../src/demo/loki/server.ts";
import { entryId } from "../../../src/domain/entry-id.ts";
import { isSourceFailure } from "../../../src/domain/sources.ts";

const nowMs = Date.UTC(2026, 10, 20, 9);
const nowNs = BigInt(nowMs) * 1_000_000n;
const never = new AbortController().signal;
const window = { fromNs: nowNs - 10n, toNs: nowNs };
const shop = { app: "shop" };

let loki: LokiStandIn;
async function start(setup: LokiSetup = {}): Promise<void> {
  await loki?.close();
  loki = await startLoki({ clock: { nowMs: () => nowMs }, ...setup });
}
beforeEach(() => start());
afterEach(() => loki.close());

function source(timeoutMs = 5000, tenant: string | null = null) {
  return createLogSource({ url: loki.url, tenant, auth: null, timeoutMs });
}

async function failure(timeoutMs = 5000): Promise<LogSourceError> {
  const error = await source(timeoutMs)
    .entriesBetween('{app="shop"}', window, 100, never)
    .catch((caught: unknown) => caught);
  expect(error).toBeInstanceOf(LogSourceError);
  expect(isSourceFailure(error)).toBe(true);
  return error as LogSourceError;
}

function push(...lines: readonly [age: bigint, line: string, pod?: string][]): void {
  loki.push(
    lines.map(([age, line, pod]) => ({
      labels: pod === undefined ? shop : { ...shop, pod },
      timestampNs: nowNs - age,
      line,
    })),
  );
}

describe("reading log entries from Loki", () => {
  it("gives them oldest first over all streams, equal timestamps of a stream in order of arrival", async () => {
    push([3n, "b", "p1"], [3n, "a", "p1"], [5n, "first", "p2"], [1n, "last", "p0"]);
    const { entries, serverTimeMs } = await source().entriesBetween('{app="shop"}', window, 100, never);
    expect(entries.map(({ line }) => line)).toEqual(["first", "b", "a", "last"]);
    expect(serverTimeMs).toBe(nowMs);
  });

  it("keeps every digit of a timestamp, and the identity of an entry", async () => {
    push([1n, "x"]);
    const { entries } = await source().entriesBetween('{app="shop"}', window, 100, never);
    const read = entries.map((entry) => ({ ...entry, id: entry.id }));
    expect(read).toEqual([
      { id: entryId(shop, nowNs - 1n, "x"), timestampNs: nowNs - 1n, labels: shop, structuredMetadata: {}, line: "x" },
    ]);
  });

  it("reads half-open windows, and asks nothing about an empty one", async () => {
    push([10n, "at the start"], [0n, "at the end"]);
    const read = source();
    const { entries } = await read.entriesBetween('{app="shop"}', window, 100, never);
    expect(entries.map(({ line }) => line)).toEqual(["at the start"]);
    const asked = loki.requests.length;
    expect((await read.entriesBetween("{}", { fromNs: nowNs, toNs: nowNs }, 100, never)).entries).toEqual([]);
    expect(loki.requests).toHaveLength(asked);
  });

  it("takes at most limit entries, the oldest", async () => {
    push([3n, "1"], [2n, "2"], [1n, "3"]);
    const { entries } = await source().entriesBetween('{app="shop"}', window, 2, never);
    expect(entries.map(({ line }) => line)).toEqual(["1", "2"]);
  });

  it("asks for its tenant only", async () => {
    await start({ hasTenants: true });
    loki.push([{ labels: shop, timestampNs: nowNs - 1n, line: "of t1" }], "t1");
    const query = '{app="shop"}';
    expect((await source(5000, "t1").entriesBetween(query, window, 9, never)).entries).toHaveLength(1);
    expect((await source(5000, "t2").entriesBetween(query, window, 9, never)).entries).toHaveLength(0);
    expect((await failure()).message).toContain("set tenant");
  });

  it("tells structured metadata from labels where Loki does", () => {
    const value = [
      "1795158781310000000",
      "x",
      { structuredMetadata: { trace_id: "1" }, parsed: { status: "500", trace_id: "2" } },
    ];
    const text = JSON.stringify({ data: { resultType: "streams", result: [{ stream: shop, values: [value] }] } });
    expect(readEntries({ status: 200, headers: {}, text, bytes: null })).toMatchObject([
      { labels: shop, structuredMetadata: { trace_id: "1", status: "500" } },
    ]);
    expect(readEntries({ status: 200, headers: {}, text, bytes: null })[0]?.id).toBe(
      entryId(shop, 1795158781310000000n, "x"),
    );
  });

  it("asks Loki to tell them apart", async () => {
    await source().entriesBetween('{app="shop"}', window, 9, never);
    expect(loki.requests.at(-1)?.headers["x-loki-response-encoding-flags"]).toBe("categorize-labels");
  });
});

describe("counting log entries in Loki", () => {
  const secondNs = 1_000_000_000n;
  const count = (query: string, fromNs: bigint, toNs: bigint) => source().countBetween(query, { fromNs, toNs }, never);

  it("counts half-open windows over all streams", async () => {
    push(
      [secondNs, "at the start", "a"],
      [1n, "at the end", "b"],
      [0n, "behind it", "b"],
      [secondNs + 1n, "before", "c"],
    );
    expect(await count('{app="shop"}', nowNs - secondNs, nowNs)).toBe(2);
    expect(await count('{app="shop"} |= "start" | pod="a"', nowNs - secondNs, nowNs)).toBe(1);
    expect(await count('{app="shop", pod="x"}', nowNs - secondNs, nowNs)).toBe(0);
    expect(await count('{app="shop"}', nowNs - 2n * secondNs, nowNs)).toBe(3);
  });

  it("counts no part of a millisecond, for LogQL has no word for it", async () => {
    await expect(count('{app="shop"}', nowNs - 10n, nowNs)).rejects.toThrow(RangeError);
  });

  it.each([
    ["entries", '{"data":{"resultType":"streams","result":[]}}'],
    ["a count of streams, one by one", '{"data":{"resultType":"vector","result":[{"metric":{"app":"shop"}}]}}'],
    ["no number", '{"data":{"resultType":"vector","result":[{"metric":{},"value":[1,"NaN"]}]}}'],
    ["nothing", "{}"],
  ])("%s: no count", async (_, body) => {
    loki.faults.next({ kind: "answer", status: 200, body, headers: { "content-type": "application/json" } });
    await expect(count('{app="shop"}', nowNs - secondNs, nowNs)).rejects.toThrow(LogSourceError);
  });

  it("lists the streams of a window by their labels, without what filters would leave out", async () => {
    push([1n, "x", "a"], [2n, "y", "b"], [2n * secondNs, "z", "c"]);
    expect(await source().streamsBetween('{app="shop"}', { fromNs: nowNs - secondNs, toNs: nowNs }, never)).toEqual([
      { app: "shop", pod: "a" },
      { app: "shop", pod: "b" },
    ]);
    expect(await source().streamsBetween('{app="none"}', window, never)).toEqual([]);
  });
});

describe("a Loki that misbehaves", () => {
  it("429: try again, after what it asks for", async () => {
    loki.faults.next({
      kind: "answer",
      status: 429,
      body: "too many outstanding requests",
      headers: { "retry-after": "7" },
    });
    expect(await failure()).toMatchObject({
      isRetryable: true,
      status: 429,
      retryAfterMs: 7000,
      suggestsSmallerPage: false,
    });
  });

  it("500: try again", async () => {
    loki.faults.next({ kind: "answer", status: 500, body: "empty ring\n" });
    const error = await failure();
    expect(error).toMatchObject({ isRetryable: true, status: 500, words: "empty ring" });
  });

  it("too large between its own parts: try again with less", async () => {
    const body =
      "rpc error: code = ResourceExhausted desc = grpc: received message larger than max (6000000 vs. 4194304)";
    loki.faults.next({ kind: "answer", status: 500, body });
    expect(await failure()).toMatchObject({ isRetryable: true, suggestsSmallerPage: true });
  });

  it("a page of HTML with status 200: somebody else answers", async () => {
    const body = "<!doctype html><title>Sign in to Grafana</title>";
    loki.faults.next({ kind: "answer", status: 200, body, headers: { "content-type": "text/html" } });
    const error = await failure();
    expect(error).toMatchObject({ isRetryable: false, status: 200 });
    expect(error.message).toContain("Sign in to Grafana");
  });

  it("JSON that is cut off: try again", async () => {
    push([1n, "x"]);
    loki.faults.next({ kind: "cut", bytes: 60 });
    expect(await failure()).toMatchObject({ isRetryable: true, status: 200 });
  });

  it("a connection that breaks off inside the answer: try again", async () => {
    push([1n, "x"]);
    loki.faults.next({ kind: "break-off", bytes: 60 });
    expect(await failure()).toMatchObject({ isRetryable: true, status: null });
  });

  it.each([{ kind: "silence" }, { kind: "drip", everyMs: 5 }] as const)("$kind: try again with less", async (fault) => {
    loki.faults.next(fault);
    const error = await failure(60);
    expect(error).toMatchObject({ isRetryable: true, suggestsSmallerPage: true, status: null });
    expect(error.message).toContain("A smaller limit helps");
  });

  it("a redirect to another server: set the address right", async () => {
    loki.faults.next({
      kind: "answer",
      status: 302,
      body: "",
      headers: { location: "https://sso.example/login?next=x" },
    });
    const error = await failure();
    expect(error).toMatchObject({ isRetryable: false });
    expect(error.message).toContain("https://sso.example");
  });

  it.each([
    ["a number for a timestamp", [1795158781310000000, "x"]],
    ["a timestamp that is none", ["now", "x"]],
    ["no line", ["1795158781310000000"]],
    ["no pair", "x"],
  ])("%s: not read as something else", async (_, value) => {
    const body = JSON.stringify({ data: { resultType: "streams", result: [{ stream: shop, values: [value] }] } });
    loki.faults.next({ kind: "answer", status: 200, body, headers: { "content-type": "application/json" } });
    expect(await failure()).toMatchObject({ isRetryable: false, suggestsSmallerPage: false });
  });

  it("gives back the reason of an abort as it is", async () => {
    const reason = new Error("paused");
    await expect(source().entriesBetween("{}", window, 1, AbortSignal.abort(reason))).rejects.toBe(reason);
  });

  it("is fine again afterwards", async () => {
    push([1n, "x"]);
    loki.faults.next({ kind: "reset" }, { times: 2 });
    await failure();
    await failure();
    expect((await source().entriesBetween('{app="shop"}', window, 9, never)).entries).toHaveLength(1);
  });
});

describe("what doctor sees of a Loki", () => {
  const probe = (query = '{app="shop"}', tenant: string | null = null) =>
    probeLoki({ url: loki.url, tenant, auth: null, timeoutMs: 5000 }, query, nowMs, never);

  it("version, clock, labels, and what the query finds", async () => {
    push([1n, "x"], [2n, "y"]);
    expect(await probe()).toEqual({
      problem: null,
      version: "2.9.9",
      clockSkewMs: 0,
      labelNames: ["app"],
      entriesLastHour: 2,
    });
  });

  it("a clock that is off", async () => {
    await start({ clock: { nowMs: () => nowMs + 90_000 } });
    expect((await probe()).clockSkewMs).toBe(90_000);
  });

  it("a query that does not parse, in Loki's words", async () => {
    const { problem, labelNames } = await probe('{app="shop"} | |');
    expect(problem).toMatchObject({ status: 400 });
    expect(problem?.message).toContain("parse error at line 1, col 16: syntax error: unexpected |");
    expect(labelNames).toEqual([]);
  });

  it("a missing tenant, and one that nobody knows", async () => {
    await start({ hasTenants: true });
    loki.push([{ labels: shop, timestampNs: nowNs - 1n, line: "x" }], "t1");
    expect((await probe()).problem).toMatchObject({ status: 401 });
    expect(await probe('{app="shop"}', "t9")).toMatchObject({ problem: null, labelNames: [], entriesLastHour: 0 });
  });

  it("a server that is not there, and an address that cannot be one", async () => {
    await loki.close();
    expect((await probe()).problem?.message).toContain("cannot be reached");
    const facts = await probeLoki({ url: "loki", tenant: null, auth: null, timeoutMs: 9 }, "{}", nowMs, never);
    expect(facts.problem?.message).toContain("no http:// or https:// URL");
  });

  it("a version is no must", async () => {
    loki.faults.next({ kind: "answer", status: 404, body: "" }, { path: "buildinfo" });
    expect(await probe()).toMatchObject({ problem: null, version: null, entriesLastHour: 0 });
  });
});
