import { flushCompileCache } from "node:module";
import { createInterface } from "node:readline";
import { loadConfig } from "../../src/config/load-config.ts";
import type { Clock } from "../../src/domain/clock.ts";
import { compose } from "../../src/main/compose.ts";
import { runOnce } from "../../src/main/run-once.ts";
import { databaseFileOf } from "../../src/main/setting.ts";
import { createCrashPoints } from "./crash-points.ts";
import type { ChildResult, RunRequest } from "./runner.ts";

// Whoever asked is gone.
process.stdout.on("error", () => process.exit());

/** Run after run, each with its time given and the point at which this process is killed; a line in is one of them, a line out its result. */
for await (const line of createInterface({ input: process.stdin })) {
  process.stdout.write(`${JSON.stringify(await run(JSON.parse(line) as RunRequest))}\n`);
  // Now, for these processes rarely live to their end.
  flushCompileCache();
}

async function run({ configFile, stateDirectory, env, nowMs, crashAt }: RunRequest): Promise<ChildResult> {
  let timeMs = nowMs;
  const clock: Clock = {
    nowMs: () => timeMs,
    async sleep(durationMs, signal) {
      signal?.throwIfAborted();
      timeMs += durationMs;
    },
  };
  const config = await loadConfig({ path: configFile, env, homeDirectory: "/nowhere", workingDirectory: "/" });
  const points = createCrashPoints(crashAt);
  const worker = await compose(
    config,
    { stateDirectory, databaseFile: databaseFileOf(stateDirectory), dryRun: false, onProgress: () => undefined },
    { clock, ...points },
  );
  try {
    const settings = { ...config, stateDirectory, minutesMax: 25, clock };
    const summary = await runOnce(worker, settings, new AbortController().signal);
    const incidents = await worker.store.incidents({ limit: 100 });
    const underWay = await worker.store.effects({ states: ["intended", "sending", "unknown"] });
    const openOrders = await worker.store.openOrders();
    return {
      summary,
      points: points.passed,
      underWay: underWay.length + openOrders.length,
      incidents: incidents.map(({ id, state, note, counts, causedBy, issue, pullRequest }) => ({
        id,
        state,
        note,
        counts,
        causedBy,
        issue: issue?.number ?? null,
        pullRequest: pullRequest?.state ?? null,
      })),
    };
  } finally {
    await worker.close();
  }
}
