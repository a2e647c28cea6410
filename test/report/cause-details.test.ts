import { describe, expect, it } from "vitest";
import { redact } from "../../src/domain/redact.ts";
import type { RootCause } from "../../src/domain/root-cause.ts";
import { claimText, remedyBlocks } from "../../src/report/cause-details.ts";

const common = {
  claim: redact("total() divides by zero. ghost() helps."),
  unsupported: [redact("ghost() helps.")],
  citations: [],
  ruledOut: [],
  nextStep: redact("Check the count."),
  severity: "low",
  promptVersion: "p",
  model: null,
  costUsd: 0,
} as const;
const found: RootCause = {
  ...common,
  kind: "found",
  category: "missing_validation",
  confidence: 0.4,
  statedConfidence: 0.9,
  faulty: [],
  mechanism: [redact("An empty order comes in.\n# a heading"), redact("total() divides by its count. @everyone")],
  doubt: redact("The count is checked two lines above."),
  restsOnOutsiderTextOnly: false,
};

describe("what an issue says of a root cause", () => {
  it("is how it comes to it, what stands on nothing, and who doubts it", () => {
    const text = claimText(found, "en");
    expect(text).toMatch(/How it comes to it:\n\n1\. An empty order comes in\. .*heading\n2\. total\(\)/);
    expect(text).toMatch(/Not supported by anything that was read[^\n]*\n\n- ghost\(\) helps\./);
    expect(text).toMatch(/does not believe it:\n\nThe count is checked/);
    // Nobody is called by what a model says.
    expect(text).not.toMatch(/(?<!`)@everyone/);
    expect(claimText(found, "ko")).toContain("오류에 이르는 과정:");
  });

  it("is only the claim where there is nothing more to say", () => {
    expect(claimText({ ...found, unsupported: [], mechanism: [], doubt: null }, "en")).toBe(
      "total() divides by zero. ghost() helps.",
    );
  });

  it.each([
    [
      { kind: "mute", lineFilter: redact('!= "gone"'), ignoreRule: redact("- { until: 2026-12-21 }") },
      /!= "gone"[\s\S]*until/,
    ],
    [{ kind: "tell", whom: redact("the payments team") }, /Who can end it:\n\nthe payments team/],
    [{ kind: "change", what: redact("the pool's size") }, /What to change:\n\nthe pool's size/],
  ] as const)("ends with what can be done: %j", (remedy, expected) => {
    const rootCause: RootCause = { ...common, kind: "not-in-code", category: "noise", owner: null, remedy };
    expect(remedyBlocks(rootCause, "en").join("\n\n")).toMatch(expected);
    expect(remedyBlocks({ ...rootCause, remedy: null }, "en")).toEqual([]);
    const said = { ...rootCause, nextStep: redact("Ask the payments team, for the pool's size is theirs.") };
    if (remedy.kind !== "mute") expect(remedyBlocks(said, "en")).toEqual([]);
  });
});
