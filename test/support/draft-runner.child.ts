import { flushCompileCache } from "node:module";
import { createInterface } from "node:readline";
import { createCrashPoints } from "./crash-points.ts";
import { movingClock, openDraftWorker } from "./draft-world.ts";
import type { ChildResult, RunRequest } from "./runner.ts";

// Whoever asked is gone.
process.stdout.on("error", () => process.exit());

/** As `runner.child.ts`, with hands that follow a script and bring a patch. */
for await (const line of createInterface({ input: process.stdin })) {
  process.stdout.write(`${JSON.stringify(await run(JSON.parse(line) as RunRequest))}\n`);
  flushCompileCache();
}

async function run({ configFile, stateDirectory, env, nowMs, crashAt }: RunRequest): Promise<ChildResult> {
  const points = createCrashPoints(crashAt);
  const opened = await openDraftWorker({ configFile, stateDirectory, env }, { clock: movingClock(nowMs), ...points });
  const { store } = opened.worker;
  try {
    const summary = await opened.run();
    const incidents = await store.incidents({ limit: 100 });
    const underWay = await store.effects({ states: ["intended", "sending", "unknown"] });
    return {
      summary,
      points: points.passed,
      underWay: underWay.length + (await store.openOrders()).length,
      incidents: incidents.map(({ id, state, note, counts, causedBy, issue, pullRequest }) => ({
        ...{ id, state, note, counts, causedBy },
        issue: issue?.number ?? null,
        pullRequest: pullRequest?.state ?? null,
      })),
    };
  } finally {
    await opened.worker.close();
  }
}
