import { describe, expect, it } from "vitest";
import { repeat, runAttack } from "./run-attack.ts";
import { failedSeeds, fixedSeeds } from "./seeds.ts";

describe("a model that proposes anything, and says anything of what was proposed", () => {
  let drafts = 0;

  it.each([...fixedSeeds, ...failedSeeds.repair])(
    "causes one issue and at most one harmless draft per incident, and nothing else (seed %i)",
    async (seed) => {
      const { findings, figures } = await runAttack("repair", seed);
      expect(findings, repeat("repair", seed)).toEqual([]);
      expect(figures["proposals"]).toBeGreaterThan(0);
      drafts += figures["drafts opened"] ?? 0;
    },
  );

  it("is no attack on a closed door: right patches among them become drafts", () => {
    expect(drafts).toBeGreaterThan(3);
  });
});
