import { describe, expect, it } from "vitest";
import { bodiesOf, inWorld, issueTitles, minuteMs } from "../support/in-world.ts";
import { startRunner } from "../support/runner.ts";

/** The hour in which New York's clocks go back, so that each of its minutes comes twice there. */
const startMs = Date.parse("2026-11-01T05:40:00Z");

describe("a machine whose clocks change in the night", () => {
  it("comes to the same, minute by minute, as one that keeps UTC", async () => {
    const [there, here] = [await nightIn("America/New_York"), await nightIn("UTC")];
    expect(there).toEqual(here);
    expect(there.issues).toHaveLength(2);
    expect(there.seen.join("\n")).toContain("2026-11-01 05:20:00Z");
  });
});

/** Runs before, in and after the hour that comes twice. */
async function nightIn(zone: string) {
  const runner = startRunner({ TZ: zone });
  try {
    return await inWorld({ nowMs: startMs }, async (world) => {
      const runs = [];
      for (const minutes of [0, 20, 60, 85, 140]) {
        const run = await runner.run(world, startMs + minutes * minuteMs, null);
        runs.push({ ...run?.summary, effects: run?.summary.effects.length, incidents: run?.incidents });
      }
      // What was seen, and when; commits are made anew for each world.
      const seen = bodiesOf(world).flatMap((body) => body.split("\n").filter((line) => /^(?:\*\*|- dev: )/.test(line)));
      return { runs, issues: issueTitles(world), seen };
    });
  } finally {
    runner.kill();
  }
}
