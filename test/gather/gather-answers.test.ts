import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createSyntaxReader } from "../../src/adapters/syntax/syntax-reader.ts";
import { createEntryReader } from "../../src/detect/entries/read-entries.ts";
import type { Trace } from "../../src/domain/trace.ts";
import { type GatherQuestion, gather } from "../../src/gather/gather.ts";
import { temporaryFolder } from "../adapters/git/git-repository.ts";
import { makeIncident, makeSample } from "./make-incident.ts";
import { codeIn, makeStockAndShop, shopLine } from "./make-repositories.ts";
import { makeTrace, spanIdOf, startNs, traceId } from "./make-trace.ts";

const { signal } = new AbortController();
const folder = temporaryFolder();
afterAll(folder.remove);
beforeAll(() => {
  makeStockAndShop(folder.path);
});

const rules = { environment: "dev", serviceLabels: ["app"], aliases: {}, own: {}, levers: null } as const;
const sample = makeSample({ traceId, spanId: spanIdOf("order"), line: shopLine, service: "shop" });

function question(trace: Trace): GatherQuestion {
  return {
    incident: makeIncident({ samples: [sample], fingerprints: ["v1-0"], firstSeenNs: startNs, service: "shop" }),
    traces: [trace],
    traceMissing: null,
    traceSource: null,
    logs: null,
    query: '{env="dev"}',
    reader: createEntryReader(rules),
    codeOf: (service) => codeIn(folder.path, service),
    syntax: createSyntaxReader(),
    serviceOf: (raw) => (raw === "stock-v2" ? "stock" : raw),
    deployed: null,
    nowMs: Number(startNs / 1_000_000n) + 60_000,
  };
}

describe("evidence of the request that failed", () => {
  it("reads who answers, in the service that called and in the one that was called", async () => {
    const asked = { "http.request.method": "POST", "http.route": "/reserve/{sku}" };
    const root = { "http.request.method": "POST", "http.route": "/orders" };
    const trace = makeTrace(
      { at: "shop/order", throws: "HttpError: 500", kind: "server", attributes: root },
      { at: "shop/call", below: "order", throws: "HttpError: 409", kind: "client", fromMs: 1 },
      { at: "stock-v2/reserve", below: "call", kind: "server", fromMs: 2, attributes: asked },
    );
    const { bundle, service } = await gather(question(trace), signal);
    expect(service).toBe("shop");
    expect(bundle.code.map((each) => each.service)).toEqual(["shop", "stock"]);
    expect(bundle.ranking.map(({ path, function: name, because }) => `${path} ${name}: ${because}`)).toEqual([
      expect.stringContaining("src/order.js order: the innermost own frame"),
      "services/stock/src/reserve.js reserve: it answers POST /reserve/{sku}, by the route in services/stock/src/routes.js:1, in a service that the origin called",
    ]);
  });
});
