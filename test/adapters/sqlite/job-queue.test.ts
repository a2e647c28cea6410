import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { describe, expect, it, vi } from "vitest";
import { openJobQueue } from "../../../src/adapters/sqlite/job-queue.ts";
import { openStore } from "../../../src/adapters/sqlite/store.ts";
import type { Attempt, JobQueue } from "../../../src/domain/job-queue.ts";
import { jobQueueContract } from "../../contract/job-queue-contract.ts";
import { sampleFindings, sampleOrder } from "../../support/domain-samples.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";
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

describe("job queue on sqlite", () => {
  const order = sampleOrder({ id: "a" });
  const options = { concurrency: 1, urgentSlots: 0, until: "empty" } as const;

  async function openTwo() {
    const path = join(temporaryFolder(), "state.sqlite");
    const clock = createTestClock();
    const open = (holder: string) => openJobQueue({ path, clock, holder, leaseMs, beatMs: 2 });
    return { path, clock, queue: await open("one"), other: await open("two") };
  }

  it("keeps a job with its hands while they work, without their doing, and hands it back on close", async () => {
    const { path, clock, queue, other } = await openTwo();
    await queue.offer(order);
    const started = Promise.withResolvers<Attempt>();
    const working = queue.work(
      (attempt) => {
        started.resolve(attempt);
        return new Promise((_resolve, reject) => {
          attempt.signal.addEventListener("abort", () => reject(attempt.signal.reason));
        });
      },
      { ...options, signal: new AbortController().signal },
    );
    const attempt = await started.promise;
    for (let time = 0; time < 4; time++) {
      await clock.advance(leaseMs * 0.9);
      // The next beat renews the lock.
      await vi.waitFor(() => expect(lockedUntilMs(path)).toBe(clock.nowMs() + leaseMs), { interval: 2 });
      await other.work(async () => expect.unreachable(), { ...options, signal: new AbortController().signal });
    }
    expect(attempt.signal.aborted).toBe(false);
    await queue.close();
    await working;
    expect(await other.counts()).toMatchObject({ waiting: 1, active: 0 });
    await other.close();
  });

  it("does not wait for hours for silent hands because the clock was set back", async () => {
    const { path, clock, queue, other } = await openTwo();
    await queue.offer(order);
    const handle = new DatabaseSync(path);
    handle.prepare("UPDATE job SET state = 'active', locked_until_ms = ?").run(clock.nowMs() + 3_600_000);
    handle.close();
    await other.work(async () => ({ kind: "found", findings: sampleFindings("a") }), {
      ...options,
      signal: new AbortController().signal,
    });
    expect(await queue.findings(1)).toHaveLength(1);
    await queue.close();
    await other.close();
  });

  it("ends its work with the reason when the state file fails, and leaves no hands behind", async () => {
    const { path, queue, other } = await openTwo();
    await queue.offer(order);
    let signal = new AbortController().signal;
    const working = queue.work(
      async (attempt) => {
        signal = attempt.signal;
        const handle = new DatabaseSync(path);
        handle.exec("DROP TABLE job_findings");
        handle.close();
        return { kind: "found", findings: sampleFindings("a") };
      },
      { ...options, signal: new AbortController().signal },
    );
    await expect(working).rejects.toThrow(/job_findings/);
    expect(signal.aborted).toBe(true);
    await queue.close();
    await other.close();
  });

  it("forgets ended jobs with their retention, never findings that nobody has dealt with", async () => {
    const { path, clock, queue, other } = await openTwo();
    const store = await openStore({ path, clock });
    for (const id of ["a", "b", "waits"]) {
      await queue.offer({ ...order, id, notBeforeMs: id === "waits" ? clock.nowMs() + 1_000 : 0 });
    }
    await queue.work(
      async (attempt) => {
        return { kind: "found", findings: sampleFindings(attempt.order.id) };
      },
      { ...options, signal: new AbortController().signal },
    );
    await queue.acknowledge(["a"]);
    const before = { seenNs: 0n, tracesMs: 0, countsMs: 0 };
    expect(await store.prune({ ...before, auditMs: clock.nowMs() })).toBe(0);
    expect(await store.prune({ ...before, auditMs: clock.nowMs() + 1 })).toBe(1);
    expect(await queue.counts()).toMatchObject({ done: 1, delayed: 1 });
    expect(await queue.findings(10)).toHaveLength(1);
    for (const each of [store, queue, other]) await each.close();
  });
});

function lockedUntilMs(path: string): unknown {
  const handle = new DatabaseSync(path, { readOnly: true });
  const row = handle.prepare("SELECT locked_until_ms FROM job").get();
  handle.close();
  return row?.["locked_until_ms"];
}
