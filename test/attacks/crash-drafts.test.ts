import { afterAll, describe, expect, it } from "vitest";
import { draftRunner } from "./crash-drafts.ts";
import { repeat, runAttack } from "./run-attack.ts";
import { failedSeeds, fixedSeeds } from "./seeds.ts";

describe("a process killed twice on its way to a draft, while answers of GitHub get lost", () => {
  afterAll(() => draftRunner.kill());
  // Half of them: every single write is killed by test/promises/14-crash-drafts.test.ts.
  const seeds = [...fixedSeeds.filter((seed) => seed % 2 === 0), ...failedSeeds.drafts];

  it.each(seeds)("leaves one branch, one commit and one draft (seed %i)", async (seed) => {
    const { findings } = await runAttack("drafts", seed);
    expect(findings, repeat("drafts", seed)).toEqual([]);
  });
});
