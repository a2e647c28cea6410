import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { inWorld, issueTitles, minuteMs, startMs } from "../support/in-world.ts";
import { entry, resource, type SmallWorld, span } from "../support/small-world.ts";
import { startWorkerProcess, type WorkerProcess } from "../support/worker-process.ts";

let worker: WorkerProcess;
beforeAll(() => {
  worker = startWorkerProcess();
});
afterAll(() => worker.close());

const quiet = { hasFailures: false } as const;
const hourMs = 60 * minuteMs;

/** One bug that is thrown at two places, so that it has two fingerprints. */
function push(
  world: SmallWorld,
  name: string,
  atMs: number,
  place: "sum" | "total",
  message = "order 17 has no total",
): void {
  const file = place === "sum" ? "stock.js" : "total.js";
  const error = {
    type: "OrderError",
    message,
    stack: `OrderError: ${message}\n    at ${place} (/app/src/${file}:4:9)\n    at node:internal/main:1:1`,
  };
  const traceId = name.padEnd(32, "1");
  const spanId = `b${name}`.padEnd(16, "2");
  world.loki.push([entry("orders", atMs, traceId, spanId, error)]);
  world.tempo.push({ resourceSpans: [resource("orders", span(traceId, spanId, null, "GET /total", atMs, 20, error))] });
}

function commentsOf(world: SmallWorld, index = 0): readonly string[] {
  return (world.github.world.issues()[index]?.comments ?? []).map(({ body }) => body);
}

/** The first place has its issue; then the second one fails too. */
async function toldInAnother(world: SmallWorld) {
  push(world, "aa", startMs - 5 * minuteMs, "total");
  await worker.run(world, startMs);
  expect(issueTitles(world)).toEqual([expect.stringMatching(/^company\/orders: .*OrderError in total.js:total/)]);
  push(world, "ab", startMs + 5 * minuteMs, "sum");
  return worker.run(world, startMs + 10 * minuteMs);
}

describe("an incident that shows a bug whose issue is open", () => {
  it("is told and counted there, and files no issue of its own", () =>
    inWorld(quiet, async (world) => {
      const run = await toldInAnother(world);
      expect(issueTitles(world)).toHaveLength(1);
      expect(run.incidents.map(({ state, issue }) => [state, issue?.number])).toEqual([
        ["reported", 1],
        ["reported", 1],
      ]);
      expect(run.incidents.flatMap(({ counts }) => Object.values(counts))).toEqual([1, 1]);
      const [said, ...more] = commentsOf(world);
      expect(more).toEqual([]);
      expect(said).toMatch(
        /^Probably the same bug, so it gets no issue of its own: \*\*OrderError in stock\.js:sum\*\*/,
      );
      expect(said).toContain("incidents retry");
      expect(world.github.world.issues()[0]?.state).toBe("open");

      // Its recurrences name it, in a comment of their own that is edited.
      push(world, "ac", startMs + 2 * hourMs, "sum");
      await worker.run(world, startMs + 2 * hourMs + 5 * minuteMs);
      push(world, "ad", startMs + 4 * hourMs, "sum");
      await worker.run(world, startMs + 4 * hourMs + 5 * minuteMs);
      const later = commentsOf(world).slice(1);
      expect(later).toEqual([
        expect.stringContaining("**OrderError in stock.js:sum**, probably the same bug, is still happening: 3 times"),
      ]);
      expect(issueTitles(world)).toHaveLength(1);
    }));

  it("gets an issue of its own when it goes on after that one was closed", () =>
    inWorld(quiet, async (world) => {
      await toldInAnother(world);
      const [issue] = world.github.world.issues();
      if (issue === undefined) throw new Error("no issue");
      world.github.world.updateIssue(issue, { state: "closed" });
      const silent = await worker.run(world, startMs + 30 * minuteMs);
      expect(silent.incidents.map(({ state }) => state)).toEqual(["reported", "reported"]);
      push(world, "ac", startMs + 40 * minuteMs, "sum");
      const seen = await worker.run(world, startMs + 45 * minuteMs);
      expect(issueTitles(world)).toHaveLength(2);
      expect(issueTitles(world)[1]).toContain("OrderError in stock.js:sum");
      expect(seen.incidents.map(({ state, issue: number }) => [state, number?.number]).toSorted()).toEqual([
        ["reported", 1],
        ["reported", 2],
      ]);
      // Of the closed one nobody speaks again.
      expect(commentsOf(world)).toHaveLength(1);
    }));

  it("waits with what it says while GitHub does not tell whether that issue is open", () =>
    inWorld(quiet, async (world) => {
      push(world, "aa", startMs - 5 * minuteMs, "total");
      await worker.run(world, startMs);
      push(world, "ab", startMs + 5 * minuteMs, "sum");
      world.github.faults.onRead({ kind: "fail-500" });
      const down = await worker.run(world, startMs + 10 * minuteMs);
      expect(down.incidents.map(({ state }) => state).toSorted()).toEqual(["new", "reported"]);
      const up = await worker.run(world, startMs + 30 * minuteMs);
      expect(up.incidents.map(({ issue }) => issue?.number)).toEqual([1, 1]);
      expect(commentsOf(world)).toHaveLength(1);
    }));

  it("is investigated for itself where that issue was closed in the meantime", () =>
    inWorld(quiet, async (world) => {
      push(world, "aa", startMs - 5 * minuteMs, "total");
      await worker.run(world, startMs);
      const [issue] = world.github.world.issues();
      if (issue === undefined) throw new Error("no issue");
      world.github.world.updateIssue(issue, { state: "closed" });
      push(world, "ab", startMs + 5 * minuteMs, "sum");
      const run = await worker.run(world, startMs + 10 * minuteMs);
      expect(run.incidents.map(({ issue: number }) => number?.number).toSorted()).toEqual([1, 2]);
      expect(commentsOf(world)).toEqual([]);
    }));

  it("is another bug where the words differ, though exception and service are the same", () =>
    inWorld(quiet, async (world) => {
      push(world, "aa", startMs - 5 * minuteMs, "total");
      await worker.run(world, startMs);
      push(world, "ab", startMs + 5 * minuteMs, "sum", "order 17 has no customer");
      await worker.run(world, startMs + 10 * minuteMs);
      expect(issueTitles(world)).toHaveLength(2);
      expect(commentsOf(world)).toEqual([]);
    }));
});
