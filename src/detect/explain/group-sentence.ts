import { noLevers } from "../../domain/levers.ts";
import type { ReadingRules } from "../../domain/reading-rules.ts";
import { isFrequentEnough, isOldEnough, type MinuteEntries, thresholdOf } from "../../domain/threshold.ts";
import type { ReadErrorEntry } from "../entries/read-entry.ts";

const nsPerMinute = 60_000_000_000n;

/** What would become of an error with those of its group, in a sentence; the same for each of them. */
export function groupSentence(group: string, members: readonly ReadErrorEntry[], { levers }: ReadingRules): string {
  const others = members.length - 1;
  const company =
    others <= 0
      ? "alone of this input"
      : `together with ${others} ${others === 1 ? "other error" : "other errors"} of this input`;
  const [first] = members;
  const threshold = thresholdOf(levers ?? noLevers, first?.service ?? null);
  if (first !== undefined && first.ignored !== null)
    return `It would be counted in ${group}, which stays quiet, ${company}.`;
  const waits = threshold !== null && !isReached(threshold, members);
  return `It would become the incident ${group}, ${company}${waits ? ", and wait for more: they do not reach the threshold" : ""}.`;
}

function isReached(threshold: Parameters<typeof isOldEnough>[0], members: readonly ReadErrorEntry[]): boolean {
  const times = members.map(({ entry }) => entry.timestampNs).sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
  const [first = 0n] = times;
  const minutes = new Map<number, number>();
  for (const time of times) {
    const minuteMs = Number(time / nsPerMinute) * 60_000;
    minutes.set(minuteMs, (minutes.get(minuteMs) ?? 0) + 1);
  }
  const inOrder = [...minutes].map(([minuteMs, entries]): MinuteEntries => ({ minuteMs, entries }));
  return isOldEnough(threshold, first, times.at(-1) ?? first) || isFrequentEnough(threshold, inOrder);
}
