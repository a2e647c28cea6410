import type { CommitId, EntryId, IncidentId, RepositoryName, ServiceName, SpanId, TraceId } from "./names.ts";
import type { Observation } from "./observation.ts";
import type { Redacted } from "./text.ts";
import type { Trace } from "./trace.ts";

/** Two commits, not one: frames belong to what was deployed, a patch to the branch's head on GitHub. Equal when the deployed one is unknown. */
export interface CodeVersion {
  readonly service: ServiceName;
  readonly repository: RepositoryName;
  readonly deployed: CommitId;
  readonly base: CommitId;
  readonly isDeployedKnown: boolean;
  /** Commits the local objects lack of the remote head: 0, or the reason in words. */
  readonly staleness: 0 | string;
}

export type EvidenceKind = "entry" | "span" | "lines" | "commit";
/** `entry-3`, `span-1`, `lines-12`: short for the model, numbered in order of arrival, unique in one bundle. What a tool reads during the analysis joins the same bundle under the next number. */
export type EvidenceId = `${EvidenceKind}-${number}`;

interface EvidenceOf<K extends EvidenceKind> {
  readonly id: `${K}-${number}`;
  readonly kind: K;
  readonly text: Redacted;
  /** Bytes an outsider could have written. */
  readonly isOutsiderText: boolean;
}

export type EntryEvidence = EvidenceOf<"entry"> & {
  readonly entryId: EntryId;
  readonly timestampNs: bigint;
  readonly service: ServiceName | null;
};
export type SpanEvidence = EvidenceOf<"span"> & {
  readonly traceId: TraceId;
  readonly spanId: SpanId;
  readonly service: ServiceName | null;
};
export type LinesEvidence = EvidenceOf<"lines"> & {
  readonly repository: RepositoryName;
  readonly commit: CommitId;
  readonly path: string;
  readonly firstLine: number;
  readonly lastLine: number;
  readonly enclosing: string | null;
};
export type CommitEvidence = EvidenceOf<"commit"> & {
  readonly repository: RepositoryName;
  readonly commit: CommitId;
  readonly authoredAtMs: number;
  /** That brought it, by its own subject or by that of its merge; null where none is known. */
  readonly pullRequest: number | null;
  readonly paths: readonly string[];
};
export type Evidence = EntryEvidence | SpanEvidence | LinesEvidence | CommitEvidence;

export interface FaultyLocation {
  readonly repository: RepositoryName;
  readonly commit: CommitId;
  readonly path: string;
  readonly firstLine: number;
  readonly lastLine: number;
  readonly function: string | null;
}

export interface EvidenceBundle {
  readonly format: 1;
  readonly incident: IncidentId;
  readonly episode: number;
  readonly gatheredAtMs: number;
  /** Null: no trace id, or the trace never arrived; then the policy allows `issue` at most, and `traceMissing` says why. */
  readonly trace: Trace<Redacted> | null;
  readonly traceMissing: Redacted | null;
  /** What the traces tell at a glance: calls given up, retries, what a healthy trace has that these lack. */
  readonly observations: readonly Observation[];
  readonly code: readonly CodeVersion[];
  readonly evidence: readonly Evidence[];
  /** Where the fix probably is, likeliest first, found without a model. */
  readonly ranking: readonly (FaultyLocation & { readonly score: number; readonly because: Redacted })[];
  /** Ids of `commit` evidence, likeliest first. */
  readonly suspects: readonly EvidenceId[];
  readonly leftOut: readonly { readonly kind: EvidenceKind; readonly count: number; readonly because: Redacted }[];
}
