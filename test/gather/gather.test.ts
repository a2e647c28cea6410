import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createSyntaxReader } from "../../src/adapters/syntax/syntax-reader.ts";
import { TraceSourceError } from "../../src/adapters/tempo/trace-source-error.ts";
import { createEntryReader } from "../../src/detect/entries/read-entries.ts";
import type { Sample } from "../../src/domain/incident.ts";
import { toJson } from "../../src/domain/json.ts";
import type { Fingerprint } from "../../src/domain/names.ts";
import { redact } from "../../src/domain/redact.ts";
import type { Trace } from "../../src/domain/trace.ts";
import { type GatherQuestion, gather } from "../../src/gather/gather.ts";
import { temporaryFolder } from "../adapters/git/git-repository.ts";
import { createFakeLoki, type FakeLoki } from "./fake-loki.ts";
import { makeIncident, makeSample } from "./make-incident.ts";
import { codeIn, makeStockAndShop, shopLine, stockLine } from "./make-repositories.ts";
import { makeTrace, type SpanSketch, spanIdOf, startNs, traceId } from "./make-trace.ts";

const { signal } = new AbortController();
const syntax = createSyntaxReader();
const folder = temporaryFolder();
afterAll(folder.remove);

const nowMs = Number(startNs / 1_000_000n) + 60_000;
const rules = {
  environment: "dev",
  serviceLabels: ["app"],
  aliases: { "stock-v2": "stock" },
  own: {},
  levers: null,
} as const;
const reader = createEntryReader(rules);
const serviceOf = (raw: string) => (raw === "stock-v2" ? "stock" : raw);

let commits: Readonly<Record<"first" | "deployed" | "head", string>>;

beforeAll(() => {
  commits = makeStockAndShop(folder.path);
});

const codeOf = (service: string) => codeIn(folder.path, service);

let loki: FakeLoki;
let sample: Sample;
let shopFingerprint: Fingerprint;
let stockFingerprint: Fingerprint;

function sketches(...more: readonly SpanSketch[]): readonly SpanSketch[] {
  const attributes = { "service.version": commits.deployed.slice(0, 10) };
  return [
    { at: "shop/order", throws: "HttpError: 500", forMs: 100, kind: "server" },
    {
      at: "stock-v2/reserve",
      below: "order",
      throws: "StockError: negative amount",
      fromMs: 10,
      forMs: 50,
      attributes,
    },
    ...more,
  ];
}

beforeEach(() => {
  loki = createFakeLoki();
  for (let ago = 1; ago <= 40; ago += 1) {
    loki.add(startNs - BigInt(ago) * 500_000_000n, { env: "dev", app: "shop", level: "info" }, `step ${ago} before`);
  }
  loki.add(startNs, { env: "dev", app: "mail", level: "error" }, "unrelated");
  const own = loki.add(startNs + 90_000_000n, { env: "dev", app: "shop" }, shopLine);
  const origin = loki.add(startNs + 60_000_000n, { env: "dev", app: "stock-v2" }, stockLine);
  const [shopEntry, stockEntry] = [own, origin].map((entry) => reader.read([entry])[0]);
  shopFingerprint = shopEntry?.fingerprint ?? "v1-";
  stockFingerprint = stockEntry?.fingerprint ?? "v1-";
  sample = {
    ...makeSample({ traceId, spanId: spanIdOf("order"), line: shopLine }),
    entryId: own.id,
    timestampNs: own.timestampNs,
  };
});

function question(rest: Partial<GatherQuestion> = {}): GatherQuestion {
  return {
    incident: makeIncident({ samples: [sample], fingerprints: ["v1-0"], firstSeenNs: startNs }),
    traces: [makeTrace(...sketches())],
    traceMissing: null,
    traceSource: null,
    logs: loki,
    query: '{env="dev"} |~ "error|ERROR" | level=~"error|ERROR"',
    reader,
    codeOf,
    syntax,
    serviceOf,
    deployed: null,
    nowMs,
    ...rest,
  };
}

describe("gathering evidence", () => {
  it("finds the service where the trace first failed, and what failed because of it", async () => {
    const gathered = await gather(question(), signal);
    expect(gathered.service).toBe("stock");
    expect(gathered.origin).toEqual({ service: "stock", fingerprint: stockFingerprint });
    expect(gathered.symptoms).toEqual([shopFingerprint]);
    expect(gathered.bundle.trace?.originSpanId).toBe(spanIdOf("reserve"));
    expect(gathered.bundle.trace?.spans.map(({ service }) => service)).toEqual(["shop", "stock"]);
  });

  it("leaves an incident its own that followed from the origin in fewer than most of its traces", async () => {
    const alone: Trace = { ...makeTrace({ at: "shop/order", throws: "HttpError: 500" }), traceId: "b".repeat(32) };
    const samples = [sample, { ...sample, traceId: alone.traceId, timestampNs: sample.timestampNs - 1n }];
    const incident = makeIncident({ samples, fingerprints: [shopFingerprint] });
    const gathered = await gather(question({ traces: [makeTrace(...sketches()), alone], incident }), signal);
    expect(gathered.symptoms).toEqual([]);
    expect(gathered.origin).toMatchObject({ service: "shop" });
    expect(gathered.bundle.trace?.traceId).toBe(alone.traceId);
  });

  it("does not say where it began when each trace says something else", async () => {
    const [first] = sketches();
    if (first === undefined) throw new Error("no span");
    const mail = { at: "mail/send", below: "order", throws: "SmtpError: refused" };
    const other: Trace = { ...makeTrace(first, mail), traceId: "b".repeat(32) };
    const samples = [sample, { ...sample, traceId: other.traceId, timestampNs: sample.timestampNs - 1n }];
    const incident = makeIncident({ samples, fingerprints: [shopFingerprint] });
    const gathered = await gather(question({ traces: [makeTrace(...sketches()), other], incident }), signal);
    expect(gathered.symptoms).toEqual([]);
    expect(gathered.origin).toBeNull();
  });

  it("reads the code of the frames at the deployed commit, not at the head of the branch", async () => {
    const { bundle } = await gather(question(), signal);
    expect(bundle.code[0]).toEqual({
      service: "stock",
      repository: "acme/stock",
      deployed: commits.deployed,
      base: commits.head,
      isDeployedKnown: true,
      staleness: 0,
    });
    expect(bundle.ranking[0]).toMatchObject({
      repository: "acme/stock",
      commit: commits.deployed,
      path: "services/stock/src/reserve.js",
      firstLine: 4,
      function: "reserve",
      score: 1,
    });
    expect(bundle.ranking[1]).toMatchObject({ repository: "acme/shop", path: "src/order.js", firstLine: 3 });
    const lines = bundle.evidence.filter(({ kind }) => kind === "lines");
    expect(lines[0]).toMatchObject({
      id: "lines-1",
      firstLine: 1,
      lastLine: 6,
      enclosing: "reserve",
      isOutsiderText: false,
    });
    expect(lines[0]?.text.split("\n")[3]).toBe("    throw new StockError('negative amount');");
  });

  it("tells who changed these files last, likeliest first", async () => {
    const { bundle } = await gather(question(), signal);
    const suspects = bundle.suspects.map((id) => bundle.evidence.find((each) => each.id === id)?.text);
    expect(suspects).toEqual([
      "2026-01-03 Grace: fix: refuse negative",
      "2026-01-02 Ada: feat: reserve",
      "2026-01-02 Ada: feat: order",
    ]);
  });

  it("has the incident's own entry first, then the origin's, then what was said around", async () => {
    const { bundle } = await gather(question(), signal);
    const entries = bundle.evidence.filter((each) => each.kind === "entry");
    expect(entries[0]).toMatchObject({ id: "entry-1", text: shopLine, service: "shop", isOutsiderText: true });
    expect(entries[1]).toMatchObject({ id: "entry-2", text: stockLine, service: "stock" });
    expect(entries[2]?.text).toBe("step 1 before");
    expect(entries).toHaveLength(32);
    expect(entries.some(({ text }) => text === "unrelated")).toBe(false);
    expect(loki.queries.length).toBeLessThanOrEqual(8);
  });

  it("has the failing path as spans, from the top down", async () => {
    const { bundle } = await gather(question(), signal);
    const spans = bundle.evidence.filter((each) => each.kind === "span");
    expect(spans.map(({ spanId }) => spanId)).toEqual([spanIdOf("order"), spanIdOf("reserve")]);
    expect(spans[1]?.text).toContain("exception: StockError: negative amount");
    expect(spans[1]?.text).toContain("the failure began here");
  });

  it("tells whether it is new, and how often it came lately", async () => {
    const rateOf = async (rest: Partial<Parameters<typeof makeIncident>[0]> = {}) => {
      const incident = makeIncident({
        samples: [sample],
        firstSeenNs: startNs,
        lastSeenNs: startNs + 90_000_000n,
        ...rest,
      });
      return (await gather(question({ incident }), signal)).bundle.observations.find(({ kind }) => kind === "rate");
    };
    const rate = { kind: "rate", words: "order failed", beforeHours: 24 };
    expect(await rateOf()).toEqual({ ...rate, before: 0, lately: 1 });
    expect(loki.counts[0]).toBe('{env="dev"} | app="shop" |= "order failed"');
    loki.add(startNs - 3_600_000_000_000n, { env: "dev", app: "shop" }, "an order failed");
    loki.add(startNs - 90_000_000_000_000n, { env: "dev", app: "shop" }, "an order failed the day before");
    expect(await rateOf()).toEqual({ ...rate, before: 1, lately: 1 });
  });

  it("finds entries of the same request where there is no trace, and calls them a weaker link", async () => {
    const line = '{"level":"error","message":"order was refused","request_id":"req-77af01"}';
    const own = loki.add(startNs + 5n, { env: "dev", app: "shop" }, line);
    loki.add(startNs - 1_000_000n, { env: "dev", app: "mail", level: "info" }, "mail for req-77af01 goes out");
    loki.add(
      startNs - 2_000_000n,
      { env: "dev", app: "stock-v2", level: "error" },
      "ERROR no shelf request_id=req-77af01",
    );
    const alone = {
      ...sample,
      entryId: own.id,
      timestampNs: own.timestampNs,
      line: redact(line),
      traceId: null,
      spanId: null,
    };
    const { bundle } = await gather(
      question({ traces: [], incident: makeIncident({ samples: [alone], firstSeenNs: startNs }) }),
      signal,
    );
    expect(bundle.observations).toContainEqual({
      kind: "linked",
      name: "request_id",
      value: "req-77af01",
      entries: 2,
      services: 2,
    });
    const texts = bundle.evidence.filter((each) => each.kind === "entry").map(({ text }) => text);
    expect(texts.slice(0, 3)).toEqual([line, "ERROR no shelf request_id=req-77af01", "mail for req-77af01 goes out"]);
  });

  it("compares the trace with one of the same operation that went well", async () => {
    const healthy: Trace = {
      ...makeTrace(
        { at: "shop/order", forMs: 90 },
        { at: "shop/login", below: "order", fromMs: 1, forMs: 2 },
        { at: "stock-v2/reserve", below: "order", fromMs: 10 },
      ),
      traceId: "c".repeat(32),
    };
    const asked: unknown[] = [];
    const traceSource = {
      trace: async (id: string) => (id === healthy.traceId ? healthy : null),
      tracesThatWentWell: async (...question: readonly unknown[]) => {
        asked.push(question[0]);
        return [traceId, healthy.traceId];
      },
    };
    const { bundle } = await gather(question({ traceSource }), signal);
    expect(asked).toEqual([{ service: "shop", name: "order" }]);
    expect(bundle.observations).toContainEqual({
      kind: "healthy-has",
      who: "shop",
      what: "login",
      healthy: healthy.traceId,
    });
    const noSearch = new TraceSourceError("Tempo answered 404 to the search.", { isRetryable: false, status: 404 });
    const failing = { ...traceSource, tracesThatWentWell: () => Promise.reject(noSearch) };
    expect(
      (await gather(question({ traceSource: failing }), signal)).bundle.observations.map(({ kind }) => kind),
    ).toEqual(["rate"]);
  });

  it("gives the same bytes for the same answers", async () => {
    expect(toJson(await gather(question(), signal))).toBe(toJson(await gather(question(), signal)));
  });

  it("joins a stack trace that another service shipped line by line", async () => {
    const split = createFakeLoki();
    const at = startNs + 60_000_000n;
    const labels = { env: "dev", app: "stock-v2", level: "error" };
    split.add(at, labels, `ERROR reserving failed trace_id=${traceId}`);
    for (const [index, line] of [
      "StockError: negative amount",
      "    at reserve (/app/src/reserve.js:4:11)",
    ].entries()) {
      split.add(at + BigInt(index + 1), labels, line);
    }
    const { bundle, origin } = await gather(question({ logs: split }), signal);
    const entry = bundle.evidence.find((each) => each.kind === "entry" && each.service === "stock");
    expect(entry?.text).toContain("at reserve (/app/src/reserve.js:4:11)");
    expect(bundle.ranking[0]?.path).toBe("services/stock/src/reserve.js");
    expect(origin?.service).toBe("stock");
  });

  it("goes on from the incident's own sample where there is neither Loki nor trace", async () => {
    const missing = redact("The trace never arrived.");
    const gathered = await gather(question({ logs: null, traces: [], traceMissing: missing }), signal);
    expect(gathered).toMatchObject({ origin: null, symptoms: [], service: "shop" });
    expect(gathered.bundle).toMatchObject({ trace: null, traceMissing: missing });
    expect(gathered.bundle.evidence[0]).toMatchObject({ id: "entry-1", text: shopLine });
    expect(gathered.bundle.ranking[0]).toMatchObject({ path: "src/order.js", firstLine: 3, function: "order" });
    expect(gathered.bundle.leftOut).toContainEqual({
      kind: "entry",
      count: 1,
      because: "No Loki was asked for neighbouring entries.",
    });
  });

  it("looks for the words of a message that came without a stack trace", async () => {
    const line = '{"level":"error","message":"refusing a negative amount of 17 for \\"bolt\\""}';
    const entry = { ...sample, line: redact(line), service: "stock", traceId: null, spanId: null };
    const { bundle } = await gather(
      question({ logs: null, traces: [], incident: makeIncident({ samples: [entry], service: "stock" }) }),
      signal,
    );
    expect(bundle.ranking).toEqual([]);
    const exact = { ...entry, line: redact('{"level":"error","message":"negative amount"}') };
    const found = await gather(
      question({ logs: null, traces: [], incident: makeIncident({ samples: [exact], service: "stock" }) }),
      signal,
    );
    expect(found.bundle.ranking[0]).toMatchObject({ firstLine: 7, because: "the words of the message stand here" });
    expect(found.bundle.code[0]).toMatchObject({ isDeployedKnown: false, deployed: commits.head });
  });

  it("says what is missing: a service without code, a clone that is not there, a commit that is not in it", async () => {
    const trace = makeTrace(
      { at: "shop/order", throws: "HttpError: 500", attributes: { "service.version": "0123456789abcdef" } },
      { at: "broken/between", below: "order", isError: true },
      { at: "unmapped/deep", below: "between", throws: "E: x" },
    );
    const gathered = await gather(question({ traces: [trace], logs: null }), signal);
    expect(gathered.service).toBe("unmapped");
    const told = gathered.bundle.leftOut.map(({ because }) => because);
    expect(told).toContainEqual(expect.stringContaining("The service unmapped is in no entry of the service map"));
    expect(told).toContainEqual(expect.stringContaining("the folder of the clone does not exist"));
    expect(told.join()).not.toContain(folder.path);
    expect(gathered.bundle.code).toEqual([
      expect.objectContaining({
        service: "shop",
        isDeployedKnown: false,
        staleness: expect.stringContaining("0123456789abcdef"),
      }),
    ]);
  });

  it("makes a bundle though Loki fails, and says so", async () => {
    const down = () =>
      Promise.reject(Object.assign(new Error("Loki answered 503"), { isRetryable: true, suggestsSmallerPage: false }));
    const failing = { entriesBetween: down, countBetween: down, streamsBetween: down };
    const { bundle, service } = await gather(question({ logs: failing }), signal);
    expect(service).toBe("stock");
    expect(bundle.leftOut).toEqual([
      { kind: "entry", count: 1, because: "Loki could not be asked for neighbouring entries: Loki answered 503" },
    ]);
  });

  it("keeps a trace and a bundle within their limits, the failing path first", async () => {
    const long = "가".repeat(5_000);
    const many = Array.from({ length: 2_000 }, (_each, index): SpanSketch => {
      const attributes = { note: long, "http.route": `/n/${index}` };
      return { at: `shop/n${index}`, below: "order", fromMs: index, attributes, throws: `E: ${long}` };
    });
    const [first, second] = sketches();
    if (first === undefined || second === undefined) throw new Error("no spans");
    for (let index = 0; index < 600; index += 1) {
      loki.add(startNs + BigInt(index), { env: "dev", app: "shop", level: "error" }, `${traceId} ${long}`);
    }
    const trace: Trace = makeTrace(first, ...many, { ...second, fromMs: 0, forMs: 0 });
    const { bundle } = await gather(
      question({ traces: [trace], incident: makeIncident({ samples: [sample] }) }),
      signal,
    );
    expect(bundle.trace?.originSpanId).toBe(spanIdOf("reserve"));
    expect(bundle.trace?.spans.map(({ spanId }) => spanId)).toContain(spanIdOf("reserve"));
    expect(bundle.trace?.spans.length).toBeLessThanOrEqual(300);
    expect(Buffer.byteLength(toJson(bundle))).toBeLessThan(220_000);
    expect(bundle.leftOut.map(({ kind }) => kind)).toEqual(expect.arrayContaining(["span", "entry"]));
  });

  it("lets no secret of an entry, a span or the code through", async () => {
    const secret = `ghp_${"a1B2c3D4e5".repeat(3)}abcdef`;
    const [first, second] = sketches();
    if (first === undefined || second === undefined) throw new Error("no spans");
    loki.add(startNs + 1n, { env: "dev", app: "shop", level: "error" }, `${traceId} token ${secret}`);
    const trace = makeTrace(
      { ...first, attributes: { "http.url": `https://x/?token=${secret}` }, statusMessage: secret },
      second,
    );
    expect(toJson(await gather(question({ traces: [trace] }), signal))).not.toContain(secret);
  });

  it("stops with the signal's reason", async () => {
    const stop = new AbortController();
    stop.abort(new Error("paused"));
    await expect(gather(question({ logs: null }), stop.signal)).rejects.toThrow("paused");
  });
});
