import { describe, expect, it } from "vitest";
import { repeat, runAttack } from "./run-attack.ts";
import { failedSeeds, fixedSeeds } from "./seeds.ts";

describe("log text and traces of somebody who knows what reads them", () => {
  it.each([...fixedSeeds, ...failedSeeds.text])(
    "cause nothing but harmless issues, and no secret comes out (seed %i)",
    async (seed) => {
      const { findings } = await runAttack("text", seed);
      expect(findings, repeat("text", seed)).toEqual([]);
    },
  );
});
