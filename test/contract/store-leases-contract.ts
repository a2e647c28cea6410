import { beforeEach, describe, expect, it } from "vitest";
import type { Change, Lease, Store } from "../../src/domain/store.ts";
import { sampleAuditLine } from "../support/domain-samples.ts";
import type { TestClock } from "../support/test-clock.ts";
import { type StoreUnderTest, scope } from "./store-under-test.ts";

/** Leases, and commits without one. */
export function leasesContract(underTest: () => StoreUnderTest): void {
  let store: Store;
  let clock: TestClock;
  beforeEach(() => {
    ({ store, clock } = underTest());
  });
  const commit = (change: Change, lease: Lease) => store.commit(change, lease);

  describe("leases", () => {
    it("are held by one at a time", async () => {
      const other = await underTest().second();
      const lease = await taken(store, "a");
      expect(lease).toMatchObject({ name: "poll:dev", holder: "a", expiresAtMs: clock.nowMs() + 1_000 });
      expect(await other.lease("poll:dev", "b", 1_000)).toBeNull();
      expect(await other.lease("effects", "b", 1_000)).not.toBeNull();
    });

    it("are renewed with the same fence, and taken over with a higher one", async () => {
      const first = await taken(store, "a");
      await clock.advance(900);
      const renewed = await taken(store, "a");
      expect(renewed).toEqual({ ...first, expiresAtMs: clock.nowMs() + 1_000 });
      await clock.advance(999);
      expect(await store.lease("poll:dev", "b", 1_000)).toBeNull();
      await clock.advance(1);
      expect((await taken(store, "b")).fence).toBeGreaterThan(first.fence);
      expect(await store.lease("poll:dev", "a", 1_000)).toBeNull();
    });

    it("are free at once when released, and only their holder releases them", async () => {
      const first = await taken(store, "a");
      await store.release({ ...first, holder: "b" });
      await store.release({ ...first, fence: first.fence + 1n });
      expect(await store.lease("poll:dev", "b", 1_000)).toBeNull();
      await store.release(first);
      expect((await taken(store, "b")).fence).toBeGreaterThan(first.fence);
    });

    it("do not last for hours because the clock was set back", async () => {
      await taken(store, "a");
      clock.set(clock.nowMs() - 3_600_000);
      expect(await store.lease("poll:dev", "b", 1_000)).not.toBeNull();
    });

    const change: Change = { audit: [sampleAuditLine()], checkpoint: { scope, untilNs: 1n } };
    const nothingWritten = async () => {
      expect(await store.audit({ sinceMs: 0, limit: 1 })).toEqual([]);
      expect(await store.latestCheckpoint("dev")).toBeNull();
    };

    it("let their holder commit, also with the lease as it was before it was renewed", async () => {
      const lease = await taken(store, "a");
      await clock.advance(900);
      await taken(store, "a");
      await clock.advance(900);
      expect(await commit(change, lease)).toBe("done");
    });

    it("fence off who ran out of time, and nothing is written", async () => {
      const lease = await taken(store, "a");
      await clock.advance(1_000);
      expect(await commit(change, lease)).toBe("fenced");
      await nothingWritten();
    });

    it("fence off who was replaced, and nothing is written", async () => {
      const lease = await taken(store, "a");
      await clock.advance(1_000);
      const next = await taken(await underTest().second(), "b");
      expect(await commit(change, lease)).toBe("fenced");
      expect(await commit(change, { ...next, holder: "a" })).toBe("fenced");
      expect(await commit(change, { ...next, fence: lease.fence })).toBe("fenced");
      await nothingWritten();
      expect(await commit(change, next)).toBe("done");
    });

    it("fence off who released it, or never had it", async () => {
      const lease = await taken(store, "a");
      await store.release(lease);
      expect(await commit(change, lease)).toBe("fenced");
      expect(await commit(change, { ...lease, name: "effects" })).toBe("fenced");
      await nothingWritten();
    });

    async function taken(from: Store, holder: string): Promise<Lease> {
      const lease = await from.lease("poll:dev", holder, 1_000);
      if (lease === null) throw new Error(`${holder} did not get the lease`);
      return lease;
    }
  });
}
