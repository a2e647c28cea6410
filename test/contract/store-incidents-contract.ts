import { beforeEach, describe, expect, it } from "vitest";
import type { Change, Store } from "../../src/domain/store.ts";
import { sampleAuditLine, sampleEntryId, sampleFindings, sampleIncident, sampleNs } from "../support/domain-samples.ts";
import { type StoreUnderTest, scope } from "./store-under-test.ts";

const fingerprint = "v1-aaaaaaaaaaaaaaaaaaaaaaaa";
const otherFingerprint = "v1-bbbbbbbbbbbbbbbbbbbbbbbb";
const otherId = "i000000000002";

/** Entries seen and incidents. */
export function incidentsContract(underTest: () => StoreUnderTest): void {
  let store: Store;
  beforeEach(() => {
    ({ store } = underTest());
  });
  const commit = (change: Change) => store.commit(change, null);

  describe("entries seen", () => {
    it("tells entries apart by id and by instant, to the last nanosecond", async () => {
      const entry = { id: sampleEntryId(1), timestampNs: sampleNs };
      await commit({ seen: [entry, entry] });
      await commit({ seen: [entry] });
      const others = [
        { id: sampleEntryId(1), timestampNs: sampleNs + 1n },
        { id: sampleEntryId(2), timestampNs: sampleNs },
      ];
      expect((await store.known([entry, ...others], [], [])).seen).toEqual(new Set([entry.id]));
      expect((await store.known(others, [], [])).seen).toEqual(new Set());
    });

    it("confuses no ids that are not hexadecimal", async () => {
      await commit({ seen: [{ id: "zz-1", timestampNs: 1n }] });
      const asked = ["zz-1", "zz-2", "zz", '"'].map((id) => ({ id, timestampNs: 1n }));
      expect((await store.known(asked, [], [])).seen).toEqual(new Set(["zz-1"]));
    });
  });

  describe("variants", () => {
    const variant = (place: string, number: number) => ({
      place,
      fingerprint: `v2-${String(number).padStart(24, "0")}` as const,
      words: [`w${number}`, "*"],
    });

    it("are found by their place, each once and as first remembered", async () => {
      await commit({ variants: [variant("here", 1), variant("here", 2), variant("there", 3)] });
      await commit({ variants: [{ ...variant("here", 1), words: ["other"] }] });
      expect(await store.variants(["here", "nowhere"])).toEqual([variant("here", 1), variant("here", 2)]);
      expect(await store.variants([])).toEqual([]);
    });
  });

  describe("incidents", () => {
    it("keep their samples where others change, and have others where another list is given", async () => {
      await commit({ incidents: [sampleIncident()] });
      const read = await store.incident("i000000000001");
      if (read === null) throw new Error("no incident");
      await commit({ incidents: [{ ...read, rounds: 1 }] });
      const grown = await store.incident("i000000000001");
      expect(grown).toEqual({ ...read, version: 2, rounds: 1 });
      const [sample] = read.samples;
      if (grown === null || sample === undefined) throw new Error("no sample");
      const newer = { ...sample, entryId: sampleEntryId(7) };
      await commit({ incidents: [{ ...grown, samples: [newer, sample] }] });
      expect((await store.incident("i000000000001"))?.samples).toEqual([newer, sample]);
      // Another one's list, and one's own in a store that has no such incident.
      await commit({ incidents: [sampleIncident({ id: otherId, samples: grown.samples })] });
      expect((await store.incident(otherId))?.samples).toEqual(grown.samples);
      await commit({ incidents: [{ ...grown, id: "i000000000003", version: 0 }] });
      expect((await store.incident("i000000000003"))?.samples).toEqual(grown.samples);
    });

    it("that merge give away all aliases and traces, and keep their own history", async () => {
      const second = sampleIncident({ id: otherId, fingerprints: [otherFingerprint] });
      await commit({
        incidents: [sampleIncident(), second],
        aliases: [
          { fingerprint, incident: "i000000000001" },
          { fingerprint: otherFingerprint, incident: otherId },
          { fingerprint: "v1-cccccccccccccccccccccccc", incident: otherId },
        ],
        counts: [{ fingerprint: otherFingerprint, environment: "dev", minuteMs: 0, add: 7 }],
        traces: [{ traceId: "a".repeat(32), incident: otherId, forgetAtMs: 9 }],
      });
      const incidents = [
        { ...sampleIncident(), version: 1 },
        { ...second, version: 1, fingerprints: [] },
      ];
      expect(await commit({ incidents, merges: [{ from: otherId, into: "i000000000001" }] })).toBe("done");
      expect((await store.incidentOf("v1-cccccccccccccccccccccccc"))?.id).toBe("i000000000001");
      expect((await store.incident("i000000000001"))?.counts).toEqual({ dev: 7 });
      expect(await store.incident(otherId)).toMatchObject({ counts: {}, fingerprints: [] });
      const { incidentOfTrace } = await store.known([], [], ["a".repeat(32)]);
      expect(incidentOfTrace.get("a".repeat(32))).toBe("i000000000001");
    });

    it("sums counts by environment through the aliases, so that a merge moves none", async () => {
      const second = sampleIncident({ id: otherId, fingerprints: [otherFingerprint] });
      await commit({
        incidents: [sampleIncident(), second],
        aliases: [
          { fingerprint, incident: "i000000000001" },
          { fingerprint: otherFingerprint, incident: otherId },
        ],
        counts: [
          { fingerprint, environment: "dev", minuteMs: 0, add: 2 },
          { fingerprint, environment: "dev", minuteMs: 60_000, add: 3 },
          { fingerprint, environment: "prod", minuteMs: 0, add: 1 },
          { fingerprint: otherFingerprint, environment: "dev", minuteMs: 0, add: 10 },
        ],
      });
      await commit({ counts: [{ fingerprint, environment: "dev", minuteMs: 0, add: 4 }] });
      expect((await store.incidentOf(fingerprint))?.counts).toEqual({ dev: 9, prod: 1 });
      const merged: Change = { aliases: [{ fingerprint: otherFingerprint, incident: "i000000000001" }] };
      expect(await commit({ ...merged, incidents: [{ ...second, version: 1 }] })).toBe("done");
      expect((await store.incident("i000000000001"))?.counts).toEqual({ dev: 19, prod: 1 });
      expect((await store.incident(otherId))?.counts).toEqual({});
      expect((await store.incidentOf(otherFingerprint))?.id).toBe("i000000000001");
    });

    it("refuses a change that would take a fingerprint from an incident unseen", async () => {
      await commit({ incidents: [sampleIncident()], aliases: [{ fingerprint, incident: "i000000000001" }] });
      const second = sampleIncident({ id: otherId, fingerprints: [fingerprint] });
      const late: Change = { incidents: [second], aliases: [{ fingerprint, incident: otherId }] };
      expect(await commit(late)).toBe("stale");
      expect((await store.incidentOf(fingerprint))?.id).toBe("i000000000001");
      expect(await store.incident(otherId)).toBeNull();
    });

    it("refuses a change that was decided on an older version, whole", async () => {
      expect(await commit({ incidents: [sampleIncident()] })).toBe("done");
      const read = await store.incident("i000000000001");
      expect(read?.version).toBe(1);
      const decided = sampleIncident({ version: 1, state: "muted" });
      expect(await (await underTest().second()).commit({ incidents: [decided] }, null)).toBe("done");
      const late: Change = {
        incidents: [sampleIncident({ id: otherId }), sampleIncident({ version: 1, state: "stuck" })],
        audit: [sampleAuditLine()],
        checkpoint: { scope, untilNs: 5n },
      };
      expect(await commit(late)).toBe("stale");
      expect(await commit({ incidents: [sampleIncident()] })).toBe("stale");
      expect(await store.incident(otherId)).toBeNull();
      expect(await store.latestCheckpoint("dev")).toBeNull();
      expect(await store.audit({ sinceMs: 0, limit: 10 })).toEqual([]);
      expect(await store.incident("i000000000001")).toMatchObject({ version: 2, state: "muted" });
    });

    it("refuses to guess which of two writings of one incident is meant", async () => {
      await expect(commit({ incidents: [sampleIncident(), sampleIncident()] })).rejects.toThrow(/twice/);
    });

    it("lists the newest first, by state and time", async () => {
      await commit({
        incidents: [
          sampleIncident({ id: "ia", lastSeenNs: 10n }),
          sampleIncident({ id: "ib", lastSeenNs: 30n, state: "muted" }),
          sampleIncident({ id: "ic", lastSeenNs: 20n, state: "stuck" }),
        ],
      });
      const ids = async (filter: Parameters<Store["incidents"]>[0]) =>
        (await store.incidents(filter)).map(({ id }) => id);
      expect(await ids({ limit: 10 })).toEqual(["ib", "ic", "ia"]);
      expect(await ids({ limit: 2 })).toEqual(["ib", "ic"]);
      expect(await ids({ limit: 10, sinceNs: 20n })).toEqual(["ib", "ic"]);
      expect(await ids({ limit: 10, states: ["new", "stuck"] })).toEqual(["ic", "ia"]);
    });

    it("keeps findings of a dry run until they are forgotten", async () => {
      const kept = sampleFindings("i000000000001-1-0");
      await commit({ kept: [{ incident: "i000000000001", findings: kept }] });
      expect(await store.keptFindings("i000000000001")).toEqual(kept);
      await commit({ kept: [{ incident: "i000000000001", findings: null }] });
      expect(await store.keptFindings("i000000000001")).toBeNull();
    });
  });
}
