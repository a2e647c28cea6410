import { describe, expect, it } from "vitest";
import { repeat, runAttack } from "./run-attack.ts";
import { failedSeeds, fixedSeeds } from "./seeds.ts";

describe("a Loki in which everything goes wrong that can", () => {
  it.each([...fixedSeeds, ...failedSeeds.detect])(
    "has each of its errors counted once, or in a recorded gap (seed %i)",
    async (seed) => {
      const { findings } = await runAttack("detect", seed);
      expect(findings, repeat("detect", seed)).toEqual([]);
    },
  );
});
