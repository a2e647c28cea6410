import { mkdirSync } from "node:fs";
import { type ChildResult, startRunner } from "../support/runner.ts";
import { failures, type SmallWorld, startSmallWorld } from "../support/small-world.ts";
import type { AttackResult } from "./attack-result.ts";
import { type Dice, diceOf } from "./dice.ts";
import { inFolder } from "./in-folder.ts";

const startMs = Date.parse("2026-03-01T03:00:00Z");
const minuteMs = 60_000;
/** Leases are over by then, and an unclear write has been looked for three times. */
const runsMax = 10;
/** What the clock may do between a death and the next start: go on, stand still, jump an hour ahead, or be set back. */
const jumpsMs = [2 * minuteMs, 0, 60 * minuteMs, -10 * minuteMs];
/** More than any run passes: then that run is not killed, which is a case as well. */
const pointsMax = 70;

/** Of all seeds: whoever was not killed makes the first run of the next one. */
export const crashRunner = startRunner();

/** A process that is killed twice, at points of the seed's choice, under a clock that jumps. Nothing may be lost, doubled or paid again. */
export function attackByCrash(seed: number): Promise<AttackResult> {
  return inFolder(async (folder) => {
    const dice = diceOf(seed, "crash");
    // Before its first commit nothing is promised of what is older than `since`: more than any clock of a seed jumps.
    const world = await startSmallWorld(folder, startMs, { loki: "since: 12h" });
    mkdirSync(world.stateDirectory, { recursive: true });
    try {
      const points = [dice.int(pointsMax), dice.int(pointsMax)];
      const { found, killed } = await crashTwice(world, dice, points);
      const findings = [...found, ...world.github.violations];
      return {
        findings: findings.map((finding) => `killed at ${points.join(" and ")}: ${finding}`),
        figures: { "processes killed": killed, "issues filed": world.github.world.issues().length },
      };
    } finally {
      await world.close();
    }
  });
}

async function crashTwice(world: SmallWorld, dice: Dice, points: readonly number[]) {
  let nowMs = startMs;
  let killed = 0;
  let last: ChildResult | null = null;
  for (const point of points) {
    if ((await crashRunner.run(world, nowMs, point)) === null) killed += 1;
    nowMs += dice.pick(jumpsMs);
  }
  for (let run = 0; run < runsMax && (last === null || last.underWay > 0); run++) {
    nowMs += 2 * minuteMs;
    last = await crashRunner.run(world, nowMs, null);
  }
  const losses = last === null ? ["a run without a crash point was killed"] : lossesOf(last, world);
  return { found: [...losses, ...paidAgain(world, killed)], killed };
}

/** What a world is missing after everything that befell it, or has twice. */
export function lossesOf({ incidents, underWay }: ChildResult, world: SmallWorld): readonly string[] {
  const counts = incidents.map((incident) => Object.values(incident.counts).reduce((sum, count) => sum + count, 0));
  const expected = Object.values(failures).toSorted();
  const titles = world.github.world.issues().map(({ title }) => title);
  return [
    ...(underWay === 0 ? [] : [`${underWay} orders and effects are still under way`]),
    ...(JSON.stringify(counts.toSorted()) === JSON.stringify(expected)
      ? []
      : [`${counts.join(", ")} entries were counted instead of ${expected.join(", ")}`]),
    ...(titles.length === 2 && new Set(titles).size === 2 ? [] : [`the issues are ${titles.join(" | ")}`]),
    ...(incidents.filter(({ causedBy }) => causedBy !== null).length === 1 ? [] : ["the symptom was not recognised"]),
    ...incidents.filter(({ state }) => state === "stuck").map(({ id, note }) => `${id} is stuck: ${note}`),
  ];
}

/** Investigations that run at once each lose the call that is under way at a death; every other request is one that was not made before. */
function paidAgain(world: SmallWorld, killed: number): readonly string[] {
  const byIncident = Map.groupBy(
    world.model.requests.map((request) => JSON.stringify(request)),
    (request) => /Incident (i\w+)/.exec(request)?.[1] ?? "none",
  );
  return [...byIncident].flatMap(([incident, asked]) => {
    const again = asked.length - new Set(asked).size;
    return again <= killed ? [] : [`${again} calls for ${incident} were made twice after ${killed} deaths`];
  });
}
