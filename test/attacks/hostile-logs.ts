import type { PushedEntry } from "../../src/demo/loki/streams.ts";
import { type Canary, plantCanary } from "./canaries.ts";
import { alphabets, type Dice } from "./dice.ts";
import { hostilePaths, hostileText, longText } from "./hostile-text.ts";

export interface HostileLogs {
  readonly entries: readonly PushedEntry[];
  readonly canaries: readonly Canary[];
  /** Trace ids that the entries name and a trace may be made for. */
  readonly traceIds: readonly string[];
}

const kilobyte = 1_024;

/** Log entries as a stranger would write them who knows what reads them. */
export function hostileLogs(dice: Dice, atMs: number, count: number): HostileLogs {
  const canaries: Canary[] = [];
  const traceIds: string[] = [];
  const plant = (): string => {
    const canary = plantCanary(dice);
    canaries.push(canary);
    return canary.text;
  };
  const entries = Array.from({ length: count }, (_, index): PushedEntry => {
    const traceId = dice.text(32, alphabets.hex);
    if (dice.chance(0.5)) traceIds.push(traceId);
    return {
      labels: labels(dice, plant),
      timestampNs: BigInt(atMs + index * 700) * 1_000_000n,
      line: line(dice, plant, traceId),
      ...(dice.chance(0.2)
        ? { structuredMetadata: { trace_id: oddTraceId(dice, traceId), detected_level: "error" } }
        : {}),
    };
  });
  return { entries, canaries, traceIds };
}

function labels(dice: Dice, plant: () => string): Readonly<Record<string, string>> {
  const service = dice.chance(0.6)
    ? dice.pick(["orders", "shop", "ORDERS", "orders "])
    : dice.pick([
        "__proto__",
        "constructor",
        "toString",
        "hasOwnProperty",
        "",
        "a".repeat(2_000),
        "12345",
        "deadbeef1",
      ]);
  // Written one by one, for `__proto__: x` in a literal is no property.
  return Object.fromEntries([
    ["deployment_environment", "dev"],
    ["service_name", dice.chance(0.15) ? hostileText(dice, 3) : dice.chance(0.05) ? plant() : service],
    ...(dice.chance(0.3) ? [["pod", hostileText(dice, 2)]] : []),
    ...(dice.chance(0.15) ? [["request", plant()]] : []),
    ...(dice.chance(0.1) ? [[dice.pick(["__proto__", "constructor", "level", "trace_id"]), hostileText(dice, 2)]] : []),
  ]);
}

function line(dice: Dice, plant: () => string, traceId: string): string {
  const secret = dice.chance(0.5) ? ` ${plant()} ` : "";
  return dice.pick<() => string>([
    () => jsonLine(dice, secret, traceId),
    () => jsonLine(dice, secret, traceId),
    () =>
      `level=error msg=${JSON.stringify(hostileText(dice) + secret)} trace_id=${oddTraceId(dice, traceId)} ${hostileText(dice, 2)}`,
    () =>
      `2026-03-01 02:50:00,123 ERROR [main] com.company.Orders - ${hostileText(dice)}${secret}\n${javaTrace(dice, secret)}`,
    () => `ERROR ${hostileText(dice)}${secret}\n${nodeTrace(dice, secret)}`,
    () => `ERROR root: ${hostileText(dice, 2)}\n${pythonTrace(dice, secret)}`,
    () =>
      `panic: ${hostileText(dice, 3)}${secret}\n\ngoroutine 1 [running]:\nmain.${oddName(dice)}(...)\n\t${oddPath(dice)}:7 +0x1d`,
    () => `ERROR ${longText(dice, dice.pick([kilobyte, 60 * kilobyte, 400 * kilobyte]))}${secret}`,
    // A secret where texts of this length are cut.
    () => `ERROR ${"word ".repeat(dice.pick([3_270, 3_275, 1_995, 52_420]))}${plant()} tail`,
    () => bomb(dice, secret),
    () => `\u001b[31mERROR\u001b[0m ${hostileText(dice)}${secret}`,
    () => `ERROR ${secret}`,
    () => hostileText(dice, 20) + secret,
  ])();
}

function jsonLine(dice: Dice, secret: string, traceId: string): string {
  const message = hostileText(dice) + secret;
  const fields: [string, unknown][] = [
    [
      dice.pick(["level", "severity", "lvl"]),
      dice.pick<unknown>([50, "error", "ERROR", { value: "error" }, ["error"]]),
    ],
    [dice.pick(["msg", "message", "error"]), dice.chance(0.85) ? message : [message, { message }]],
    [dice.pick(["trace_id", "traceId", "traceparent"]), oddTraceId(dice, traceId)],
    ["span_id", dice.text(16, alphabets.hex)],
    ["err", { type: oddName(dice), message, stack: nodeTrace(dice, secret), code: hostileText(dice, 1) }],
  ];
  if (dice.chance(0.4))
    fields.push([dice.pick(["__proto__", "constructor", "toString", "service", "service_name"]), message]);
  if (dice.chance(0.3))
    fields.push(["headers", { authorization: `Bearer ${dice.text(30, alphabets.base62)}`, nested: { secret } }]);
  if (dice.chance(0.3)) fields.push(["body", JSON.stringify({ inner: JSON.stringify({ secret, message }) })]);
  return `{${fields.map(([key, value]) => `${JSON.stringify(key)}:${JSON.stringify(value)}`).join(",")}}`;
}

/** JSON that costs whoever walks it. */
function bomb(dice: Dice, secret: string): string {
  const depth = dice.pick([200, 5_000, 50_000]);
  return dice.pick<() => string>([
    () => `{"level":"error","msg":${"[".repeat(depth)}${"]".repeat(depth)}}`,
    () => `{"level":"error","msg":"deep","cause":${'{"cause":'.repeat(depth)}1${"}".repeat(depth)}}`,
    () => `{"level":"error","msg":"deep","err":${'{"message":"m","cause":'.repeat(depth)}null${"}".repeat(depth)}}`,
    () =>
      `{"level":"error","msg":"wide",${Array.from({ length: 10_000 }, (_, index) => `"k${index}":"${index}"`).join(",")}}`,
    () => `{"level":"error","msg":"number","n":1e999,"m":${"9".repeat(5_000)}}`,
    () => `{"level":"error","msg":"twice","msg":${JSON.stringify(secret)},"level":"info"}`,
    () => `{"level":"error","msg":"cut ${secret.trim()}`,
    () => `ERROR ${"Caused by: x: ".repeat(2_000)}`,
    () => `ERROR x\n${"    at a.b.c(D.java:1)\n".repeat(5_000)}`,
    () => `ERROR x\n${"Caused by: java.lang.Error: y\n    at a.B.c(B.java:1)\n".repeat(1_000)}`,
    () => `level=error msg="${'\\"'.repeat(30_000)}`,
    () => `ERROR ${"((((".repeat(5_000)}${"))))".repeat(5_000)}`,
    () => `ERROR ${"a=".repeat(20_000)}`,
    () => `ERROR ${"@a.".repeat(20_000)}`,
  ])();
}

function nodeTrace(dice: Dice, secret: string): string {
  const head = `${oddName(dice)}: ${hostileText(dice, 3)}${secret}`;
  const frames = dice.several(0, 6, () =>
    dice.chance(0.3)
      ? `    at total (/app/src/total.js:${oddLine(dice)}:29)`
      : `    at ${dice.chance(0.1) ? secret.trim().replaceAll(/\s/g, "") : oddName(dice)} (${oddPath(dice)}:${oddLine(dice)}:1)`,
  );
  return [head, ...frames, "    at node:internal/main:1:1"].join("\n");
}

function javaTrace(dice: Dice, secret: string): string {
  const frames = dice.several(1, 5, () => `\tat ${oddName(dice)}.${oddName(dice)}(${oddPath(dice)}:${oddLine(dice)})`);
  return [`${oddName(dice)}: ${hostileText(dice, 2)}${secret}`, ...frames, "\t... 12 more"].join("\n");
}

function pythonTrace(dice: Dice, secret: string): string {
  const frames = dice.several(
    1,
    5,
    () => `  File "${oddPath(dice)}", line ${oddLine(dice)}, in ${oddName(dice)}\n    x = 1${secret}`,
  );
  return ["Traceback (most recent call last):", ...frames, `${oddName(dice)}: ${hostileText(dice, 2)}`].join("\n");
}

function oddPath(dice: Dice): string {
  const path = dice.chance(0.3)
    ? dice.pick(["src/total.js", "config/settings.js", "src/long.js"])
    : dice.pick(hostilePaths);
  return dice.pick(["", "/app/", "/app/", "file:///app/", "webpack://orders/./", "/app/../../"]) + path;
}

function oddLine(dice: Dice): string {
  return String(dice.pick<number | string>([1, 4, 4, 0, -1, 1e9, "9".repeat(40), "1e3"]));
}

function oddName(dice: Dice): string {
  return dice.pick([
    "orders.total",
    "TypeError",
    "com.company.orders.OrderService",
    "constructor",
    "__proto__",
    "Object.<anonymous>",
    "a".repeat(3_000),
    "@octocat",
    "Fixes#1",
    "da39a3ee5e6b4b0d3255bfef95601890afd80709",
    "www.evil.example",
    "GH-1",
    "$&",
    "\u202eevil",
    "ЕггорType",
    "x`y",
    "<img>",
  ]);
}

function oddTraceId(dice: Dice, traceId: string): string {
  return dice.chance(0.7)
    ? traceId
    : dice.pick([
        "../../api/search?q={}",
        "..%2f..%2fadmin",
        "0".repeat(32),
        traceId.toUpperCase(),
        "x y",
        `00-${traceId}-${"1".repeat(16)}-01`,
        "?",
        "__proto__",
      ]);
}
