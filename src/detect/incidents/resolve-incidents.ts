import type { Incident, IncidentState } from "../../domain/incident.ts";
import type { Fingerprint, IncidentId } from "../../domain/names.ts";
import type { Known, Variant } from "../../domain/store.ts";
import type { ReadErrorEntry } from "../entries/read-entry.ts";
import { DisjointSets } from "../identity/disjoint-sets.ts";
import type { EntryIdentity } from "../identity/entry-identity.ts";
import { groupIdentities } from "../identity/group-identities.ts";

/** What is known of a page's entries and, for those that no incident has yet, of entries that are nearly like them. */
export type KnownOfPage = Known & { readonly variants: readonly Variant[] };

/** Where the entries of a page belong. */
export interface Resolution {
  /** Entries with the same key are one incident; `before` is null for one that begins with them. */
  placeOf(fingerprint: Fingerprint): { readonly key: unknown; readonly before: Incident | null };
  /** Under which the entry's incident counts it. */
  countedAs(fingerprint: Fingerprint): Fingerprint;
  /** Fingerprints that become aliases of the entry's incident with it. */
  newAliasesOf(fingerprint: Fingerprint): readonly Fingerprint[];
  /** Incidents that have turned out to be one, by that which stays. */
  readonly absorbed: ReadonlyMap<IncidentId, readonly Incident[]>;
  /** What is to be remembered of entries that others may be nearly like. */
  readonly variants: readonly Variant[];
}

/** Of entries that were not counted before and that no incident has: each identity once. */
export function unknownIdentities(
  errors: readonly ReadErrorEntry[],
  known: Pick<Known, "seen" | "incidentOf">,
): readonly EntryIdentity[] {
  const identities = new Map<Fingerprint, EntryIdentity>();
  for (const { entry, fingerprint, identity } of errors) {
    const isUnknown = !known.incidentOf.has(fingerprint) && !known.seen.has(entry.id);
    if (isUnknown && !identities.has(fingerprint)) identities.set(fingerprint, identity);
  }
  return [...identities.values()];
}

export function resolveIncidents(errors: readonly ReadErrorEntry[], known: KnownOfPage): Resolution {
  const identities = unknownIdentities(errors, known);
  const isKnown = (fingerprint: Fingerprint) => known.incidentOf.has(fingerprint);
  const grouping = groupIdentities(identities, { variants: known.variants, isKnown });
  const sets = joinThroughIncidents(identities, grouping.membersOf, known);
  const absorbed = new Map<IncidentId, readonly Incident[]>();
  const absorbedBy = new Map<IncidentId, Incident>();
  const chosen = new Map<ReadonlySet<unknown>, Incident | null>();
  for (const { fingerprint } of identities) {
    const set = sets.setOf(fingerprint);
    if (chosen.has(set)) continue;
    const [best = null, ...others] = incidentsIn(set, known).sort(betterFirst);
    chosen.set(set, best);
    const merged = best === null ? [] : others.filter(({ state }) => mergeable.has(state));
    if (best === null || merged.length === 0) continue;
    absorbed.set(best.id, merged);
    for (const { id } of merged) absorbedBy.set(id, best);
  }
  return {
    placeOf(fingerprint) {
      const own = known.incidentOf.get(fingerprint);
      const before =
        own === undefined ? (chosen.get(sets.setOf(fingerprint)) ?? null) : (absorbedBy.get(own.id) ?? own);
      return { key: before?.id ?? sets.setOf(fingerprint), before };
    },
    countedAs: grouping.countedAs,
    newAliasesOf: (fingerprint) =>
      [...grouping.membersOf(fingerprint)].filter((each) => !isKnown(each) && grouping.countedAs(each) === each),
    absorbed,
    variants: grouping.variants,
  };
}

/** An incident has many fingerprints, so two groups may be one through it. */
function joinThroughIncidents(
  identities: readonly EntryIdentity[],
  membersOf: (fingerprint: Fingerprint) => ReadonlySet<Fingerprint>,
  { incidentOf }: Known,
): DisjointSets<string> {
  const sets = new DisjointSets<string>();
  for (const { fingerprint } of identities) {
    for (const member of membersOf(fingerprint)) {
      sets.join(fingerprint, member);
      const incident = incidentOf.get(member);
      if (incident !== undefined) sets.join(fingerprint, incident.id);
    }
  }
  return sets;
}

function incidentsIn(set: ReadonlySet<string>, { incidentOf }: Known): Incident[] {
  const found = new Map<IncidentId, Incident>();
  for (const member of set) {
    const incident = incidentOf.get(member as Fingerprint);
    if (incident !== undefined) found.set(incident.id, incident);
  }
  return [...found.values()];
}

/** What somebody has decided about stays as it is: nobody said it of the others. */
const mergeable: ReadonlySet<IncidentState> = new Set<IncidentState>(["new", "stuck", "symptom", "reported"]);
const byState: readonly IncidentState[] = ["reported", "new", "stuck", "symptom", "muted", "fixed", "resolved"];

/** That which people know stays; of equals the one that was seen first. */
function betterFirst(one: Incident, other: Incident): number {
  const byIssue = Number(other.issue !== null) - Number(one.issue !== null);
  const states = byState.indexOf(one.state) - byState.indexOf(other.state);
  if (mergeable.has(one.state) !== mergeable.has(other.state)) return states;
  if (byIssue !== 0 || states !== 0) return byIssue === 0 ? states : byIssue;
  if (one.firstSeenNs !== other.firstSeenNs) return one.firstSeenNs < other.firstSeenNs ? -1 : 1;
  return one.id < other.id ? -1 : 1;
}
