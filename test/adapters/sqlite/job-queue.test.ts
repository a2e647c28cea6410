import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openJobQueue } from "../../../src/adapters/sqlite/job-queue.ts";
import type { JobQueue } from "../../../src/domain/job-queue.ts";
import { jobQueueContract } from "../../contract/job-queue-contract.ts";
import { createTestClock, type TestClock } from "../../support/test-clock.ts";

const leaseMs = 30_000;

jobQueueContract("sqlite", async (options) => {
  const folder = mkdtempSync(join(tmpdir(), "error-autopilot-"));
  const clocks: TestClock[] = [];
  const queues: JobQueue[] = [];
  let aheadMs = 0;

  // Each process has its own clock: one that is ahead by a lease sees the others' locks run out, while they see nothing.
  async function open(): Promise<{ readonly queue: JobQueue; readonly clock: TestClock }> {
    const clock = createTestClock();
    clock.set((clocks[0] ?? clock).nowMs() + aheadMs);
    const holder = `hands-${queues.length}`;
    const queue = await openJobQueue({
      ...options,
      path: join(folder, "state.sqlite"),
      clock,
      holder,
      leaseMs,
      beatMs: 5,
    });
    clocks.push(clock);
    queues.push(queue);
    return { queue, clock };
  }

  const { queue, clock } = await open();
  return {
    queue,
    clock: {
      ...clock,
      advance: async (durationMs) => {
        for (const each of clocks) await each.advance(durationMs);
      },
    },
    second: async () => (await open()).queue,
    fallSilent: async () => {
      aheadMs += leaseMs;
    },
    close: async () => {
      for (const each of queues) await each.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
});
