import { describe, expect, it } from "vitest";
import { redactObservation } from "../../src/domain/observation.ts";
import { newRedactionMemory } from "../../src/domain/redact.ts";

describe("an observation", () => {
  it("holds no more of a name than a sentence can, and no secret, also at the cut", () => {
    const words = `${"long ".repeat(98)}password=hunter2-canary ${"longer ".repeat(5_000)}`;
    const observation = { kind: "rate", words, beforeHours: 24, before: 1, lately: 2 } as const;
    const redacted = redactObservation(observation, newRedactionMemory());
    expect(redacted).toMatchObject({ kind: "rate", beforeHours: 24, before: 1, lately: 2 });
    const kept = "words" in redacted ? redacted.words : "";
    expect(kept.length).toBeLessThanOrEqual(500);
    expect(kept).toMatch(/^long long .*…$/);
    expect(kept).not.toMatch(/hunter2|canary/);
  });
});
