import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, vi } from "vitest";
import { runCompany } from "../../src/demo/publish/run-company.ts";
import { type DemoWorld, demoEnvironment, startDemoWorld } from "../../src/main/demo-world.ts";
import { systemClock } from "../../src/main/system-clock.ts";
import { openBrain, outcomeOf } from "../support/distributed-brain.ts";
import { startHandsProcess } from "../support/hands-process.ts";
import { startRedis } from "../support/redis-server.ts";

const soon = { timeout: 30_000, interval: 50 };

/** The company of the demo, whose servers keep the machine's time. */
async function inDemoWorld<Result>(
  work: (world: DemoWorld & { env: Record<string, string>; setNowMs(nowMs: number): void }) => Promise<Result>,
): Promise<Result> {
  const folder = mkdtempSync(join(tmpdir(), "error-autopilot-demo-"));
  const world = await startDemoWorld(folder, "en", systemClock);
  try {
    const { repositories, urls } = world;
    const sources = { lokiUrl: urls.loki, tempoUrl: urls.tempo, environment: demoEnvironment };
    await runCompany({ ...sources, repositories, nowMs: Date.now() });
    const result = await work({ ...world, env: {}, setNowMs: () => undefined });
    expect(world.github.violations).toEqual([]);
    return result;
  } finally {
    await world.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

describe("the demo's company on Redis, with two hands", () => {
  it("has the same issues and counts as embedded, one of them killed in the middle of a model call", {
    timeout: 180_000,
  }, async () => {
    const expected = await inDemoWorld(async (world) => {
      const brain = await openBrain(world, null);
      await brain.runToTheEnd();
      return { outcome: await outcomeOf(world, brain), calls: world.model.requests.length };
    });
    expect(expected.outcome.issues.length).toBeGreaterThan(3);

    const redis = await startRedis();
    try {
      await inDemoWorld(async (world) => {
        const brain = await openBrain(world, redis.url());
        world.model.faults.next.push(null, null, null, "slow");
        const hands = await Promise.all(["one", "two"].map((name) => startHandsProcess(world, redis.url(), { name })));
        await brain.run();
        // In the end the call that hangs is the only one that is left.
        const isAlone = { waiting: 0, delayed: 0, active: 1 };
        await vi.waitFor(async () => {
          // They have read the same file, and so have they the same sources: else orders would wait for another minute, and again.
          expect(hands.flatMap(({ said }) => said).filter((line) => line.includes("another configuration"))).toEqual(
            [],
          );
          expect(await brain.worker.queue.counts()).toMatchObject(isAlone);
        }, soon);
        await hands.find(isHolding)?.kill();
        await brain.runToTheEnd();
        expect(await outcomeOf(world, brain)).toEqual(expected.outcome);
        expect(world.model.requests).toHaveLength(expected.calls + 1);
      });
    } finally {
      await redis.close();
    }
  });
});

/** At work on an order that it has not ended. */
function isHolding({ said }: { readonly said: readonly string[] }): boolean {
  return /^begun /.test(said.at(-1) ?? "");
}
