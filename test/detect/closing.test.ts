import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ClosingTally, wholeSecond } from "../../src/detect/windows/closing-tally.ts";
import { recountDueAtMs } from "../../src/detect/windows/recount-due.ts";

const s = 1_000_000_000n;

describe("closing what was read", () => {
  it("says how many entries each part holds, the parts being all of the time, whole seconds, without overlap", () => {
    fc.assert(
      fc.property(
        fc.array(fc.bigInt({ min: 0n, max: 60n * s }), { maxLength: 80 }),
        fc.array(fc.bigInt({ min: 0n, max: 70n * s }), { maxLength: 8 }),
        (instants, ends) => {
          const entries = instants
            .map((timestampNs) => ({ timestampNs }))
            .toSorted((one, other) => Number(one.timestampNs - other.timestampNs));
          const tally = new ClosingTally(10n * s);
          tally.add(entries);
          const parts = ends.flatMap((end) => tally.close(end) ?? []);
          let untilNs = 10n * s;
          for (const { window, entries: count } of parts) {
            expect(window.fromNs).toBe(untilNs);
            expect(window.toNs % s).toBe(0n);
            expect(window.toNs).toBeGreaterThan(window.fromNs);
            expect(count).toBe(instants.filter((each) => each >= window.fromNs && each < window.toNs).length);
            untilNs = window.toNs;
          }
          const furthest = ends.reduce((most, end) => (end > most ? end : most), 0n);
          expect(untilNs).toBe(wholeSecond(furthest) > 10n * s ? wholeSecond(furthest) : 10n * s);
        },
      ),
    );
  });

  it("counts also what it did not keep by the second", () => {
    const tally = new ClosingTally(0n);
    const days = 5n;
    for (let day = 0n; day < days; day++) {
      tally.add(Array.from({ length: 86_400 }, (_, second) => ({ timestampNs: (day * 86_400n + BigInt(second)) * s })));
    }
    expect(tally.close(days * 86_400n * s - 3_600n * s)?.entries).toBe(5 * 86_400 - 3_600);
  });
});

describe("when closed time is counted again", () => {
  const hourMs = 3_600_000;
  const endMs = 1_000 * 24 * hourMs;
  const dueAfter = (lookedAtMs: number, horizonMs = 24 * hourMs) => {
    const due = recountDueAtMs(BigInt(endMs) * 1_000_000n, endMs + lookedAtMs, horizonMs);
    return due === null ? null : (due - endMs) / hourMs;
  };

  it("is at growing ages, up to the horizon", () => {
    expect([0, 0.25, 0.3, 1, 5, 6, 23, 24, 90].map((hours) => dueAfter(hours * hourMs))).toEqual([
      0.25,
      1,
      1,
      6,
      6,
      24,
      24,
      null,
      null,
    ]);
    expect(dueAfter(24 * hourMs, 72 * hourMs)).toBe(72);
    expect(dueAfter(0, 0)).toBeNull();
  });

  it("is never before that age, and at one time for neighbours", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 10 * 86_400 }),
        fc.integer({ min: 0, max: 90 * hourMs }),
        (second, lookedMs) => {
          const toMs = endMs + second * 1_000;
          const due = recountDueAtMs(BigInt(toMs) * 1_000_000n, toMs + lookedMs, 24 * hourMs);
          if (lookedMs >= 24 * hourMs) expect(due).toBeNull();
          else {
            expect(due).toBeGreaterThan(toMs + lookedMs);
            expect(due).toBeLessThanOrEqual(toMs + 26 * hourMs);
          }
        },
      ),
    );
    const dues = Array.from({ length: 24 }, (_, index) =>
      recountDueAtMs(BigInt(endMs + 1 + index * 300_000) * 1_000_000n, endMs + 9 * hourMs, 24 * hourMs),
    );
    expect(new Set(dues).size).toBeLessThanOrEqual(2);
  });
});
