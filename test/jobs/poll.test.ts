import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { openStore } from "../../src/adapters/sqlite/store.ts";
import type { CountableLogSource, LogSource } from "../../src/domain/sources.ts";
import type { Store } from "../../src/domain/store.ts";
import { LeaseLostError } from "../../src/jobs/held-lease.ts";
import { type PollMeans, type PollReport, pollEnvironment } from "../../src/jobs/poll.ts";
import { logEntry } from "../detect/log-entries.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { createTestClock, type TestClock } from "../support/test-clock.ts";

const signal = new AbortController().signal;
const nsPerMs = 1_000_000n;

interface Polling {
  readonly store: Store;
  readonly clock: TestClock;
  poll(source: LogSource, changes?: Partial<PollMeans>): Promise<PollReport>;
}

function countable(source: LogSource): CountableLogSource {
  return { ...source, countBetween: async () => 0, streamsBetween: async () => [] };
}

async function withStore(work: (polling: Polling) => Promise<void>): Promise<void> {
  const clock = createTestClock();
  const store = await openStore({ path: join(temporaryFolder(), "state.sqlite"), clock });
  const means: Omit<PollMeans, "source"> = {
    environment: "dev",
    query: '{env="dev"}',
    rules: { environment: "dev", serviceLabels: ["service_name"], aliases: {}, own: {}, levers: null },
    limit: 1_000,
    sinceMs: 3_600_000,
    settleMs: 0,
    latenessMs: 600_000,
    sliceMs: 3_600_000,
    auditHorizonMs: 86_400_000,
    timeoutMs: 30_000,
  };
  try {
    await work({
      store,
      clock,
      poll: (source, changes) =>
        pollEnvironment({ ...means, source: countable(source), ...changes }, { store, clock, holder: "one" }, signal),
    });
  } finally {
    await store.close();
  }
}

describe("a stack trace that is still being written when a poll ends", () => {
  it("is read from its first line by the next one, however little that reads again", () =>
    withStore(async ({ store, clock, poll }) => {
      const beginMs = clock.nowMs();
      const lines = [
        "2026-11-21 03:00:00,000 ERROR [main] com.company.Orders - order failed",
        "java.lang.NullPointerException: order is null",
        ...Array.from({ length: 98 }, (_, index) => `\tat com.company.Orders.step${index}(Orders.java:${index + 1})`),
      ];
      // Slowly: the first line is older than what each poll reads again.
      const entries = lines.map((line, index) =>
        logEntry(line, {
          labels: { service_name: "orders" },
          timestampNs: BigInt(beginMs + index * 40) * nsPerMs,
        }),
      );
      const source: LogSource = {
        entriesBetween: async (_query, { fromNs, toNs }) => ({
          entries: entries.filter(({ timestampNs }) => timestampNs >= fromNs && timestampNs < toNs),
          serverTimeMs: null,
        }),
      };
      clock.set(beginMs + 3_000);
      await poll(source, { latenessMs: 0 });
      expect((await store.latestCheckpoint("dev"))?.untilNs).toBe(BigInt(beginMs) * nsPerMs);
      clock.set(beginMs + 60_000);
      const { touched } = await poll(source, { latenessMs: 0 });
      expect(touched).toMatchObject([{ change: "new", added: 1 }]);
      expect(touched[0]?.incident.samples[0]?.line.split("\n")).toHaveLength(100);
      expect((await store.latestCheckpoint("dev"))?.untilNs).toBe(BigInt(beginMs + 60_000) * nsPerMs);
    }));
});

describe("a Loki that takes its time", () => {
  const noPage = Object.assign(new Error("Loki did not answer in full within 30000 ms."), {
    isRetryable: true,
    suggestsSmallerPage: true,
    retryAfterMs: null,
  });

  it.each([
    ["two requests that time out, and one that is answered", [30_000, 30_000, 5_000], 30_000],
    ["one request, within a long timeout", [300_000], 600_000],
  ])("is read to its end: %s", (_case, durationsMs, timeoutMs) =>
    withStore(async ({ store, clock, poll }) => {
      const startMs = clock.nowMs();
      const waits = [...durationsMs];
      const source: LogSource = {
        async entriesBetween() {
          await clock.advance(waits.shift() ?? 0);
          expect(await store.lease("poll:dev", "another", 60_000)).toBeNull();
          if (waits.length > 0) throw noPage;
          return { entries: [], serverTimeMs: null };
        },
      };
      expect((await poll(source, { timeoutMs })).coverage).toHaveLength(1);
      expect((await store.latestCheckpoint("dev"))?.untilNs).toBe(BigInt(startMs) * nsPerMs);
    }),
  );

  it("is read to its end after the machine slept in the middle of it, if nobody else reads", () =>
    withStore(async ({ clock, poll }) => {
      const source: LogSource = {
        async entriesBetween() {
          await clock.advance(86_400_000);
          return { entries: [], serverTimeMs: null };
        },
      };
      expect((await poll(source)).coverage).toHaveLength(1);
    }));

  it.each(["has", "had"])("is left to the process that %s taken over", (still) =>
    withStore(async ({ store, clock, poll }) => {
      const source: LogSource = {
        async entriesBetween() {
          await clock.advance(3_600_000);
          const other = await store.lease("poll:dev", "another", 60_000);
          if (other !== null && still === "had") await store.release(other);
          return { entries: [], serverTimeMs: null };
        },
      };
      await expect(poll(source)).rejects.toThrow(LeaseLostError);
      expect(await store.latestCheckpoint("dev")).toBeNull();
      // Nothing is left that would keep the next poll waiting.
      expect(await store.lease("poll:dev", still === "has" ? "another" : "a third", 60_000)).not.toBeNull();
    }),
  );
});
