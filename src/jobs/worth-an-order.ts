import { durationText } from "../domain/duration-text.ts";
import type { Incident } from "../domain/incident.ts";
import type { Threshold } from "../domain/levers.ts";
import type { Environment } from "../domain/names.ts";
import { redact } from "../domain/redact.ts";
import type { Redacted } from "../domain/text.ts";
import { isFrequentEnough, isOldEnough } from "../domain/threshold.ts";
import type { BrainMeans } from "./brain-means.ts";

/** Waiting incidents that may be investigated now, and those whose time has not come. */
export interface Worth {
  readonly now: readonly Incident[];
  /** With what to note, where it is not noted yet. */
  readonly noted: readonly Incident[];
}

/** By which a note is known for one of ours. */
const waits = "Waits for ";
const auditMax = 50;

/**
 * Leaves out what has not reached its threshold, or was investigated a moment ago. Asked at every tick from what the store holds, so that whatever is interrupted, the
 * answer is the same. Whoever asked for an investigation by name does not wait.
 */
export async function worthAnOrder(
  means: Pick<BrainMeans, "store" | "clock" | "rules">,
  waiting: readonly Incident[],
): Promise<Worth> {
  const now: Incident[] = [];
  const noted: Incident[] = [];
  for (const incident of waiting) {
    const reason = await reasonToWait(means, incident);
    if (reason === null || (await isAskedFor(means, incident))) {
      now.push(isOurs(incident.note) ? { ...incident, note: null } : incident);
    } else if (incident.note !== reason && (incident.note === null || isOurs(incident.note))) {
      noted.push({ ...incident, note: reason });
    }
  }
  return { now, noted };
}

function isOurs(note: Redacted | null): boolean {
  return note?.startsWith(waits) === true;
}

async function reasonToWait(
  { store, clock, rules }: Pick<BrainMeans, "store" | "clock" | "rules">,
  incident: Incident,
): Promise<Redacted | null> {
  const seenIn = Object.keys(incident.counts).filter((environment) => (incident.counts[environment] ?? 0) > 0);
  if (seenIn.length === 0) return null;
  const thresholds = seenIn.map((environment) => rules.thresholdOf(environment, incident.service));
  const reached = await Promise.all(
    thresholds.map((threshold, at) => hasReached(threshold, incident, seenIn[at] ?? "", store)),
  );
  const [threshold = null] = thresholds;
  if (!reached.includes(true) && threshold !== null) return redact(`${waits}its threshold: ${wordsOf(threshold)}.`);
  const cooldownMs = Math.min(...seenIn.map((environment) => rules.cooldownMsOf(environment, incident.service)));
  if (incident.rounds === 0 || cooldownMs <= 0) return null;
  const since = await store.audit({ sinceMs: clock.nowMs() - cooldownMs, limit: auditMax, subject: incident.id });
  return since.some(({ action }) => action === "order.given")
    ? redact(`${waits}its cooldown: ${durationText(cooldownMs)} between two investigations.`)
    : null;
}

async function hasReached(
  threshold: Threshold | null,
  incident: Incident,
  environment: Environment,
  store: BrainMeans["store"],
): Promise<boolean> {
  if (threshold === null || isOldEnough(threshold, incident.firstSeenNs, incident.lastSeenNs)) return true;
  // Most that wait have too few entries at all, and need no look at their minutes.
  if (threshold.entries === null || (incident.counts[environment] ?? 0) < threshold.entries.count) return false;
  return isFrequentEnough(threshold, await store.minuteCounts(incident.id, environment));
}

function wordsOf({ entries, ageMs }: Threshold): string {
  return [
    ...(entries === null ? [] : [`${entries.count} entries within ${durationText(entries.withinMs)}`]),
    ...(ageMs === null ? [] : [`${durationText(ageMs)} from its first entry to its last`]),
  ].join(", or ");
}

/** A person wanted it investigated, and it was not since. */
async function isAskedFor({ store }: Pick<BrainMeans, "store">, { id, rounds }: Incident): Promise<boolean> {
  if (rounds === 0) return false;
  const history = await store.audit({ sinceMs: 0, limit: auditMax, subject: id });
  const last = history.find(({ action }) => action === "incident.retry" || action === "order.given");
  return last?.action === "incident.retry";
}
