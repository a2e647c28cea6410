import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Change, Store } from "../../src/domain/store.ts";
import {
  sampleAuditLine,
  sampleEffect,
  sampleEntryId,
  sampleFindings,
  sampleIncident,
  sampleNs,
  sampleOrder,
} from "../support/domain-samples.ts";
import { chatContract } from "./store-chat-contract.ts";
import { coverageContract } from "./store-coverage-contract.ts";
import { effectsContract } from "./store-effects-contract.ts";
import { incidentsContract } from "./store-incidents-contract.ts";
import { leasesContract } from "./store-leases-contract.ts";
import { ordersContract } from "./store-orders-contract.ts";
import { pruningContract } from "./store-pruning-contract.ts";
import { type StoreUnderTest, sampleCoverage, scope } from "./store-under-test.ts";

const fingerprint = "v1-aaaaaaaaaaaaaaaaaaaaaaaa";
const otherFingerprint = "v1-bbbbbbbbbbbbbbbbbbbbbbbb";
const day = "2026-11-21";

/** What every engine promises about the memory. */
export function storeContract(name: string, open: () => Promise<StoreUnderTest>): void {
  describe(`store contract: ${name}`, () => {
    let underTest: StoreUnderTest;
    let store: Store;

    beforeEach(async () => {
      underTest = await open();
      store = underTest.store;
    });
    afterEach(() => underTest.close());

    it("is empty at first", async () => {
      expect(await store.latestCheckpoint("dev")).toBeNull();
      expect(await store.incident("i000000000001")).toBeNull();
      expect(await store.incidentOf(fingerprint)).toBeNull();
      expect(await store.incidents({ limit: 10 })).toEqual([]);
      expect(await store.keptFindings("i000000000001")).toBeNull();
      expect(await store.handles()).toEqual({ pausedBy: null, modeCeiling: null });
      expect(await store.waitUntilMs("github")).toBe(0);
      expect(await store.spentUsd(day, null)).toBe(0);
    });

    it("makes everything of one change visible together, to others too", async () => {
      const coverage = sampleCoverage(0n, 10n);
      const change: Change = {
        seen: [{ id: sampleEntryId(1), timestampNs: sampleNs }],
        counts: [{ fingerprint, environment: "dev", minuteMs: 60_000, add: 3 }],
        aliases: [{ fingerprint, incident: "i000000000001" }],
        traces: [{ traceId: "a".repeat(32), incident: "i000000000001", forgetAtMs: 1 }],
        incidents: [sampleIncident()],
        coverage: [coverage],
        checkpoint: { scope, untilNs: sampleNs },
        orders: [sampleOrder()],
        reserve: {
          reservations: [{ id: "r1", order: sampleOrder().id, environment: "dev", dayUtc: day, amountUsd: 0.5 }],
          ceilings: { incidentUsd: 1, dayUsd: 1, environmentDayUsd: null },
        },
        kept: [{ incident: "i000000000001", findings: sampleFindings("x") }],
        effects: [sampleEffect()],
        audit: [sampleAuditLine()],
      };
      expect(await store.commit(change, null)).toBe("done");
      for (const reader of [store, await underTest.second()]) {
        const incident = sampleIncident({ version: 1, counts: { dev: 3 } });
        const known = await reader.known(
          [
            { id: sampleEntryId(1), timestampNs: sampleNs },
            { id: sampleEntryId(2), timestampNs: sampleNs },
          ],
          [fingerprint, otherFingerprint],
          ["a".repeat(32), "b".repeat(32)],
        );
        expect(known.seen).toEqual(new Set([sampleEntryId(1)]));
        expect(known.incidentOf).toEqual(new Map([[fingerprint, incident]]));
        expect(known.incidentOfTrace).toEqual(new Map([["a".repeat(32), "i000000000001"]]));
        expect(await reader.incident("i000000000001")).toEqual(incident);
        expect(await reader.coverage({ limit: 10 })).toEqual([coverage]);
        expect(await reader.latestCheckpoint("dev")).toEqual({ scope, untilNs: sampleNs });
        expect(await reader.orders(10)).toEqual([sampleOrder()]);
        expect(await reader.spentUsd(day, "dev")).toBe(0.5);
        expect(await reader.keptFindings("i000000000001")).toEqual(sampleFindings("x"));
        expect(await reader.effects({})).toEqual([sampleEffect()]);
        expect(await reader.audit({ sinceMs: 0, limit: 10 })).toEqual([sampleAuditLine()]);
      }
    });

    it("writes nothing of a change that is wrong in itself, and goes on", async () => {
      const wrong: Change = { incidents: [sampleIncident()], effects: [sampleEffect({ state: "sending" })] };
      await expect(store.commit(wrong, null)).rejects.toThrow(RangeError);
      expect(await store.incident("i000000000001")).toBeNull();
      expect(await store.commit({ incidents: [sampleIncident()] }, null)).toBe("done");
    });

    incidentsContract(() => underTest);
    coverageContract(() => underTest);
    ordersContract(() => underTest);
    effectsContract(() => underTest);
    leasesContract(() => underTest);
    chatContract(() => underTest);
    pruningContract(() => underTest);
  });
}
