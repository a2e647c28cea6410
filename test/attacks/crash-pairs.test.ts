import { describe, expect, it } from "vitest";
import { repeat, runAttack } from "./run-attack.ts";
import { failedSeeds, fixedSeeds } from "./seeds.ts";

describe("a process killed twice, under a clock that jumps", () => {
  const seeds = [...fixedSeeds, ...failedSeeds.crash];

  it.each(seeds)("loses and doubles nothing, and pays for no finished step again (seed %i)", async (seed) => {
    const { findings } = await runAttack("crash", seed);
    expect(findings, repeat("crash", seed)).toEqual([]);
  });
});
