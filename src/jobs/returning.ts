import type { Incident } from "../domain/incident.ts";
import type { TraceId } from "../domain/names.ts";
import type { BrainMeans } from "./brain-means.ts";

const aloneAfterMs = 600_000;
const nsPerMs = 1_000_000n;
/** As many of its newest traces must be without the cause. */
const tracesAlone = 3;
/** Each investigation that ended in "a symptom after all" doubles the time until the next, up to a week. */
const doublingsMax = 10;

/** What comes back to `new` or `reported`: symptoms that are seen without their cause, and what was ignored for a time that is over and was seen since. */
export async function returning(
  means: Pick<BrainMeans, "store" | "clock">,
  resting: readonly Incident[],
): Promise<readonly Incident[]> {
  const back: Incident[] = [];
  for (const incident of resting) {
    if (incident.state === "muted") {
      const untilMs = incident.mutedUntilMs;
      const isOver =
        untilMs !== null && untilMs <= means.clock.nowMs() && incident.lastSeenNs > BigInt(untilMs) * nsPerMs;
      if (isOver)
        back.push({
          ...incident,
          state: incident.issue === null ? "new" : "reported",
          mutedUntilMs: null,
          ignoredBecause: null,
        });
      continue;
    }
    const cause = incident.causedBy === null ? null : await means.store.incident(incident.causedBy);
    if (cause === null || outlives(incident, cause) || (await isSeenWithout(means, incident, cause))) {
      back.push({ ...incident, state: "new", causedBy: null });
    }
  }
  return back;
}

/** It went on for ten minutes after its cause was last seen. */
function outlives(symptom: Incident, cause: Incident): boolean {
  return symptom.lastSeenNs - cause.lastSeenNs > BigInt(aloneAfterMs) * nsPerMs;
}

/**
 * Its newest traces have nothing of the cause, which goes on all the while: another bug shows itself in the same way. What is known of the cause's traces are
 * samples, so an absence proves little, and an investigation tells for certain; each that did not find another cause makes the next one wait longer.
 */
async function isSeenWithout(
  { store }: Pick<BrainMeans, "store">,
  symptom: Incident,
  cause: Incident,
): Promise<boolean> {
  const newest = symptom.samples
    .filter(({ traceId }) => traceId !== null)
    .toSorted((one, other) => Number(other.timestampNs - one.timestampNs))
    .slice(0, tracesAlone);
  const oldest = newest.at(-1);
  if (oldest === undefined || newest.length < tracesAlone) return false;
  const traces = newest.flatMap(({ traceId }): readonly TraceId[] => (traceId === null ? [] : [traceId]));
  if (cause.samples.some(({ traceId }) => traceId !== null && traces.includes(traceId))) return false;
  const { incidentOfTrace } = await store.known([], [], traces);
  if (traces.some((traceId) => incidentOfTrace.get(traceId) === cause.id)) return false;
  const waitMs = aloneAfterMs * 2 ** Math.min(symptom.rounds, doublingsMax);
  const sinceMs = Number(oldest.timestampNs / nsPerMs) - waitMs;
  const since = await store.audit({ sinceMs, limit: 100, subject: symptom.id });
  return since.every(({ action }) => action !== "incident.symptom");
}
