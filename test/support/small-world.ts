import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type GitHubStandIn, startGitHub } from "../../src/demo/github/server.ts";
import { type LokiStandIn, startLoki } from "../../src/demo/loki/server.ts";
import { type StandInModel, startModel } from "../../src/demo/model/server.ts";
import { startTempo, type TempoStandIn } from "../../src/demo/tempo/server.ts";

export interface SmallWorld {
  readonly folder: string;
  readonly configFile: string;
  readonly stateDirectory: string;
  readonly env: Readonly<Record<string, string>>;
  readonly loki: LokiStandIn;
  readonly tempo: TempoStandIn;
  readonly github: GitHubStandIn;
  readonly model: StandInModel;
  /** The servers' time; tests move it. */
  setNowMs(nowMs: number): void;
  close(): Promise<void>;
}

const minuteMs = 60_000;
const token = "a-token-of-the-stand-in";
/** As good as the first one, for when that has expired. */
export const secondToken = "the-next-token-of-the-stand-in";

export interface SmallWorldOptions {
  readonly mode?: string;
  /** Lines for the service map, at its end. */
  readonly extra?: string;
  readonly hasModel?: boolean;
  /** Added to the settings of Loki and of Tempo, as `limit: 50`. */
  readonly loki?: string;
  readonly tempo?: string;
  /** The services of the map; by default `orders` and `shop`, both in one clone. */
  readonly services?: (clone: string) => string;
  /** Lines for more environments. */
  readonly environments?: (urls: { readonly loki: string }) => string;
  /** What the model says; by default that of the demo. */
  readonly says?: NonNullable<Parameters<typeof startModel>[0]>["script"];
  /** False: nothing has failed yet. */
  readonly hasFailures?: boolean;
  /** How GitHub has `company/orders`. */
  readonly repository?: { readonly hasDrafts?: boolean; readonly protectedBranches?: readonly RegExp[] };
}

/**
 * Loki, Tempo, GitHub and a model on loopback, one repository with two bugs, and two services: `orders` fails by itself,
 * `shop` fails because of it, and `orders` has another bug of its own. Everything is some minutes old.
 */
export async function startSmallWorld(
  folder: string,
  nowMs: number,
  options: SmallWorldOptions = {},
): Promise<SmallWorld> {
  let timeMs = nowMs;
  const clock = { nowMs: () => timeMs };
  const clone = join(folder, "orders");
  const [loki, tempo, github, model] = await Promise.all([
    startLoki({ clock }),
    startTempo({ clock }),
    startGitHub({
      clock,
      repositories: [
        { name: "company/orders", clone, permissions: { lead: "write" }, ...options.repository },
        { name: "company/shop" },
        { name: "autopilot/orders", forkOf: "company/orders" },
      ],
      tokens: [token, secondToken].map((each) => ({
        kind: "fine-grained",
        token: each,
        login: "autopilot",
        repositories: null,
        issues: "write",
        contents: "write",
        pull_requests: "write",
      })),
    }),
    startModel(options.says === undefined ? {} : { script: options.says }),
  ]);
  createClone(clone);
  if (options.hasFailures !== false) pushFailures(loki, tempo, nowMs);
  const configFile = join(folder, "service-map.yaml");
  const stateDirectory = join(folder, "state");
  mkdirSync(stateDirectory);
  writeFileSync(
    configFile,
    `environments:
  dev:
    mode: ${options.mode ?? "issue"}
    loki: { url: "${loki.url}", query: '{deployment_environment="dev"}'${inlineOf(options.loki)} }
    tempo: { url: "${tempo.url}"${inlineOf(options.tempo)} }
${options.environments?.({ loki: loki.url }) ?? ""}
services:
${(options.services ?? bothServices)(clone)}
github: { apiUrl: "${github.url}", writeInterval: 0ms }
${options.extra ?? ""}
`,
  );
  return {
    folder,
    configFile,
    stateDirectory,
    env: {
      GITHUB_TOKEN: token,
      ...(options.hasModel === false
        ? {}
        : { ANTHROPIC_API_KEY: "a-key-of-the-stand-in", ANTHROPIC_BASE_URL: model.url }),
    },
    loki,
    tempo,
    github,
    model,
    setNowMs: (next) => {
      timeMs = next;
    },
    async close() {
      await Promise.all([loki.close(), tempo.close(), github.close(), model.close()]);
    },
  };
}

function inlineOf(settings: string | undefined): string {
  return settings === undefined ? "" : `, ${settings}`;
}

function bothServices(clone: string): string {
  return `  orders: { repository: company/orders, path: ${clone} }
  shop: { repository: company/shop, path: ${clone} }`;
}

const totalSource = `// Totals of orders.
export function total(order) {
  const customer = order.customer;
  const discount = customer.discount;
  return order.items.reduce((sum, item) => sum + item.price, 0) * (1 - discount);
}
`;

const stockSource = `// What is left in the warehouse.
export function reserve(stock, name) {
  const row = stock.rows[name];
  row.reserved += 1;
  return row;
}
`;

function createClone(path: string): void {
  mkdirSync(join(path, "src"), { recursive: true });
  writeFileSync(join(path, "src", "total.js"), totalSource);
  writeFileSync(join(path, "src", "stock.js"), stockSource);
  const git = (...args: string[]) =>
    execFileSync("git", ["-c", "user.name=Orders", "-c", "user.email=orders@company.invalid", "-C", path, ...args], {
      stdio: "pipe",
    });
  git("init", "--quiet", "--initial-branch=main");
  git("add", ".");
  git("commit", "--quiet", "--message", "Count discounts");
  git("remote", "add", "origin", "https://github.com/company/orders.git");
}

const totalError = {
  type: "TypeError",
  message: "Cannot read properties of undefined (reading 'discount')",
  stack:
    "TypeError: Cannot read properties of undefined (reading 'discount')\n    at total (/app/src/total.js:4:29)\n    at node:internal/main:1:1",
};
const stockError = {
  type: "TypeError",
  message: "Cannot read properties of undefined (reading 'reserved')",
  stack:
    "TypeError: Cannot read properties of undefined (reading 'reserved')\n    at reserve (/app/src/stock.js:4:7)\n    at node:internal/main:1:1",
};
const shopError = {
  type: "Error",
  message: "orders answered 500",
  stack: "Error: orders answered 500\n    at checkout (/app/src/checkout.js:9:11)\n    at node:internal/main:1:1",
};

export const failures = { total: 4, shop: 4, stock: 3 } as const;

/** One more failure of a kind that is there already, without a trace. */
export function pushStockFailure(loki: LokiStandIn, atMs: number): void {
  const line = JSON.stringify({ level: 50, time: atMs, msg: stockError.message, err: stockError });
  loki.push([{ labels: labelsOf("orders"), timestampNs: BigInt(atMs) * 1_000_000n, line }]);
}

/** An error of its own kind: `kind` is part of its type and of the function that threw. */
export function pushFailureOf(
  loki: LokiStandIn,
  failure: { readonly kind: string; readonly service: string; readonly atMs: number; readonly environment?: string },
): void {
  const { kind, service, atMs } = failure;
  const type = `${kind}Error`;
  const message = `${kind} went wrong`;
  const stack = `${type}: ${message}\n    at handle${kind} (/app/src/stock.js:4:7)\n    at node:internal/main:1:1`;
  loki.push([
    {
      labels: { ...labelsOf(service), deployment_environment: failure.environment ?? "dev" },
      timestampNs: BigInt(atMs) * 1_000_000n,
      line: JSON.stringify({ level: 50, time: atMs, msg: message, err: { type, message, stack } }),
    },
  ]);
}

/** A request to the shop that failed, in the shop itself or in what it asked of `orders`. */
export interface Checkout {
  /** Hex; makes the ids of its trace and of its spans. */
  readonly name: string;
  readonly atMs: number;
  readonly failsIn: "orders" | "shop";
}

export function traceCheckout(tempo: TempoStandIn, { name, atMs, failsIn }: Checkout): void {
  const { traceId, shop, orders } = idsOf(name);
  const called = span(traceId, orders, shop, "GET /total", atMs + 1, 40, totalError);
  tempo.push({
    resourceSpans: [
      resource("shop", span(traceId, shop, null, "GET /checkout", atMs, 60, shopError)),
      ...(failsIn === "orders" ? [resource("orders", called)] : []),
    ],
  });
}

export function logCheckout(loki: LokiStandIn, { name, atMs }: Checkout, service: "orders" | "shop"): void {
  const ids = idsOf(name);
  const isShop = service === "shop";
  loki.push([entry(service, isShop ? atMs + 5 : atMs, ids.traceId, ids[service], isShop ? shopError : totalError)]);
}

function idsOf(name: string) {
  return { traceId: name.padEnd(32, "1"), shop: `b${name}`.padEnd(16, "2"), orders: `c${name}`.padEnd(16, "3") };
}

function pushFailures(loki: LokiStandIn, tempo: TempoStandIn, nowMs: number): void {
  for (let index = 0; index < failures.total; index++) {
    const checkout = { name: `a${index}`, atMs: nowMs - 20 * minuteMs + index * 1_000, failsIn: "orders" } as const;
    logCheckout(loki, checkout, "orders");
    logCheckout(loki, checkout, "shop");
    traceCheckout(tempo, checkout);
  }
  for (let index = 0; index < failures.stock; index++) {
    const atMs = nowMs - 18 * minuteMs + index * 1_000;
    const traceId = `d${index}`.padEnd(32, "4");
    const spanId = `e${index}`.padEnd(16, "5");
    loki.push([entry("orders", atMs, traceId, spanId, stockError)]);
    tempo.push({
      resourceSpans: [resource("orders", span(traceId, spanId, null, "POST /reserve", atMs, 20, stockError))],
    });
  }
}

export function entry(service: string, atMs: number, traceId: string, spanId: string, err: typeof totalError) {
  return {
    labels: labelsOf(service),
    timestampNs: BigInt(atMs) * 1_000_000n,
    line: JSON.stringify({ level: 50, time: atMs, msg: err.message, err, trace_id: traceId, span_id: spanId }),
  };
}

function labelsOf(service: string): Readonly<Record<string, string>> {
  return { deployment_environment: "dev", service_name: service };
}

export function resource(service: string, ...spans: readonly object[]) {
  return {
    resource: { attributes: [{ key: "service.name", value: { stringValue: service } }] },
    scopeSpans: [{ scope: {}, spans }],
  };
}

export function span(
  traceId: string,
  spanId: string,
  parentSpanId: string | null,
  name: string,
  atMs: number,
  tookMs: number,
  err: typeof totalError,
) {
  const startNs = BigInt(atMs) * 1_000_000n;
  return {
    traceId,
    spanId,
    ...(parentSpanId === null ? {} : { parentSpanId }),
    name,
    kind: 2,
    startTimeUnixNano: startNs.toString(),
    endTimeUnixNano: (startNs + BigInt(tookMs) * 1_000_000n).toString(),
    attributes: [{ key: "http.route", value: { stringValue: name } }],
    status: { code: 2, message: err.message },
    events: [
      {
        name: "exception",
        timeUnixNano: startNs.toString(),
        attributes: [
          { key: "exception.type", value: { stringValue: err.type } },
          { key: "exception.message", value: { stringValue: err.message } },
          { key: "exception.stacktrace", value: { stringValue: err.stack } },
        ],
      },
    ],
  };
}
