import { durationText } from "../../domain/duration-text.ts";
import { type IgnoreRule, type Levers, noLevers, type Threshold } from "../../domain/levers.ts";
import type { ServiceName } from "../../domain/names.ts";
import { ownValue } from "../../domain/own-value.ts";
import { thresholdOf } from "../../domain/threshold.ts";
import type { FlooredLevel } from "./error-floor.ts";

/** What the service map's levers did to an entry, each in a sentence that names the lever. */

export function floorSentence(
  { floor }: FlooredLevel,
  levers: Levers | null,
  service: ServiceName | null,
): string | null {
  if (floor === null) return null;
  const lever = leverName(levers?.floors ?? {}, service, "level");
  return `${lever} decides that: ${floor === "warn" ? "there warnings count as errors" : "there only what is fatal counts"}.`;
}

/** ` and none of its notOwn: …`, for a sentence that ends so. */
export function notOwnWords(levers: Levers | null, service: ServiceName | null): string {
  const prefixes = service === null ? [] : (ownValue(levers?.notOwn ?? {}, service) ?? []);
  return prefixes.length === 0 ? "" : `, but for its notOwn: ${prefixes.join(", ")}`;
}

export function ignoredSentence(rule: IgnoreRule | null): string | null {
  if (rule === null) return null;
  const until = new Date(rule.untilMs).toISOString().slice(0, 16);
  return `It is counted and not told, by ${rule.name} until ${until}Z: ${rule.because}`;
}

export function thresholdSentence(levers: Levers | null, service: ServiceName | null): string | null {
  const threshold = thresholdOf(levers ?? noLevers, service);
  if (threshold === null) return null;
  return `It is investigated ${thresholdWords(threshold)}, by ${leverName(levers?.thresholds ?? {}, service, "threshold")}.`;
}

function thresholdWords({ entries, ageMs }: Threshold): string {
  return [
    ...(entries === null ? [] : [`from ${entries.count} entries within ${durationText(entries.withinMs)}`]),
    ...(ageMs === null ? [] : [`when it goes on for ${durationText(ageMs)}`]),
  ].join(" or ");
}

function leverName(of: Readonly<Record<ServiceName, unknown>>, service: ServiceName | null, lever: string): string {
  return service !== null && ownValue(of, service) !== undefined
    ? `services.${service}.${lever}`
    : `the environment's ${lever}`;
}
