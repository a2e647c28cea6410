import { createInterface } from "node:readline";
import { loadConfig } from "../../src/config/load-config.ts";
import type { Clock } from "../../src/domain/clock.ts";
import { tick } from "../../src/jobs/brain.ts";
import { passThroughChat } from "../../src/jobs/chat/stay-in-chat.ts";
import { compose } from "../../src/main/compose.ts";
import { openChat } from "../../src/main/open-chat.ts";
import { databaseFileOf } from "../../src/main/setting.ts";
import { createCrashPoints } from "./crash-points.ts";
import type { RunRequest } from "./runner.ts";

process.stdout.on("error", () => process.exit());

/** Chat, work and chat again, until nothing is left to be told; killed at the point that was asked for. */
for await (const line of createInterface({ input: process.stdin })) {
  process.stdout.write(`${JSON.stringify(await run(JSON.parse(line) as RunRequest))}\n`);
}

async function run({ configFile, stateDirectory, env, nowMs, crashAt }: RunRequest): Promise<object> {
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
  const means = { clock, ...points };
  const worker = await compose(
    config,
    { stateDirectory, databaseFile: databaseFileOf(stateDirectory), dryRun: false, onProgress: () => undefined },
    means,
  );
  const chat = openChat(config, worker, { process: "daemon", ownLines: () => [], onFault: () => undefined }, means);
  const never = new AbortController().signal;
  try {
    for (let round = 0; round < 5; round++) {
      if (chat !== null) await passThroughChat(chat, never);
      timeMs += 4_000;
      await tick(worker.brain, { poll: false, runStartedMs: timeMs }, never);
      if (worker.hands !== null) {
        await worker.queue.work(worker.hands, { concurrency: 1, urgentSlots: 0, until: "empty", signal: never });
      }
      await tick(worker.brain, { poll: false, runStartedMs: timeMs }, never);
      timeMs += 4_000;
    }
    const orders = (await worker.store.audit({ sinceMs: 0, limit: 500 })).filter(
      ({ action }) => action === "order.given",
    );
    return { points: points.passed, orders: orders.map(({ subject }) => subject) };
  } finally {
    await worker.close();
  }
}
