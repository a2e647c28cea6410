import type { BillLine } from "./budget.ts";
import type { EvidenceBundle } from "./evidence.ts";
import type { Incident } from "./incident.ts";
import type { Mode } from "./mode.ts";
import type { Environment, Fingerprint, IncidentId, ServiceName } from "./names.ts";
import type { OpenIssue, SameAs } from "./open-issue.ts";
import type { Proposal } from "./patch.ts";
import type { RepairLeave } from "./repair-leave.ts";
import type { RootCause } from "./root-cause.ts";
import type { StepName } from "./step-name.ts";
import type { Verdict } from "./verdict.ts";

/**
 * What the brain asks of the hands. The id (`i0af3…-1-0`: incident, episode, round) makes offering it twice harmless; a retry by hand is a new round. It carries all that a machine
 * without our store needs; repositories and sources come from the hands' own configuration.
 */
export interface Order {
  readonly id: string;
  readonly format: 1;
  readonly incident: Incident;
  readonly round: number;
  /** Where it was seen, newest first; entries and traces are read from the first. */
  readonly environments: readonly Environment[];
  /** Of the configuration that the brain decided with; hands with another one hand the order back and say so. */
  readonly configDigest: string;
  readonly urgency: "urgent" | "normal";
  readonly notBeforeMs: number;
  /** The most that may happen with what is found, the lowest of its environments: the hands stop before work that it would forbid. */
  readonly mode: Mode;
  readonly durationMsMax: number;
  /** Reserved by the brain; the hands stop before they would pass it. 0: the analyser `evidence`, without a model. */
  readonly allowanceUsd: number;
  /** Why there is no allowance, when a key and a model are configured; told in the issue. */
  readonly noModelBecause: "no-key" | "over-budget" | null;
  /** Who asked, when it was a person. */
  readonly askedBy: string | null;
  /** Null: no patch is made, whatever the mode; so it is with orders of earlier versions. */
  readonly repair: RepairLeave | null;
  /** Issues in which the brain would tell of it where the hands find that it is the same bug; orders of earlier versions have none. */
  readonly openIssues: readonly OpenIssue[];
}

/** Progress saved with the order, its text redacted: used again by another attempt only when `inputDigest` (incident version, configuration, prompts, commits) is the same. */
export interface SavedStep {
  readonly step: StepName;
  readonly ordinal: number;
  readonly inputDigest: string;
  readonly resultJson: string;
  readonly costUsd: number;
  readonly atMs: number;
}

/** What the hands bring back: facts and a proposal, no effect. */
export interface Findings {
  readonly orderId: string;
  readonly format: 1;
  readonly incident: IncidentId;
  readonly episode: number;
  readonly bundle: EvidenceBundle;
  /** Where the failure really began. When it is not this incident, the brain merges or marks a symptom before any effect. Null: the trace does not tell. */
  readonly origin: { readonly service: ServiceName | null; readonly fingerprint: Fingerprint | null } | null;
  /** Fingerprints whose failing span is an ancestor of the origin's, or linked to it, in most of their sampled traces. Being in the same trace is not enough. */
  readonly symptoms: readonly Fingerprint[];
  readonly rootCause: RootCause;
  /** One of the order's open issues that tells of the same bug; then it was not investigated. */
  readonly sameAs: SameAs | null;
  /** As the order said it; null when a model was asked. */
  readonly noModelBecause: Order["noModelBecause"];
  /** A patch that came through every gate of the hands; null: none was tried, or one of the verdict's rules says where it stopped. */
  readonly proposal: Proposal | null;
  readonly verdict: Verdict;
  readonly costUsd: number;
  /** The same by step and model: its sum is `costUsd`. */
  readonly bill: readonly BillLine[];
  readonly startedAtMs: number;
  readonly finishedAtMs: number;
}
