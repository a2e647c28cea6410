import { loadConfig } from "../../src/config/load-config.ts";
import type { Clock } from "../../src/domain/clock.ts";
import { compose } from "../../src/main/compose.ts";
import { runOnce } from "../../src/main/run-once.ts";
import { databaseFileOf } from "../../src/main/setting.ts";
import { createCrashPoints } from "./crash-points.ts";

/** One run in a process of its own, with its time given and the point at which it is killed. Prints the run's summary and the points it passed. */
const given = JSON.parse(process.argv[2] ?? "{}") as {
  readonly configFile: string;
  readonly stateDirectory: string;
  readonly nowMs: number;
  readonly crashAt: number | null;
};

let nowMs = given.nowMs;
const clock: Clock = {
  nowMs: () => nowMs,
  async sleep(durationMs, signal) {
    signal?.throwIfAborted();
    nowMs += durationMs;
  },
};

const config = await loadConfig({
  path: given.configFile,
  env: process.env,
  homeDirectory: "/nowhere",
  workingDirectory: "/",
});
const points = createCrashPoints(given.crashAt);
const worker = await compose(
  config,
  {
    stateDirectory: given.stateDirectory,
    databaseFile: databaseFileOf(given.stateDirectory),
    dryRun: false,
    onProgress: () => undefined,
  },
  { clock, ...points },
);
const settings = { ...config, stateDirectory: given.stateDirectory, minutesMax: 25, clock };
const summary = await runOnce(worker, settings, new AbortController().signal);
const incidents = await worker.store.incidents({ limit: 100 });
const underWay = await worker.store.effects({ states: ["intended", "sending", "unknown"] });
const openOrders = await worker.store.openOrders();
await worker.close();
process.stdout.write(
  JSON.stringify({
    summary,
    points: points.passed,
    underWay: underWay.length + openOrders.length,
    incidents: incidents.map(({ id, state, counts, causedBy, issue }) => ({
      id,
      state,
      counts,
      causedBy,
      issue: issue?.number ?? null,
    })),
  }),
);
