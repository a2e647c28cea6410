import { afterAll, describe, expect, it } from "vitest";
import { brainRunner } from "./crash-apart.ts";
import { repeat, runAttack } from "./run-attack.ts";
import { failedSeeds, fixedSeeds } from "./seeds.ts";

describe("brain and hands apart, killed one by one while wires are cut and clocks jump", () => {
  afterAll(() => brainRunner.kill());
  const seeds = [...fixedSeeds, ...failedSeeds.apart];

  it.each(seeds)("lose and double nothing, and pay for no saved step again (seed %i)", async (seed) => {
    const { findings } = await runAttack("apart", seed);
    expect(findings, repeat("apart", seed)).toEqual([]);
  });
});
