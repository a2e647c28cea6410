import type { Incident, IncidentPullRequest } from "../../domain/incident.ts";
import { identifier, own } from "../../domain/inert.ts";
import { lowestMode, type Mode } from "../../domain/mode.ts";
import type { CommitId, RepositoryName } from "../../domain/names.ts";
import type { Findings } from "../../domain/order.ts";
import { redact } from "../../domain/redact.ts";
import type { Inert } from "../../domain/text.ts";
import type { RuleResult } from "../../domain/verdict.ts";
import type { PatchOutcome } from "../../report/patch-section.ts";
import type { DraftMeans } from "./draft-means.ts";
import { lookAgain } from "./look-again.ts";

/** What becomes of the patch in findings. */
export interface PatchDecision {
  /** What people are told; null where the mode was never meant for patches. */
  readonly told: PatchOutcome | null;
  /** The draft that is to be opened once the issue is there. */
  readonly planned: IncidentPullRequest | null;
  /** The commit for which a patch was tried. */
  readonly base: CommitId | null;
}

/**
 * What may become of a patch: shown in the issue, opened as a draft, or stopped. The mode is the one of now; in a dry run the patch is shown as it would be.
 * @throws ListingFailedError when GitHub could not be read whole
 */
export async function decidePatch(
  findings: Findings,
  about: {
    readonly incident: Incident;
    readonly repository: RepositoryName;
    readonly mode: Mode;
    readonly nowMs: number;
  },
  means: DraftMeans,
): Promise<PatchDecision> {
  const { proposal, verdict } = findings;
  const base = triedBase(findings);
  const isMeant = verdict.rules.some(({ rule, holds }) => rule === "mode" && holds);
  if (!isMeant && proposal === null) return { told: null, planned: null, base };
  if (proposal === null || !verdict.allowed) return stopped(verdict.rules, base);
  const mode = about.mode === "dry-run" ? "dry-run" : lowestMode(about.mode, verdict.mode);
  if (mode === "issue") return stopped([...verdict.rules, modeNow(mode)], base);
  const { repository, incident } = about;
  if (mode === "dry-run" && means.remote === null) {
    return { told: { rules: verdict.rules, shown: proposal.patch, draftFollows: false }, planned: null, base };
  }
  const look = await lookAgain(proposal.patch, { repository, service: incident.service, draftBase: null }, means);
  const rules = [...verdict.rules, ...look.rules.filter(({ rule }) => rule !== "head" || mode === "draft-pr")];
  if (rules.some(({ holds }) => !holds)) return stopped(rules, base);
  if (mode !== "draft-pr") return { told: { rules, shown: look.patch, draftFollows: false }, planned: null, base };
  const planned: IncidentPullRequest = {
    state: "planned",
    repository,
    headRepository: look.headRepository ?? repository,
    branch: branchOf(incident),
    into: look.into,
    base: look.patch.base,
    head: null,
    number: null,
    url: null,
    round: 1,
    isStale: false,
    heardReview: 0,
    heardChecksOf: null,
    isReviewed: false,
    words: null,
    sinceMs: about.nowMs,
  };
  return { told: { rules, shown: null, draftFollows: true }, planned, base };
}

/** Ours alone: it names the incident, its episode, and the order that led to it. */
function branchOf({ id, episode, rounds }: Incident): Inert {
  return own`error-autopilot/${identifier(id)}-${episode}-${rounds}`;
}

function stopped(rules: readonly RuleResult[], base: CommitId | null): PatchDecision {
  return { told: { rules, shown: null, draftFollows: false }, planned: null, base };
}

function modeNow(mode: Mode): RuleResult {
  return { rule: "mode-now", holds: false, path: null, detail: redact(`the mode is ${mode} by now`) };
}

/** Where the hands got as far as proposing something. */
function triedBase({ proposal, verdict, bundle, rootCause }: Findings): CommitId | null {
  if (proposal !== null) return proposal.patch.base;
  if (!verdict.rules.some(({ rule }) => rule === "proposal")) return null;
  const [place] = rootCause.kind === "found" ? rootCause.faulty : [];
  return bundle.code.find(({ repository }) => repository === place?.repository)?.base ?? null;
}
