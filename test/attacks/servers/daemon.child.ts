import { createInterface } from "node:readline";
import { loadConfig } from "../../../src/config/load-config.ts";
import type { Clock } from "../../../src/domain/clock.ts";
import { compose } from "../../../src/main/compose.ts";
import { databaseFileOf } from "../../../src/main/setting.ts";
import { stay } from "../../../src/main/stay.ts";
import { progressLines } from "../../../src/main/tell-progress.ts";
import { createTestClock } from "../../support/test-clock.ts";

/**
 * The daemon with a time of the test's choice. Each line in is how many seconds go by; each line out is what was told in them, and the most memory so far.
 */
const [configFile = "", stateDirectory = "", startMs = "0"] = process.argv.slice(2);
const time = createTestClock(Number(startMs));
let asleep = 0;
const clock: Clock = {
  nowMs: () => time.nowMs(),
  async sleep(durationMs, signal) {
    asleep += 1;
    await time.sleep(durationMs, signal).finally(() => {
      asleep -= 1;
    });
  },
};
const config = await loadConfig({
  path: configFile,
  env: process.env,
  homeDirectory: "/nowhere",
  workingDirectory: "/",
});
let told: string[] = [];
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
const stop = new AbortController();
const settings = { ...config, stateDirectory, clock, chat: null, onFailure: (sentence: string) => told.push(sentence) };
const ended = stay(worker, settings, stop.signal);

for await (const line of createInterface({ input: process.stdin })) {
  for (let second = 0; second < Number(line); second++) {
    await time.advance(1_000);
    // Real servers answer in real time: it goes on when everything here waits for the clock again.
    do await new Promise((resolve) => setTimeout(resolve, 1));
    while (asleep === 0 || (await worker.queue.counts()).active > 0);
  }
  process.stdout.write(`${JSON.stringify({ told, mb: process.resourceUsage().maxRSS / 1024 })}\n`);
  told = [];
}
stop.abort();
await ended;
await worker.close();
