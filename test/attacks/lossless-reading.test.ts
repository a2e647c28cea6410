import { describe, expect, it } from "vitest";
import { attackByWeather } from "./lossless-reading.ts";
import { fixedSeeds } from "./seeds.ts";

describe("a Loki in which everything goes wrong that can", () => {
  it.each(fixedSeeds)("has each of its errors counted once, or in a recorded gap (seed %i)", async (seed) => {
    const { findings } = await attackByWeather(seed);
    expect(findings, `npm run soak -- --seed ${seed} --only detect`).toEqual([]);
  });
});
