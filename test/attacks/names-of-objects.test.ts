import { Readable } from "node:stream";
import { afterEach, describe, expect, it } from "vitest";
import type { Json } from "../../src/domain/json.ts";
import { explainCommand } from "../../src/main/commands/explain-command.ts";
import { inWorld, minuteMs, startMs } from "../support/in-world.ts";
import { pushFailureOf, type SmallWorld } from "../support/small-world.ts";
import type { RawMessage } from "./hostile-model.ts";
import { makeJourney } from "./journey.ts";

/** Names that every object has something under, and one more that does not come by accident. */
const trap = "lanternOfTheTrap";
const names = ["constructor", "__proto__", "toString", "hasOwnProperty", "valueOf", trap];

let fell: string[] = [];

/** Every object has something under the trap's name now; where our sources reach it by a name that somebody else chose, it is noted. */
function setTrap(): void {
  fell = [];
  Object.defineProperty(Object.prototype, trap, {
    configurable: true,
    get() {
      noteCaller();
      return undefined;
    },
    set(this: object, value: unknown) {
      Object.defineProperty(this, trap, { value, writable: true, enumerable: true, configurable: true });
    },
  });
}

afterEach(() => {
  Reflect.deleteProperty(Object.prototype, trap);
});

/** The innermost frame: what libraries, the stand-ins and the tests do with a name is their affair. */
function noteCaller(): void {
  const [, , caller = ""] = (new Error("trap").stack ?? "").split("\n").filter((line) => /^\s+at /.test(line));
  if (/\/src\/(?!demo\/)/.test(caller)) fell.push(caller.trim());
}

function services(clone: string): string {
  return `  orders: { repository: company/orders, path: ${clone}, deployed: [${trap}], aliases: [an-alias] }
  shop: { repository: company/shop, path: ${clone} }`;
}

/** Lines, labels, fields, levels, spans and exceptions that carry a name in every place that has one. */
function pushStrange(world: SmallWorld, name: string, index: number): void {
  const atMs = startMs - 15 * minuteMs + index * 1_000;
  const labels = { deployment_environment: "dev", service_name: name, [name]: name, level: "error" };
  const traceId = index.toString(16).padStart(32, "f");
  const spanId = index.toString(16).padStart(16, "e");
  const err = {
    type: name,
    name,
    message: `${name} failed`,
    stack: `${name}: failed\n    at ${name} (/app/${name}:1:2)`,
  };
  const lines = [
    JSON.stringify({
      level: "error",
      msg: `${name} went wrong`,
      [name]: { [name]: name },
      logger: name,
      err,
      trace_id: traceId,
    }),
    `level=error msg="${name} went wrong" ${name}=${name} service=${name} trace_id=${traceId}`,
    `2026-03-01 02:45:00 ERROR [${name}] ${name} - ${name} went wrong`,
  ];
  world.loki.push(lines.map((line, at) => ({ labels, timestampNs: BigInt(atMs + at) * 1_000_000n, line })));
  const attribute = { key: name, value: { stringValue: name } };
  const time = { startTimeUnixNano: `${atMs}000000`, endTimeUnixNano: `${atMs + 9}000000` };
  const event = {
    name: "exception",
    timeUnixNano: `${atMs}000000`,
    attributes: [
      attribute,
      ...["type", "message"].map((each) => ({ key: `exception.${each}`, value: attribute.value })),
    ],
  };
  const span = { traceId, spanId, name, kind: 2, ...time, status: { code: 2, message: name }, events: [event] };
  const resource = { attributes: [{ key: "service.name", value: { stringValue: name } }, attribute] };
  world.tempo.push({
    resourceSpans: [{ resource, scopeSpans: [{ scope: { name }, spans: [{ ...span, attributes: [attribute] }] }] }],
  });
}

/** Uses tools that there are not on services and files that there are not, then finds the fault in them. */
function modelOf(name: string): () => RawMessage {
  let calls = 0;
  return () => {
    calls += 1;
    const use = (tool: string, index: number) => ({
      type: "tool_use",
      id: `t${calls}-${index}`,
      name: tool,
      input: { service: name, path: name, text: name, under: name, first: 1, last: 2, [name]: name },
    });
    const cause = { kind: name, claim: name, category: name, service: name, faulty: [{ service: name, path: name }] };
    return calls % 2 === 1
      ? { content: ["read_lines", "search", name].map(use), stopReason: "tool_use", usage: null }
      : {
          content: [{ type: "text", text: JSON.stringify({ ...cause, [name]: name }) }],
          stopReason: name,
          usage: null,
        };
  };
}

describe("names that every object has something under", () => {
  it("are names like any other in logs, traces and answers of the model", () =>
    inWorld({ services, extra: "fallbackRepository: company/shop\nconcurrency: 1" }, async (world) => {
      for (const [index, name] of names.entries()) pushStrange(world, name, index);
      setTrap();
      const outcome = await makeJourney({
        world,
        startMs,
        answers: modelOf(trap),
        isOverHttp: false,
        meanwhile: () => undefined,
      });
      expect(fell).toEqual([]);
      expect(outcome.runs.flatMap(({ failures }) => failures)).toEqual([]);
      const seen = new Map(Map.groupBy(outcome.incidents, ({ service }) => service));
      for (const name of names.filter((each) => each !== "__proto__")) {
        const counted = (seen.get(name) ?? []).flatMap(({ counts }) => Object.values(counts));
        expect(
          counted.reduce((sum, count) => sum + count, 0),
          name,
        ).toBe(3);
      }
      const repositories = world.github.world.issues().map(({ repository }) => repository);
      expect(new Set(repositories)).toEqual(new Set(["company/orders", "company/shop"]));
    }));

  it("are names like any other of environments", () =>
    inWorld(
      {
        environments: ({ loki }) =>
          `  constructor: { mode: issue, loki: { url: "${loki}", query: '{deployment_environment="constructor"}' } }`,
      },
      async (world) => {
        pushFailureOf(world.loki, { kind: "Both", service: "shop", atMs: startMs - 5 * minuteMs });
        for (const minute of [4, 3]) {
          const atMs = startMs - minute * minuteMs;
          pushFailureOf(world.loki, { kind: "Both", service: "shop", atMs, environment: "constructor" });
        }
        const answers = null;
        const meanwhile = (nowMs: number) =>
          pushFailureOf(world.loki, { kind: "Both", service: "shop", atMs: nowMs, environment: "constructor" });
        const outcome = await makeJourney({ world, startMs, answers, isOverHttp: false, meanwhile });
        const both = outcome.incidents.find(({ title }) => title.includes("BothError"));
        expect(both?.counts).toEqual({ dev: 1, constructor: 3 });
      },
    ));

  it("belong to no repository where there is no service map", async () => {
    let stdout = "";
    const line = (name: string) => JSON.stringify({ level: "error", msg: "it failed", service: name });
    const io = {
      stdin: Readable.from([names.map(line).join("\n")]),
      stdout: (text: string) => {
        stdout += text;
      },
      stderr: () => undefined,
    };
    const options = { config: "/nowhere.yaml", state: "/nowhere", json: true, isConfigNamed: false, input: "lines" };
    setTrap();
    expect(await explainCommand(options, io)).toBe(0);
    const told = stdout
      .trimEnd()
      .split("\n")
      .map((each) => JSON.parse(each) as Json<{ service: string | null; repository: null }>);
    expect(fell).toEqual([]);
    expect(told.map(({ repository }) => repository)).toEqual(names.map(() => null));
    expect(told.map(({ service }) => service)).toEqual(names);
  });
});
