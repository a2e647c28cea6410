import { describe, expect, it } from "vitest";
import { attackByForward, forwardPoints } from "../attacks/crash-forward.ts";
import { repeat } from "../attacks/run-attack.ts";

const points = Array.from({ length: forwardPoints }, (_, point) => point).filter((point) => point % 8 === 3);

describe("a process that is killed between a forward and its answer", { timeout: 60_000 }, () => {
  it.each(points)("leaves one final answer and no work that is done twice (point %d)", async (point) => {
    const { findings } = await attackByForward(point);
    expect(findings, repeat("forward", point)).toEqual([]);
  });
});
