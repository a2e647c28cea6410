import { mkdirSync } from "node:fs";
import { type ChildResult, startRunner } from "../support/runner.ts";
import { type SmallWorld, startSmallWorld } from "../support/small-world.ts";
import { drawMisfortunes, type Misfortune } from "./apart/misfortunes.ts";
import { openTheatre, type Theatre } from "./apart/theatre.ts";
import type { AttackResult } from "./attack-result.ts";
import { lossesOf } from "./crash-pairs.ts";
import { type Dice, diceOf } from "./dice.ts";
import { inFolder } from "./in-folder.ts";

const minuteMs = 60_000;
/** What the brain's clock may do after a death: go on, stand still, jump an hour ahead, or be set back. */
const jumpsMs = [2 * minuteMs, 0, 60 * minuteMs, -10 * minuteMs];
/** That of the hands is another machine's. */
const clocksAheadMs = [0, 0, 60 * minuteMs, -60 * minuteMs];
const runsMax = 300;

/** Of all seeds: whoever was not killed makes the first run of the next one. */
export const brainRunner = startRunner();

/**
 * Brain and hands as processes of their own with a Redis between them, each killed by itself, while wires are cut and stalled, Redis is restarted and clocks
 * jump. Nothing may be lost, doubled or, once it is saved, paid again.
 */
export function attackApart(seed: number): Promise<AttackResult> {
  return inFolder(async (folder) => {
    const dice = diceOf(seed, "apart");
    const misfortunes = drawMisfortunes(dice);
    const startMs = Date.now();
    // Before its first commit nothing is promised of what is older than `since`: more than any clock of a seed jumps.
    const world = await startSmallWorld(folder, startMs, { loki: "since: 12h" });
    mkdirSync(world.stateDirectory, { recursive: true });
    const options = { misfortunes, handsCount: 1 + dice.int(2), clockAheadMs: dice.pick(clocksAheadMs) };
    const theatre = await openTheatre(world, options);
    try {
      const { last, brainKilled } = await runToTheEnd(world, theatre, dice, startMs);
      const found = [...lossesOf(last, world), ...paidAgain(world, theatre, misfortunes), ...world.github.violations];
      return {
        findings: found.map((finding) => `${JSON.stringify(options)}: ${finding}`),
        figures: {
          "processes killed": brainKilled + theatre.handsKilled(),
          ...Object.fromEntries(wireFigures(theatre)),
          "issues filed": world.github.world.issues().length,
        },
      };
    } finally {
      await theatre.close();
      await world.close();
    }
  });
}

async function runToTheEnd(world: SmallWorld, theatre: Theatre, dice: Dice, startMs: number) {
  const distributed = { ...world, env: { ...world.env, REDIS_URL: theatre.brainUrl } };
  let nowMs = startMs;
  let brainKilled = 0;
  let last: ChildResult | null = null;
  for (let run = 0; run < runsMax; run++) {
    last = await brainRunner.run(distributed, nowMs, theatre.brainDiesAt());
    theatre.brainRan(last === null ? "died" : last.points.length);
    if (last === null) {
      brainKilled += 1;
      nowMs += dice.pick(jumpsMs);
    } else if (last.underWay === 0 && last.summary.failures.length === 0) break;
    // Leases are over by then, and an unclear write has been looked for.
    nowMs += 2 * minuteMs;
    await theatre.tidyUp();
    await theatre.news();
  }
  if (last === null) throw new Error("every run was killed");
  return { last, brainKilled };
}

/**
 * What was saved is never asked for again, but of a Redis that has lost it. Of what was not, each death, and each order that hands had to let go of, may
 * have cost one call.
 */
function paidAgain(world: SmallWorld, theatre: Theatre, misfortunes: readonly Misfortune[]): readonly string[] {
  const again = theatre.paidAgain.map((digest) => `the call ${digest} was made again after its answer was saved`);
  if (misfortunes.some((each) => each.kind === "redis-dies" && each.isEmptied)) return again;
  const asked = world.model.requests.map((request) => JSON.stringify(request));
  const repeated = asked.length - new Set(asked).size;
  const most = theatre.handsKilled() + theatre.stopped();
  return [...again, ...(repeated <= most ? [] : [`${repeated} calls were made twice after ${most} interruptions`])];
}

function wireFigures({ happened }: Theatre): readonly (readonly [string, number])[] {
  const of = (...kinds: readonly Misfortune["kind"][]) =>
    kinds.reduce((sum, kind) => sum + (happened.get(kind) ?? 0), 0);
  return [
    ["wires cut or stalled", of("wire-is-cut", "wire-is-stalled")],
    ["restarts of Redis", of("redis-dies")],
  ];
}
