import { describe, expect, it } from "vitest";
import { refusalOf } from "../detect/memory-log-source.ts";
import { hourMs, inPolledWorld, minuteMs, startMs } from "./polled-world.ts";

const dayMs = 24 * hourMs;

describe("a query that is edited", () => {
  const [wide, narrow, other] = ['{app="shop"}', '{app="shop", pod="a"}', '{app="shop", pod="b"}'];

  it("and edited back leaves a gap in the ledger, once", () =>
    inPolledWorld(async (world) => {
      await world.poll({ query: wide });
      await world.pollUntil(startMs + hourMs, { query: narrow });
      world.arrive("Missed", startMs + 30 * minuteMs, { pod: "b" });
      world.arrive("Overlap", startMs + hourMs - 5 * minuteMs, { pod: "b" });
      world.clock.set(startMs + hourMs + minuteMs);
      const { coverage } = await world.poll({ query: wide });
      expect(coverage).toHaveLength(2);
      expect(coverage[0]).toMatchObject({
        scope: { query: wide },
        window: { fromNs: BigInt(startMs) * 1_000_000n, toNs: BigInt(startMs + hourMs - 10 * minuteMs) * 1_000_000n },
        pages: 0,
        entries: 0,
        closed: null,
      });
      expect(coverage[0]?.gap).toBe(
        `From 2026-11-21T03:00:00.000Z to 2026-11-21T03:50:00.000Z another query was read in place of this one, last ${narrow}. What this one finds there and that one did not was not read.`,
      );
      world.clock.set(startMs + hourMs + 2 * minuteMs);
      expect((await world.poll({ query: wide })).coverage).toHaveLength(1);
      expect(await world.counts()).toEqual({ Overlap: 1 });
    }));

  it("to one that was never asked leaves none", () =>
    inPolledWorld(async (world) => {
      await world.poll({ query: wide });
      for (const [index, query] of [narrow, other].entries()) {
        world.clock.set(startMs + (index + 1) * hourMs);
        expect((await world.poll({ query })).coverage.map(({ gap }) => gap)).not.toContainEqual(expect.any(String));
      }
    }));

  it("goes on being counted again as it was read", () =>
    inPolledWorld(async (world) => {
      await world.poll({ query: narrow });
      await world.pollUntil(startMs + hourMs, { query: other });
      world.arrive("Late", startMs - 30 * minuteMs, { pod: "a" });
      world.arrive("Foreign", startMs - 30 * minuteMs, { pod: "b" });
      const { touched } = await world.audit({ query: other });
      expect(touched).toHaveLength(1);
      expect(await world.counts()).toEqual({ Late: 1 });
    }));
});

describe("a sleep that was longer than Loki keeps log entries", () => {
  it("is a gap up to the first entry that is left", () =>
    inPolledWorld(async (world) => {
      world.arrive("Known", startMs - 30 * minuteMs);
      await world.poll();
      world.arrive("Deleted", startMs + 5 * hourMs);
      world.arrive("Left", startMs + dayMs + 90 * minuteMs);
      world.forget("Known");
      world.forget("Deleted");
      world.clock.set(startMs + 2 * dayMs);
      const { coverage } = await world.poll();
      const gaps = coverage.filter(({ gap }) => gap !== null);
      expect(gaps).toHaveLength(26);
      expect(gaps[0]?.gap).toBe(
        "Of what Loki gave out up to 2026-11-21T03:00:00.000Z (log entries: 1) it has nothing now: it keeps less than the time since then, and what was logged here may be gone too.",
      );
      expect(new Set(gaps.slice(0, -1).map(({ gap }) => gap)).size).toBe(1);
      expect(gaps.at(-1)?.gap).toMatch(
        /may be gone too\. The first log entry that is left is of 2026-11-22T04:30:00\.000Z\.$/,
      );
      expect(coverage.indexOf(gaps.at(-1) as never)).toBe(25);
      expect(await world.counts()).toEqual({ Known: 1, Left: 1 });
    }));

  it.each([
    ["Loki still has what it gave out before", "Known", false, 2 * dayMs],
    ["nothing was given out shortly before", null, false, 2 * dayMs],
    ["it was short", null, true, 5 * hourMs],
  ])("is none where %s", (_, kind, isForgotten, sleptMs) =>
    inPolledWorld(async (world) => {
      if (kind !== null || isForgotten) world.arrive("Known", startMs - 30 * minuteMs);
      await world.poll();
      if (isForgotten) world.forget("Known");
      world.clock.set(startMs + sleptMs);
      const { coverage } = await world.poll();
      expect(coverage.filter(({ gap }) => gap !== null)).toEqual([]);
    }),
  );

  it("is seen in what is read again, though the newest of that is left", () =>
    inPolledWorld(async (world) => {
      const latenessMs = 3 * hourMs;
      world.arrive("Old", startMs - 170 * minuteMs);
      world.arrive("New", startMs - 5 * minuteMs);
      await world.poll({ latenessMs, sinceMs: 4 * hourMs });
      world.forget("Old");
      world.clock.set(startMs + dayMs);
      const { coverage } = await world.poll({ latenessMs });
      const gaps = coverage.filter(({ gap }) => gap !== null);
      expect(gaps).toHaveLength(3);
      expect(gaps[0]?.window.fromNs).toBe(BigInt(startMs - 3 * hourMs) * 1_000_000n);
      expect(gaps.at(-1)?.gap).toMatch(/The first log entry that is left is of 2026-11-21T02:55:00\.000Z\.$/);
    }));

  it("is told to the end by the next poll where one is broken off", () =>
    inPolledWorld(async (world) => {
      world.arrive("Known", startMs - 30 * minuteMs);
      await world.poll();
      world.forget("Known");
      world.clock.set(startMs + 2 * dayMs);
      let asked = 0;
      world.refuse(() => (asked++ === 7 ? refusalOf({ isRetryable: true }) : null));
      await expect(world.poll()).rejects.toThrow("Loki says no.");
      world.refuse(null);
      world.clock.set(startMs + 2 * dayMs + 5 * minuteMs);
      const { coverage } = await world.poll();
      expect(coverage.length).toBeGreaterThan(40);
      expect(coverage.filter(({ gap }) => gap === null)).toEqual([]);
    }));
});
