import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { nextMove, type Usage } from "../../src/analyse/limits.ts";
import { limits } from "./world.ts";

const fresh: Usage = {
  calls: 0,
  elapsedMs: 0,
  inputTokens: 0,
  nextInputTokensMax: 5_000,
  outputTokens: 0,
  nextOutputTokensMax: 2_000,
  spentUsd: 0,
  nextCostUsdMax: 0.05,
  allowanceUsd: 0.5,
};

describe("nextMove", () => {
  it("lets the model investigate while there is room", () => {
    expect(nextMove(limits, fresh)).toBe("investigate");
  });

  it.each([
    ["steps", { calls: limits.stepsMax - 2 }, { calls: limits.stepsMax }],
    ["time", { elapsedMs: limits.durationMsMax * 0.75 }, { elapsedMs: limits.durationMsMax }],
    ["tokens", { inputTokens: limits.inputTokensMax - 6_000 }, { inputTokens: limits.inputTokensMax - 4_999 }],
    ["tokens", { outputTokens: limits.outputTokensMax - 3_000 }, { outputTokens: limits.outputTokensMax - 1_999 }],
    ["money", { spentUsd: 0.42 }, { spentUsd: 0.46 }],
  ] as const)("has it conclude near the limit of %s, and asks no more beyond", (exceeded, near, beyond) => {
    expect(nextMove(limits, { ...fresh, ...near })).toBe("conclude");
    expect(nextMove(limits, { ...fresh, ...beyond })).toEqual({ exceeded });
  });

  it("keeps room for a concluding call behind every investigating one", () => {
    const usd = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(usd, usd, usd, (spentUsd, nextCostUsdMax, allowanceUsd) => {
        const move = nextMove(limits, { ...fresh, spentUsd, nextCostUsdMax, allowanceUsd });
        if (move === "investigate") expect(spentUsd + 2 * nextCostUsdMax).toBeLessThanOrEqual(allowanceUsd);
        if (move === "conclude") expect(spentUsd + nextCostUsdMax).toBeLessThanOrEqual(allowanceUsd);
      }),
    );
  });
});
