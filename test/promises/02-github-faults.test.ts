import { rmSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Fault } from "../../src/demo/github/faults.ts";
import { inWorld, issueTitles, minuteMs, startMs } from "../support/in-world.ts";
import { pushStockFailure, type SmallWorld, secondToken } from "../support/small-world.ts";
import { type RunResult, startWorkerProcess, type WorkerProcess } from "../support/worker-process.ts";

let worker: WorkerProcess;
beforeAll(() => {
  worker = startWorkerProcess();
});
afterAll(() => worker.close());

const bothIssues = [
  "company/orders: [orders] TypeError in total.js:total",
  "company/orders: [orders] TypeError in stock.js:reserve",
];
const lost: readonly Fault[] = [
  { kind: "lost-502" },
  { kind: "reset-after" },
  { kind: "cut-answer" },
  { kind: "html-answer" },
  { kind: "fail-500" },
  { kind: "reset-before" },
];

describe("a GitHub whose answer is lost", () => {
  it.each(lost)("gets one issue each in the end: $kind", (fault) =>
    inWorld({}, async (world) => {
      world.github.faults.onWrite(fault);
      await untilQuiet(world);
      expect(issueTitles(world).toSorted()).toEqual(bothIssues.toSorted());
    }),
  );

  it("gets one issue each when its list also lags half a minute", () =>
    inWorld({}, async (world) => {
      world.github.setListingLag(30_000);
      world.github.faults.onWrite({ kind: "lost-502" }, { kind: "reset-after" });
      const first = await worker.run(world, startMs);
      expect(first.effects.some((effect) => effect.state === "unknown")).toBe(true);
      const last = await untilQuiet(world);
      expect(issueTitles(world).toSorted()).toEqual(bothIssues.toSorted());
      // Each effect knows the number of the issue that GitHub had made.
      expect(last.effects.map(({ state, reference }) => ({ state, reference }))).toEqual([
        { state: "done", reference: 1 },
        { state: "done", reference: 2 },
      ]);
      expect(
        world.github.requests.filter(({ method, target }) => method === "POST" && target.endsWith("/issues")),
      ).toHaveLength(2);
    }));
});

describe("a GitHub that wants to be left alone", () => {
  it.each([{ kind: "retry-after", seconds: 90 }, { kind: "secondary" }, { kind: "primary", seconds: 90 }] as const)(
    "is not written to before it allows it: $kind",
    (fault) =>
      inWorld({}, async (world) => {
        world.github.faults.onWrite(fault);
        const first = await worker.run(world, startMs);
        expect(writesOf(world)).toHaveLength(1);
        expect(first.effects.map((effect) => effect.state)).toEqual(["intended", "intended"]);
        const calls = world.model.requests.length;
        await worker.run(world, startMs + 30_000);
        expect(writesOf(world)).toHaveLength(1);
        await worker.run(world, startMs + 3 * minuteMs);
        expect(issueTitles(world).toSorted()).toEqual(bothIssues.toSorted());
        expect(writesOf(world)).toHaveLength(3);
        expect(world.model.requests).toHaveLength(calls);
      }),
  );
});

describe("a token that has expired", () => {
  it("fails the run in GitHub's words after one question, and the run with the next token files what was found", () =>
    inWorld({}, async (world) => {
      world.github.revoke(world.env["GITHUB_TOKEN"] ?? "");
      const first = await worker.run(world, startMs);
      expect(issueTitles(world)).toEqual([]);
      expect(first.summary.exitCode).toBe(1);
      expect(first.summary.failures.join("\n")).toMatch(/401/);
      expect(world.github.requests).toHaveLength(1);

      const calls = world.model.requests.length;
      const second = await worker.run(world, startMs + minuteMs, { env: { GITHUB_TOKEN: secondToken } });
      expect(issueTitles(world).toSorted()).toEqual(bothIssues.toSorted());
      expect(world.model.requests).toHaveLength(calls);
      expect(second.summary).toMatchObject({ exitCode: 0, failures: [] });
    }));

  it("keeps a comment until the next token is there", () =>
    inWorld({}, async (world) => {
      await worker.run(world, startMs);
      pushStockFailure(world.loki, startMs + minuteMs);
      world.github.revoke(world.env["GITHUB_TOKEN"] ?? "");
      const later = await worker.run(world, startMs + 65 * minuteMs);
      expect(later.told.join("\n")).toMatch(/comment in company\/orders waits: GitHub does not accept the token \(401/);
      await worker.run(world, startMs + 70 * minuteMs, { env: { GITHUB_TOKEN: secondToken } });
      expect(
        world.github.world
          .issues()
          .map((issue) => issue.comments.length)
          .toSorted(),
      ).toEqual([0, 1]);
    }));
});

describe("an issue that GitHub refuses", () => {
  it("needs a human once, and a retry files it without paying again", () =>
    inWorld({}, async (world) => {
      world.github.faults.onWrite({ kind: "invalid" });
      const first = await worker.run(world, startMs);
      expect(first.summary.exitCode).toBe(3);
      expect(first.summary.needsHuman).toEqual([expect.stringMatching(/GitHub refused the issue: .*422/)]);
      const stuck = first.incidents.find(({ state }) => state === "stuck");
      const second = await worker.run(world, startMs + minuteMs);
      expect(second.summary).toMatchObject({ exitCode: 0, effects: [] });

      const calls = world.model.requests.length;
      expect(await worker.cli(world, ["incidents", "retry", stuck?.id ?? ""])).toMatchObject({ code: 0 });
      // So late that it would be left alone, had nobody asked for it.
      const third = await worker.run(world, startMs + 120 * minuteMs);
      expect(issueTitles(world).toSorted()).toEqual(bothIssues.toSorted());
      expect(world.model.requests).toHaveLength(calls);
      expect(third.summary.exitCode).toBe(0);
      expect(third.incidents.map((incident) => incident.state).toSorted()).toEqual(["reported", "reported", "symptom"]);
    }));
});

describe("state that was lost", () => {
  it("is no reason to file an issue again: each is found by its marker", () =>
    inWorld({}, async (world) => {
      const before = await worker.run(world, startMs);
      const bodies = world.github.world.issues().map((issue) => issue.body);
      rmSync(world.stateDirectory, { recursive: true });
      const after = await worker.run(world, startMs + minuteMs);
      expect(writesOf(world)).toHaveLength(2);
      expect(world.github.world.issues().map((issue) => issue.body)).toEqual(bodies);
      expect(after.incidents.map(({ id, state, issue }) => [id, state, issue?.number ?? null]).toSorted()).toEqual(
        before.incidents.map(({ id, state, issue }) => [id, state, issue?.number ?? null]).toSorted(),
      );
      expect(after.summary.exitCode).toBe(0);
      expect((await worker.run(world, startMs + 2 * minuteMs)).summary.effects).toEqual([]);
    }));

  it("believes no marker that a log line or somebody else wrote", () =>
    inWorld({}, async (world) => {
      const [first] = (await worker.run(world, startMs)).incidents;
      const marker = world.github.world.issues()[0]?.body.trimEnd().split("\n").at(-1) ?? "";
      expect(marker).toContain(first?.id.slice(0, 1));
      for (const issue of world.github.world.issues()) {
        world.github.world.updateIssue(issue, { body: `${issue.body}\nand a line behind it` });
      }
      world.github.world.addIssue("company/orders", { author: "somebody", title: "mine", body: marker });
      rmSync(world.stateDirectory, { recursive: true });
      await worker.run(world, startMs + minuteMs);
      expect(writesOf(world)).toHaveLength(4);
    }));
});

describe("a retry by hand", () => {
  it("of an incident that has its issue files no second one, and ends", () =>
    inWorld({}, async (world) => {
      const first = await worker.run(world, startMs);
      const calls = world.model.requests.length;
      // The list does not have them yet.
      world.github.setListingLag(60 * minuteMs);
      for (const incident of first.incidents.filter(({ issue }) => issue !== null)) {
        await worker.cli(world, ["incidents", "retry", incident.id]);
      }
      const second = await worker.run(world, startMs + minuteMs);
      expect(issueTitles(world)).toHaveLength(2);
      expect(second.incidents.map((incident) => incident.state).toSorted()).toEqual([
        "reported",
        "reported",
        "symptom",
      ]);
      expect(second.openOrders).toEqual([]);
      expect(world.model.requests.length - calls).toBeLessThanOrEqual(calls);
    }));
});

function writesOf(world: SmallWorld) {
  return world.github.requests.filter((request) => request.method !== "GET");
}

/** Runs every two minutes until nothing is under way. */
async function untilQuiet(world: SmallWorld): Promise<RunResult> {
  for (let run = 0; run < 8; run++) {
    const result = await worker.run(world, startMs + run * 2 * minuteMs);
    const isOpen = result.effects.some(({ state }) => state !== "done" && state !== "refused");
    if (!isOpen && result.openOrders.length === 0) return result;
  }
  throw new Error("it does not come to an end");
}
