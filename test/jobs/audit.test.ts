import { describe, expect, it } from "vitest";
import type { AuditReport } from "../../src/jobs/audit.ts";
import { refusalOf } from "../detect/memory-log-source.ts";
import { hourMs, inPolledWorld, minuteMs, parserStage, startMs } from "./polled-world.ts";

const results = (report: AuditReport) => report.recounted.map(({ closed }) => closed?.recount?.result);

describe("time that was closed", () => {
  it("is all the time that was read, window after window, without a hole, and each entry is in one of them", () =>
    inPolledWorld(async (world) => {
      for (const [index, agoMin] of [58, 45, 12, 9, 3].entries())
        world.arrive(`K${"abcde"[index]}`, startMs - agoMin * minuteMs);
      await world.poll();
      await world.pollUntil(startMs + 40 * minuteMs, { latenessMs: 20 * minuteMs });
      await world.pollUntil(startMs + 2 * hourMs, { latenessMs: 0 }, 7);
      const parts = (await world.ledger()).flatMap(({ closed }) => closed ?? []);
      expect(parts[0]?.window.fromNs).toBe(BigInt(startMs - hourMs) * 1_000_000n);
      for (const [index, part] of parts.entries()) {
        if (index > 0) expect(part.window.fromNs).toBe(parts[index - 1]?.window.toNs);
      }
      expect(parts.at(-1)?.window.toNs).toBe(BigInt(startMs + 2 * hourMs - 1_000) * 1_000_000n);
      expect(parts.reduce((sum, { entries }) => sum + entries, 0)).toBe(5);
    }));

  it("is counted again at growing ages, neighbours with one question, and is as it was", () =>
    inPolledWorld(async (world) => {
      world.arrive("Early", startMs - 50 * minuteMs);
      await world.poll();
      expect(await world.audit()).toMatchObject({ recounted: [], problem: null });
      await world.pollUntil(startMs + 30 * hourMs, {}, 15);
      world.asked.length = 0;
      let windows = 0;
      while ((await world.store.dueForRecount("dev", world.clock.nowMs(), 1)).length > 0) {
        const report = await world.audit();
        windows += report.recounted.length;
        expect(new Set(results(report))).toEqual(new Set(["equal"]));
      }
      // One question an hour, whatever the number of its windows.
      expect(windows).toBeGreaterThan(110);
      expect(world.asked.every((each) => each.startsWith("count"))).toBe(true);
      expect(world.asked.length).toBeLessThanOrEqual(32);
      const [oldest] = await world.ledger();
      expect(oldest?.closed).toMatchObject({
        entries: 1,
        dueAtMs: null,
        recount: { counted: 1, errors: 0, because: null },
      });
    }));
});

describe("an entry that comes later than any poll looks back", () => {
  it.each([20, 55, 5 * 60, 23 * 60])("is found %i minutes after its time, and counted once", (lateMin) =>
    inPolledWorld(async (world) => {
      world.arrive("Known", startMs - 40 * minuteMs);
      await world.poll();
      await world.pollUntil(startMs + lateMin * minuteMs - 30 * minuteMs, {}, 30);
      world.clock.set(Math.max(world.clock.nowMs(), startMs + lateMin * minuteMs - 30 * minuteMs));
      world.arrive("Known", startMs - 30 * minuteMs);
      world.arrive("Fresh", startMs - 30 * minuteMs + 1);
      const found: AuditReport[] = [];
      for (let step = 0; step < 200 && found.length === 0; step++) {
        await world.pollUntil(world.clock.nowMs() + 20 * minuteMs, {}, 20);
        expect(await world.counts()).toEqual({ Known: 1 });
        const report = await world.audit();
        if (report.touched.length > 0) found.push(report);
      }
      expect(found[0]?.touched.map(({ change, added }) => [change, added])).toEqual([
        ["grew", 1],
        ["new", 1],
      ]);
      expect(await world.counts()).toEqual({ Known: 2, Fresh: 1 });
      const [line] = (await world.ledger()).filter(({ closed }) => closed?.recount?.result === "read-again");
      expect(line?.closed).toMatchObject({ entries: 3, recount: { counted: 3, errors: 2, because: null } });
      // Nothing of it is found a second time.
      await world.pollUntil(startMs + 40 * hourMs, {}, 60);
      for (let step = 0; step < 30; step++) await world.audit();
      expect(await world.counts()).toEqual({ Known: 2, Fresh: 1 });
    }),
  );

  it("is read once though it lies in the middle of a long count", () =>
    inPolledWorld(async (world) => {
      await world.poll();
      await world.pollUntil(startMs + 5 * hourMs);
      world.arrive("Late", startMs + 2 * hourMs + 17 * minuteMs);
      world.asked.length = 0;
      const report = await world.audit();
      expect(report.touched).toHaveLength(1);
      expect(results(report).filter((each) => each === "read-again")).toHaveLength(1);
      expect(world.asked.filter((each) => each.startsWith("read"))).toHaveLength(1);
      expect(world.asked.length).toBeLessThan(14);
      // Another text than that of the polls: a cache may still answer that one with nothing.
      expect(world.asked.find((each) => each.startsWith("read"))).toMatch(/^read \{app="shop"\} # read again at 2026/);
    }));

  it("is one error where its lines lie around the border of two windows", () =>
    inPolledWorld(async (world) => {
      await world.poll();
      await world.pollUntil(startMs + hourMs);
      const [line] = (await world.ledger()).slice(3);
      const borderNs = line?.closed?.window.toNs ?? 0n;
      const lines = [
        "2026-11-21 03:00:00,000 ERROR [main] com.company.Orders - order failed",
        "java.lang.NullPointerException: order is null",
        "\tat com.company.Orders.step(Orders.java:1)",
        "\tat com.company.Orders.main(Orders.java:2)",
      ];
      for (const [index, text] of lines.entries()) world.arriveLine(text, borderNs - 2n + BigInt(index));
      await world.pollUntil(startMs + 3 * hourMs);
      await world.audit();
      const incidents = await world.store.incidents({ limit: 10 });
      expect(incidents.map(({ counts, samples }) => [counts, samples[0]?.line.split("\n").length])).toEqual([
        [{ dev: 1 }, 4],
      ]);
    }));

  it("is one error where it lies around the instant at which a poll begins", () =>
    inPolledWorld(async (world) => {
      await world.poll();
      await world.pollUntil(startMs + 20 * minuteMs);
      const beginNs = (await world.store.closedUntilNs("dev")) ?? 0n;
      const lines = [
        "2026-11-21 03:00:00,000 ERROR [main] com.company.Orders - order failed",
        "java.lang.NullPointerException: order is null",
        "\tat com.company.Orders.step(Orders.java:1)",
        "\tat com.company.Orders.main(Orders.java:2)",
      ];
      for (const [index, text] of lines.entries()) world.arriveLine(text, beginNs - 2n + BigInt(index));
      world.clock.set(startMs + 21 * minuteMs);
      // Half of it would be another error.
      expect((await world.poll()).touched).toEqual([]);
      await world.pollUntil(startMs + hourMs);
      await world.audit();
      const incidents = await world.store.incidents({ limit: 10 });
      expect(incidents.map(({ counts, samples }) => [counts, samples[0]?.line.split("\n").length])).toEqual([
        [{ dev: 1 }, 4],
      ]);
    }));

  it("is found although the query has stages that cannot be counted", () =>
    inPolledWorld(async (world) => {
      const parsed = { query: `{app="shop"}${parserStage}` };
      world.arrive("KeptOne", startMs - 40 * minuteMs);
      world.arrive("Dropped", startMs - 30 * minuteMs);
      await world.poll(parsed);
      await world.pollUntil(startMs + 30 * minuteMs, parsed);
      // Nobody knows yet what the count should be: it is read again once, and from then on counts are compared.
      expect(new Set(results(await world.audit({ ...parsed, limits: { rereadsMax: 100 } })))).toEqual(
        new Set(["read-again", "equal"]),
      );
      expect(
        world.asked.filter((each) => each.startsWith("count")).every((each) => each === 'count {app="shop"}'),
      ).toBe(true);
      await world.pollUntil(startMs + 2 * hourMs, parsed);
      const [second] = (await world.audit({ ...parsed, limits: { rereadsMax: 100 } })).recounted;
      expect(second?.closed?.recount).toMatchObject({ result: "equal", counted: 2 });
      world.arrive("KeptLate", startMs - 20 * minuteMs);
      await world.pollUntil(startMs + 8 * hourMs, parsed, 60);
      for (let step = 0; step < 9; step++) await world.audit(parsed);
      expect(await world.counts()).toEqual({ KeptOne: 1, KeptLate: 1 });
    }));
});

describe("an audit", () => {
  it("keeps within its limits and goes on the next time", () =>
    inPolledWorld(async (world) => {
      await world.poll();
      await world.pollUntil(startMs + 10 * hourMs, {}, 10);
      world.asked.length = 0;
      const first = await world.audit({ limits: { questionsMax: 3 } });
      expect(world.asked).toHaveLength(3);
      expect(first.waiting).toBeGreaterThan(30);
      const second = await world.audit({ limits: { questionsMax: 300 } });
      expect(second.waiting).toBe(0);
      expect(second.recounted.length).toBe(first.waiting);

      for (let hour = 1; hour < 9; hour++) world.arrive("Late", startMs + hour * hourMs);
      await world.pollUntil(startMs + 30 * hourMs, {}, 60);
      const third = await world.audit({ limits: { questionsMax: 300, rereadsMax: 2 } });
      expect(results(third).filter((each) => each === "read-again")).toHaveLength(2);
      expect(third.waiting).toBeGreaterThan(0);
      for (let step = 0; step < 10; step++) await world.audit({ limits: { questionsMax: 300 } });
      expect(await world.counts()).toEqual({ Late: 8 });
    }));

  it("leaves everything as it is while Loki does not answer", () =>
    inPolledWorld(async (world) => {
      await world.poll();
      await world.pollUntil(startMs + 2 * hourMs);
      const before = await world.ledger();
      world.refuse((what) => (what.startsWith("count") ? refusalOf({ isRetryable: true }) : null));
      world.asked.length = 0;
      expect(await world.audit()).toMatchObject({ recounted: [], problem: "Loki says no." });
      expect(world.asked).toHaveLength(1);
      expect(await world.ledger()).toEqual(before);
      world.refuse(null);
      world.arrive("Late", startMs + 20 * minuteMs);
      expect((await world.audit()).touched).toHaveLength(1);
    }));

  it("reads again, when it is the last time, what Loki will not count at all", () =>
    inPolledWorld(async (world) => {
      world.refuse((what) => (what.startsWith("count") ? refusalOf({ isRetryable: false }) : null));
      await world.poll();
      await world.pollUntil(startMs + 2 * hourMs);
      const early = await world.audit();
      expect(new Set(results(early))).toEqual(new Set(["not-counted"]));
      expect(early.problem).toBe("Loki says no.");
      world.arrive("Late", startMs + 20 * minuteMs);
      await world.pollUntil(startMs + 30 * hourMs, {}, 60);
      for (let step = 0; step < 80; step++) await world.audit();
      expect(await world.counts()).toEqual({ Late: 1 });
      expect((await world.ledger())[3]?.closed?.recount).toMatchObject({
        result: "read-again",
        counted: null,
        because: "Loki says no.",
      });
    }));

  it("counts shorter stretches where a long one is refused", () =>
    inPolledWorld(async (world) => {
      await world.poll();
      await world.pollUntil(startMs + 3 * hourMs);
      world.refuse((what, { fromNs, toNs }) =>
        what.startsWith("count") && toNs - fromNs > 900_000_000_000n
          ? refusalOf({ isRetryable: false, suggestsShorterWindow: true })
          : null,
      );
      const report = await world.audit({ limits: { questionsMax: 200 } });
      expect(report.waiting).toBe(0);
      // The first window is longer by itself.
      expect(new Set(results(report).slice(1))).toEqual(new Set(["equal"]));
    }));

  it("says of what Loki counts and does not give out that it is incomplete, and does not read it for ever", () =>
    inPolledWorld(async (world) => {
      world.arrive("Known", startMs - 30 * minuteMs);
      world.arriveLine('{"level":"error","msg":"hidden"}', BigInt(startMs - 29 * minuteMs) * 1_000_000n);
      await world.poll();
      await world.pollUntil(startMs + 30 * minuteMs);
      const [first] = (await world.audit()).recounted.filter(({ closed }) => closed?.recount?.result !== "equal");
      expect(first?.closed?.recount).toMatchObject({
        result: "incomplete",
        counted: 2,
        because: "Loki counts 2 log entries there and gives out 1.",
      });
      await world.pollUntil(startMs + 2 * hourMs);
      world.asked.length = 0;
      const [again] = (await world.audit()).recounted;
      expect(again?.closed?.recount).toMatchObject({ result: "incomplete", counted: 2 });
      expect(world.asked.filter((each) => each.startsWith("read"))).toEqual([]);
    }));

  it("says of what Loki no longer has that it was there", () =>
    inPolledWorld(async (world) => {
      world.arrive("Known", startMs - 30 * minuteMs);
      world.arrive("Gone", startMs - 29 * minuteMs);
      await world.poll();
      await world.pollUntil(startMs + 30 * minuteMs);
      world.forget("Gone");
      const [first] = (await world.audit()).recounted.filter(({ closed }) => closed?.recount?.result !== "equal");
      expect(first?.closed?.recount).toMatchObject({
        result: "read-again",
        counted: 1,
        because: "Of 2 log entries that were read there Loki has 1 now.",
      });
      expect(await world.counts()).toEqual({ Known: 1, Gone: 1 });
    }));

  it("after a sleep in which Loki has deleted it says so of every window, and reads none of them", () =>
    inPolledWorld(async (world) => {
      world.arrive("Known", startMs - 20 * minuteMs);
      await world.poll();
      await world.pollUntil(startMs + hourMs);
      world.arrive("Known", startMs + 55 * minuteMs);
      await world.pollUntil(startMs + 2 * hourMs);
      world.forget("Known");
      world.forget("Known");
      world.clock.set(startMs + 40 * hourMs);
      world.asked.length = 0;
      const first = await world.audit({ limits: { questionsMax: 2 } });
      for (let step = 0; step < 9; step++) await world.audit({ limits: { questionsMax: 2 } });
      expect(first.waiting).toBeGreaterThan(0);
      expect(world.asked.filter((each) => each.startsWith("read"))).toEqual([]);
      const because = (await world.ledger()).map(({ closed }) => closed?.recount?.because ?? null);
      expect(because).not.toContain(null);
      expect(new Set(because)).toEqual(
        new Set([
          "Of 1 log entries that were read there Loki has 0 now.",
          "Loki no longer has what was read next to it: what came late here may be gone too.",
        ]),
      );
      expect(await world.counts()).toEqual({ Known: 2 });
    }));

  it("after such a sleep reads again where as much came late as was deleted", () =>
    inPolledWorld(async (world) => {
      world.arrive("Oldest", startMs - 20 * minuteMs);
      await world.poll();
      world.arrive("Gone", startMs + 10 * minuteMs);
      world.arrive("Kept", startMs + 40 * minuteMs);
      world.clock.set(startMs + hourMs);
      await world.poll();
      world.forget("Oldest");
      world.forget("Gone");
      world.arrive("Late", startMs + 20 * minuteMs);
      world.clock.set(startMs + 40 * hourMs);
      const { recounted } = await world.audit();
      const withEntries = recounted.filter(({ closed }) => closed?.recount?.result === "read-again");
      expect(withEntries.map(({ closed }) => closed?.recount)).toMatchObject([
        { counted: 0, because: "Of 1 log entries that were read there Loki has 0 now." },
        { result: "read-again", counted: 1, errors: 1 },
      ]);
      expect(await world.counts()).toEqual({ Oldest: 1, Gone: 1, Kept: 1, Late: 1 });
      expect((await world.audit()).recounted).toEqual([]);
    }));

  it("counts nothing whose entries it may have forgotten, and says so", () =>
    inPolledWorld(async (world) => {
      world.arrive("Known", startMs - 40 * minuteMs);
      await world.poll();
      await world.pollUntil(startMs + hourMs);
      await world.store.prune({
        seenNs: BigInt(startMs + 10 * minuteMs) * 1_000_000n,
        tracesMs: 0,
        countsMs: 0,
        auditMs: 0,
      });
      world.arrive("Late", startMs - 30 * minuteMs);
      world.asked.length = 0;
      const report = await world.audit();
      const [first] = report.recounted;
      expect(first?.closed).toMatchObject({ dueAtMs: null, recount: { result: "not-counted", counted: null } });
      expect(first?.closed?.recount?.because).toContain("before the entries seen there were forgotten");
      expect(await world.counts()).toEqual({ Known: 1 });
      expect(await world.audit({ which: "all" })).toMatchObject({ touched: [] });
      expect(await world.counts()).toEqual({ Known: 1 });
    }));

  it("of everything, now: counts also what is not due", () =>
    inPolledWorld(async (world) => {
      await world.poll();
      await world.pollUntil(startMs + 12 * minuteMs);
      world.arrive("Late", startMs - 20 * minuteMs);
      expect((await world.audit({ limits: { questionsMax: 100 } })).touched).toHaveLength(1);
      world.arrive("Later", startMs - 21 * minuteMs);
      expect((await world.audit()).recounted).toEqual([]);
      const report = await world.audit({ which: "all" });
      expect(report.touched).toHaveLength(1);
      expect(report.recounted.length).toBe((await world.ledger()).length);
    }));

  it("is one at a time", () =>
    inPolledWorld(async (world) => {
      await world.poll();
      await world.pollUntil(startMs + 2 * hourMs);
      const lease = await world.store.lease("audit:dev", "another", 60_000);
      expect(await world.audit()).toMatchObject({ isBusy: true, recounted: [] });
      if (lease !== null) await world.store.release(lease);
      expect((await world.audit()).isBusy).toBe(false);
    }));
});
