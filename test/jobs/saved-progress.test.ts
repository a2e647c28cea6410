import { describe, expect, it } from "vitest";
import type { Attempt } from "../../src/domain/job-queue.ts";
import type { SavedStep } from "../../src/domain/order.ts";
import { createProgress } from "../../src/jobs/saved-progress.ts";
import { sampleOrder } from "../support/domain-samples.ts";
import { createTestClock } from "../support/test-clock.ts";

/** An attempt whose steps lie in a list. */
function attemptOn(steps: SavedStep[]): Attempt {
  return {
    order: sampleOrder(),
    number: 1,
    signal: new AbortController().signal,
    saved: async () => [...steps],
    save: async (step) => void steps.push(step),
    heartbeat: async () => undefined,
  };
}

describe("what an attempt saves", () => {
  it("is used by the next one, on the same input only", async () => {
    const steps: SavedStep[] = [];
    const work = (result: string) => async () => ({ kind: "gathered", result });
    const gather = async (input: string, result: string) => {
      const progress = await createProgress(attemptOn(steps), createTestClock());
      return (await progress.step("gather", [input], work(result))).result;
    };
    expect(await gather("a", "first")).toBe("first");
    expect(await gather("a", "second")).toBe("first");
    expect(await gather("b", "third")).toBe("third");
  });

  it("has a limit: what is larger is used and not kept, and made again by the next attempt", async () => {
    const steps: SavedStep[] = [];
    let times = 0;
    const huge = async () => ({ kind: "gathered", text: "x".repeat(8_000_001), times: ++times });
    for (const expected of [1, 2]) {
      const progress = await createProgress(attemptOn(steps), createTestClock());
      expect((await progress.step("gather", ["a"], huge)).times).toBe(expected);
    }
    expect(steps).toEqual([]);
  });
});
