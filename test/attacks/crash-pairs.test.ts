import { afterAll, describe, expect, it } from "vitest";
import { crashRunner } from "./crash-pairs.ts";
import { repeat, runAttack } from "./run-attack.ts";
import { failedSeeds, fixedSeeds } from "./seeds.ts";

describe("a process killed twice, under a clock that jumps", () => {
  afterAll(() => crashRunner.kill());
  const seeds = [...fixedSeeds, ...failedSeeds.crash];

  it.each(seeds)("loses and doubles nothing, and pays for no finished step again (seed %i)", async (seed) => {
    const { findings } = await runAttack("crash", seed);
    expect(findings, repeat("crash", seed)).toEqual([]);
  });
});
