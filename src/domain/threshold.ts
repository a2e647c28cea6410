import type { Levers, Threshold } from "./levers.ts";
import type { ServiceName } from "./names.ts";
import { ownValue } from "./own-value.ts";

const minuteMs = 60_000;

/** Error entries of one minute. */
export interface MinuteEntries {
  readonly minuteMs: number;
  readonly entries: number;
}

/** That of the service, else of its environment; null: an incident is worth an investigation from its first entry. */
export function thresholdOf(
  { thresholds, threshold }: Pick<Levers, "thresholds" | "threshold">,
  service: ServiceName | null,
): Threshold | null {
  return (service === null ? undefined : ownValue(thresholds, service)) ?? threshold;
}

/** Whether it went on for long enough, from its first entry to its last. */
export function isOldEnough({ ageMs }: Threshold, firstSeenNs: bigint, lastSeenNs: bigint): boolean {
  return ageMs !== null && lastSeenNs - firstSeenNs >= BigInt(ageMs) * 1_000_000n;
}

/**
 * Whether there were enough entries within the time, at any time: an incident that passed its threshold while nobody looked has passed it.
 * @param minutes oldest first
 */
export function isFrequentEnough({ entries }: Threshold, minutes: readonly MinuteEntries[]): boolean {
  if (entries === null) return false;
  const spanMs = Math.max(minuteMs, entries.withinMs);
  let first = 0;
  let sum = 0;
  for (const { minuteMs: atMs, entries: count } of minutes) {
    sum += count;
    while ((minutes[first]?.minuteMs ?? atMs) <= atMs - spanMs) {
      sum -= minutes[first]?.entries ?? 0;
      first++;
    }
    if (sum >= entries.count) return true;
  }
  return false;
}
