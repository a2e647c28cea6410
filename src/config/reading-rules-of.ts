import type { Levers } from "../domain/levers.ts";
import type { Environment, ServiceName } from "../domain/names.ts";
import { ownValue } from "../domain/own-value.ts";
import type { ReadingRules } from "../domain/reading-rules.ts";
import type { Config, Tuning } from "./config.ts";

export type ReadingConfig = Pick<Config, "environments" | "services" | "serviceLabels" | "ignore" | "formats">;

const noTuning: Tuning = { level: null, threshold: null, cooldownMs: null };

/** How log entries and traces of an environment are read; of none, as in `explain` on standard input, with null: then a single one is meant. */
export function readingRulesOf(config: ReadingConfig, environment: Environment | null): ReadingRules {
  // Without a prototype, because names from log text are looked up here and one of them may be "constructor".
  const aliases: Record<string, ServiceName> = Object.create(null);
  const own: Record<ServiceName, readonly string[]> = Object.create(null);
  for (const [service, its] of Object.entries(config.services)) {
    for (const name of [service, ...its.aliases]) aliases[name.toLowerCase()] = service;
    own[service] = its.own;
  }
  return { environment, serviceLabels: config.serviceLabels, aliases, own, levers: leversOf(config, environment) };
}

function leversOf(config: ReadingConfig, environment: Environment | null): Levers {
  const names = Object.keys(config.environments);
  const meant = environment ?? (names.length === 1 ? (names[0] ?? null) : null);
  const tuning = (meant === null ? undefined : ownValue(config.environments, meant)?.tuning) ?? noTuning;
  return {
    notOwn: byService(config, ({ notOwn }) => (notOwn.length === 0 ? null : notOwn)),
    floors: byService(config, (its) => its.tuning.level),
    floor: tuning.level ?? "error",
    thresholds: byService(config, (its) => its.tuning.threshold),
    threshold: tuning.threshold,
    ignore: config.ignore,
    formats: config.formats,
  };
}

function byService<T>(
  { services }: ReadingConfig,
  of: (its: Config["services"][string]) => T | null,
): Readonly<Record<ServiceName, T>> {
  const found: Record<ServiceName, T> = Object.create(null);
  for (const [service, its] of Object.entries(services)) {
    const value = of(its);
    if (value !== null) found[service] = value;
  }
  return found;
}
