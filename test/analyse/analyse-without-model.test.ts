import { describe, expect, it } from "vitest";
import { analyseWithoutModel } from "../../src/analyse/analyse-without-model.ts";
import type { EvidenceBundle } from "../../src/domain/evidence.ts";
import { redact } from "../../src/domain/redact.ts";
import { bundleOf, entry } from "./world.ts";

const place = {
  repository: "acme/shop" as const,
  commit: "a".repeat(40),
  path: "src/total.js",
  firstLine: 12,
  lastLine: 12,
  function: "total",
};
const bundle: EvidenceBundle = {
  ...bundleOf([
    entry(1, "shop", "ERROR total failed\nTypeError: order is null"),
    {
      id: "lines-1",
      kind: "lines",
      text: redact("function total(order) {\n  return order.sum;\n}"),
      isOutsiderText: false,
      repository: place.repository,
      commit: place.commit,
      path: place.path,
      firstLine: 11,
      lastLine: 13,
      enclosing: "total",
    },
  ]),
  ranking: [{ ...place, score: 3, because: redact("the innermost frame of ours") }],
};

describe("analyseWithoutModel", () => {
  it("says where the evidence points and that nobody said why", () => {
    expect(analyseWithoutModel(bundle, "no-key")).toMatchObject({
      kind: "cannot-tell",
      claim: expect.stringMatching(/src\/total\.js:12 \(total\), acme\/shop; why .* was not analysed/),
      missing: [expect.stringMatching(/no key/), expect.stringMatching(/trace/), "the code of service shop"],
      promptVersion: "evidence",
      model: null,
      costUsd: 0,
    });
  });

  it("cites only what is there", () => {
    expect(analyseWithoutModel(bundle, "over-budget").citations).toEqual([
      { evidence: "lines-1", quote: "return order.sum;", isResolved: true },
      { evidence: "entry-1", quote: "ERROR total failed", isResolved: true },
    ]);
  });

  it("has an answer for a bundle with nothing in it", () => {
    expect(analyseWithoutModel(bundleOf([]), "no-key")).toMatchObject({ kind: "cannot-tell", citations: [] });
  });

  it("speaks Korean where that is configured", () => {
    expect(analyseWithoutModel(bundle, "no-key", "ko").claim).toMatch(/[가-힣]/);
  });
});
