import { existsSync, mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { digestOfFolder } from "../adapters/git/git-repository.ts";
import {
  failures,
  pushStockFailure,
  type SmallWorld,
  type SmallWorldOptions,
  startSmallWorld,
} from "../support/small-world.ts";
import type { AttackResult } from "./attack-result.ts";
import type { Canary } from "./canaries.ts";
import { attackApart } from "./crash-apart.ts";
import { attackDrafts } from "./crash-drafts.ts";
import { attackByForward } from "./crash-forward.ts";
import { attackByCrash } from "./crash-pairs.ts";
import { diceOf } from "./dice.ts";
import { findingsOf, stuckFindings } from "./findings-of.ts";
import { plantClone, setTraps, traps } from "./hostile-clone.ts";
import { hostileLogs } from "./hostile-logs.ts";
import { hostileModel, tempers } from "./hostile-model.ts";
import { attackByRepair } from "./hostile-repair.ts";
import { attackBySandbox } from "./hostile-sandbox.ts";
import { hostileTrace } from "./hostile-traces.ts";
import { attackByUpdates } from "./hostile-updates.ts";
import { inFolder } from "./in-folder.ts";
import { makeJourney, type Outcome } from "./journey.ts";
import { attackByWeather } from "./lossless-reading.ts";

/** One way to attack, with everything that it throws decided by the seed. */
export type Attack = (seed: number) => Promise<AttackResult>;

const startMs = Date.parse("2026-03-01T03:00:00Z");
const minuteMs = 60_000;

/** The model answers anything; logs and code are a few ordinary failures with secrets beside them. */
const attackByModel: Attack = (seed) =>
  inFolder(async (folder) => {
    const dice = diceOf(seed, "model");
    const clone = plantClone(join(folder, "clone"), diceOf(seed, "clone"));
    const temper = tempers[seed % tempers.length] ?? "mixed";
    // Among a few honest entries, so that the model is shown some hostile ones too.
    const logs = hostileLogs(diceOf(seed, "few logs"), startMs - 21 * minuteMs, 2);
    return inWorld(folder, { services: () => services(clone.path), extra: "concurrency: 1" }, async (world) => {
      world.loki.push(logs.entries);
      const outcome = await makeJourney({
        world,
        startMs,
        answers: hostileModel(dice, temper),
        isOverHttp: temper !== "gateway" && dice.chance(0.3),
        meanwhile: (nowMs) => pushStockFailure(world.loki, nowMs),
      });
      const canaries = [...clone.canaries, ...logs.canaries];
      const findings = [
        ...findingsOf(world, outcome, canaries),
        ...(temper === "gateway"
          ? []
          : outcome.refusedRequests.map((refused) => `the model's API would refuse: ${refused}`)),
        ...honestFindings(world),
        ...budgetFindings(outcome, temper === "gateway"),
        ...deafFindings(world),
        ...stuckFindings(outcome),
      ];
      return { findings, figures: figuresOf(world, outcome, canaries) };
    });
  });

/** Log lines and traces by somebody who knows what reads them; a model repeats them, or there is none. */
const attackByText: Attack = (seed) =>
  inFolder(async (folder) => {
    const dice = diceOf(seed, "text");
    const clone = plantClone(join(folder, "clone"), diceOf(seed, "clone"));
    const logs = hostileLogs(diceOf(seed, "logs"), startMs - 25 * minuteMs, 14);
    const honestIds = ["a0", "d0"].map((start, index) => start.padEnd(32, String(index === 0 ? 1 : 4)));
    const traces = [...logs.traceIds, ...honestIds].map((id) =>
      hostileTrace(diceOf(seed, id), id, startMs - 20 * minuteMs),
    );
    const extra = "concurrency: 1\nflood: { issuesPerRun: 40, issuesPerDay: 60 }\nfallbackRepository: company/shop";
    return inWorld(folder, { services: () => services(clone.path), extra }, async (world) => {
      world.loki.push(logs.entries);
      for (const { request } of traces) world.tempo.push(request);
      const outcome = await makeJourney({
        world,
        startMs,
        answers: dice.chance(0.5) ? hostileModel(dice, "echo") : null,
        isOverHttp: false,
        meanwhile: (nowMs) => pushStockFailure(world.loki, nowMs),
      });
      const canaries = [clone, logs, ...traces].flatMap((each) => each.canaries);
      const findings = [
        ...findingsOf(world, outcome, canaries),
        ...countFindings(outcome, logs.entries.length),
        ...stuckFindings(outcome),
      ];
      return { findings, figures: figuresOf(world, outcome, canaries) };
    });
  });

/** A clone whose `.git` would have every program run that git can be told to run; the model reads whatever it can of it. */
const attackByRepository: Attack = (seed) =>
  inFolder(async (folder) => {
    const dice = diceOf(seed, "repository");
    const clone = plantClone(join(folder, "clone"), diceOf(seed, "clone"));
    // Each trap alone in the first seeds; then several at once.
    const alone = traps[seed];
    const chosen = alone === undefined ? traps.filter(() => dice.chance(0.5)) : [alone];
    const ran = setTraps(clone.path, folder, chosen);
    rmSync(ran, { force: true });
    const before = digestOfFolder(clone.path);
    return inWorld(folder, { services: () => services(clone.path), extra: "concurrency: 1" }, async (world) => {
      const outcome = await makeJourney({
        world,
        startMs,
        answers: hostileModel(dice, dice.pick(["mixed", "endless", "echo"])),
        isOverHttp: false,
        meanwhile: (nowMs) => pushStockFailure(world.loki, nowMs),
      });
      const findings = [
        ...findingsOf(world, outcome, clone.canaries),
        ...stuckFindings(outcome),
        ...honestFindings(world),
        ...(existsSync(ran) ? [`a program ran: ${chosen.join(", ")}`] : []),
        ...(digestOfFolder(clone.path) === before ? [] : [`the clone was changed: ${chosen.join(", ")}`]),
      ];
      return { findings, figures: figuresOf(world, outcome, clone.canaries) };
    });
  });

/** By the name under which one of them is asked for. */
export const attacks = {
  model: attackByModel,
  text: attackByText,
  repository: attackByRepository,
  crash: attackByCrash,
  apart: attackApart,
  detect: attackByWeather,
  updates: attackByUpdates,
  forward: attackByForward,
  sandbox: attackBySandbox,
  drafts: attackDrafts,
  repair: attackByRepair,
} as const satisfies Readonly<Record<string, Attack>>;
export type AttackName = keyof typeof attacks;

function figuresOf(world: SmallWorld, outcome: Outcome, canaries: readonly Canary[]): AttackResult["figures"] {
  return {
    "log entries": outcome.runs.flatMap(({ polls }) => polls).reduce((sum, { entries }) => sum + entries, 0),
    "calls to the model": outcome.modelRequests.length,
    "issues filed": world.github.world.issues().length,
    "secrets planted": canaries.length,
  };
}

async function inWorld<Result>(
  folder: string,
  options: SmallWorldOptions,
  work: (world: SmallWorld) => Promise<Result>,
): Promise<Result> {
  const world = await startSmallWorld(folder, startMs, options);
  mkdirSync(world.stateDirectory, { recursive: true });
  try {
    return await work(world);
  } finally {
    await world.close();
  }
}

function services(clone: string): string {
  return `  orders: { repository: company/orders, path: ${clone} }
  shop: { repository: company/shop, path: ${clone} }`;
}

/** Whatever else is there, what failed in earnest has its issue. */
function honestFindings(world: SmallWorld): readonly string[] {
  const filed = world.github.world.issues().map(({ title }) => title);
  return ["TypeError in total.js:total", "TypeError in stock.js:reserve"]
    .filter((title) => !filed.includes(`[orders] ${title}`))
    .map((title) => `there is no issue for ${title}, which failed in earnest`);
}

/** An attack whose words nobody hears finds nothing. */
function deafFindings(world: SmallWorld): readonly string[] {
  const isDeaf = world.github.world.issues().some(({ body }) => body.includes("it is no stream of events"));
  return isDeaf ? ["what the model said was not listened to"] : [];
}

const incidentCeilingUsd = 0.5;
/** Of one call with the largest prompt that the limits allow. */
const callUsdMax = 0.3;
const callsMax = 30;

/** @param isLying the usage that came back says nothing about what was paid */
function budgetFindings({ costs, modelRequests }: Outcome, isLying: boolean): readonly string[] {
  const booked = costs.map(({ actualUsd, reservedUsd }) => actualUsd ?? reservedUsd);
  const perIncident = Map.groupBy(modelRequests, (request) => /Incident (i\w+)/.exec(request)?.[1]);
  return [
    ...booked
      .filter((usd) => !(usd >= 0 && (isLying || usd <= incidentCeilingUsd + callUsdMax)))
      .map((usd) => `$${usd} were booked for one order`),
    ...[...perIncident]
      .filter(([, requests]) => requests.length > callsMax)
      .map(([incident, requests]) => `${requests.length} calls for ${incident}`),
  ];
}

/** Those of the small world, and one more in the break. */
const honestStockFailures = failures.stock + 1;

/** What was logged in earnest is counted, whatever was logged beside it, and every window was read. */
function countFindings({ runs, incidents }: Outcome, hostile: number): readonly string[] {
  const logged = hostile + failures.total + failures.shop + honestStockFailures;
  const read = runs.flatMap(({ polls }) => polls).reduce((sum, { entries }) => sum + entries, 0);
  const stock = incidents.filter(({ title }) => title.includes("stock.js:reserve"));
  const counted = stock.flatMap(({ counts }) => Object.values(counts)).reduce((sum, count) => sum + count, 0);
  const gaps = runs.flatMap(({ polls }) => polls.flatMap(({ gap }) => (gap === null ? [] : [gap])));
  return [
    ...(read === logged ? [] : [`${read} of ${logged} log entries were read`]),
    ...(counted >= honestStockFailures ? [] : [`${counted} of ${honestStockFailures} honest failures were counted`]),
    ...gaps.map((gap) => `a window was not read: ${gap}`),
  ];
}
