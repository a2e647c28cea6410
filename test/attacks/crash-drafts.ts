import type { FaultKind } from "../../src/demo/github/faults.ts";
import { draftStartMs, startDraftWorld } from "../support/draft-world.ts";
import { startRedis } from "../support/redis-server.ts";
import { type ChildResult, startRunner } from "../support/runner.ts";
import type { SmallWorld } from "../support/small-world.ts";
import type { AttackResult } from "./attack-result.ts";
import { type Dice, diceOf } from "./dice.ts";
import { inFolder } from "./in-folder.ts";

const repository = "company/orders";
const minuteMs = 60_000;
/** Leases are over by then, and unclear writes have been looked for and sent again. */
const runsMax = 25;
/** What the clock may do between a death and the next start: go on, stand still, jump an hour ahead, or be set back. */
const jumpsMs = [2 * minuteMs, 0, 60 * minuteMs, -10 * minuteMs];
/** More than any run passes: then that run is not killed, which is a case as well. */
const pointsMax = 75;
const faults: readonly FaultKind[] = [
  "lost-502",
  "reset-after",
  "cut-answer",
  "html-answer",
  "reset-before",
  "fail-500",
  "retry-after",
  "secondary",
];

/** Of all seeds: whoever was not killed makes the first run of the next one. */
export const draftRunner = startRunner({}, "draft-runner.child.ts");

/** A third of the seeds: what they throw is the same on either queue. */
function isOnRedis(seed: number): boolean {
  return seed % 3 === 0;
}

/** A process that is killed twice on its way to a draft, at a GitHub whose answers get lost, under a clock that jumps. There is one of each in the end. */
export function attackDrafts(seed: number): Promise<AttackResult> {
  return inFolder(async (folder) => {
    const dice = diceOf(seed, "drafts");
    const redis = isOnRedis(seed) ? await startRedis() : null;
    const small = await startDraftWorld(folder, { loki: "since: 12h" });
    const world = redis === null ? small : { ...small, env: { ...small.env, REDIS_URL: redis.url() } };
    try {
      const points = [dice.int(pointsMax), dice.int(pointsMax)];
      const troubles = [dice.pick(faults), dice.pick(faults)];
      const { last, killed } = await runToTheEnd(world, dice, points, troubles);
      const found = [...lossesOf(last, world), ...world.github.violations];
      return {
        findings: found.map((finding) => `killed at ${points.join(" and ")}, ${troubles.join(", ")}: ${finding}`),
        figures: {
          ...{ "processes killed": killed, "drafts opened": world.github.world.pulls.all().length },
          "on Redis": redis === null ? 0 : 1,
        },
      };
    } finally {
      await world.close();
      await redis?.close();
    }
  });
}

async function runToTheEnd(world: SmallWorld, dice: Dice, points: readonly number[], troubles: readonly FaultKind[]) {
  let nowMs = draftStartMs;
  let killed = 0;
  let last: ChildResult | null = null;
  for (const [index, point] of points.entries()) {
    const kind = troubles[index];
    if (kind !== undefined) world.github.faults.onWrite({ kind, seconds: 30 });
    if ((await draftRunner.run(world, nowMs, point)) === null) killed += 1;
    nowMs += dice.pick(jumpsMs);
  }
  let quiet = 0;
  for (let run = 0; run < runsMax && quiet < 2; run++) {
    nowMs += 3 * minuteMs;
    last = await draftRunner.run(world, nowMs, null);
    // Once more than it needs: what is left out shows itself, and what is done twice too.
    quiet = last?.underWay === 0 ? quiet + 1 : 0;
  }
  return { last, killed };
}

function lossesOf(last: ChildResult | null, { github }: SmallWorld): readonly string[] {
  if (last === null) return ["a run without a crash point was killed"];
  const { world } = github;
  const code = world.code(repository);
  const branches = code.branches().filter((branch) => branch !== "main");
  const commits = branches.map((branch) => code.commit(code.head(branch) ?? "")?.parents[0] === code.head("main"));
  const seen = {
    incidents: last.incidents.map(({ state, pullRequest }) => `${state} ${pullRequest}`),
    underWay: last.underWay,
    "one commit on each branch": commits,
    drafts: world.pulls.all().map(({ isDraft }) => isDraft),
    comments: world.issues().map(({ comments }) => comments.length),
  };
  const expected = {
    incidents: ["reported open"],
    underWay: 0,
    "one commit on each branch": [true],
    drafts: [true],
    comments: [1, 1],
  };
  return JSON.stringify(seen) === JSON.stringify(expected) ? [] : [JSON.stringify(seen)];
}
