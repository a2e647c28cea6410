import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { openStore } from "../../src/adapters/sqlite/store.ts";
import type { LogSource } from "../../src/domain/sources.ts";
import type { Store } from "../../src/domain/store.ts";
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

async function withStore(work: (polling: Polling) => Promise<void>): Promise<void> {
  const clock = createTestClock();
  const store = await openStore({ path: join(temporaryFolder(), "state.sqlite"), clock });
  const means: Omit<PollMeans, "source"> = {
    environment: "dev",
    query: '{env="dev"}',
    rules: { environment: "dev", serviceLabels: ["service_name"], aliases: {}, own: {} },
    limit: 1_000,
    sinceMs: 3_600_000,
    settleMs: 0,
    latenessMs: 600_000,
    sliceMs: 3_600_000,
  };
  try {
    await work({
      store,
      clock,
      poll: (source, changes) =>
        pollEnvironment({ ...means, source, ...changes }, { store, clock, holder: "one" }, signal),
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
