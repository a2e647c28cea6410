import { hash } from "node:crypto";
import type { Incident } from "../domain/incident.ts";
import type { RepositoryName } from "../domain/names.ts";

/** Stands in place of a digest where what was found and kept is to be filed, however old it gets: a person asked again, or it waits for its turn since going live. */
export const toBeFiled = "to-be-filed";

/**
 * What a dry run reported of an incident: while it stays the same, the incident is neither reported nor paid for again.
 * Counts are left out on purpose; a new environment, a merge, a moved origin or another repository is a change.
 */
export function reportDigest(incident: Incident, repository: RepositoryName | null): string {
  return hash(
    "sha256",
    JSON.stringify([
      incident.id,
      incident.episode,
      incident.service,
      repository,
      [...incident.fingerprints].sort(),
      Object.keys(incident.counts).sort(),
    ]),
  ).slice(0, 24);
}
