import { ListingFailedError } from "../domain/effect.ts";
import type { Incident, IncidentState } from "../domain/incident.ts";
import { redact } from "../domain/redact.ts";
import type { Redacted } from "../domain/text.ts";
import type { BrainMeans } from "./brain-means.ts";
import { sameEffectId } from "./settle-same.ts";

const lookMs = 60_000;
/** The other's issue still stands. One that a person ignores is ignored, and not done. */
const standing: readonly IncidentState[] = ["reported", "muted"];

/**
 * Incidents that are told in another's issue come back when they are seen and that issue is closed, or is that incident's no more, or took no comment: then they
 * wait for an issue of their own.
 * @returns those of the given that stay, whether one came back, and why some could not be looked at
 */
export async function returnTold(
  means: BrainMeans,
  reported: readonly Incident[],
): Promise<{ readonly stay: readonly Incident[]; readonly hasReturned: boolean; readonly putOff: readonly string[] }> {
  const stay: Incident[] = [];
  const putOff: string[] = [];
  let hasReturned = false;
  for (const incident of reported) {
    const because = await whyBack(means, incident).catch((error: unknown) => {
      if (!(error instanceof ListingFailedError)) throw error;
      // Neither is anything more said there before it is known to be open.
      if (!putOff.includes(error.message)) putOff.push(error.message);
      return "unknown" as const;
    });
    if (because === null) stay.push(incident);
    if (because === null || because === "unknown") continue;
    const back = backAgain(incident);
    const line = {
      atMs: means.clock.nowMs(),
      actor: "brain",
      action: "incident.returned",
      subject: incident.id,
      result: because,
    };
    hasReturned = true;
    await means.store.commit({ incidents: [back], audit: [line] }, null);
  }
  return { stay, hasReturned, putOff };
}

/** It waits for an investigation of its own, and is never taken for the same again. */
export function backAgain(incident: Incident): Incident {
  const { sameAs, notSameAs } = incident;
  const not = sameAs === null ? notSameAs : [...new Set([...notSameAs, sameAs])];
  return { ...incident, state: "new", sameAs: null, notSameAs: not, issue: null, reportDigest: null, note: null };
}

async function whyBack({ store, drafts }: BrainMeans, incident: Incident): Promise<Redacted | null> {
  const { sameAs, issue } = incident;
  if (sameAs === null || issue === null) return null;
  const said = (await store.effects({ subject: incident.id })).find(
    ({ id }) => id === sameEffectId(incident, { id: sameAs }),
  );
  if (said?.state === "refused") return redact("GitHub did not take the comment that told of it in another's issue");
  // Nothing was seen since: there is nothing to tell anywhere.
  if (incident.lastSeenNs <= issue.reportedUntilNs) return null;
  const other = await store.incident(sameAs);
  const stands = other !== null && standing.includes(other.state) && other.issue?.number === issue.number;
  if (!stands) return redact(`seen again, and what it was the same as (${sameAs}) is done with`);
  const isOpen = await drafts.remote?.isIssueOpen(issue.repository, issue.number, AbortSignal.timeout(lookMs));
  return isOpen === false ? redact(`seen again after the issue that told of it was closed: ${issue.url}`) : null;
}
