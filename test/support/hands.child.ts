import { openBullJobQueue } from "../../src/adapters/bullmq/job-queue.ts";
import { loadConfig } from "../../src/config/load-config.ts";
import { configuredHands } from "../../src/main/configured-hands.ts";
import { systemClock } from "../../src/main/system-clock.ts";

/** Hands on Redis in a process of their own, quick to notice what `start --role hands` notices within seconds. Prints a line for each order it begins and ends. */
const given = JSON.parse(process.argv[2] ?? "{}") as { readonly configFile: string; readonly stateDirectory: string };

const config = await loadConfig({
  path: given.configFile,
  env: process.env,
  homeDirectory: "/nowhere",
  workingDirectory: "/",
  role: "hands",
});
const queue = await openBullJobQueue({
  url: config.redisUrl ?? "",
  clock: systemClock,
  holder: `hands-${process.pid}`,
  beatMs: 20,
  lostLookMs: 50,
  backoffMs: () => 50,
});
const { hands } = configuredHands(config, { clock: systemClock, fetch: null, stateDirectory: given.stateDirectory });
const say = (line: string) => process.stdout.write(`${line}\n`);
say("ready");
await queue.work(
  async (attempt) => {
    say(`begun ${attempt.order.id} ${attempt.number}`);
    try {
      const result = await hands(attempt);
      say(`${result.kind} ${attempt.order.id} ${result.kind === "again" ? result.because : ""}`);
      return result;
    } catch (error) {
      say(`${attempt.signal.aborted ? "stopped" : "threw"} ${attempt.order.id} ${String(error)}`);
      throw error;
    }
  },
  { concurrency: 1, urgentSlots: 0, until: "aborted", signal: new AbortController().signal },
);
