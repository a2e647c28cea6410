import { mkdirSync } from "node:fs";
import { expect, onTestFinished, vi } from "vitest";
import { loadConfig } from "../../src/config/load-config.ts";
import type { JobQueue } from "../../src/domain/job-queue.ts";
import { compose } from "../../src/main/compose.ts";
import type { RunJson } from "../../src/main/run-json.ts";
import { runOnce } from "../../src/main/run-once.ts";
import { databaseFileOf } from "../../src/main/setting.ts";
import { systemClock } from "../../src/main/system-clock.ts";
import type { Worker } from "../../src/main/worker.ts";
import type { SmallWorld } from "./small-world.ts";

export interface Brain {
  readonly worker: Worker;
  /** As cron would: poll, orders, findings, effects. */
  run(): Promise<RunJson>;
  /** Runs until nothing is under way any more. */
  runToTheEnd(): Promise<void>;
}

type BrainWorld = Pick<SmallWorld, "configFile" | "stateDirectory" | "env" | "setNowMs" | "github">;

/** What must be the same on both engines. */
export interface Outcome {
  readonly issues: readonly string[];
  readonly incidents: readonly string[];
}

/** The brain of a world, in this process and by the machine's clock; with a Redis its hands are elsewhere. */
export async function openBrain(
  world: BrainWorld,
  redisUrl: string | null,
  wrapQueue: (queue: JobQueue) => JobQueue = (queue) => queue,
): Promise<Brain> {
  const { configFile, stateDirectory } = world;
  mkdirSync(stateDirectory, { recursive: true });
  const config = await loadConfig({
    path: configFile,
    env: { ...world.env, ...(redisUrl === null ? {} : { REDIS_URL: redisUrl }) },
    homeDirectory: "/nowhere",
    workingDirectory: "/",
    role: "run",
  });
  const worker = await compose(
    config,
    { stateDirectory, databaseFile: databaseFileOf(stateDirectory), dryRun: false, onProgress: () => undefined },
    { clock: systemClock, fetch: null, wrapStore: (store) => store, wrapQueue },
  );
  onTestFinished(() => worker.close());
  const settings = { ...config, stateDirectory, minutesMax: 5, clock: systemClock };
  const run = () => {
    world.setNowMs(Date.now());
    return runOnce(worker, settings, new AbortController().signal);
  };
  return {
    worker,
    run,
    async runToTheEnd() {
      await vi.waitFor(
        async () => {
          await run();
          expect(await worker.store.openOrders()).toEqual([]);
          expect(await worker.store.effects({ states: ["intended", "sending", "unknown"] })).toEqual([]);
        },
        { timeout: 60_000, interval: 50 },
      );
    },
  };
}

export async function outcomeOf(world: Pick<BrainWorld, "github">, { worker }: Brain): Promise<Outcome> {
  const incidents = await worker.store.incidents({ limit: 100 });
  return {
    issues: world.github.world
      .issues()
      .map((issue) => `${issue.repository}: ${issue.title}`)
      .toSorted(),
    incidents: incidents.map(({ title, state, counts }) => `${title}: ${state}, ${JSON.stringify(counts)}`).toSorted(),
  };
}
