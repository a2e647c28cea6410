import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type HostileFront, type Misbehaviour, startHostileFront } from "./hostile-front.ts";
import {
  answer,
  answerAhead,
  brotliBombAnswer,
  drip,
  dripOfHeaders,
  echoing,
  endless,
  gzipBomb,
  hugeHeaders,
  jsonBomb,
  raw,
  redirect,
} from "./misbehaviours.ts";
import { canaries, clients, type Ending, exchangeOnce, nowMs } from "./one-exchange.ts";

let front: HostileFront;
let elsewhere: { readonly url: string; readonly seen: string[]; close(): void };
beforeAll(async () => {
  front = await startHostileFront("http://127.0.0.1:9");
  elsewhere = await startElsewhere();
});
afterAll(async () => {
  await front.close();
  elsewhere.close();
});

/** Every form of every secret that a client here holds. */
const canaryForms = Object.values(canaries).flatMap((canary) => [
  canary,
  JSON.stringify(canary).slice(1, -1),
  encodeURIComponent(canary),
  Buffer.from(canary).toString("base64"),
  Buffer.from(`reader:${canary}`).toString("base64"),
]);

async function endingOf(client: (typeof clients)[number], misbehaviour: Misbehaviour, timeoutMs = 10_000) {
  front.misbehave(misbehaviour);
  const ending = await exchangeOnce(client, front.url, timeoutMs);
  expectHarmless(ending);
  return ending;
}

/** One or two sentences on one line, short, without anything that a terminal would obey, and without our secrets. */
function expectHarmless({ sentence }: Ending): void {
  for (const form of canaryForms) expect(sentence).not.toContain(form);
  expect(sentence).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e]/u);
  expect(sentence.length).toBeLessThan(1_000);
}

function expectFailure(ending: Ending): void {
  expect(ending.kind).not.toBe("answered");
  expect(ending.kind).not.toBe("done");
  expect(ending.sentence).toMatch(/^\p{L}.*[.?]$/u);
}

describe.each(clients)("%s, whose server is hostile", (client) => {
  it.each([301, 302, 303, 307, 308])("sends nothing to where a %i points", async (status) => {
    elsewhere.seen.length = 0;
    expectFailure(await endingOf(client, redirect(status, elsewhere.url)));
    expect(front.met()).toBe(1);
    expect(elsewhere.seen).toEqual([]);
  });

  it.each([
    ["a gzip bomb", gzipBomb],
    ["a body without end", endless],
    ["arrays in arrays in arrays", jsonBomb("[", 7_000_000)],
    ["millions of empty objects", jsonBomb("{},", 7_900_000 * 2)],
  ])("gives up on %s", async (_name, bomb) => {
    const ending = await endingOf(client, bomb);
    expectFailure(ending);
    expect(ending.sentence).toMatch(/more than \d+ bytes|too many values|too large/);
  });

  it("does not unpack what it did not ask for, or only as far as it may", async () => {
    expectFailure(await endingOf(client, brotliBombAnswer));
  });

  it.each([
    ["a body of one byte now and then", drip],
    ["headers that never end", dripOfHeaders],
    ["silence", () => undefined],
  ] as const)("waits for %s no longer than it may", async (_name, slow) => {
    const startedMs = performance.now();
    const ending = await endingOf(client, slow, 150);
    expect(performance.now() - startedMs).toBeLessThan(5_000);
    expectFailure(ending);
    expect(ending.sentence).toMatch(/in full within 150 ms|no whole answer came in time/);
  });

  it.each([
    ["headers of 4 MB", hugeHeaders],
    ["bytes that are no HTTP", raw("\u0000\u00ff\u0016\u0003\u0001 SSH-2.0-OpenSSH\r\n\r\n")],
    ["a status that is none", raw("HTTP/1.1 abc OK\r\n\r\n")],
    ["a status above all", raw("HTTP/1.1 999 Enough\r\ncontent-length: 2\r\n\r\n{}")],
    ["another protocol", raw("HTTP/1.1 101 Switching Protocols\r\nupgrade: h2c\r\nconnection: upgrade\r\n\r\nxxxx")],
    ["two lengths", raw("HTTP/1.1 200 OK\r\ncontent-length: 2\r\ncontent-length: 9\r\n\r\n{}")],
    [
      "a length and chunks",
      raw("HTTP/1.1 200 OK\r\ncontent-length: 2\r\ntransfer-encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n"),
    ],
    ["a negative length", raw("HTTP/1.1 200 OK\r\ncontent-length: -2\r\n\r\n{}")],
    ["a broken chunk", raw("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n{}\r\n")],
    ["less than it announced", raw('HTTP/1.1 200 OK\r\ncontent-length: 900\r\n\r\n{"data"')],
    ["what is not gzip and says so", raw("HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: 4\r\n\r\nabcd")],
    ["nothing", raw("")],
  ])("takes %s for no answer", async (_name, garbage) => {
    expectFailure(await endingOf(client, garbage, 1_000));
  });

  it.each([204, 205, 206, 304, 300])("knows what to make of an empty %i", async (status) => {
    expectFailure(await endingOf(client, ({ response }) => response.writeHead(status).end()));
  });

  it.each([
    ["null", "null"],
    ["a list", "[]"],
    ["a list of nulls", "[null]"],
    ["a number", "7"],
    ["a text", '"ok"'],
    ["nothing at all", ""],
    ["half of it", '{"data": {"resultType": "streams", "result": [{"stre'],
    [
      "other JSON",
      '{"status":"ok","data":7,"content":{},"usage":null,"login":4,"number":"1","html_url":"javascript:alert(1)"}',
    ],
    ["a prototype", '{"__proto__":{"data":{"resultType":"streams","result":[]}},"constructor":1}'],
    ["a page", "<!doctype html><title>Sign in \u001b[31m\u202e now</title>"],
  ])("takes %s for no answer of its server", async (_name, body) => {
    const ending = await endingOf(client, answer(200, body));
    if (client === "tempo" && ending.kind === "answered") expect(ending.sentence).toBe("no trace");
    else expectFailure(ending);
  });

  it.each([400, 401, 403, 404, 422, 429, 500, 503])("repeats nothing of its own login from a %i", async (status) => {
    const ending = await endingOf(client, echoing(status));
    if (client === "tempo" && status === 404) return;
    expectFailure(ending);
  });

  it("repeats no control characters of an error", async () => {
    const words = "\u001b]0;owned\u0007\u001b[2J\u202ebad\r\nline";
    expectFailure(await endingOf(client, answer(500, JSON.stringify({ message: words, error: { message: words } }))));
  });

  it("does not take an answer sent ahead for the next one", async () => {
    front.misbehave(answerAhead("[]"));
    expectHarmless(await exchangeOnce(client, front.url, 1_000));
  });
});

describe("a GitHub that names a time", () => {
  const limited = (headers: Readonly<Record<string, string>>) =>
    endingOf("github-write", answer(403, '{"message":"API rate limit exceeded"}', headers));

  it.each([
    ["the year 3000", { "x-ratelimit-remaining": "0", "x-ratelimit-reset": "32503680000" }],
    ["1970", { "x-ratelimit-remaining": "0", "x-ratelimit-reset": "0" }],
    ["eleven days", { "retry-after": "999999" }],
    ["no number", { "retry-after": "Fri, 31 Dec 2999 23:59:59 GMT" }],
    ["less than nothing", { "retry-after": "-5" }],
    ["infinity", { "x-ratelimit-remaining": "0", "x-ratelimit-reset": "1e999" }],
    ["milliseconds", { "x-ratelimit-remaining": "0", "x-ratelimit-reset": `${nowMs + 60_000}` }],
    [
      "1970 by a clock of 3000",
      { "x-ratelimit-remaining": "0", "x-ratelimit-reset": "0", date: "Wed, 01 Jan 3000 00:00:00 GMT" },
    ],
  ])("in %s is left alone for a second at least and little more than an hour at most", async (_name, headers) => {
    const ending = await limited(headers);
    expect(ending.kind).toBe("wait");
    expect(ending.untilMs).toBeGreaterThanOrEqual(nowMs + 1_000);
    expect(ending.untilMs).toBeLessThanOrEqual(nowMs + 3_700_000);
  });
});

describe("a Loki that answers something else than was asked", () => {
  const ns = BigInt(nowMs - 1_000) * 1_000_000n;
  const page = (values: unknown, stream: unknown = { app: "shop" }) =>
    answer(200, JSON.stringify({ status: "success", data: { resultType: "streams", result: [{ stream, values }] } }));

  it.each([
    ["numbers for timestamps", page([[Number(ns), "x"]])],
    ["timestamps with a point", page([[`${ns}.5`, "x"]])],
    ["timestamps beyond 64 bits", page([["9999999999999999999", "x"]])],
    ["entries of the future", page([[`${ns + 10_000_000_000n}`, "x"]])],
    ["entries of long ago", page([["5", "x"]])],
    ["numbers for lines", page([[`${ns}`, 7]])],
    ["lists for labels", page([[`${ns}`, "x"]], ["app"])],
    ["numbers for label values", page([[`${ns}`, "x"]], { app: 7 })],
    ["no values", page(null)],
  ])("is refused: %s", async (_name, misbehaviour) => {
    const ending = await endingOf("loki", misbehaviour);
    expect(ending.kind).toBe("LogSourceError");
    expectFailure(ending);
  });
});

describe("a Tempo that answers strange traces", () => {
  const traceOf = (attribute: unknown, more: object = {}) =>
    answer(
      200,
      JSON.stringify({
        batches: [
          {
            scopeSpans: [
              {
                spans: [
                  {
                    spanId: "1".repeat(16),
                    startTimeUnixNano: `${nowMs}000000`,
                    attributes: [{ key: "a", value: attribute }],
                    ...more,
                  },
                ],
              },
            ],
          },
        ],
      }),
    );
  let nested: unknown = { stringValue: '"' };
  for (let level = 0; level < 25; level++) nested = { kvlistValue: { values: [{ key: '"', value: nested }] } };

  it.each([
    ["doubles that are none", traceOf({ doubleValue: "NaN" })],
    ["doubles beyond all", traceOf({ doubleValue: "-Infinity" })],
    ["maps in maps, whose quotes would double at every level", traceOf(nested)],
    [
      "links that are numbers",
      traceOf({ stringValue: "x" }, { links: [7, { spanId: 9 }], events: "none", status: [] }),
    ],
    ["times for text", traceOf({ intValue: "many" }, { endTimeUnixNano: "yesterday", kind: 99, name: 4 })],
  ])("is read as far as it goes: %s", async (_name, misbehaviour) => {
    expect(await endingOf("tempo", misbehaviour)).toMatchObject({ kind: "answered", sentence: "1 spans" });
  });
});

describe("a model that counts strangely", () => {
  it.each([
    ["less than nothing", { input_tokens: -1_000_000, output_tokens: 5 }],
    ["text", { input_tokens: "5", output_tokens: 5 }],
    ["parts", { input_tokens: 1.5, output_tokens: 5 }],
    ["more than can be counted", { input_tokens: 1e300, output_tokens: 5 }],
    ["caches below zero", { input_tokens: 5, output_tokens: 5, cache_read_input_tokens: -1e9 }],
  ])("is not believed, and the call counts as spent: %s", async (_name, usage) => {
    const message = { type: "message", role: "assistant", content: [], stop_reason: "end_turn", usage };
    const ending = await endingOf("model", answer(200, JSON.stringify(message)));
    expect(ending).toMatchObject({ kind: "ModelError", isRetryable: false });
  });
});

async function startElsewhere() {
  const seen: string[] = [];
  const server = createServer((request, response) => {
    seen.push(JSON.stringify([request.url, request.headers]));
    response.end("{}");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://localhost:${(server.address() as AddressInfo).port}`,
    seen,
    close: () => void server.close(),
  };
}
