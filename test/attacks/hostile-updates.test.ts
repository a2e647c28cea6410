import { describe, expect, it } from "vitest";
import { repeat, runAttack } from "./run-attack.ts";
import { failedSeeds, fixedSeeds } from "./seeds.ts";

describe("updates by anybody who can write to the bot", () => {
  it.each([...fixedSeeds, ...failedSeeds.updates])(
    "do nothing beyond the lists, and what is said has nothing live and no secret in it (seed %i)",
    async (seed) => {
      const { findings } = await runAttack("updates", seed);
      expect(findings, repeat("updates", seed)).toEqual([]);
    },
  );
});
