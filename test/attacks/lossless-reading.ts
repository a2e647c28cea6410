import { join } from "node:path";
import { startLoki } from "../../src/demo/loki/server.ts";
import type { Coverage } from "../../src/domain/coverage.ts";
import { spawned } from "../support/run-child.ts";
import type { AttackResult } from "./attack-result.ts";
import { Died, lookAt, type ReadRequest, readOnce } from "./detect/reader.ts";
import { drawFault, drawLogs, drawWeather, type LoggedError, loggingMs, type Weather } from "./detect/weather.ts";
import { type Dice, diceOf } from "./dice.ts";
import { inMemoryFolder } from "./in-folder.ts";

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const startMs = Date.parse("2026-03-01T03:00:00Z");
const auditHorizonMs = 24 * hourMs;
/** More than clocks differ here. */
const clocksMs = 10 * minuteMs;
/** A server that falls silent is waited for in earnest; any other may be slow on a machine that has other things to do. */
const silentTimeoutMs = 120;
const patientTimeoutMs = 20_000;
/** Of so many seeds, one kills real processes. */
const realKillsEvery = 10;

/**
 * A Loki that enforces what was recorded of the real one, and everything that may go wrong on the way: entries late, early, twice, out of order, crowded into one instant; limits, outages, retention, clocks that differ;
 * runs that sleep, die in the middle, and have their settings changed. Every error is counted exactly once, or lies in a recorded gap.
 */
export function attackByWeather(seed: number): Promise<AttackResult> {
  return inMemoryFolder(async (folder) => {
    const weather = drawWeather(diceOf(seed, "weather"));
    const { errors, arrivals } = drawLogs(diceOf(seed, "logs"), weather, startMs);
    let nowMs = startMs;
    const loki = await startLoki({
      clock: { nowMs: () => nowMs + weather.skewMs },
      limitMax: weather.limitMax,
      ...(weather.keptMs === null ? {} : { keptMs: weather.keptMs }),
    });
    const stateFile = join(folder, "state.sqlite");
    const dice = diceOf(seed, "runs");
    const waiting = [...arrivals];
    let runs = 0;
    let deaths = 0;
    let failures = 0;
    try {
      const overMs = Math.max(
        startMs + loggingMs + auditHorizonMs + 8 * hourMs,
        startMs + (weather.sleep?.toMs ?? 0) + 10 * hourMs,
      );
      const isReal = seed % realKillsEvery === realKillsEvery - 1;
      for (; nowMs < overMs || runs === 0; nowMs = nextRunMs(dice, weather, nowMs)) {
        while (waiting[0] !== undefined && waiting[0].atMs <= nowMs + weather.skewMs)
          loki.push(waiting.shift()?.entries ?? []);
        // The first one is left in peace, for what is promised begins with it, and the last ones, or an audit might end before its time.
        const isPeace = runs === 0 || nowMs > overMs - 5 * hourMs;
        let timeoutMs = patientTimeoutMs;
        if (!isPeace && dice.chance(weather.faultChance)) {
          const { fault, path, times } = drawFault(dice);
          loki.faults.next(fault, { path, times });
          if (fault.kind === "silence") timeoutMs = silentTimeoutMs;
        }
        const mayDie = !isPeace && dice.chance(weather.deathChance);
        const diesAt = mayDie ? { commit: dice.int(10), isAfter: dice.chance(0.5) } : null;
        const request = requestOf(weather, nowMs, {
          stateFile,
          lokiUrl: loki.url,
          holder: `run-${runs}`,
          diesAt,
          timeoutMs,
        });
        const problems = await (isReal && diesAt !== null ? readInChild(request) : readHere(request));
        runs += 1;
        if (problems === null) deaths += 1;
        else failures += problems.length;
        loki.faults.clear();
      }
      const { counts, coverage } = await lookAt(stateFile, nowMs);
      return {
        findings: [...misjudged(errors, counts, coverage, weather), ...ledgerFindings(coverage)],
        figures: figuresOf(errors, coverage, { runs, deaths, failures }),
      };
    } finally {
      await loki.close();
    }
  });
}

function nextRunMs(dice: Dice, { sleep }: Weather, nowMs: number): number {
  const sinceMs = nowMs - startMs;
  const stepMs =
    sinceMs < loggingMs + hourMs ? 3 * minuteMs + dice.int(40 * minuteMs) : 30 * minuteMs + dice.int(90 * minuteMs);
  const nextMs = nowMs + stepMs;
  const isAsleep = sleep !== null && nextMs - startMs > sleep.fromMs && nextMs - startMs < sleep.toMs;
  return isAsleep ? startMs + sleep.toMs : nextMs;
}

function requestOf(
  weather: Weather,
  nowMs: number,
  run: Pick<ReadRequest, "stateFile" | "lokiUrl" | "holder" | "diesAt" | "timeoutMs">,
): ReadRequest {
  const sinceMs = nowMs - startMs;
  const { edited } = weather;
  const isEdited = edited !== null && sinceMs >= edited.fromMs && sinceMs < edited.toMs;
  const query = (environment: string): string =>
    `{deployment_environment="${environment}"}${isEdited ? ' |~ "Error|at com|ERROR|tick"' : ""}`;
  return {
    ...weather,
    ...run,
    nowMs,
    queries: { dev: query("dev"), prod: query("prod") },
    latenessMs: sinceMs > loggingMs / 2 ? weather.laterLatenessMs : weather.latenessMs,
    auditHorizonMs,
  };
}

/** @returns null when it died */
async function readHere(request: ReadRequest): Promise<readonly string[] | null> {
  try {
    return await readOnce(request, () => Promise.reject(new Died()));
  } catch (error) {
    if (error instanceof Died) return null;
    throw error;
  }
}

async function readInChild(request: ReadRequest): Promise<readonly string[] | null> {
  const child = join(import.meta.dirname, "detect", "reader.child.ts");
  const { code, signal, stdout, stderr } = await spawned(process.execPath, [child, JSON.stringify(request)], {});
  if (signal === "SIGKILL") return null;
  if (code !== 0) throw new Error(`the reading process ended with ${code ?? signal}: ${stderr}`);
  return JSON.parse(stdout) as readonly string[];
}

/** Errors that were counted too often, or not at all where they had to be. */
function misjudged(
  errors: readonly LoggedError[],
  counts: ReadonlyMap<string, number>,
  coverage: readonly Coverage[],
  weather: Weather,
): readonly string[] {
  const known = new Set(errors.map(({ name }) => name));
  return [
    ...errors.flatMap((error) => {
      const count = counts.get(error.name) ?? 0;
      if (count > 1) return [`${tell(error)} was counted ${count} times`];
      if (count === 1 || !isPromised(error) || isInGap(error, coverage, weather)) return [];
      return [`${tell(error)} was not counted, and lies in no recorded gap`];
    }),
    ...[...counts].flatMap(([name, count]) =>
      known.has(name) ? [] : [`${count} errors were counted that nobody logged: ${name}`],
    ),
  ];
}

function tell({ name, environment, atNs, arrivesAtMs, isCrowded }: LoggedError): string {
  const atMs = Number(atNs / 1_000_000n);
  return `${name} of ${environment} at ${new Date(atMs).toISOString()} (${atNs} ns), ${Math.round((arrivesAtMs - atMs) / 1_000)} s late${isCrowded ? ", one of a crowd" : ""},`;
}

/** What comes later than the horizon is beyond what anybody promises; so is what was logged before the first look. */
function isPromised({ atNs, arrivesAtMs }: LoggedError): boolean {
  return arrivesAtMs - Number(atNs / 1_000_000n) < auditHorizonMs - clocksMs;
}

/** Only what can have a reason has an excuse: a crowd in one stream, entries that Loki no longer has. */
function isInGap(error: LoggedError, coverage: readonly Coverage[], weather: Weather): boolean {
  const mayBeMissing = error.isCrowded || weather.keptMs !== null;
  return (
    mayBeMissing &&
    coverage.some(({ scope, window, gap, closed }) => {
      if (scope.environment !== error.environment) return false;
      const isIn = ({ fromNs, toNs }: { readonly fromNs: bigint; readonly toNs: bigint }) =>
        error.atNs >= fromNs && error.atNs < toNs;
      return (
        (gap !== null && isIn(window)) ||
        (closed !== null && (closed.recount?.because ?? null) !== null && isIn(closed.window))
      );
    })
  );
}

/** The ledger has no hole, and what it closed is all the time there is, once. */
function ledgerFindings(coverage: readonly Coverage[]): readonly string[] {
  return [...Map.groupBy(coverage, ({ scope }) => scope.environment)].flatMap(([environment, lines]) => {
    const parts = lines
      .flatMap(({ closed }) => closed ?? [])
      .sort((one, other) => (one.window.fromNs < other.window.fromNs ? -1 : 1));
    const first = parts[0]?.window.fromNs ?? 0n;
    const broken = parts.filter((part, index) => index > 0 && part.window.fromNs !== parts[index - 1]?.window.toNs);
    const waiting = parts.filter(
      ({ dueAtMs, window }) => dueAtMs !== null && Number(window.toNs / 1_000_000n) < startMs + loggingMs,
    );
    return [
      ...(Number(first / 1_000_000n) <= startMs - hourMs ? [] : [`${environment}: the ledger begins at ${first}`]),
      ...broken.map(({ window }) => `${environment}: what was closed has a hole or an overlap at ${window.fromNs}`),
      ...waiting.map(({ window }) => `${environment}: ${window.fromNs} still waits to be counted again`),
    ];
  });
}

function figuresOf(
  errors: readonly LoggedError[],
  coverage: readonly Coverage[],
  { runs, deaths, failures }: { readonly runs: number; readonly deaths: number; readonly failures: number },
): AttackResult["figures"] {
  const recounts = coverage.flatMap(({ closed }) => closed?.recount ?? []);
  return {
    "errors logged": errors.length,
    runs,
    deaths,
    "failures told": failures,
    "windows counted again": recounts.length,
    "errors found so": recounts.reduce((sum, { errors: found }) => sum + found, 0),
    "windows with a gap": coverage.filter(({ gap }) => gap !== null).length,
  };
}
