import { hash } from "node:crypto";
import { flushCompileCache } from "node:module";
import { openBullJobQueue } from "../../src/adapters/bullmq/job-queue.ts";
import { loadConfig } from "../../src/config/load-config.ts";
import type { Clock } from "../../src/domain/clock.ts";
import type { SavedStep } from "../../src/domain/order.ts";
import { attemptsMax } from "../../src/main/attempts.ts";
import { configuredHands } from "../../src/main/configured-hands.ts";
import { systemClock } from "../../src/main/system-clock.ts";
import { createCrashPoints } from "./crash-points.ts";
import type { HandsGiven } from "./hands-given.ts";

/**
 * Hands on Redis in a process of their own, quick to notice what `start --role hands` notices within seconds. Prints a line for each order that it begins
 * and ends, for each call of the model, and for each answer that is saved.
 */
const given = JSON.parse(process.argv[2] ?? "{}") as HandsGiven;

const clock: Clock = { ...systemClock, nowMs: () => Date.now() + (given.clockAheadMs ?? 0) };
/** One order at a time, so what is saved next belongs to what was asked last. */
let asked = "";
const say = (line: string) => process.stdout.write(`${line}\n`);
const config = await loadConfig({
  path: given.configFile,
  env: process.env,
  homeDirectory: "/nowhere",
  workingDirectory: "/",
  role: "hands",
});
const points = createCrashPoints(given.crashAt ?? null);
// Hands that do not find Redis when they start say so and end, as `start --role hands` does.
process.on("uncaughtException", (error) => {
  say(`ended ${String(error)}`);
  process.exit(1);
});
const queue = points.wrapQueue(
  await openBullJobQueue({
    url: config.redisUrl ?? "",
    clock,
    holder: `hands-${process.pid}`,
    attemptsMax,
    beatMs: 20,
    lostLookMs: 50,
    backoffMs: () => 50,
    ...given.times,
  }),
);
const { hands } = configuredHands(config, { clock, fetch: tellingFetch, stateDirectory: given.stateDirectory });
say("ready");
// Now, for these processes rarely live to their end.
flushCompileCache();
await queue.work(
  async (attempt) => {
    say(`begun ${attempt.order.id} ${attempt.number}`);
    try {
      const result = await hands({ ...attempt, save: (step) => attempt.save(step).then(() => tellSaved(step)) });
      flushCompileCache();
      say(`${result.kind} ${attempt.order.id} ${result.kind === "again" ? result.because : ""}`);
      return result;
    } catch (error) {
      say(`${attempt.signal.aborted ? "stopped" : "threw"} ${attempt.order.id} ${String(error)}`);
      throw error;
    }
  },
  { concurrency: 1, urgentSlots: 0, until: "aborted", signal: new AbortController().signal },
);

async function tellingFetch(input: string | URL | Request, init?: RequestInit): Promise<Response> {
  if (String(input instanceof Request ? input.url : input).endsWith("/v1/messages")) {
    asked = hash("sha256", String(init?.body)).slice(0, 16);
    say(`asked ${asked}`);
  }
  return points.fetch(input, init);
}

function tellSaved({ step, resultJson }: SavedStep): void {
  if (step === "analyse" && resultJson.includes('"kind":"answered"')) say(`saved ${asked}`);
}
