const minuteMs = 60_000;
/** How old a closed part is when it is counted again; the last time is the horizon's. Most of what comes late comes soon. */
const agesMs = [15 * minuteMs, 60 * minuteMs, 360 * minuteMs];
/** Counts of one age fall together within a part of it, so that neighbours are one question. */
const partsOfAge = 12;

/**
 * When to count a closed part again: at the first of these ages that it had not reached when it was last looked at; null when it had reached the horizon, or that is 0.
 * What was read late enough needs no count: the entries that came late were there by then.
 */
export function recountDueAtMs(closedToNs: bigint, lookedAtMs: number, horizonMs: number): number | null {
  if (horizonMs <= 0) return null;
  const toMs = Number(closedToNs / 1_000_000n);
  const ageMs = [...agesMs.filter((each) => each < horizonMs), horizonMs].find((each) => toMs + each > lookedAtMs);
  if (ageMs === undefined) return null;
  const gridMs = Math.max(1, Math.floor(ageMs / partsOfAge));
  return Math.ceil((toMs + ageMs) / gridMs) * gridMs;
}
