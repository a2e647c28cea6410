import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openStore } from "../../adapters/sqlite/store.ts";
import type { StoredIssue } from "../../demo/github/world.ts";
import { runCompany } from "../../demo/publish/run-company.ts";
import { redact } from "../../domain/redact.ts";
import { compose } from "../compose.ts";
import { openDemoRedis, runApart } from "../demo/apart.ts";
import { explainOneOfEach } from "../demo/explain.ts";
import { forwardInDemo } from "../demo/forwarded-alert.ts";
import { writeComparedPage, writeIssuePages } from "../demo/issue-pages.ts";
import { type IssuePair, issuesWithoutModel } from "../demo/issues-without-model.ts";
import { type DemoRun, demoRunOf } from "../demo/run.ts";
import { createDemoTeller } from "../demo/tell.ts";
import { demoEnvironment, startDemoWorld } from "../demo/world.ts";
import { exitCodes, type Io } from "../io.ts";
import { runOnce } from "../run-once.ts";
import { databaseFileOf, loadSettings } from "../setting.ts";
import { stopSignal } from "../stop-signal.ts";
import { systemClock } from "../system-clock.ts";
import { thisSandbox } from "../this-sandbox.ts";

const handsMax = 16;

/** `demo`: a company with errors, one run that files them, and a second one that finds nothing to do. */
export async function demoCommand(
  options: { readonly keep: boolean; readonly language: string; readonly hands?: string | undefined },
  io: Io,
): Promise<number> {
  const { language } = options;
  if (language !== "en" && language !== "ko") {
    io.stderr(`--language "${language}" is not one of en, ko.\n`);
    return exitCodes.wrongUsage;
  }
  const handsCount = options.hands === undefined ? 0 : Number(options.hands);
  if (options.hands !== undefined && !(Number.isInteger(handsCount) && handsCount >= 1 && handsCount <= handsMax)) {
    io.stderr(`--hands "${options.hands}" is no whole number from 1 to ${handsMax}.\n`);
    return exitCodes.wrongUsage;
  }
  const startedMs = Date.now();
  const tell = (text: string) => io.stdout(`${text}\n`);
  const folder = await mkdtemp(join(tmpdir(), "error-autopilot-demo-"));
  const redis = handsCount === 0 ? null : await openDemoRedis(join(folder, "service-map.yaml"));
  if (handsCount > 0 && redis === null) {
    io.stderr(
      "--hands needs REDIS_URL, the address of a Redis in which nothing of ours is yet: redis-server --maxmemory-policy noeviction, and REDIS_URL=redis://localhost:6379/9.\n",
    );
    return exitCodes.wrongUsage;
  }
  const world = await startDemoWorld(folder, language, systemClock);
  const stop = stopSignal(() => tell("stopping …"));
  try {
    tell("A small company on loopback has a bad quarter of an hour: Loki, Tempo, GitHub and a model, each over HTTP.");
    const day = await runCompany({
      lokiUrl: world.urls.loki,
      tempoUrl: world.urls.tempo,
      environment: demoEnvironment,
      repositories: world.repositories,
      nowMs: startedMs,
    });
    const { problem } = await thisSandbox(world.stateDirectory).state(stop.signal);
    if (problem !== null) tell(`No patch can be tested on this machine, so none is made: ${problem}`);
    const run = (mayKill: boolean): Promise<DemoRun> =>
      redis === null
        ? runHere(world, tell, stop.signal)
        : runApart(world, { redisUrl: redis.redisUrl, handsCount, mayKill }, tell, stop.signal);
    const where = redis === null ? "" : `, ${handsCount} hands in processes of their own on ${redis.shown}`;
    tell(`Its services wrote ${day.entries} log entries and ${day.spans} spans.\n\nFirst run${where}:`);
    const first = await run(true);
    tellRun(first, tell);
    tell("\nSecond run:");
    const second = await run(false);
    tellRun(second, tell);
    await tellReading(world, tell, stop.signal);
    tell("\nSomething new fails, and nobody waits for the next poll: the alert is forwarded to the bot.");
    const unanswered = await forwardInDemo(world, tell, stop.signal);
    const issues = world.github.world.issues();
    const pages = join(folder, "issues");
    const drafts = await writeIssuePages(world.github.world, pages);
    const also =
      drafts.length === 0 ? "" : ` and ${drafts.length} draft pull ${drafts.length === 1 ? "request" : "requests"}`;
    tell(`\n${issues.length - drafts.length} issues${also}, as filed and as rendered: ${pages}`);
    for (const draft of drafts) tell(`The page of the draft, with the test's output before and after: ${draft}`);
    const compared = join(folder, "with-and-without-a-model.html");
    await writeComparedPage(await pairsOf(world, issues), language, compared);
    tell(`The same issues beside what would be filed without a model: ${compared}`);
    tell(`Took ${((Date.now() - startedMs) / 1000).toFixed(1)} s.`);
    const isRight = isAsPromised(first, second, issues.length, [...world.github.violations, ...unanswered], io);
    if (options.keep && !stop.signal.aborted) {
      tellAddresses(world, tell);
      await new Promise<void>((resolve) => stop.signal.addEventListener("abort", () => resolve(), { once: true }));
    }
    return isRight ? exitCodes.done : exitCodes.failed;
  } finally {
    stop.release();
    await redis?.giveBack();
    await world.close();
  }
}

function tellRun({ effects, modelCalls, costUsd }: DemoRun, tell: (line: string) => void): void {
  tell(`  ${effects} effects, ${modelCalls} model calls, $${costUsd.toFixed(4)}`);
}

async function pairsOf(
  { configFile, stateDirectory }: Awaited<ReturnType<typeof startDemoWorld>>,
  issues: readonly StoredIssue[],
): Promise<readonly IssuePair[]> {
  const given = { config: configFile, state: stateDirectory, json: false };
  const config = await loadSettings(given);
  const store = await openStore({ path: databaseFileOf(stateDirectory), clock: systemClock });
  try {
    return await issuesWithoutModel(issues, { config, store, stateDirectory });
  } finally {
    await store.close();
  }
}

/** How its log was read, by one entry of each service: what people look at first when they tune a service map. */
async function tellReading(
  world: Awaited<ReturnType<typeof startDemoWorld>>,
  tell: (line: string) => void,
  signal: AbortSignal,
): Promise<void> {
  const config = await loadSettings({ config: world.configFile, state: world.stateDirectory, json: false });
  const texts = await explainOneOfEach(config, systemClock.nowMs(), signal);
  tell(
    "\nOne error of each service, as error-autopilot explain reads it; docs/tuning.md has what to do where it reads one wrongly:",
  );
  for (const text of texts) tell(`\n${text.replaceAll(/^(?=.)/gm, "  ")}`);
}

async function runHere(
  world: Awaited<ReturnType<typeof startDemoWorld>>,
  tell: (line: string) => void,
  signal: AbortSignal,
): Promise<DemoRun> {
  const given = await loadSettings({ config: world.configFile, state: world.stateDirectory, json: false });
  // A REDIS_URL of this machine belongs to somebody's real hands.
  const config = { ...given, redisUrl: null };
  const { stateDirectory } = world;
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
    return demoRunOf(await runOnce(worker, { ...config, stateDirectory, minutesMax: 5, clock: systemClock }, signal));
  } finally {
    await worker.close();
  }
}

/** A demo that silently did less would be worse than none. */
function isAsPromised(first: DemoRun, second: DemoRun, issues: number, violations: readonly string[], io: Io): boolean {
  const wrong = [
    ...first.failures,
    ...second.failures,
    ...violations.map((violation) => `not as it is published: ${violation}`),
    ...(issues === 0 ? ["no issue was filed"] : []),
    ...(second.effects > 0 || second.modelCalls > 0 ? ["the second run did something"] : []),
  ];
  for (const sentence of wrong) io.stderr(`The demo went wrong: ${redact(sentence)}\n`);
  return wrong.length === 0;
}

function tellAddresses(world: Awaited<ReturnType<typeof startDemoWorld>>, tell: (line: string) => void): void {
  const given = `--config ${world.configFile} --state ${world.stateDirectory}`;
  tell(`
It stays until Ctrl-C:
  Loki    ${world.urls.loki}
  Tempo   ${world.urls.tempo}
  GitHub  ${world.urls.github}   (issues: ${world.github.webUrl})
  model   ${world.urls.model}
Try in another terminal:
  npx error-autopilot doctor ${given}
  npx error-autopilot incidents ${given}
  npx error-autopilot run --json ${given}`);
}
