import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ModelFault } from "../../src/demo/model/faults.ts";
import { bodiesOf, inWorld, issueTitles, minuteMs, startMs } from "../support/in-world.ts";
import { pushFailureOf } from "../support/small-world.ts";
import { type RunResult, startWorkerProcess, type WorkerProcess } from "../support/worker-process.ts";

let worker: WorkerProcess;
beforeAll(() => {
  worker = startWorkerProcess();
});
afterAll(() => worker.close());

describe("a model that does not answer", () => {
  it.each(["overloaded", "broken", "rate-limited", "reset"] as const)(
    "is asked again later, from where it stood: %s",
    (fault) =>
      inWorld({ hasFailures: false }, async (world) => {
        pushFailureOf(world.loki, { kind: "Only", service: "orders", atMs: startMs - 5 * minuteMs });
        // The first call goes well, the second does not.
        world.model.faults.next.push(null, fault);
        const first = await worker.run(world, startMs);
        expect(issueTitles(world)).toEqual([]);
        expect(first.summary).toMatchObject({ exitCode: 0, jobs: { waiting: 0, delayed: 1, active: 0, failed: 0 } });
        expect(world.model.requests).toHaveLength(2);

        const tooEarly = await worker.run(world, startMs + 10_000);
        expect(tooEarly.summary.modelCalls).toBe(0);

        const second = await worker.run(world, startMs + 2 * minuteMs);
        expect(issueTitles(world)).toHaveLength(1);
        expect(second.openOrders).toEqual([]);
        const [firstRequest, , afterFault] = world.model.requests;
        // The first turn was paid for once; the conversation goes on behind it.
        expect(afterFault?.messages.length).toBeGreaterThan(firstRequest?.messages.length ?? 0);
        expect(bodiesOf(world)[0]).toContain("**How sure:** 60 %");
      }),
  );

  it("for hours, delays the issue and does not swallow it", () =>
    inWorld({ hasFailures: false }, async (world) => {
      pushFailureOf(world.loki, { kind: "Only", service: "orders", atMs: startMs - 5 * minuteMs });
      world.model.faults.always = "overloaded";
      let last: RunResult | null = null;
      for (let run = 0; run < 10; run++) {
        last = await worker.run(world, startMs + run * 20 * minuteMs);
        if (issueTitles(world).length > 0) break;
      }
      expect(world.model.requests).toHaveLength(8);
      expect(bodiesOf(world)[0]).toMatch(/an answer of the model: Anthropic answered 529 \(Overloaded\)/);
      expect(last).toMatchObject({ openOrders: [], todayUsd: 0 });
    }));
});

const spoiled: readonly (readonly [ModelFault, string])[] = [
  ["refusal", "it refused to work on this case"],
  ["max-tokens", "what it said was cut off twice for its length"],
  ["context-window", "what it said was cut off twice for its length"],
  ["outside-schema", "what it said did not fit the schema, also after a correction"],
  ["wrong-key", "Check the API key"],
  ["spend-limit", "monthly limit at Anthropic is used up"],
  ["page", "could not be read"],
];

describe("a model that answers something else", () => {
  it.each(spoiled)("leads to an issue that says so, with what is known without it: %s", (fault, words) =>
    inWorld({}, async (world) => {
      world.model.faults.always = fault;
      const run = await worker.run(world, startMs);
      expect(issueTitles(world)).toHaveLength(2);
      for (const body of bodiesOf(world)) {
        expect(body).toContain("The cause could not be told from what was read.");
        expect(body).toContain(words);
        expect(body).toMatch(/`src\/(total|stock)\.js`/);
      }
      expect(run.openOrders).toEqual([]);
    }),
  );

  it("once, is corrected and goes on", () =>
    inWorld({ hasFailures: false }, async (world) => {
      pushFailureOf(world.loki, { kind: "Only", service: "orders", atMs: startMs - 5 * minuteMs });
      world.model.faults.next.push(null, null, "outside-schema");
      await worker.run(world, startMs);
      expect(bodiesOf(world)[0]).toContain("**How sure:** 60 %");
    }));

  it("with tools for ever, is stopped by its limit of steps", () =>
    inWorld({ hasFailures: false, extra: "analysis: { steps: 4 }" }, async (world) => {
      pushFailureOf(world.loki, { kind: "Only", service: "orders", atMs: startMs - 5 * minuteMs });
      world.model.faults.always = "endless-tools";
      await worker.run(world, startMs);
      expect(world.model.requests.length).toBeLessThanOrEqual(4);
      expect(issueTitles(world)).toHaveLength(1);
    }));

  it("with citations of what does not exist, is shown as unsupported and believed less", () =>
    inWorld({ hasFailures: false }, async (world) => {
      pushFailureOf(world.loki, { kind: "Only", service: "orders", atMs: startMs - 5 * minuteMs });
      world.model.faults.always = "false-citation";
      await worker.run(world, startMs);
      const [body = ""] = bodiesOf(world);
      expect(body.match(/does not stand in that evidence/g)).toHaveLength(2);
      const confidence = Number(/How sure:\*\* (\d+) %/.exec(body)?.[1]);
      expect(confidence).toBeLessThan(50);
    }));
});

describe("no model", () => {
  it("without a key files what is known, and says so", () =>
    inWorld({ hasModel: false }, async (world) => {
      const run = await worker.run(world, startMs);
      expect(run.summary).toMatchObject({ modelCalls: 0, costUsd: 0 });
      for (const body of bodiesOf(world)) {
        expect(body).toContain("No model was asked, because no key is configured");
        expect(body).toMatch(/`src\/(total|stock)\.js`/);
        expect(body).toContain("/blob/");
      }
    }));

  it("beyond the ceiling of the day: the rest is filed without it and says so, and no ceiling is passed", () =>
    inWorld(
      { hasFailures: false, extra: "budget: { incident: 0.1, day: 0.25 }\nflood: { issuesPerRun: 6 }" },
      async (world) => {
        for (const kind of ["Aa", "Bb", "Cc", "Dd", "Ee", "Ff"]) {
          pushFailureOf(world.loki, { kind, service: "orders", atMs: startMs - 5 * minuteMs });
        }
        const run = await worker.run(world, startMs);
        const without = bodiesOf(world).filter((body) => body.includes("because the budget is spent"));
        expect(issueTitles(world)).toHaveLength(6);
        expect(without.length).toBeGreaterThan(0);
        expect(without.length).toBeLessThan(6);
        expect(run.todayUsd).toBeLessThanOrEqual(0.25);
      },
    ));

  it("whose answers are lost: each counts at its most, and no ceiling is passed", () =>
    inWorld({ hasFailures: false, extra: "budget: { incident: 0.3, day: 0.3 }" }, async (world) => {
      pushFailureOf(world.loki, { kind: "Only", service: "orders", atMs: startMs - 5 * minuteMs });
      world.model.faults.always = "reset";
      let last: RunResult | null = null;
      for (let run = 0; run < 8; run++) last = await worker.run(world, startMs + run * 20 * minuteMs);
      expect(last?.todayUsd).toBeLessThanOrEqual(0.3);
      expect(world.model.requests.length).toBeLessThanOrEqual(5);
    }));
});
