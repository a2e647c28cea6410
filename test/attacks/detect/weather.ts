import { labelText, type PushedEntry } from "../../../src/demo/loki/streams.ts";
import type { SourceFault } from "../../../src/demo/source-faults.ts";
import { alphabets, type Dice } from "../dice.ts";

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

/** How long things are logged; after that only what is late arrives. */
export const loggingMs = 10 * hourMs;
export const environments = ["dev", "prod"] as const;

/** What one seed is about. */
export interface Weather {
  readonly limit: number;
  /** Loki's own, which may be less. */
  readonly limitMax: number;
  readonly latenessMs: number;
  /** What the setting is changed to in the middle. */
  readonly laterLatenessMs: number;
  readonly settleMs: number;
  readonly sliceMs: number;
  /** Loki's clock less ours. */
  readonly skewMs: number;
  /** How long Loki keeps entries; null: longer than this takes. */
  readonly keptMs: number | null;
  /** When nothing runs, since the beginning. */
  readonly sleep: { readonly fromMs: number; readonly toMs: number } | null;
  /** When another query, which finds the same errors, stands in the service map. */
  readonly edited: { readonly fromMs: number; readonly toMs: number } | null;
  readonly faultChance: number;
  readonly deathChance: number;
}

export function drawWeather(dice: Dice): Weather {
  const hours = (least: number, most: number): number =>
    Math.floor((least + (most - least) * (dice.int(1_000) / 1_000)) * hourMs);
  const isForgetful = dice.chance(0.2);
  const sleepFromMs = hours(2, 8);
  const editedFromMs = hours(1, 8);
  return {
    limit: dice.pick([1, 3, 7, 20, 80, 1_000, 1_000]),
    limitMax: dice.pick([3, 10, 40, 5_000]),
    latenessMs: dice.pick([0, minuteMs, 10 * minuteMs, 45 * minuteMs, 3 * hourMs]),
    laterLatenessMs: dice.pick([0, 10 * minuteMs, 10 * minuteMs, 2 * hourMs]),
    settleMs: dice.pick([0, 5_000, 30_000, 5 * minuteMs]),
    sliceMs: dice.pick([10 * minuteMs, hourMs, hourMs, 6 * hourMs]),
    skewMs: dice.pick([0, 0, -4 * minuteMs, 90_000, 20_000]),
    keptMs: isForgetful ? hours(27, 40) : null,
    sleep:
      isForgetful || dice.chance(0.4)
        ? { fromMs: sleepFromMs, toMs: sleepFromMs + (isForgetful ? hours(30, 60) : hours(1, 30)) }
        : null,
    edited: dice.chance(0.3) ? { fromMs: editedFromMs, toMs: editedFromMs + hours(0.5, 12) } : null,
    faultChance: dice.pick([0, 0.1, 0.4]),
    deathChance: dice.pick([0, 0.1, 0.3]),
  };
}

/** An error with a name of its own, so that its count is the number of times that it was counted. */
export interface LoggedError {
  readonly name: string;
  readonly environment: string;
  readonly atNs: bigint;
  /** By Loki's clock. */
  readonly arrivesAtMs: number;
  /** One of more in one stream at one instant than Loki gives out at once. */
  readonly isCrowded: boolean;
}

export interface Arrival {
  readonly atMs: number;
  readonly entries: readonly PushedEntry[];
}

type Labels = Readonly<Record<string, string>>;
type Shape = (name: string, atNs: bigint, labels: Labels) => readonly PushedEntry[];

/** Everything that is logged, in order of arrival. */
export function drawLogs(
  dice: Dice,
  weather: Weather,
  startMs: number,
): { readonly errors: readonly LoggedError[]; readonly arrivals: readonly Arrival[] } {
  const errors: (Omit<LoggedError, "isCrowded"> & { readonly crowd: string })[] = [];
  const arrivals: Arrival[] = [];

  function log(at: Moment, environment: string, shape: Shape, labelsOf: (name: string) => Labels): void {
    const name = nameOf(errors.length);
    const labels = labelsOf(name);
    const entries = shape(name, at.ns, labels);
    errors.push({
      name,
      environment,
      atNs: at.ns,
      arrivesAtMs: at.arrivesAtMs,
      crowd: `${at.ns} ${labelText(labels)}`,
    });
    arrivals.push({ atMs: at.arrivesAtMs, entries });
    // A shipper that got no answer sends again.
    if (dice.chance(0.1)) arrivals.push({ atMs: at.arrivesAtMs + dice.int(30 * minuteMs), entries });
  }

  for (const environment of environments) {
    for (let index = 0; index < 28; index++) {
      const shape = dice.pick([jsonError, jsonError, splitTrace, plainLine]);
      log(momentOf(dice, startMs), environment, shape, (name) =>
        streamOf(dice, environment, name, shape === jsonError),
      );
    }
    for (let burst = 0; burst < 2; burst++) {
      const at = momentOf(dice, startMs);
      const size = 2 + dice.int(14);
      for (let index = 0; index < size; index++) {
        log(at, environment, jsonError, (name) => streamOf(dice, environment, name, true));
      }
    }
    if (dice.chance(0.3) && weather.limitMax <= 40) {
      const at = momentOf(dice, startMs);
      const size = weather.limitMax + 1 + dice.int(5);
      const labels = { deployment_environment: environment, service_name: "loud" };
      for (let index = 0; index < size; index++) log(at, environment, jsonError, () => labels);
    }
    for (let atMs = startMs - hourMs; atMs < startMs + loggingMs; atMs += 10 * minuteMs) {
      const labels = { deployment_environment: environment, service_name: "clock" };
      const tick = { labels, timestampNs: nsOf(dice, atMs), line: '{"level":"info","msg":"tick"}' };
      arrivals.push({ atMs, entries: [tick] });
    }
  }
  const crowds = Map.groupBy(errors, ({ crowd }) => crowd);
  return {
    errors: errors.map((error) => ({ ...error, isCrowded: (crowds.get(error.crowd)?.length ?? 0) > weather.limitMax })),
    arrivals: arrivals.sort((one, other) => one.atMs - other.atMs),
  };
}

interface Moment {
  readonly ns: bigint;
  readonly arrivesAtMs: number;
}

function momentOf(dice: Dice, startMs: number): Moment {
  const atMs = startMs + dice.int(loggingMs);
  return { ns: nsOf(dice, atMs), arrivesAtMs: arrival(dice, atMs) };
}

/** Most at once, some within what polls read again, some up to a day late, and few even later; a clock that is ahead makes it early. */
function arrival(dice: Dice, atMs: number): number {
  const kind = dice.int(100);
  if (kind < 50) return atMs + dice.int(5_000);
  if (kind < 55) return atMs - dice.int(8 * minuteMs);
  if (kind < 75) return atMs + dice.int(20 * minuteMs);
  if (kind < 96) return atMs + dice.int(23 * hourMs);
  return atMs + 25 * hourMs + dice.int(6 * hourMs);
}

/** Around whole seconds too, where windows begin and end. */
function nsOf(dice: Dice, atMs: number): bigint {
  if (dice.chance(0.2)) return BigInt(Math.floor(atMs / 1_000)) * 1_000_000_000n + BigInt(dice.int(5) - 3);
  return BigInt(atMs) * 1_000_000n + BigInt(dice.int(1_000_000));
}

function streamOf(dice: Dice, environment: string, name: string, isShared: boolean): Readonly<Record<string, string>> {
  const labels = { deployment_environment: environment, service_name: dice.pick(["orders", "shop", "mail"]) };
  // Lines that are joined by what stands next to them need a stream in which nothing else does.
  if (!isShared) return { ...labels, pod: `${labels.service_name}-${name}` };
  return {
    ...labels,
    ...(dice.chance(0.6) ? { pod: `p${dice.int(4)}` } : {}),
    ...(dice.chance(0.3) ? { zone: dice.pick(["a", 'b"', "c|d"]) } : {}),
  };
}

function jsonError(name: string, atNs: bigint, labels: Readonly<Record<string, string>>): readonly PushedEntry[] {
  const type = `${name}Error`;
  const stack = `${type}: it broke\n    at handle${name} (/app/src/${name}.js:4:7)`;
  return [
    {
      labels,
      timestampNs: atNs,
      line: JSON.stringify({ level: 50, msg: "it broke", err: { type, message: "it broke", stack } }),
    },
  ];
}

function splitTrace(name: string, atNs: bigint, labels: Readonly<Record<string, string>>): readonly PushedEntry[] {
  return [
    `2026-03-01 02:56:00,123 ERROR [main] com.company.${name} - it broke`,
    `com.company.${name}Error: it broke`,
    `\tat com.company.${name}.step(${name}.java:42)`,
    `\tat com.company.${name}.main(${name}.java:12)`,
  ].map((line, index) => ({ labels, timestampNs: atNs + BigInt(index), line }));
}

function plainLine(name: string, atNs: bigint, labels: Readonly<Record<string, string>>): readonly PushedEntry[] {
  return [
    {
      labels,
      timestampNs: atNs,
      line: `2026-03-01 02:56:00,123 ERROR [main] com.company.Orders - ${name}Error happened`,
    },
  ];
}

function nameOf(index: number): string {
  const letters = alphabets.lower;
  const at = (digit: number): string => letters.charAt(digit % letters.length);
  return `K${at(index)}${at(Math.floor(index / letters.length))}${at(7 * index)}`;
}

export function drawFault(dice: Dice): { readonly fault: SourceFault; readonly path: RegExp; readonly times: number } {
  const answer = (status: number, body: string): SourceFault => ({ kind: "answer", status, body });
  return {
    fault: dice.pick<SourceFault>([
      answer(429, "too many outstanding requests"),
      answer(500, "ingester is on fire"),
      answer(503, "no"),
      answer(200, "<!doctype html><title>Sign in</title>"),
      { kind: "cut", bytes: 40 },
      { kind: "break-off", bytes: 40 },
      { kind: "reset" },
      { kind: "silence" },
    ]),
    // Without the list of streams some that share an instant cannot be told apart, which is a gap with a reason.
    path: dice.pick([/query_range$/, /query_range$/, /query$/]),
    times: 1 + dice.int(3),
  };
}
