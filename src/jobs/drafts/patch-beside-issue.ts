import type { AuditLine, Effect } from "../../domain/effect.ts";
import type { Incident, IncidentIssue } from "../../domain/incident.ts";
import type { Mode } from "../../domain/mode.ts";
import type { RepositoryName } from "../../domain/names.ts";
import type { Findings } from "../../domain/order.ts";
import type { Inert } from "../../domain/text.ts";
import type { RuleResult } from "../../domain/verdict.ts";
import type { BrainMeans } from "../brain-means.ts";
import { decidePatch, type PatchDecision } from "./decide-patch.ts";
import { patchBlocks } from "./patch-blocks.ts";
import { gatesLine, tellInIssue } from "./settle-patch.ts";

/** What becomes of a patch that came with the findings for an issue. */
export interface PatchBesideIssue {
  /** The incident, with the base that was tried and the draft that is planned. */
  readonly incident: Incident;
  /** What the issue says of it. */
  readonly blocks: readonly Inert[];
  /** Every gate, in order; none where a patch was never meant. */
  readonly gates: readonly RuleResult[];
  readonly audit: readonly AuditLine[];
  /** An issue that is there already is not written anew: a comment says it. */
  readonly told: readonly Effect[];
}

/**
 * @param about.existing the issue, where there is one
 * @param about.isFiled whether an issue is filed, or looked for, at all
 * @throws ListingFailedError when GitHub could not be read whole
 */
export async function patchBesideIssue(
  means: BrainMeans,
  findings: Findings,
  about: {
    readonly incident: Incident;
    readonly repository: RepositoryName | null;
    readonly mode: Mode;
    readonly existing: IncidentIssue | null;
    readonly isFiled: boolean;
  },
): Promise<PatchBesideIssue> {
  const { incident, repository, mode, existing, isFiled } = about;
  const nowMs = means.clock.nowMs();
  const decided =
    repository === null || !isFiled
      ? nothingDecided
      : await decidePatch(findings, { incident, repository, mode, nowMs }, means.drafts);
  const blocks = await patchBlocks(means, findings, incident, decided.told, mode);
  const gates = decided.told?.rules ?? [];
  return {
    incident: withDecision(incident, decided),
    blocks,
    gates,
    audit: decided.told === null ? [] : [gatesLine(incident, gates, nowMs)],
    told: existing === null ? [] : await tellInIssue(means, incident, existing, blocks),
  };
}

const nothingDecided: PatchDecision = { told: null, planned: null, base: null };

function withDecision(incident: Incident, { planned, base }: PatchDecision): Incident {
  const patchedBases = base === null ? incident.patchedBases : [...new Set([...incident.patchedBases, base])];
  return { ...incident, patchedBases, pullRequest: planned ?? incident.pullRequest };
}
