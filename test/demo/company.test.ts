import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type LokiStandIn, startLoki } from "../../src/demo/loki/server.ts";
import { createRepositories } from "../../src/demo/publish/create-repositories.ts";
import { type CompanyRun, type Happening, runCompany } from "../../src/demo/publish/run-company.ts";
import { hostileSearch } from "../../src/demo/publish/storefront-visits.ts";
import { startTempo } from "../../src/demo/tempo/server.ts";

const nowMs = Date.UTC(2026, 10, 21, 9);
const minuteMs = 60_000;

interface ReadEntry {
  readonly labels: Readonly<Record<string, string>>;
  readonly timeMs: number;
  readonly line: string;
}

let folder: string;
let loki: LokiStandIn;
let tempo: Awaited<ReturnType<typeof startTempo>>;
let run: CompanyRun;
let entries: readonly ReadEntry[];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "company-"));
  const clock = { nowMs: () => nowMs };
  [loki, tempo] = await Promise.all([startLoki({ clock }), startTempo({ clock })]);
  const repositories = await createRepositories(folder, {
    nowMs,
    rename: { "src/cart/shipping.js": "src/cart/delivery.js" },
    shiftLines: { "src/cart/shipping.js": 40 },
    names: { storefront: "shop-web" },
  });
  run = await runCompany({ lokiUrl: loki.url, tempoUrl: tempo.url, environment: "dev", repositories, nowMs });
  entries = await readEntries('{deployment_environment="dev"}');
});
afterAll(async () => {
  await Promise.all([loki.close(), tempo.close()]);
  await rm(folder, { recursive: true });
});

async function readEntries(query: string): Promise<readonly ReadEntry[]> {
  const params = new URLSearchParams({
    query,
    start: `${nowMs - 60 * minuteMs}000000`,
    end: `${nowMs}000000`,
    limit: "5000",
    direction: "forward",
  });
  const answer = await fetch(`${loki.url}/loki/api/v1/query_range?${params}`);
  const { data } = (await answer.json()) as {
    data: { result: { stream: Record<string, string>; values: [string, string][] }[] };
  };
  return data.result.flatMap(({ stream, values }) =>
    values.map(([ns, line]) => ({ labels: stream, timeMs: Number(BigInt(ns) / 1_000_000n), line })),
  );
}

async function spansOf(traceId: string) {
  const answer = await fetch(`${tempo.url}/api/traces/${traceId}`);
  if (answer.status === 404) return null;
  const { batches } = (await answer.json()) as {
    batches: {
      resource: { attributes: { key: string; value: { stringValue: string } }[] };
      scopeSpans: { spans: Record<string, unknown>[] }[];
    }[];
  };
  return batches.flatMap(({ resource, scopeSpans }) =>
    scopeSpans.flatMap(({ spans }) =>
      spans.map((span) => ({
        ...span,
        service: resource.attributes.find(({ key }) => key === "service.name")?.value.stringValue,
      })),
    ),
  ) as Record<string, string>[];
}

function happening(what: Happening["what"]): Happening {
  const found = run.happenings.find((one) => one.what === what);
  if (found === undefined) throw new Error(`no happening ${what}`);
  return found;
}

const of = (service: string, text: string | RegExp) =>
  entries.filter(
    ({ labels, line }) =>
      labels["service_name"] === service && (typeof text === "string" ? line.includes(text) : text.test(line)),
  );

describe("the demo company's bad quarter of an hour", () => {
  it("tells what happened, and pushed that much", () => {
    expect(run.happenings.map(({ what, service, errors }) => [what, service, errors])).toEqual([
      ["guest-shipping", "shop-web", 200],
      ["no-average", "pricing", 12],
      ["loyalty-price", "shop-web", 12],
      ["hostile-search", "shop-web", 3],
      ["ended-session", "shop-web", 2],
      ["pickup-label", "orders", 4],
      ["credit-note", "orders", 2],
      ["missing-folder", "legacy-billing", 3],
    ]);
    expect(entries).toHaveLength(run.entries);
  });

  it("lies between 25 and 12 minutes ago, in the lines as in the entries", () => {
    for (const { timeMs, line } of entries) {
      expect(timeMs).toBeGreaterThanOrEqual(nowMs - 25 * minuteMs);
      expect(timeMs).toBeLessThanOrEqual(nowMs - 12 * minuteMs);
      const [, milliseconds] = /"time":(\d{13})/.exec(line) ?? [];
      if (milliseconds !== undefined) expect(Number(milliseconds)).toBe(timeMs);
      const [iso] = /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d[.,]\d{3}/.exec(line) ?? [];
      if (iso !== undefined) expect(Date.parse(`${iso.replace(",", ".").replace(" ", "T")}Z`)).toBe(timeMs);
    }
  });

  it("has stack traces of the storefront that ran, wherever its code had been moved", () => {
    const failed = of("shop-web", "Cannot read properties of undefined (reading 'country')");
    expect(failed).toHaveLength(200);
    for (const { line } of failed) {
      expect(JSON.parse(line)).toMatchObject({
        level: 50,
        service: "shop-web",
        trace_id: expect.stringMatching(/^[0-9a-f]{32}$/),
        err: { type: "TypeError", stack: expect.stringContaining("zoneOf (file:///app/src/cart/delivery.js:55:") },
      });
    }
  });

  it("has a customer's orders to the reader in an error message", () => {
    const lines = of("shop-web", "no closing quote").map(({ line }) => JSON.parse(line));
    expect(lines).toHaveLength(3);
    expect(lines[0].err.message).toBe(`no closing quote in search for ${hostileSearch}`);
  });

  it("says the level where the logger does, as a label", () => {
    expect(of("shop-web", '"level":50').every(({ labels }) => labels["level"] === "error")).toBe(true);
    expect(of("pricing", "Traceback").every(({ labels }) => labels["level"] === "ERROR")).toBe(true);
    expect(of("legacy-billing", "ENOENT").map(({ labels }) => labels["level"])).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });

  it("holds one stack trace whose lines came one by one, a nanosecond apart", () => {
    const split = entries.filter(({ labels }) => labels["pod"] === "orders-1");
    const from = split.findIndex(({ line }) => line.startsWith("com.democompany.orders.OrderConfirmationException"));
    expect(split[from - 1]?.line).toMatch(/ERROR .* is not confirmed$/);
    expect(split.slice(from + 1, from + 12).every(({ line }) => /^(\tat |Caused by: |\t\.\.\. )/.test(line))).toBe(
      true,
    );
    expect(of("orders", /is not confirmed\n/)).toHaveLength(5);
  });

  it("holds no path of this machine", () => {
    expect(entries.filter(({ line }) => line.includes(folder) || line.includes(import.meta.dirname))).toEqual([]);
  });
});

describe("the demo company's traces", () => {
  it("lead from the storefront into pricing, where the failure began", async () => {
    for (const traceId of happening("no-average").traceIds) {
      const spans = await spansOf(traceId);
      const named = (name: string) => spans?.find((span) => span["name"] === name);
      const [root, client, server, deepest] = [
        named("GET /products/:sku/price"),
        named("GET pricing"),
        named("GET /prices/{sku}"),
        named("loyalty discount"),
      ];
      expect(root?.["parentSpanId"]).toBeUndefined();
      expect(client?.["parentSpanId"]).toBe(root?.["spanId"]);
      expect(server?.["parentSpanId"]).toBe(client?.["spanId"]);
      expect(deepest?.["parentSpanId"]).toBe(server?.["spanId"]);
      expect([root?.["service"], server?.["service"]]).toEqual(["shop-web", "pricing"]);
      expect(JSON.stringify(deepest)).toContain("ZeroDivisionError");
      expect(BigInt(server?.["startTimeUnixNano"] ?? 0)).toBeGreaterThan(BigInt(client?.["startTimeUnixNano"] ?? 0));
      expect(BigInt(server?.["endTimeUnixNano"] ?? 0)).toBeLessThan(BigInt(client?.["endTimeUnixNano"] ?? 0));
    }
  });

  it("are there for all that went wrong but the credit notes", async () => {
    for (const what of ["guest-shipping", "hostile-search", "pickup-label"] as const) {
      const spans = await Promise.all(happening(what).traceIds.map(spansOf));
      expect(spans.every((all) => all?.some((span) => JSON.stringify(span).includes('"exception"')))).toBe(true);
    }
    expect(await Promise.all(happening("credit-note").traceIds.map(spansOf))).toEqual([null, null]);
    for (const traceId of happening("credit-note").traceIds) expect(of("orders", traceId).length).toBeGreaterThan(0);
  });

  it("have the ids that the log entries name", () => {
    const ids = new Set(entries.flatMap(({ line }) => /trace_id"?[=:]"?([0-9a-f]{32})/.exec(line)?.[1] ?? []));
    for (const { traceIds } of run.happenings) for (const traceId of traceIds) expect(ids).toContain(traceId);
  });
});
