import { beforeEach, describe, expect, it } from "vitest";
import type { Change, Store } from "../../src/domain/store.ts";
import {
  sampleAuditLine,
  sampleEffect,
  sampleEntryId,
  sampleIncident,
  sampleOrder,
} from "../support/domain-samples.ts";
import type { TestClock } from "../support/test-clock.ts";
import type { StoreUnderTest } from "./store-under-test.ts";

const fingerprint = "v1-aaaaaaaaaaaaaaaaaaaaaaaa";
const nothingBefore = { seenNs: 0n, tracesMs: 0, countsMs: 0, auditMs: 0 };

/** What is forgotten, and what never is. */
export function pruningContract(underTest: () => StoreUnderTest): void {
  let store: Store;
  let clock: TestClock;
  beforeEach(() => {
    ({ store, clock } = underTest());
  });
  const commit = (change: Change) => store.commit(change, null);

  describe("pruning", () => {
    it("forgets what is older, and only that", async () => {
      const seen = Array.from({ length: 25_000 }, (_, index) => ({
        id: sampleEntryId(index),
        timestampNs: BigInt(index),
      }));
      await commit({
        seen,
        traces: [
          { traceId: "a".repeat(32), incident: "i000000000001", forgetAtMs: 10 },
          { traceId: "b".repeat(32), incident: "i000000000001", forgetAtMs: 11 },
        ],
        audit: [sampleAuditLine({ atMs: 10 }), sampleAuditLine({ atMs: 11 })],
      });
      expect(await store.prune(nothingBefore)).toBe(0);
      const deleted = await store.prune({ seenNs: 24_000n, tracesMs: 11, countsMs: 0, auditMs: 11 });
      expect(deleted).toBe(24_000 + 1 + 1);
      const known = await store.known(seen, [], ["a".repeat(32), "b".repeat(32)]);
      expect(known.seen.size).toBe(1_000);
      expect([...known.incidentOfTrace.keys()]).toEqual(["b".repeat(32)]);
      expect((await store.audit({ sinceMs: 0, limit: 10 })).map(({ atMs }) => atMs)).toEqual([11]);
    });

    it("says from where on it knows what was seen, and does not take it back", async () => {
      expect(await store.seenSinceNs()).toBe(0n);
      await store.prune({ ...nothingBefore, seenNs: 1_800_000_000_000_000_001n });
      expect(await store.seenSinceNs()).toBe(1_800_000_000_000_000_001n);
      await store.prune({ ...nothingBefore, seenNs: 23_000n });
      expect(await store.seenSinceNs()).toBe(1_800_000_000_000_000_001n);
    });

    it("keeps the sums of counts whose minutes it forgets", async () => {
      await commit({
        incidents: [sampleIncident()],
        aliases: [{ fingerprint, incident: "i000000000001" }],
        counts: [{ fingerprint, environment: "dev", minuteMs: 0, add: 7 }],
      });
      expect(await store.prune({ ...nothingBefore, countsMs: 60_000 })).toBe(1);
      expect((await store.incident("i000000000001"))?.counts).toEqual({ dev: 7 });
    });

    it("keeps work that is open, however old it is", async () => {
      await commit({
        orders: [sampleOrder({ id: "open" }), sampleOrder({ id: "settled" })],
        settled: ["settled"],
        effects: [sampleEffect({ id: "waits" }), sampleEffect({ id: "ended", state: "done" })],
      });
      await store.prune({ ...nothingBefore, auditMs: clock.nowMs() + 1 });
      expect((await store.openOrders()).map(({ id }) => id)).toEqual(["open"]);
      expect((await store.effects({})).map(({ id }) => id)).toEqual(["waits"]);
    });
  });
}
