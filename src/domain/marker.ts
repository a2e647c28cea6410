import { identifier, joinInert, own } from "./inert.ts";
import type { Fingerprint, IncidentId } from "./names.ts";
import type { Inert } from "./text.ts";

/** What the last line of an issue of ours says about it. */
export interface IssueMarker {
  readonly incident: IncidentId;
  readonly episode: number;
  readonly fingerprints: readonly Fingerprint[];
}

/** An incident may have gathered hundreds of aliases; the first ones are those that a lost state meets again. */
const fingerprintsMax = 20;
const idLengthMax = 64;

const issueLine =
  /^<!-- error-autopilot v1 incident=(i[\w.-]{1,63}) episode=(\d{1,6}) fingerprints=((?:v\d{1,4}-[\w.-]{1,58},?)*) -->$/;

/** The last line of an incident's issue: an invisible comment by which the issue is found again, also after lost state. */
export function issueMarker(
  incident: { readonly id: IncidentId; readonly fingerprints: readonly Fingerprint[] },
  episode: number,
): Inert {
  const fingerprints = incident.fingerprints
    .slice(0, fingerprintsMax)
    .map((fingerprint, index) => (index === 0 ? safe(fingerprint) : own`,${safe(fingerprint)}`));
  return own`<!-- error-autopilot v1 incident=${safe(incident.id)} episode=${episode} fingerprints=${joinInert(fingerprints, "")} -->`;
}

/** The last line of one of our comments on an incident's issue; `purpose` is a word of ours. */
export function commentMarker(incident: IncidentId, episode: number, purpose: string): Inert {
  return own`<!-- error-autopilot v1 comment=${safe(purpose)} incident=${safe(incident)} episode=${episode} -->`;
}

/** Of the comment that tells how often a bug came back. */
export const recurrencePurpose = "recurrence";

/** For what one of our comments was written: the word that its marker carries. */
export function purposeOfComment(marker: Inert): string | null {
  return /^<!-- error-autopilot v1 comment=([\w.-]{1,63}) /.exec(marker)?.[1] ?? null;
}

/** The last line of the one issue that lists what the flood limit holds back; `key` tells one such list from another. */
export function overviewMarker(key: string): Inert {
  return own`<!-- error-autopilot v1 overview=${safe(key)} -->`;
}

/**
 * The last line that is not blank. A marker is believed only there: everything above may quote what an outsider wrote.
 * Who edits an issue on the web turns its line ends into CR LF.
 */
export function lastLineOf(body: string): string {
  return body.trimEnd().split(/\r?\n/).at(-1) ?? "";
}

/** What an issue's last line says; null when it is no marker of ours. Whether the issue itself is ours is for the caller to know. */
export function parseMarker(lastLine: string): IssueMarker | null {
  const found = issueLine.exec(lastLine);
  if (found === null) return null;
  const [, incident = "", episode = "", fingerprints = ""] = found;
  return {
    incident: incident as IncidentId,
    episode: Number(episode),
    fingerprints: fingerprints.split(",").filter((fingerprint) => fingerprint !== "") as Fingerprint[],
  };
}

/** Two hyphens would end a comment in some readers; no id of ours has them. */
function safe(id: string): Inert {
  return identifier(id.replaceAll(/-{2,}/g, "-"), idLengthMax);
}
