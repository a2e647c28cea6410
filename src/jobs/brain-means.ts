import type { Ceilings } from "../domain/budget.ts";
import type { Clock } from "../domain/clock.ts";
import type { Effect, IssueWriter, Outgoing } from "../domain/effect.ts";
import type { Incident, IncidentIssue } from "../domain/incident.ts";
import type { Template } from "../domain/inert.ts";
import type { JobQueue } from "../domain/job-queue.ts";
import type { Language } from "../domain/language.ts";
import type { Threshold } from "../domain/levers.ts";
import type { Mode } from "../domain/mode.ts";
import type { Environment, IncidentId, RepositoryName, ServiceName } from "../domain/names.ts";
import type { Findings } from "../domain/order.ts";
import type { RepairLimits } from "../domain/repair-limits.ts";
import type { Store } from "../domain/store.ts";
import type { Redacted } from "../domain/text.ts";
import type { RuleResult } from "../domain/verdict.ts";
import type { AuditReport } from "./audit.ts";
import type { DraftMeans } from "./drafts/draft-means.ts";
import type { PollMeans, PollReport } from "./poll.ts";

/** Everything the brain decides with. Built once by `main`; tests build it with their own clock and transport. */
export interface BrainMeans {
  readonly store: Store;
  readonly queue: JobQueue;
  /** It lies on a server of its own, which may lose what it was given. */
  readonly isQueueElsewhere: boolean;
  readonly clock: Clock;
  /** Name of this process in leases. */
  readonly holder: string;
  readonly polls: readonly PollMeans[];
  readonly rules: BrainRules;
  readonly writerOf: (outgoing: Outgoing) => IssueWriter;
  /** An open or closed issue of ours that carries one of the incident's fingerprints; null when a complete listing has none. */
  readonly findIssue: (incident: Incident, repository: RepositoryName) => Promise<IncidentIssue | null>;
  /** Keeps a case where it can be looked at later; the same findings again change nothing. */
  readonly saveEvidence: (findings: Findings) => Promise<void>;
  /** Forgets cases that were kept before that instant. */
  readonly forgetEvidence: (beforeMs: number) => Promise<void>;
  readonly drafts: DraftMeans;
  readonly onProgress: (progress: Progress) => void;
}

export interface BrainRules {
  readonly configDigest: string;
  /** Of the way entries are read: where it differs from the stored one, incidents get the fingerprints that they have now. */
  readonly readingDigest: string;
  readonly hasModel: boolean;
  readonly ceilings: Ceilings;
  readonly environmentDayUsd: (environment: Environment) => number | null;
  readonly issuesPerRun: number;
  readonly issuesPerDay: number;
  readonly durationMsMax: number;
  readonly settleMs: number;
  readonly sinceMsOf: (environment: Environment) => number;
  /** From when an incident seen there is worth an investigation; null: from its first entry. */
  readonly thresholdOf: (environment: Environment, service: ServiceName | null) => Threshold | null;
  /** The least time between two investigations of one incident; 0: none. */
  readonly cooldownMsOf: (environment: Environment, service: ServiceName | null) => number;
  /** What the service map allows for these environments and this service, the lowest of them; `--dry-run` included. */
  readonly modeOf: (environments: readonly Environment[], service: ServiceName | null) => Mode;
  /** The same without `--dry-run`: hands have no effects, and a dry run of a live system shows what it would write. */
  readonly orderModeOf: (environments: readonly Environment[], service: ServiceName | null) => Mode;
  readonly repositoryOf: (service: ServiceName | null) => RepositoryName | null;
  /** By which a verdict of the hands is worked out again. */
  readonly repairLimits: RepairLimits;
  readonly webUrl: string;
  readonly language: Language;
  readonly issueTemplate: Template;
  readonly writeIntervalMs: number;
  readonly retentionDays: number;
  /** Of all environments, the longest time that is read again. */
  readonly latenessMsMax: number;
}

/** What happens while it happens, for people who watch. */
export type Progress =
  /** One of several windows is recorded, and all before it. */
  | {
      readonly kind: "reading";
      readonly environment: Environment;
      readonly untilNs: bigint;
      readonly windowsLeft: number;
    }
  | { readonly kind: "polled"; readonly report: PollReport }
  | { readonly kind: "counted-again"; readonly report: AuditReport }
  | { readonly kind: "ordered"; readonly incident: Incident; readonly allowanceUsd: number }
  | { readonly kind: "held-back"; readonly incidents: readonly Incident[] }
  | {
      readonly kind: "settled";
      readonly incident: Incident;
      readonly symptoms: readonly Incident[];
      readonly answer: string;
      readonly costUsd: number;
      /** Everything that a patch had to pass, as far as it got; empty where none was meant. */
      readonly gates: readonly RuleResult[];
    }
  | { readonly kind: "needs-human"; readonly incident: Incident; readonly because: string }
  /** An attempt at its investigation failed, and there will be another. */
  | { readonly kind: "delayed"; readonly incident: IncidentId; readonly because: Redacted }
  /** Little of the day's money is left; told once a day. */
  | { readonly kind: "near-ceiling"; readonly because: Redacted }
  | { readonly kind: "put-off"; readonly incident: IncidentId; readonly because: string }
  | { readonly kind: "effect"; readonly effect: Effect };
