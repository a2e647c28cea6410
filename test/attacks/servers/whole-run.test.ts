import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { inWorld, issueTitles, minuteMs, startMs } from "../../support/in-world.ts";
import type { SmallWorld } from "../../support/small-world.ts";
import { type RunResult, startWorkerProcess, type WorkerProcess } from "../../support/worker-process.ts";
import { type HostileFront, type Misbehaviour, startHostileFront } from "./hostile-front.ts";
import { answer, echoing, gzipBomb, hugeHeaders, raw, redirect, withHeaders } from "./misbehaviours.ts";

let worker: WorkerProcess;
beforeAll(() => {
  worker = startWorkerProcess();
});
afterAll(() => worker.close());

const password = "Kestrel-under-7-lanterns";
const auth = `auth: { user: reader, password: "\${SOURCE_PASSWORD}" }, timeout: 2s`;
const everyMs = 5 * minuteMs;

type Server = "loki" | "tempo" | "github" | "model";

interface Attacked {
  readonly world: SmallWorld;
  readonly front: HostileFront;
  run(nowMs: number): Promise<RunResult>;
}

/** A small world in which one server is reached through a hostile front, and the others are as they should be. */
function attacked<Result>(server: Server, work: (at: Attacked) => Promise<Result>): Promise<Result> {
  return inWorld({ loki: auth, tempo: auth }, async (world) => {
    const good = world[server].url;
    const front = await startHostileFront(good);
    writeFileSync(world.configFile, readFileSync(world.configFile, "utf8").replaceAll(good, front.url));
    const env = { SOURCE_PASSWORD: password, ...(server === "model" ? { ANTHROPIC_BASE_URL: front.url } : {}) };
    try {
      return await work({ world, front, run: (nowMs) => worker.run(world, nowMs, { env }) });
    } finally {
      await front.close();
    }
  });
}

const page = answer(200, "<!doctype html><title>Sign in</title>", { "content-type": "text/html" });
const often: readonly (readonly [string, Misbehaviour])[] = [
  ["a page in its place", page],
  ["a redirect", redirect(302, "http://127.0.0.1:9")],
  ["its login repeated with 401", echoing(401)],
  ["its login repeated with 500", echoing(500)],
  ["another shape", answer(200, '{"data":{"resultType":"streams","result":{}},"content":"x"}')],
  ["a gzip bomb", gzipBomb],
  ["huge headers", hugeHeaders],
  ["no HTTP", raw("\u0000\u0001\u0002")],
];

const clock1970 = withHeaders({ date: "Thu, 01 Jan 1970 00:00:10 GMT" });
const clock3000 = withHeaders({ date: "Wed, 01 Jan 3000 00:00:00 GMT" });

describe.each(["loki", "github"] as const)("a %s that answers", (server) => {
  it.each(often)("%s is told once a run, and the first run after it files everything", (_name, misbehaviour) =>
    attacked(server, async ({ world, front, run }) => {
      for (const round of [0, 1]) {
        front.misbehave(misbehaviour);
        const hostile = await run(startMs + round * everyMs);
        expect(front.met()).toBeGreaterThan(0);
        expect(front.met()).toBeLessThan(20);
        expect(hostile.summary.failures).toHaveLength(1);
        expect(hostile.told.filter((line) => line.includes("GitHub")).length).toBeLessThanOrEqual(1);
        expect(hostile.summary.exitCode).toBe(1);
        expect(issueTitles(world)).toEqual([]);
        expectNoSecretAnywhere(world, hostile);
      }
      front.misbehave(null);
      const healed = await run(startMs + 2 * everyMs);
      expect(healed.summary).toMatchObject({ exitCode: 0, failures: [] });
      expectAllTold(world, healed);
    }),
  );
});

describe("a Tempo that answers", () => {
  it.each(often)("%s holds investigations up, and they go on by themselves", (_name, misbehaviour) =>
    attacked("tempo", async ({ world, front, run }) => {
      front.misbehave(misbehaviour);
      for (const round of [0, 1]) {
        const hostile = await run(startMs + round * everyMs);
        expect(hostile.summary).toMatchObject({ needsHuman: [], modelCalls: 0 });
        expect(hostile.told.filter((line) => line.includes("Tempo"))).toHaveLength(1);
        expectNoSecretAnywhere(world, hostile);
      }
      expect(front.met()).toBeLessThan(20);
      front.misbehave(null);
      expectAllTold(world, await run(startMs + 2 * everyMs));
    }),
  );
});

describe("a model that answers", () => {
  it.each(often)("%s costs no more than the calls that were made, and no issue is lost", (_name, misbehaviour) =>
    attacked("model", async ({ world, front, run }) => {
      front.misbehave(misbehaviour);
      for (const round of [0, 1]) {
        const hostile = await run(startMs + round * everyMs);
        expect(hostile.summary.needsHuman).toEqual([]);
        expectNoSecretAnywhere(world, hostile);
      }
      expect(front.met()).toBeLessThanOrEqual(6);
      front.misbehave(null);
      const healed = await run(startMs + 2 * everyMs);
      expectAllTold(world, healed);
      expect(healed.todayUsd).toBeLessThan(1);
    }),
  );
});

describe("a Loki whose clock is wrong", () => {
  it("by half a century is told with both times; what it has is found, nothing counts as read, and nothing is read from earlier and earlier", () =>
    attacked("loki", async ({ world, front, run }) => {
      front.misbehave(clock1970, "query_range");
      const first = await run(startMs);
      expect(first.summary.failures).toEqual([
        expect.stringMatching(
          /^dev: Loki's clock says 1970-01-01T00:00:10.000Z, this machine's 2026-03-01T03:00:00.000Z: /,
        ),
      ]);
      expectAllTold(world, first);
      const second = await run(startMs + everyMs);
      const third = await run(startMs + 2 * everyMs);
      expect(second.summary.failures).toHaveLength(1);
      expect([second.checkpoints["dev"], third.checkpoints["dev"]]).toEqual([
        first.checkpoints["dev"],
        first.checkpoints["dev"],
      ]);
      front.misbehave(null);
      const healed = await run(startMs + 3 * everyMs);
      expect(healed.summary).toMatchObject({ exitCode: 0, failures: [] });
      expect(BigInt(healed.checkpoints["dev"] ?? 0)).toBe(BigInt(startMs + 3 * everyMs - 30_000) * 1_000_000n);
      expectAllTold(world, healed);
    }));

  it("by a thousand years ahead changes nothing", () =>
    attacked("loki", async ({ world, front, run }) => {
      front.misbehave(clock3000);
      const first = await run(startMs);
      expect(first.summary).toMatchObject({ exitCode: 0, failures: [] });
      expect(BigInt(first.checkpoints["dev"] ?? 0)).toBe(BigInt(startMs - 30_000) * 1_000_000n);
      expectAllTold(world, first);
    }));
});

describe("a GitHub that wants to be left alone", () => {
  const limited = (headers: Readonly<Record<string, string>>) =>
    answer(403, '{"message":"API rate limit exceeded"}', { "x-ratelimit-remaining": "0", ...headers });

  it.each([
    ["until 1970", limited({ "x-ratelimit-reset": "0" })],
    ["until 3000", limited({ "x-ratelimit-reset": "32503680000" })],
    ["for no time at all", limited({ "retry-after": "0" })],
    ["for eleven days", limited({ "retry-after": "999999" })],
    ["until 1970, by a clock of 3000", limited({ "x-ratelimit-reset": "0", date: "Wed, 01 Jan 3000 00:00:00 GMT" })],
  ])("%s when it is written to is asked a few times, and written to again within two hours", (_name, misbehaviour) =>
    attacked("github", async ({ world, front, run }) => {
      front.misbehave(({ request, ...more }) =>
        request.method === "POST" ? misbehaviour({ request, ...more }) : passOn({ request, ...more }),
      );
      const hostile = await run(startMs);
      expect(hostile.effects.map(({ state }) => state)).toEqual(["intended", "intended"]);
      expect(front.met()).toBeLessThan(12);
      front.misbehave(null);
      const healed = await run(startMs + 120 * minuteMs);
      expectAllTold(world, healed);
    }),
  );
});

const passOn: Misbehaviour = async ({ response, good }) => {
  const { status, headers, body } = await good();
  response.writeHead(status, headers).end(body);
};

function expectAllTold(world: SmallWorld, run: RunResult): void {
  expect(issueTitles(world).toSorted()).toEqual([
    "company/orders: [orders] TypeError in stock.js:reserve",
    "company/orders: [orders] TypeError in total.js:total",
  ]);
  const told = run.incidents.map(({ state, counts }) => `${state} ${counts["dev"]}`);
  expect(told.toSorted()).toEqual(["reported 3", "reported 4", "symptom 4"]);
  expect(run.openOrders).toEqual([]);
  expectNoSecretAnywhere(world, run);
}

/** Neither told, nor kept, nor written: what is not ours to repeat, in any form. */
function expectNoSecretAnywhere(world: SmallWorld, run: RunResult): void {
  const token = world.env["GITHUB_TOKEN"] ?? "";
  const key = world.env["ANTHROPIC_API_KEY"] ?? "";
  const secrets = [password, `reader:${password}`, token, key].flatMap((secret) => [
    secret,
    Buffer.from(secret).toString("base64"),
  ]);
  const files = readdirSync(world.stateDirectory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), "latin1"));
  const issues = world.github.world.issues().flatMap((issue) => [issue.title, issue.body]);
  for (const text of [JSON.stringify(run), ...files, ...issues]) {
    for (const secret of secrets) expect(text.includes(secret)).toBe(false);
  }
}
