import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createSyntaxReader } from "../../src/adapters/syntax/syntax-reader.ts";
import { createEntryReader } from "../../src/detect/entries/read-entries.ts";
import { toJson } from "../../src/domain/json.ts";
import type { Trace } from "../../src/domain/trace.ts";
import { tokensOf } from "../../src/gather/fit-bundle.ts";
import { type GatherQuestion, gather } from "../../src/gather/gather.ts";
import { runGitCommand, temporaryFolder } from "../adapters/git/git-repository.ts";
import { createFakeLoki } from "./fake-loki.ts";
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

  it("fits into 60,000 tokens whatever there was, and is the same each time", async () => {
    const loki = createFakeLoki();
    const stack = Array.from({ length: 60 }, (_each, at) => `    at step${at} (/app/src/order.js:3:9)`).join("\\n");
    for (let index = 0; index < 200; index++) {
      const said = `${"필드 값이 없습니다 ".repeat(100)} ${index}`;
      const line = `{"level":"error","message":"${said}","trace_id":"${traceId}","stack":"Error: ${said}\\n${stack}"}`;
      loki.add(startNs + BigInt(index) * 1_000_000n, { env: "dev", app: "shop" }, line);
    }
    const spans = Array.from({ length: 2_000 }, (_each, index) => ({
      at: `shop/span-${index}`,
      below: index === 0 ? null : "span-0",
      throws: `Error: ${"한국어 ".repeat(300)}`,
      attributes: { note: "값 ".repeat(200) },
    }));
    const asked = { ...question(makeTrace(...spans)), logs: loki };
    const { bundle } = await gather(asked, signal);
    expect(tokensOf(bundle)).toBeLessThanOrEqual(60_000);
    expect(tokensOf(bundle)).toBeGreaterThan(30_000);
    expect(new Set(bundle.leftOut.map(({ kind }) => kind))).toContain("entry");
    expect(new Set(bundle.leftOut.map(({ kind }) => kind))).toContain("span");
    expect(bundle.evidence[0]?.id).toBe("entry-1");
    expect(toJson((await gather(asked, signal)).bundle)).toBe(toJson(bundle));
  });

  it("tells what the deployment before the first sight brought, and the pull request of each suspect", async () => {
    const path = join(folder.path, "shop");
    const shop = (message: string, file: string) => {
      writeFileSync(join(path, "src/order.js"), file);
      const date = `${Number(startNs / 1_000_000_000n) - 3_600} +0000`;
      const dates = { GIT_AUTHOR_DATE: date, GIT_COMMITTER_DATE: date };
      const who = ["-c", "user.name=Ada", "-c", "user.email=a@example.org"];
      runGitCommand(path, [...who, "commit", "-aqm", message], dates);
      return runGitCommand(path, ["rev-parse", "HEAD"]);
    };
    const before = runGitCommand(path, ["rev-parse", "HEAD"]);
    shop(
      "Log orders (#41)",
      "// log\nexport async function order(cart) {\n  throw new HttpError(await call(cart));\n}\n",
    );
    const now = shop(
      "Order again (#42)",
      "// log\nexport async function order(cart) {\n  throw new HttpError(await call(cart, 2));\n}\n",
    );
    const loki = createFakeLoki();
    const labels = (commit: string) => ({ env: "dev", app: "shop", service_version: commit.slice(0, 12) });
    loki.add(startNs - 7_200_000_000_000n, labels(before), "well");
    loki.add(startNs - 60_000_000_000n, labels(now), "well");
    loki.add(startNs - 30_000_000_000n, { ...labels("0".repeat(40)), app: "stock" }, "well");
    const attributes = { "service.version": now };
    const trace = makeTrace({ at: "shop/order", throws: "HttpError: 500", kind: "server", attributes });
    const { bundle } = await gather({ ...question(trace), logs: loki }, signal);
    expect(bundle.code[0]).toMatchObject({ deployed: now, isDeployedKnown: true });
    expect(bundle.observations).toContainEqual({
      ...{ kind: "deployment", who: "shop", from: before.slice(0, 10), to: now.slice(0, 10), commits: 2 },
    });
    const commits = bundle.evidence.flatMap((each) => (each.kind === "commit" ? [each] : []));
    expect(commits.map(({ text, pullRequest }) => `${text.split(": ")[1]} ${pullRequest}`)).toEqual([
      "Order again (#42) 42",
      "Log orders (#41) 41",
      "feat null",
    ]);
  });
});
