import type { ReadErrorEntry } from "../detect/entries/read-entry.ts";
import type { KnownOfPage } from "../detect/incidents/resolve-incidents.ts";
import type { Store } from "../domain/store.ts";

/** A word that turns out a value may show that another one is: each round asks for what the one before has shown. */
const roundsMax = 8;

/** All that the store knows of a page's errors: their own log entries, fingerprints and the traces that samples may bring, and of those that no incident has, what is nearly like them. */
export async function knownOfPage(
  errors: readonly ReadErrorEntry[],
  store: Pick<Store, "known" | "variants">,
): Promise<KnownOfPage> {
  const seen = errors.map(({ entry }) => ({ id: entry.id, timestampNs: entry.timestampNs }));
  const fingerprints = new Set(errors.map((entry) => entry.fingerprint));
  const [{ unknownIdentities }, { tracesOfCandidates }] = await Promise.all([
    import("../detect/incidents/resolve-incidents.ts"),
    import("../detect/incidents/samples.ts"),
  ]);
  const known = await store.known(seen, [...fingerprints], [...tracesOfCandidates(errors)]);
  const identities = unknownIdentities(errors, known);
  if (identities.length === 0) return { ...known, variants: [] };
  const { groupIdentities } = await import("../detect/identity/group-identities.ts");
  const incidentOf = new Map(known.incidentOf);
  const places = new Set<string>();
  const variants: KnownOfPage["variants"][number][] = [];
  for (let round = 1; round <= roundsMax; round++) {
    const { asks } = groupIdentities(identities, { variants, isKnown: (each) => incidentOf.has(each) });
    const newPlaces = [...asks.places.difference(places)];
    const newFingerprints = [...asks.fingerprints.difference(fingerprints)];
    if (newPlaces.length === 0 && newFingerprints.length === 0) break;
    for (const place of newPlaces) places.add(place);
    for (const fingerprint of newFingerprints) fingerprints.add(fingerprint);
    variants.push(...(await store.variants(newPlaces)));
    const more = await store.known([], newFingerprints, []);
    for (const [fingerprint, incident] of more.incidentOf) incidentOf.set(fingerprint, incident);
  }
  return { ...known, incidentOf, variants };
}
