import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openStore } from "../../src/adapters/sqlite/store.ts";
import { databaseFileOf } from "../../src/main/setting.ts";
import { bodiesOf, inWorld, issueTitles, minuteMs, startMs } from "../support/in-world.ts";
import { pushFailureOf, type SmallWorld } from "../support/small-world.ts";
import { createTestClock } from "../support/test-clock.ts";
import { startWorkerProcess, type WorkerProcess } from "../support/worker-process.ts";

let worker: WorkerProcess;
beforeAll(() => {
  worker = startWorkerProcess();
});
afterAll(() => worker.close());

const dayMs = 86_400_000;
const firstDay = "2026-03-01";
const nextDay = "2026-03-02";
/** Half a minute before midnight. */
const eveMs = Date.parse(`${nextDay}T00:00:00Z`) - 30_000;

async function costsOf(world: SmallWorld) {
  const store = await openStore({ path: databaseFileOf(world.stateDirectory), clock: createTestClock() });
  try {
    return {
      lines: await store.costs("2026-01-01"),
      firstUsd: await store.spentUsd(firstDay, null),
      nextUsd: await store.spentUsd(nextDay, null),
      warned: (await store.audit({ sinceMs: 0, limit: 1_000 })).filter(({ action }) => action === "budget.near-ceiling")
        .length,
    };
  } finally {
    await store.close();
  }
}

const fail = (world: SmallWorld, kind: string, atMs: number, environment = "dev") =>
  pushFailureOf(world.loki, { kind, service: "orders", atMs, environment });

describe("a ceiling", () => {
  it("of an environment leaves the others theirs, and its issues come without a model and say so", () =>
    inWorld(
      {
        hasFailures: false,
        extra: "flood: { issuesPerRun: 6 }",
        environments: ({ loki }) => `  prod:
    mode: issue
    loki: { url: "${loki}", query: '{deployment_environment="prod"}' }
    budget: { day: 0.01 }`,
      },
      async (world) => {
        fail(world, "Aa", startMs - 5 * minuteMs, "dev");
        fail(world, "Bb", startMs - 5 * minuteMs, "prod");
        const run = await worker.run(world, startMs);
        const [without, ...others] = bodiesOf(world).filter((body) => body.includes("because the budget is spent"));
        expect(others).toEqual([]);
        expect(without).toContain("BbError");
        const { lines } = await costsOf(world);
        expect(lines.map(({ environment }) => environment)).toEqual(["dev"]);
        // A person who asks by hand is bound by it too.
        const id = run.incidents.find(({ title }) => title.includes("Bb"))?.id ?? "none";
        const { stdout } = await worker.cli(world, ["analyse", id]);
        expect(stdout).toContain("what is left of the budget for this incident does not pay for another call");
        const asked = (await costsOf(world)).lines.filter(({ environment }) => environment === "prod");
        expect(asked).toMatchObject([{ reservedUsd: 0.01, actualUsd: 0 }]);
      },
    ));
});

describe("a clock that is set back or forward", () => {
  it("past midnight between reserving and settling: the money counts on the day it was reserved, once", () =>
    inWorld({ nowMs: eveMs, hasFailures: false }, async (world) => {
      fail(world, "Only", eveMs - 5 * minuteMs);
      // The first answer comes before midnight, the others after it.
      world.model.faults.next.push(null, "overloaded");
      await worker.run(world, eveMs);
      const before = await costsOf(world);
      expect(before.lines).toMatchObject([{ dayUtc: firstDay, actualUsd: null }]);
      expect(before.firstUsd).toBe(before.lines[0]?.reservedUsd);

      await worker.run(world, eveMs + 2 * minuteMs);
      const after = await costsOf(world);
      expect(issueTitles(world)).toHaveLength(1);
      expect(after.lines).toMatchObject([{ dayUtc: firstDay, actualUsd: after.firstUsd }]);
      expect(after.nextUsd).toBe(0);
      expect(after.firstUsd).toBeLessThan(before.firstUsd);
    }));

  it("by a day back while an order waits: nothing is asked twice, and it goes on when the time has come again", () =>
    inWorld({ nowMs: eveMs, hasFailures: false }, async (world) => {
      fail(world, "Only", eveMs - 5 * minuteMs);
      world.model.faults.next.push(null, "overloaded");
      await worker.run(world, eveMs);
      const calls = world.model.requests.length;
      const back = await worker.run(world, eveMs - dayMs);
      expect(back.summary).toMatchObject({ modelCalls: 0, effects: [] });
      expect(back.openOrders).toHaveLength(1);
      await worker.run(world, eveMs + 2 * minuteMs);
      expect(issueTitles(world)).toHaveLength(1);
      const [first, delayed, again] = world.model.requests;
      expect([calls, again]).toEqual([2, delayed]);
      expect(first?.messages).toHaveLength(1);
      expect((await costsOf(world)).lines).toHaveLength(1);
    }));

  it("between ticks, to and fro over midnight: each day has its ceiling and neither gets a second one", () =>
    inWorld(
      { nowMs: eveMs, hasFailures: false, extra: "budget: { incident: 0.2, day: 0.25 }\nflood: { issuesPerRun: 9 }" },
      async (world) => {
        const days = [
          eveMs,
          eveMs + minuteMs,
          eveMs + 5_000,
          eveMs + 2 * minuteMs,
          eveMs + 10_000,
          eveMs + 3 * minuteMs,
        ];
        for (const [index, nowMs] of days.entries()) {
          for (const letter of "abc")
            fail(world, `K${letter}${"xyzuvw"[index]}`, Math.min(nowMs, eveMs) - 5 * minuteMs + index);
          await worker.run(world, nowMs);
          const { firstUsd, nextUsd } = await costsOf(world);
          expect(firstUsd).toBeLessThanOrEqual(0.25);
          expect(nextUsd).toBeLessThanOrEqual(0.25);
        }
        const { firstUsd, nextUsd } = await costsOf(world);
        expect(Math.min(firstUsd, nextUsd)).toBeGreaterThan(0);
        expect(bodiesOf(world).some((body) => body.includes("because the budget is spent"))).toBe(true);
      },
    ));
});

describe("four fifths of a day's money", () => {
  it("of an environment are told with the lever that raises it, by `cost` too", () =>
    inWorld(
      {
        nowMs: Date.now(),
        hasFailures: false,
        environments: ({ loki }) => `  prod:
    mode: issue
    loki: { url: "${loki}", query: '{deployment_environment="prod"}' }
    budget: { day: 0.5 }`,
      },
      async (world) => {
        fail(world, "Bb", Date.now() - 5 * minuteMs, "prod");
        world.model.faults.always = "overloaded";
        const run = await worker.run(world, Date.now());
        const words =
          /\$0\.50 of today's \$0\.50 for models in prod is spent or reserved \(100 %\)\..*environments\.prod\.budget\.day raises it/;
        expect(run.told.join("\n")).toMatch(words);
        expect((await worker.cli(world, ["cost"])).stdout).toMatch(words);
      },
    ));

  it("are told once a day", () =>
    inWorld({ hasFailures: false, extra: "budget: { incident: 0.2, day: 0.22 }" }, async (world) => {
      fail(world, "Aa", startMs - 5 * minuteMs);
      world.model.faults.always = "overloaded";
      const run = await worker.run(world, startMs);
      const words = /\$0\.20 of today's \$0\.22 for models is spent or reserved \(90 %\)/;
      expect(run.told.join("\n")).toMatch(words);
      const again = await worker.run(world, startMs + 2 * minuteMs);
      expect(again.told.join("\n")).not.toMatch(words);
      const { warned, firstUsd } = await costsOf(world);
      expect(firstUsd).toBeCloseTo(0.2);
      expect(warned).toBe(1);
    }));
});
