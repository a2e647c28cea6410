import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Evidence, EvidenceBundle } from "../../src/domain/evidence.ts";
import { toJson } from "../../src/domain/json.ts";
import { newRedactionMemory, redact } from "../../src/domain/redact.ts";
import { fitBundle, tokensOf } from "../../src/gather/fit-bundle.ts";
import { redactTrace } from "../../src/gather/trace/redact-trace.ts";
import { makeTrace, type SpanSketch } from "./make-trace.ts";

const commit = "c".repeat(40);

function evidence(kind: Evidence["kind"], index: number, length: number): Evidence {
  const said = { id: `${kind}-${index + 1}`, kind, text: redact("word ".repeat(length)), isOutsiderText: true };
  const repository = "acme/shop" as const;
  return {
    ...said,
    ...(kind === "commit" ? { repository, commit, authoredAtMs: 0, paths: [] } : {}),
    ...(kind === "lines" ? { repository, commit, path: "a.js", firstLine: 1, lastLine: 2, enclosing: null } : {}),
    ...(kind === "entry" ? { entryId: "e".repeat(32), timestampNs: 1n, service: null } : {}),
    ...(kind === "span" ? { traceId: "a".repeat(32), spanId: "b".repeat(16), service: null } : {}),
  } as unknown as Evidence;
}

/** `length` words in each piece of evidence. */
function bundleOf(counts: Readonly<Record<Evidence["kind"], number>>, length: number, spans = 0): EvidenceBundle {
  const all = (Object.keys(counts) as Evidence["kind"][]).flatMap((kind) =>
    Array.from({ length: counts[kind] }, (_each, index) => evidence(kind, index, length)),
  );
  const sketches = Array.from(
    { length: spans },
    (_each, index): SpanSketch => ({
      at: `shop/s${index}`,
      below: index === 0 ? null : "s0",
      ...(index === 3 ? { throws: "Error: no" } : {}),
    }),
  );
  const limits = { spansMax: 1_000, bytesMax: 1_000_000 };
  return {
    format: 1,
    incident: "i1",
    episode: 1,
    gatheredAtMs: 0,
    trace: spans === 0 ? null : redactTrace(makeTrace(...sketches), limits, newRedactionMemory()).trace,
    traceMissing: null,
    observations: [],
    code: [],
    evidence: all,
    ranking: [],
    suspects: ["commit-1", "commit-2", "commit-3"],
    leftOut: [],
  };
}

const idsOf = ({ evidence: all }: EvidenceBundle) => all.map(({ id }) => id);

describe("a bundle of limited size", () => {
  const counts = { entry: 6, span: 4, lines: 4, commit: 3 };

  it("is as it was where it fits", () => {
    const bundle = bundleOf(counts, 100);
    expect(fitBundle(bundle, 60_000)).toBe(bundle);
  });

  it("loses what is worth least first, and says how much of what", () => {
    const bundle = bundleOf(counts, 100);
    const fitted = fitBundle(bundle, tokensOf(bundle) - 100);
    expect(idsOf(bundle).filter((id) => !idsOf(fitted).includes(id))).toEqual(["entry-5", "entry-6"]);
    expect(fitted.leftOut).toEqual([
      { kind: "entry", count: 2, because: "There was more than a bundle holds; the worthiest were kept." },
    ]);
    const small = fitBundle(bundle, 900);
    expect(idsOf(small)).toEqual(["entry-1", "entry-2"]);
    expect(small.suspects).toEqual([]);
    expect(small.leftOut.map(({ kind, count }) => `${count} ${kind}`).sort()).toEqual([
      "3 commit",
      "4 entry",
      "4 lines",
      "4 span",
    ]);
  });

  it("counts together with what was left out before, for the same reason", () => {
    const because = redact("There was more than a bundle holds; the worthiest were kept.");
    const bundle = { ...bundleOf(counts, 100), leftOut: [{ kind: "entry", count: 5, because } as const] };
    const fitted = fitBundle(bundle, tokensOf(bundle) - 100);
    expect(fitted.leftOut).toEqual([{ kind: "entry", count: 7, because }]);
  });

  it("keeps of a large trace what failed", () => {
    const fitted = fitBundle(bundleOf({ entry: 1, span: 0, lines: 0, commit: 0 }, 10, 200), 2_000);
    expect(fitted.trace?.spans.some(({ isError }) => isError)).toBe(true);
    expect(fitted.trace?.spans[0]?.parentSpanId).toBeNull();
    expect(fitted.leftOut).toEqual([expect.objectContaining({ kind: "span" })]);
    expect(tokensOf(fitted)).toBeLessThanOrEqual(2_000);
  });

  it("holds, keeps the numbers of each kind without a gap, and is the same each time", () => {
    const some = fc.integer({ min: 0, max: 40 });
    fc.assert(
      fc.property(fc.record({ entry: some, span: some, lines: some, commit: some }), fc.nat(300), (its, length) => {
        const bundle = bundleOf(its, length);
        const fitted = fitBundle(bundle, 6_000);
        const [first, second] = [evidence("entry", 0, length), evidence("entry", 1, length)];
        expect(tokensOf(fitted)).toBeLessThanOrEqual(Math.max(6_000, tokensOf([first, second]) + 600));
        for (const kind of ["entry", "span", "lines", "commit"]) {
          const numbers = idsOf(fitted).filter((id) => id.startsWith(kind));
          expect(numbers).toEqual(numbers.map((_id, index) => `${kind}-${index + 1}`));
        }
        const left = fitted.leftOut.reduce((sum, { count }) => sum + count, 0);
        expect(fitted.evidence.length + left).toBe(bundle.evidence.length);
        expect(toJson(fitBundle(bundle, 6_000))).toBe(toJson(fitted));
      }),
      { numRuns: 60 },
    );
  });
});
