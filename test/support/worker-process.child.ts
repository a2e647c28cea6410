import { createInterface } from "node:readline";
import { Readable } from "node:stream";
import { loadConfig } from "../../src/config/load-config.ts";
import type { Clock } from "../../src/domain/clock.ts";
import { toJson } from "../../src/domain/json.ts";
import { main } from "../../src/main/cli.ts";
import { compose } from "../../src/main/compose.ts";
import { runOnce } from "../../src/main/run-once.ts";
import { databaseFileOf } from "../../src/main/setting.ts";
import { progressLines } from "../../src/main/tell-progress.ts";
import type { CliRequest, RunRequest } from "./worker-process.ts";

/** Does run after run, and command after command, each with the state file opened and closed; a line in is one of them, a line out its result. */
for await (const line of createInterface({ input: process.stdin })) {
  const request = JSON.parse(line) as RunRequest | CliRequest;
  const answer = await (request.kind === "run" ? run(request) : cli(request)).catch((error: unknown) => ({
    thrown: error instanceof Error ? (error.stack ?? error.message) : String(error),
  }));
  process.stdout.write(`${toJson(answer)}\n`);
}

async function run(request: RunRequest): Promise<unknown> {
  let { nowMs } = request;
  const clock: Clock = {
    nowMs: () => nowMs,
    async sleep(durationMs, signal) {
      signal?.throwIfAborted();
      nowMs += durationMs;
    },
  };
  const { configFile, stateDirectory, env } = request;
  const config = await loadConfig({ path: configFile, env, homeDirectory: "/nowhere", workingDirectory: "/" });
  const told: string[] = [];
  const worker = await compose(
    config,
    {
      stateDirectory,
      databaseFile: databaseFileOf(stateDirectory),
      dryRun: false,
      onProgress: (progress) => told.push(...progressLines(progress)),
    },
    { clock, fetch: null, wrapStore: (store) => store, wrapQueue: (queue) => queue },
  );
  try {
    const settings = { ...config, stateDirectory, minutesMax: 25, clock };
    const summary = await runOnce(worker, settings, new AbortController().signal);
    return {
      summary,
      told,
      incidents: await worker.store.incidents({ limit: 500 }),
      effects: await worker.store.effects({}),
      openOrders: (await worker.store.openOrders()).map((order) => order.id),
      failed: (await worker.queue.failed(10)).map((each) => each.lastError),
      coverage: await worker.store.coverage({ limit: 500 }),
      checkpoints: Object.fromEntries(
        await Promise.all(
          worker.brain.polls.map(async ({ environment }) => [
            environment,
            (await worker.store.latestCheckpoint(environment))?.untilNs ?? null,
          ]),
        ),
      ),
      mostMb: process.resourceUsage().maxRSS / 1024,
      todayUsd: await worker.store.spentUsd(new Date(nowMs).toISOString().slice(0, 10), null),
    };
  } finally {
    await worker.close();
  }
}

async function cli({ args, env, stdin }: CliRequest): Promise<unknown> {
  Object.assign(process.env, env);
  let stdout = "";
  let stderr = "";
  try {
    const code = await main(args, {
      stdin: Readable.from(stdin === "" ? [] : [stdin]),
      stdout: (text) => {
        stdout += text;
      },
      stderr: (text) => {
        stderr += text;
      },
    });
    return { code, stdout, stderr };
  } finally {
    for (const name of Object.keys(env)) delete process.env[name];
  }
}
