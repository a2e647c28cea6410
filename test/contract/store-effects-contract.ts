import { beforeEach, describe, expect, it } from "vitest";
import { identifier } from "../../src/domain/inert.ts";
import { redact } from "../../src/domain/redact.ts";
import type { Change, Store } from "../../src/domain/store.ts";
import { sampleAuditLine, sampleEffect } from "../support/domain-samples.ts";
import type { StoreUnderTest } from "./store-under-test.ts";

/** Effects, the audit log and the handles. */
export function effectsContract(underTest: () => StoreUnderTest): void {
  let store: Store;
  beforeEach(() => {
    ({ store } = underTest());
  });
  const commit = (change: Change) => store.commit(change, null);

  describe("effects", () => {
    const stored = async () => (await store.effects({}))[0];
    const { outgoing } = sampleEffect();
    const second = outgoing.kind === "open-issue" ? { ...outgoing, body: identifier("second") } : outgoing;
    const rendered = sampleEffect({ outgoing: second });

    it("keeps what was rendered first, whatever is given later", async () => {
      const first = sampleEffect();
      await commit({ effects: [first] });
      await commit({ effects: [{ ...rendered, intendedAtMs: 900, notBeforeMs: 5 }] });
      expect(await stored()).toEqual(first);
      await commit({ effects: [{ ...rendered, state: "sending", attempts: 1, intendedAtMs: 900 }] });
      expect(await stored()).toEqual({ ...first, state: "sending", attempts: 1 });
    });

    it("lets no new decision send again what is being sent, unclear, or ended", async () => {
      const steps = [
        sampleEffect({ state: "sending", attempts: 1 }),
        sampleEffect({ state: "unknown", attempts: 1, unknownSinceMs: 7 }),
        sampleEffect({ state: "done", attempts: 1, url: "https://example.com/1", reference: 1 }),
      ];
      for (const step of steps) {
        await commit({ effects: [step] });
        expect(await commit({ effects: [sampleEffect()] })).toBe("done");
        expect(await stored()).toEqual(step);
      }
      await commit({ effects: [sampleEffect({ state: "unknown", attempts: 2 })] });
      expect(await stored()).toEqual(steps[2]);
    });

    it("goes back to intended when a write was not carried out, or is surely absent", async () => {
      await commit({ effects: [sampleEffect({ state: "sending", attempts: 1 })] });
      const waiting = sampleEffect({ attempts: 0, because: redact("rate limit") });
      await commit({ effects: [waiting] });
      expect(await stored()).toEqual(waiting);
      await commit({ effects: [sampleEffect({ state: "sending", attempts: 1 })] });
      await commit({ effects: [sampleEffect({ state: "unknown", attempts: 1 })] });
      const again = sampleEffect({ attempts: 1, notBeforeMs: 50 });
      await commit({ effects: [again] });
      expect(await stored()).toEqual(again);
    });

    it("refuses a step that was decided before somebody else's attempt", async () => {
      await commit({ effects: [sampleEffect({ state: "sending", attempts: 2 })] });
      const late: Change = {
        effects: [sampleEffect({ state: "unknown", attempts: 1 })],
        audit: [sampleAuditLine()],
      };
      expect(await commit(late)).toBe("stale");
      expect(await store.audit({ sinceMs: 0, limit: 1 })).toEqual([]);
    });

    it("refuses to send what no attempt was counted for", async () => {
      await expect(commit({ effects: [sampleEffect({ state: "sending" })] })).rejects.toThrow(/count the attempt/);
      expect(await store.effects({})).toEqual([]);
    });

    it("lists them oldest intent first, by state, subject and time", async () => {
      await commit({
        effects: [
          sampleEffect({ id: "b", intendedAtMs: 20, subject: "overview:acme/orders" }),
          sampleEffect({ id: "a", intendedAtMs: 10 }),
          sampleEffect({ id: "c", intendedAtMs: 20, state: "done" }),
        ],
      });
      const ids = async (filter: Parameters<Store["effects"]>[0]) => (await store.effects(filter)).map(({ id }) => id);
      expect(await ids({})).toEqual(["a", "b", "c"]);
      expect(await ids({ states: ["intended"] })).toEqual(["a", "b"]);
      expect(await ids({ subject: "i000000000001" })).toEqual(["a", "c"]);
      expect(await ids({ states: ["intended", "done"], intendedSinceMs: 20 })).toEqual(["b", "c"]);
    });
  });

  describe("audit and handles", () => {
    it("lists the newest first, by subject and time", async () => {
      await commit({ audit: [sampleAuditLine({ atMs: 1 }), sampleAuditLine({ atMs: 3, subject: "x" })] });
      await commit({ audit: [sampleAuditLine({ atMs: 2 })] });
      const at = async (filter: Parameters<Store["audit"]>[0]) => (await store.audit(filter)).map(({ atMs }) => atMs);
      expect(await at({ sinceMs: 0, limit: 10 })).toEqual([3, 2, 1]);
      expect(await at({ sinceMs: 2, limit: 10 })).toEqual([3, 2]);
      expect(await at({ sinceMs: 0, limit: 1, subject: "i000000000001" })).toEqual([2]);
    });

    it("sets the handles together with the line that tells who did", async () => {
      const line = sampleAuditLine({ actor: "operator", action: "handles.paused" });
      await store.setHandles({ pausedBy: "operator", modeCeiling: "issue" }, line);
      const other = await underTest().second();
      expect(await other.handles()).toEqual({ pausedBy: "operator", modeCeiling: "issue" });
      expect(await other.audit({ sinceMs: 0, limit: 10 })).toEqual([line]);
    });

    it("shares the wait for a destination with others", async () => {
      await store.setWaitUntilMs("github", 500);
      const other = await underTest().second();
      expect(await other.waitUntilMs("github")).toBe(500);
      expect(await other.waitUntilMs("telegram")).toBe(0);
    });
  });
}
