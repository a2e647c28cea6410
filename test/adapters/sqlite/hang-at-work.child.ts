import { openJobQueue } from "../../../src/adapters/sqlite/job-queue.ts";

/** Takes an order, saves a step of it, and never ends. Its clock stands where it is told. */
const nowMs = Number(process.argv[3]);
const clock = { nowMs: () => nowMs, sleep: async () => undefined };
const queue = await openJobQueue({ path: process.argv[2] ?? "", clock, holder: "child" });
await queue.work(
  async (attempt) => {
    await attempt.save({
      step: "gather",
      ordinal: 0,
      inputDigest: "digest",
      resultJson: '"paid for"',
      costUsd: 0.25,
      atMs: 0,
    });
    console.log("saved");
    return new Promise(() => undefined);
  },
  { concurrency: 1, urgentSlots: 0, until: "empty", signal: new AbortController().signal },
);
