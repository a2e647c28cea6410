import { beforeEach, describe, expect, it } from "vitest";
import type { Coverage, Recount } from "../../src/domain/coverage.ts";
import type { Change, Store } from "../../src/domain/store.ts";
import { sampleNs } from "../support/domain-samples.ts";
import { type StoreUnderTest, sampleCoverage, scope } from "./store-under-test.ts";

/** What was read, up to where, and what is counted again. */
export function coverageContract(underTest: () => StoreUnderTest): void {
  let store: Store;
  beforeEach(() => {
    ({ store } = underTest());
  });
  const commit = (change: Change) => store.commit(change, null);

  describe("coverage", () => {
    it("starts an edited query at the newest checkpoint of its environment", async () => {
      const edited = { environment: "dev", query: "{}" };
      await commit({ checkpoint: { scope, untilNs: sampleNs } });
      await commit({ checkpoint: { scope: { ...scope, environment: "prod" }, untilNs: sampleNs + 9n } });
      expect(await store.latestCheckpoint("dev")).toEqual({ scope, untilNs: sampleNs });
      await commit({ checkpoint: { scope: edited, untilNs: sampleNs + 1n } });
      expect((await store.latestCheckpoint("dev"))?.scope).toEqual(edited);
      await commit({ checkpoint: { scope, untilNs: sampleNs + 2n } });
      expect((await store.latestCheckpoint("dev"))?.scope).toEqual(scope);
    });

    it("finds the windows that overlap, oldest first", async () => {
      await commit({
        coverage: [
          sampleCoverage(20n, 30n),
          sampleCoverage(0n, 10n),
          sampleCoverage(10n, 20n),
          sampleCoverage(5n, 15n, "prod"),
        ],
      });
      const starts = async (filter: Parameters<Store["coverage"]>[0]) =>
        (await store.coverage(filter)).map(({ window }) => window.fromNs);
      expect(await starts({ limit: 10 })).toEqual([0n, 5n, 10n, 20n]);
      expect(await starts({ limit: 10, environment: "dev", overlapping: { fromNs: 10n, toNs: 20n } })).toEqual([10n]);
      expect(await starts({ limit: 10, overlapping: { fromNs: 9n, toNs: 21n } })).toEqual([0n, 5n, 10n, 20n]);
      expect(await starts({ limit: 1, environment: "prod" })).toEqual([5n]);
    });

    it("gives the newest windows where there are more than asked for", async () => {
      await commit({ coverage: [0n, 10n, 20n].map((fromNs) => sampleCoverage(fromNs, fromNs + 10n)) });
      const windows = await store.coverage({ limit: 2 });
      expect(windows.map(({ window }) => window.fromNs)).toEqual([10n, 20n]);
    });

    it("tells each query of an environment by itself up to where it was read", async () => {
      await commit({ checkpoint: { scope, untilNs: sampleNs } });
      await commit({ checkpoint: { scope: { ...scope, query: "{}" }, untilNs: sampleNs + 9n } });
      expect(await store.checkpoint(scope)).toEqual({ scope, untilNs: sampleNs });
      expect(await store.checkpoint({ ...scope, query: "{x}" })).toBeNull();
      expect(await store.checkpoint({ ...scope, environment: "prod" })).toBeNull();
    });

    it("knows up to where the time of each environment is closed", async () => {
      expect(await store.closedUntilNs("dev")).toBeNull();
      await commit({ coverage: [closing(0n, 10n), closing(10n, 30n), sampleCoverage(10n, 50n)] });
      await commit({ coverage: [closing(0n, 90n, { environment: "prod" })] });
      expect(await store.closedUntilNs("dev")).toBe(30n);
      expect(await store.closedUntilNs("prod")).toBe(90n);
    });

    it("gives what is due to be counted again, oldest first, and keeps what came of it", async () => {
      const [first, second, third] = [0n, 10n, 20n].map((fromNs, index) =>
        closing(fromNs, fromNs + 10n, { dueAtMs: 100 - index }),
      ) as [Coverage, Coverage, Coverage];
      const never = closing(30n, 40n, { dueAtMs: null });
      await commit({ coverage: [third, first, never, second, closing(0n, 10n, { environment: "prod" })] });
      expect(await store.dueForRecount("dev", 97, 10)).toEqual([]);
      expect(await store.dueForRecount("dev", 99, 10)).toEqual([second, third]);
      expect(await store.dueForRecount("dev", 1_000, 2)).toEqual([first, second]);

      const recount: Recount = { atMs: 7, result: "read-again", counted: 12, errors: 2, because: null };
      const counted = { ...second, closed: { ...second.closed, entries: 12, dueAtMs: 500, recount } } as Coverage;
      const over = { ...first, closed: { ...first.closed, dueAtMs: null, recount } } as Coverage;
      await commit({ recounted: [counted, over] });
      expect(await store.dueForRecount("dev", 200, 10)).toEqual([third]);
      expect(await store.dueForRecount("dev", 500, 10)).toEqual([counted, third]);
      expect(await store.coverage({ limit: 10, environment: "dev" })).toEqual([over, counted, third, never]);
      expect((await store.dueForRecount("prod", 1_000, 10))[0]?.closed?.recount).toBeNull();
    });

    it("knows the newest checkpoint of each environment", async () => {
      expect(await store.latestCheckpoints()).toEqual([]);
      const edited = { environment: "dev", query: "{}" };
      const prod = { ...scope, environment: "prod" };
      await commit({ checkpoint: { scope, untilNs: 30n } });
      await commit({ checkpoint: { scope: edited, untilNs: 20n } });
      await commit({ checkpoint: { scope: prod, untilNs: 10n } });
      expect(await store.latestCheckpoints()).toEqual([
        { scope, untilNs: 30n },
        { scope: prod, untilNs: 10n },
      ]);
    });
  });
}

function closing(
  fromNs: bigint,
  toNs: bigint,
  { environment = "dev", dueAtMs = 1 }: { readonly environment?: string; readonly dueAtMs?: number | null } = {},
): Coverage {
  const closed = { window: { fromNs, toNs }, entries: 2, dueAtMs, recount: null };
  return { ...sampleCoverage(fromNs, toNs, environment), closed };
}
