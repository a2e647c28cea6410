import type { ReadErrorEntry } from "../detect/entries/read-entry.ts";
import type { Incident, Sample } from "../domain/incident.ts";
import type { Fingerprint } from "../domain/names.ts";
import type { ReadingRules } from "../domain/reading-rules.ts";
import { redact } from "../domain/redact.ts";
import type { Change, Store } from "../domain/store.ts";
import type { BrainMeans } from "./brain-means.ts";

/** As many as orders are given for; older ones are begun anew when they are seen again. */
const incidentsMax = 10_000;
const perCommit = 100;
const triesMax = 5;
const leaseMs = 60_000;

/**
 * After a new version, or an edit of how entries are read (`own:`, aliases, formats, ignore rules), the same error has another fingerprint. The samples of all
 * incidents are read again, and what they give now becomes an alias: nothing is counted or filed again. Done once for each such change, before anything new is read.
 * @returns how many incidents changed
 */
export async function refreshIdentities({
  store,
  polls,
  holder,
  clock,
  rules: { readingDigest },
}: Pick<BrainMeans, "store" | "polls" | "holder" | "clock" | "rules">): Promise<number> {
  if ((await store.readingDigest()) === readingDigest) return 0;
  const lease = await store.lease("identities", holder, leaseMs);
  // Another process does it now. What it has not come to yet is begun anew at worst, and joined when it turns out to be one.
  if (lease === null) return 0;
  const incidents = (await store.incidents({ limit: incidentsMax })).toSorted(firstToStay);
  const again = incidents.length === 0 ? null : await readingAgain(polls.map((poll) => poll.rules));
  let refreshed = 0;
  for (let at = 0; again !== null && at < incidents.length; at += perCommit) {
    const ids = incidents.slice(at, at + perCommit).map(({ id }) => id);
    for (let attempt = 1; ; attempt++) {
      const change = await decide(ids, store, again, clock.nowMs());
      if (change.incidents.length === 0) break;
      if ((await store.commit(change, null)) === "done") {
        refreshed += change.incidents.length;
        break;
      }
      if (attempt >= triesMax) return refreshed;
    }
    await store.lease("identities", holder, leaseMs);
  }
  await store.commit({ readingDigest }, null);
  await store.release(lease);
  return refreshed;
}

/** How samples are read by the service map as it is now. */
interface ReadingAgain {
  read(sample: Sample): ReadErrorEntry | null;
  /** Whether a rule with this reason still stands there. Samples have no labels, so what a rule says of those is not asked again. */
  isStillIgnored(because: string): boolean;
}

async function readingAgain(rules: readonly ReadingRules[]): Promise<ReadingAgain> {
  const { createSampleReader } = await import("../detect/entries/reread-sample.ts");
  const readers = new Map(rules.map((each) => [each.environment, createSampleReader(each)]));
  const [otherwise = () => null] = readers.values();
  const reasons = new Set<string>(
    rules.flatMap(({ levers }) => levers?.ignore ?? []).map((rule) => redact(rule.because)),
  );
  return {
    read: (sample) => (readers.get(sample.environment) ?? otherwise)(sample),
    isStillIgnored: (because) => reasons.has(because),
  };
}

/** Where two incidents turn out to have one fingerprint now, the one that people know gets what comes, and of equals the older. */
function firstToStay(one: Incident, other: Incident): number {
  const byIssue = Number(other.issue !== null) - Number(one.issue !== null);
  if (byIssue !== 0) return byIssue;
  if (one.firstSeenNs !== other.firstSeenNs) return one.firstSeenNs < other.firstSeenNs ? -1 : 1;
  return one.id < other.id ? -1 : 1;
}

async function decide(
  ids: readonly Incident["id"][],
  store: Store,
  again: ReadingAgain,
  nowMs: number,
): Promise<Required<Pick<Change, "incidents" | "aliases" | "variants" | "audit">>> {
  const { groupIdentities } = await import("../detect/identity/group-identities.ts");
  const found = (await Promise.all(ids.map((id) => store.incident(id)))).filter((each) => each !== null);
  const readings = found.map((incident) => readIncident(incident, again));
  const all = readings.flatMap(({ errors }) => errors).map(({ fingerprint }) => fingerprint);
  const { incidentOf } = await store.known([], [...new Set(all)], []);
  const taken = new Set<Fingerprint>(incidentOf.keys());
  const incidents: Incident[] = [];
  const aliases: NonNullable<Change["aliases"]>[number][] = [];
  const identities = new Map<Fingerprint, ReadErrorEntry["identity"]>();
  for (const { incident, errors, isMoved } of readings) {
    const added = new Set<Fingerprint>();
    for (const { fingerprint, identity } of errors) {
      if (taken.has(fingerprint)) continue;
      taken.add(fingerprint);
      added.add(fingerprint);
      identities.set(fingerprint, identity);
    }
    if (added.size === 0 && !isMoved) continue;
    incidents.push({ ...incident, fingerprints: [...new Set([...incident.fingerprints, ...added])] });
    aliases.push(...[...added].map((fingerprint) => ({ fingerprint, incident: incident.id })));
  }
  const { variants } = groupIdentities([...identities.values()], { variants: [], isKnown: () => true });
  const audit = incidents.map(({ id, fingerprints, ignoredBecause }) => ({
    atMs: nowMs,
    actor: "brain",
    action: "incident.read-again",
    subject: id,
    result: ignoredBecause ?? redact(`known by ${fingerprints.at(-1)} too`),
  }));
  return { incidents, aliases, variants, audit };
}

/** An incident as the service map has it now, and those of its samples whose fingerprints are its own. */
interface IncidentReadAgain {
  readonly incident: Incident;
  readonly errors: readonly ReadErrorEntry[];
  /** A rule mutes it now, or does so no more. */
  readonly isMoved: boolean;
}

function readIncident(incident: Incident, again: ReadingAgain): IncidentReadAgain {
  const errors = incident.samples.flatMap((sample) => again.read(sample) ?? []);
  const ignored = errors.filter((error) => error.ignored !== null);
  const told = errors.filter((error) => error.ignored === null);
  const { state, ignoredBecause } = incident;
  if (state === "muted" && ignoredBecause !== null) {
    if (again.isStillIgnored(ignoredBecause)) return { incident, errors: ignored, isMoved: false };
    const back: Incident = { ...incident, state: "new", mutedUntilMs: null, ignoredBecause: null };
    return { incident: back, errors: told, isMoved: true };
  }
  const rule = ignored[0]?.ignored ?? null;
  if (state !== "new" || incident.issue !== null || rule === null || told.length > 0) {
    return { incident, errors: told, isMoved: false };
  }
  const quiet: Incident = {
    ...incident,
    state: "muted",
    mutedUntilMs: rule.untilMs,
    ignoredBecause: redact(rule.because),
  };
  return { incident: quiet, errors: ignored, isMoved: true };
}
