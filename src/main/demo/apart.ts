import { join } from "node:path";
import { borrowDatabase } from "../../adapters/bullmq/borrowed-database.ts";
import { loadRedisUrl } from "../../config/load-config.ts";
import { tick } from "../../jobs/brain.ts";
import { compose } from "../compose.ts";
import { databaseFileOf, loadSettings } from "../setting.ts";
import { systemClock } from "../system-clock.ts";
import type { Worker } from "../worker.ts";
import { type DemoHands, startDemoHands } from "./hands.ts";
import type { DemoRun } from "./run.ts";
import { createDemoTeller } from "./tell.ts";
import type { startDemoWorld } from "./world.ts";

/** The call that hangs until its hands are dead: in the middle of an investigation, some steps of which are paid for. */
const hangingCall = 4;
const lookEveryMs = 300;

/** The Redis of the demo: that of REDIS_URL, in which nothing of ours may be yet. */
export async function openDemoRedis(configFile: string) {
  const redisUrl = await loadRedisUrl({ path: configFile, env: process.env, workingDirectory: process.cwd() });
  if (redisUrl === null) return null;
  return { redisUrl, ...(await borrowDatabase(redisUrl)) };
}

/** A run of the demo's brain here, with hands in processes of their own; with two or more, one of them is killed in the middle of a call of the model. */
export async function runApart(
  world: Awaited<ReturnType<typeof startDemoWorld>>,
  given: { readonly redisUrl: string; readonly handsCount: number; readonly mayKill: boolean },
  tell: (line: string) => void,
  signal: AbortSignal,
): Promise<DemoRun> {
  const { configFile, stateDirectory } = world;
  const { redisUrl, handsCount } = given;
  const config = { ...(await loadSettings({ config: configFile, state: stateDirectory, json: false })), redisUrl };
  const mustKill = given.mayKill && handsCount > 1;
  if (mustKill) world.model.faults.next.push(...Array<null>(hangingCall - 1).fill(null), "slow");
  const hands = Array.from({ length: handsCount }, (_, index) =>
    startDemoHands(
      `hands ${index + 1}`,
      { configFile, stateDirectory: join(world.folder, `hands-${index + 1}`), redisUrl },
      (line) => tell(`  ${line}`),
    ),
  );
  const asked = world.model.requests.length;
  const worker = await compose(
    config,
    {
      stateDirectory,
      databaseFile: databaseFileOf(stateDirectory),
      dryRun: false,
      onProgress: createDemoTeller((line) => tell(`  ${line}`)),
    },
    { clock: systemClock, fetch: null, wrapStore: (store) => store, wrapQueue: (queue) => queue },
  );
  try {
    const before = await spentUsd(worker);
    const runStartedMs = systemClock.nowMs();
    const failures = new Set<string>();
    let effects = 0;
    let toKill = mustKill;
    for (let poll = true; ; poll = false) {
      const report = await tick(worker.brain, { poll, runStartedMs }, signal);
      for (const { error } of report.failures) failures.add(error.message);
      effects += report.effects.filter(({ state }) => state === "done").length;
      // An issue that was just opened may have a draft to follow.
      if (signal.aborted || (!report.didWork && (await isDone(worker)))) break;
      if (toKill && (await isOneLeft(worker))) toKill = !killWhoWorks(hands, tell);
      await systemClock.sleep(lookEveryMs, signal).catch(() => undefined);
    }
    const modelCalls = world.model.requests.length - asked;
    return { failures: [...failures], effects, modelCalls, costUsd: (await spentUsd(worker)) - before };
  } finally {
    await Promise.all(hands.map((each) => each.stop()));
    await worker.close();
  }
}

async function spentUsd({ store }: Worker): Promise<number> {
  const costs = await store.costs("2000-01-01");
  return costs.reduce((sum, { actualUsd, reservedUsd }) => sum + (actualUsd ?? reservedUsd), 0);
}

async function isDone({ store }: Worker): Promise<boolean> {
  const underWay = await store.effects({ states: ["intended", "sending", "unknown"] });
  return underWay.length === 0 && (await store.openOrders()).length === 0;
}

/** The one whose call hangs: then who has it is known. */
async function isOneLeft({ queue }: Worker): Promise<boolean> {
  const { waiting, delayed, active } = await queue.counts();
  return waiting + delayed === 0 && active === 1;
}

function killWhoWorks(hands: readonly DemoHands[], tell: (line: string) => void): boolean {
  const atWork = hands.filter((each) => each.isAtWork());
  const [only] = atWork;
  if (only === undefined || atWork.length > 1) return false;
  only.kill();
  tell(
    `  ${only.name} killed in the middle of a call of the model. Half a minute later its order is given to others …`,
  );
  return true;
}
