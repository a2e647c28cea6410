import type { IgnoreRule, Threshold } from "../domain/levers.ts";
import type { Tuning } from "./config.ts";
import { parseDuration } from "./duration.ts";
import type { ServiceMap } from "./service-map-schema.ts";

type WrittenTuning = Pick<ServiceMap["environments"][string], "level" | "threshold" | "cooldown">;
const withinMsDefault = 600_000;
const dayMs = 86_400_000;

export function buildTuning({ level, threshold, cooldown }: WrittenTuning): Tuning {
  return {
    level: level ?? null,
    threshold: buildThreshold(threshold),
    cooldownMs: cooldown === undefined ? null : parseDuration(cooldown),
  };
}

function buildThreshold(its: WrittenTuning["threshold"]): Threshold | null {
  if (its?.entries === undefined && its?.age === undefined) return null;
  return {
    entries:
      its.entries === undefined
        ? null
        : { count: its.entries, withinMs: parseDuration(its.within ?? "") ?? withinMsDefault },
    ageMs: its.age === undefined ? null : parseDuration(its.age),
  };
}

export function buildIgnoreRules(rules: ServiceMap["ignore"]): readonly IgnoreRule[] {
  return (rules ?? []).map(({ because, until, service, type, template, match }, index) => ({
    name: `ignore[${index}]`,
    because,
    untilMs: endOf(until) ?? 0,
    service: service ?? null,
    type: type ?? null,
    template: template ?? null,
    match: match ?? null,
  }));
}

/** Milliseconds of the instant, or of the end of the day (UTC); null for a day that there is not. */
export function endOf(until: string): number | null {
  const isDay = until.length === 10;
  const atMs = Date.parse(isDay ? `${until}T00:00:00Z` : until);
  if (Number.isNaN(atMs) || new Date(atMs).toISOString().slice(0, 10) !== until.slice(0, 10)) return null;
  return isDay ? atMs + dayMs : atMs;
}
