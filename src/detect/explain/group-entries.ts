import { incidentIdOf } from "../../domain/fingerprint.ts";
import type { Fingerprint, IncidentId } from "../../domain/names.ts";
import type { ReadErrorEntry } from "../entries/read-entry.ts";
import { type KnownOfPage, resolveIncidents } from "../incidents/resolve-incidents.ts";

const nothingKnown: KnownOfPage = {
  seen: new Set(),
  incidentOf: new Map(),
  incidentOfTrace: new Map(),
  variants: [],
};

/** The incident that each entry would be counted in if nothing but this input were known. The same for every order of it. */
export function groupEntries(read: readonly ReadErrorEntry[]): (entry: ReadErrorEntry) => IncidentId {
  const errors = read.filter((entry) => entry.isError);
  const resolution = resolveIncidents(errors, nothingKnown);
  const first = new Map<unknown, ReadErrorEntry>();
  for (const error of errors) {
    const { key } = resolution.placeOf(error.fingerprint);
    const before = first.get(key);
    if (before === undefined || isEarlier(error, before)) first.set(key, error);
  }
  return ({ isError, fingerprint }) => incidentIdOf(isError ? firstOf(fingerprint) : fingerprint);

  function firstOf(fingerprint: Fingerprint): Fingerprint {
    return first.get(resolution.placeOf(fingerprint).key)?.fingerprint ?? fingerprint;
  }
}

/** An incident is called after its first entry; of several at one instant after the same, however the input was sorted. */
function isEarlier(one: ReadErrorEntry, other: ReadErrorEntry): boolean {
  const byTime = one.entry.timestampNs - other.entry.timestampNs;
  return byTime === 0n ? one.fingerprint < other.fingerprint : byTime < 0n;
}
