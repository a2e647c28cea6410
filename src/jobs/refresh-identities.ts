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
 * After a new version, or an edit of how entries are read (`own:`, aliases, formats), the same error has another fingerprint. The samples of all incidents are read
 * again, and what they give now becomes an alias: nothing is counted or filed again. Done once for each such change, before anything new is read.
 * @returns how many incidents got an alias
 */
export async function refreshIdentities({
  store,
  polls,
  holder,
  clock,
  rules: { readingDigest },
}: Pick<BrainMeans, "store" | "polls" | "holder" | "clock" | "rules">): Promise<number> {
  const before = await store.readingDigest();
  if (before === readingDigest) return 0;
  const lease = await store.lease("identities", holder, leaseMs);
  // Another process does it now. What it has not come to yet is begun anew at worst, and joined when it turns out to be one.
  if (lease === null) return 0;
  let refreshed = 0;
  const incidents = (await store.incidents({ limit: incidentsMax })).toSorted(firstToStay);
  const read = incidents.length === 0 ? null : await sampleReader(polls.map((poll) => poll.rules));
  for (let at = 0; read !== null && at < incidents.length; at += perCommit) {
    const ids = incidents.slice(at, at + perCommit).map(({ id }) => id);
    for (let attempt = 1; ; attempt++) {
      const change = await decide(ids, store, read, clock.nowMs());
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

type ReadSample = (sample: Sample) => ReadErrorEntry | null;

async function sampleReader(rules: readonly ReadingRules[]): Promise<ReadSample> {
  const { createSampleReader } = await import("../detect/entries/reread-sample.ts");
  const [first] = rules;
  const readers = new Map(rules.map((each) => [each.environment, createSampleReader(each)]));
  const otherwise: ReadSample = first === undefined ? () => null : createSampleReader(first);
  return (sample) => (readers.get(sample.environment) ?? otherwise)(sample);
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
  read: ReadSample,
  nowMs: number,
): Promise<Required<Pick<Change, "incidents" | "aliases" | "variants" | "audit">>> {
  const { groupIdentities } = await import("../detect/identity/group-identities.ts");
  const incidents = (await Promise.all(ids.map((id) => store.incident(id)))).filter((each) => each !== null);
  const found = new Map(incidents.map(({ id, samples }) => [id, samples.flatMap((sample) => read(sample) ?? [])]));
  const all = [...found.values()].flat().map(({ fingerprint }) => fingerprint);
  const { incidentOf } = await store.known([], [...new Set(all)], []);
  const taken = new Set<Fingerprint>(incidentOf.keys());
  const change = { incidents: [] as Incident[], aliases: [] as NonNullable<Change["aliases"]>[number][] };
  const identities = new Map<Fingerprint, ReadErrorEntry["identity"]>();
  for (const incident of incidents) {
    const added = new Set<Fingerprint>();
    for (const { fingerprint, identity } of found.get(incident.id) ?? []) {
      if (taken.has(fingerprint)) continue;
      taken.add(fingerprint);
      added.add(fingerprint);
      identities.set(fingerprint, identity);
    }
    if (added.size === 0) continue;
    change.incidents.push({ ...incident, fingerprints: [...new Set([...incident.fingerprints, ...added])] });
    change.aliases.push(...[...added].map((fingerprint) => ({ fingerprint, incident: incident.id })));
  }
  const { variants } = groupIdentities([...identities.values()], { variants: [], isKnown: () => true });
  const audit = change.incidents.map(({ id, fingerprints }) => ({
    atMs: nowMs,
    actor: "brain",
    action: "incident.read-again",
    subject: id,
    result: redact(`known by ${fingerprints.at(-1)} too`),
  }));
  return { ...change, variants, audit };
}
