import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { loadConfig } from "../../src/config/load-config.ts";
import { pauseAll, resumeAll } from "../../src/jobs/handles/handles.ts";
import { compose } from "../../src/main/compose.ts";
import { runOnce } from "../../src/main/run-once.ts";
import { databaseFileOf } from "../../src/main/setting.ts";
import { stay } from "../../src/main/stay.ts";
import type { Worker } from "../../src/main/worker.ts";
import { createCrashPoints } from "../support/crash-points.ts";
import { inWorld, issueTitles, minuteMs, startMs } from "../support/in-world.ts";
import { pushFailureOf, type SmallWorld } from "../support/small-world.ts";
import { createTestClock } from "../support/test-clock.ts";
import { until } from "../support/until.ts";

interface InStream {
  readonly world: SmallWorld;
  readonly worker: Worker;
  /** Commits and hand-overs so far. */
  readonly points: readonly string[];
  readonly clock: ReturnType<typeof createTestClock>;
  readonly run: () => ReturnType<typeof runOnce>;
}

/** One investigation in this very process. Its second answer stands still in the middle of its stream, and never goes on by itself. */
async function inStream(work: (at: InStream) => Promise<void>): Promise<void> {
  await inWorld({ hasFailures: false }, async (world) => {
    pushFailureOf(world.loki, { kind: "Only", service: "orders", atMs: startMs - 5 * minuteMs });
    world.model.faults.next.push(null, "stalled-stream");
    const { configFile: path, env, stateDirectory } = world;
    const config = await loadConfig({ path, env, homeDirectory: "/nowhere", workingDirectory: "/" });
    const clock = createTestClock(startMs);
    const { passed: points, ...replaced } = createCrashPoints(null);
    const worker = await compose(
      config,
      { stateDirectory, databaseFile: databaseFileOf(stateDirectory), dryRun: false, onProgress: () => undefined },
      { clock, ...replaced },
    );
    const settings = { ...config, stateDirectory, minutesMax: 25, clock };
    const run = () => runOnce(worker, settings, new AbortController().signal);
    try {
      await work({ world, worker, points, clock, run });
    } finally {
      await worker.close();
    }
  });
}

const whatOf = ({ model }: SmallWorld) => model.streams.map(({ request, what }) => `${request} ${what}`);
const savesOf = (points: readonly string[]) => points.filter((point) => point.startsWith("after save analyse"));

/** The other end was closed while the model stood still: what it had left to say was neither sent nor waited for, and nothing of the answer was taken for one. */
function expectCut({ world, points }: InStream): void {
  expect(whatOf(world)).toEqual(["1 ended", "2 stalled", "2 cut"]);
  expect(savesOf(points)).toEqual(["asked", "answered", "asked"].map((kind) => `after save analyse ${kind}`));
  expect(issueTitles(world)).toEqual([]);
}

/** The call that was cut counts at its most, the first answer was kept, and nothing else is paid again. */
async function expectToGoOn(at: InStream): Promise<void> {
  const { world, worker, run } = at;
  await resumeAll({ store: worker.store, queue: worker.queue, nowMs: at.clock.nowMs(), by: "test" });
  at.clock.set(at.clock.nowMs() + 2 * minuteMs);
  world.setNowMs(at.clock.nowMs());
  await run();
  expect(issueTitles(world)).toHaveLength(1);
  const [, cut, again] = world.model.requests;
  expect(again).toEqual(cut);
  const [line] = await worker.store.costs("2026-01-01");
  expect(line?.bill.reduce((sum, { calls }) => sum + calls, 0)).toBe(world.model.requests.length);
}

describe("a pause in the middle of a stream, in the same process", () => {
  it("closes the connection before the next part of the stream is sent", () =>
    inStream(async (at) => {
      const { world, worker, clock } = at;
      const running = at.run();
      await until(() => whatOf(world).includes("2 stalled"));
      await pauseAll({ store: worker.store, queue: worker.queue, nowMs: clock.nowMs(), by: "test" });
      // Nobody releases the stream: the run ends because it was cut, or never.
      const { jobs, pausedBy } = await running;
      expect([jobs?.waiting, jobs?.failed, pausedBy]).toEqual([1, 0, "test"]);
      await until(() => whatOf(world).length === 3);
      expectCut(at);
      await expectToGoOn(at);
    }));

  it("by the file PAUSE does so in a daemon too, whose brain may be waiting for a slow server", () =>
    inStream(async (at) => {
      const { world, worker, clock } = at;
      const over = new AbortController();
      const { stateDirectory } = world;
      const daemon = stay(
        worker,
        {
          stateDirectory,
          concurrency: 2,
          everyMs: 300_000,
          clock: {
            nowMs: clock.nowMs,
            sleep: (_ms, signal) =>
              new Promise((_, reject) => signal?.addEventListener("abort", () => reject(signal.reason))),
          },
          onFailure: () => undefined,
          chat: null,
        },
        over.signal,
      );
      await until(() => whatOf(world).includes("2 stalled"));
      const file = join(stateDirectory, "PAUSE");
      writeFileSync(file, "");
      await until(() => whatOf(world).length === 3);
      expectCut(at);
      over.abort(new Error("over"));
      await daemon;
      rmSync(file);
      await expectToGoOn(at);
    }));
});
