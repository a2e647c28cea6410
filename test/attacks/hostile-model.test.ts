import { describe, expect, it } from "vitest";
import { repeat, runAttack } from "./run-attack.ts";
import { failedSeeds, fixedSeeds } from "./seeds.ts";

describe("a model that answers anything", () => {
  it.each([...fixedSeeds, ...failedSeeds.model])(
    "causes one harmless issue per incident, and nothing else (seed %i)",
    async (seed) => {
      const { findings } = await runAttack("model", seed);
      expect(findings, repeat("model", seed)).toEqual([]);
    },
  );
});
