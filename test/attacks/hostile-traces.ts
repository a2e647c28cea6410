import { type Canary, plantCanary } from "./canaries.ts";
import { alphabets, type Dice } from "./dice.ts";
import { hostileText, longText } from "./hostile-text.ts";

export interface HostileTrace {
  /** One OTLP request. */
  readonly request: object;
  readonly canaries: readonly Canary[];
}

/** A trace that no tracer would write: cycles, ids used twice, times out of order, and secrets in every attribute. */
export function hostileTrace(dice: Dice, traceId: string, atMs: number): HostileTrace {
  const canaries: Canary[] = [];
  const plant = (): string => {
    const canary = plantCanary(dice);
    canaries.push(canary);
    return canary.text;
  };
  const count = dice.chance(0.05) ? 10_000 : dice.pick([1, 2, 5, 40]);
  const ids = Array.from({ length: Math.max(1, Math.ceil(count * dice.pick([1, 1, 0.5]))) }, () =>
    dice.text(16, alphabets.hex),
  );
  const groups = Map.groupBy(
    Array.from({ length: count }, (_, index) => index),
    () => dice.pick(["orders", "shop", "orders", "__proto__", "", hostileText(dice, 2)]),
  );
  const resourceSpans = [...groups].map(([service, indices]) => ({
    resource: {
      attributes: [
        { key: "service.name", value: { stringValue: service } },
        { key: "host.name", value: { stringValue: hostileText(dice, 1) } },
        {
          key: dice.pick(["__proto__", "constructor", "service.version"]),
          value: { stringValue: hostileText(dice, 1) },
        },
      ],
    },
    scopeSpans: [{ scope: {}, spans: indices.map(() => span(dice, traceId, ids, atMs, plant, count)) }],
  }));
  return { request: { resourceSpans }, canaries };
}

function span(
  dice: Dice,
  traceId: string,
  ids: readonly string[],
  atMs: number,
  plant: () => string,
  count: number,
): object {
  const isLarge = count > 100;
  const startNs = dice.chance(0.9) ? BigInt(atMs + dice.int(2_000)) * 1_000_000n : dice.pick([0n, 1n, 2n ** 63n - 1n]);
  return {
    traceId,
    spanId: dice.pick(ids),
    // Any id, itself included: that makes cycles.
    ...(dice.chance(0.8) ? { parentSpanId: dice.pick(ids) } : {}),
    name: isLarge ? "step" : hostileText(dice, 3),
    kind: dice.pick([0, 1, 2, 3, 99]),
    startTimeUnixNano: startNs.toString(),
    endTimeUnixNano: (startNs + BigInt(dice.pick([0, 40, -40, 1_000_000])) * 1_000_000n).toString(),
    status: {
      code: dice.pick([0, 1, 2, 2, 7]),
      message: isLarge ? "" : hostileText(dice, 3) + (dice.chance(0.3) ? ` ${plant()} ` : ""),
    },
    attributes: isLarge ? [] : dice.several(0, 5, () => attribute(dice, plant)),
    events: isLarge || dice.chance(0.4) ? [] : dice.several(1, 3, () => event(dice, startNs, plant)),
    links: dice.chance(0.1)
      ? Array.from({ length: dice.pick([1, 3_000]) }, () => ({ traceId, spanId: dice.pick(ids) }))
      : [],
  };
}

function attribute(dice: Dice, plant: () => string): object {
  const key = dice.pick([
    "http.request.header.authorization",
    "db.statement",
    "url.full",
    "enduser.id",
    "exception.message",
    "__proto__",
    "constructor",
    hostileText(dice, 1),
  ]);
  const value = dice.pick<() => object>([
    () => ({ stringValue: plant() }),
    () => ({ stringValue: `${hostileText(dice)} ${plant()} ` }),
    () => ({ stringValue: longText(dice, dice.pick([1_000, 200_000])) }),
    () => ({ intValue: "9223372036854775807" }),
    () => ({ intValue: "not a number" }),
    () => ({ doubleValue: "NaN" }),
    () => ({ boolValue: true }),
    () => ({}),
    () => ({ arrayValue: { values: [{ stringValue: plant() }, { intValue: "1" }, {}] } }),
    () => ({ kvlistValue: { values: [{ key: "password", value: { stringValue: plant() } }] } }),
    () => ({ bytesValue: "AAAA" }),
  ])();
  return { key, value };
}

function event(dice: Dice, startNs: bigint, plant: () => string): object {
  const type = dice.pick(["TypeError", "com.company.OrderError", "__proto__", "@octocat", hostileText(dice, 1)]);
  const message = hostileText(dice, 3) + (dice.chance(0.5) ? ` ${plant()} ` : "");
  const stack = `${type}: ${message}\n    at total (/app/src/total.js:4:29)\n    at x (/app/../../etc/passwd:1:1) ${plant()} `;
  const attributes = [
    { key: "exception.type", value: { stringValue: type } },
    { key: "exception.message", value: { stringValue: message } },
    { key: "exception.stacktrace", value: { stringValue: stack } },
    { key: "exception.escaped", value: { stringValue: "False" } },
  ].filter(() => dice.chance(0.85));
  return {
    name: dice.pick(["exception", "exception", "log", hostileText(dice, 1)]),
    timeUnixNano: startNs.toString(),
    attributes,
  };
}
