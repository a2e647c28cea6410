import type {
  CommitId,
  EntryId,
  Environment,
  Fingerprint,
  IncidentId,
  RepositoryName,
  ServiceName,
  SpanId,
  TraceId,
} from "./names.ts";
import type { Inert, Redacted } from "./text.ts";

/**
 * new: seen, waits for its job · symptom: caused by another incident, files nothing · reported: its issue is open · muted · fixed: closed as
 * completed or merged, watched · resolved: silence means something by now · stuck: needs a human. Regression: fixed|resolved → reported, episode + 1.
 */
export const incidentStates = ["new", "symptom", "reported", "muted", "fixed", "resolved", "stuck"] as const;
export type IncidentState = (typeof incidentStates)[number];

/** One error entry of an incident as it is kept: redacted, so that it may stand in `state/` and in an order. */
export interface Sample {
  readonly entryId: EntryId;
  readonly timestampNs: bigint;
  readonly traceId: TraceId | null;
  readonly spanId: SpanId | null;
  readonly environment: Environment;
  readonly service: ServiceName | null;
  /** The joined lines, cut to a bounded length. */
  readonly line: Redacted;
}

/** The issue of an incident, and our one comment on it that recurrences edit. */
export interface IncidentIssue {
  readonly repository: RepositoryName;
  readonly number: number;
  readonly url: string;
  readonly reportedUntilNs: bigint;
  readonly reportedCount: number;
  readonly recurrenceComment: number | null;
  readonly recurrenceAtMs: number;
}

/**
 * planned: decided, its issue comes first · opening: on its way · open: people have it · changing: they asked for something else, and the hands are at it ·
 * merged · rejected: closed by people · stopped: something kept it from being opened or changed.
 */
type PullRequestState = "planned" | "opening" | "open" | "changing" | "merged" | "rejected" | "stopped";

/** The draft pull request of an incident, and what people made of it. */
export interface IncidentPullRequest {
  readonly state: PullRequestState;
  readonly repository: RepositoryName;
  /** Where its branch is: the same repository, or our fork of it. */
  readonly headRepository: RepositoryName;
  readonly branch: Inert;
  /** The branch it is to go to. */
  readonly into: string;
  readonly base: CommitId;
  /** Our last commit on the branch; null before the first. */
  readonly head: CommitId | null;
  readonly number: number | null;
  readonly url: string | null;
  /** Patches that were put on the branch, or asked for. */
  readonly round: number;
  /** It was said that the branch it is to go to has moved. */
  readonly isStale: boolean;
  /** The newest review that is dealt with. */
  readonly heardReview: number;
  /** The commit whose failing checks are dealt with. */
  readonly heardChecksOf: CommitId | null;
  /** Somebody with a say has reviewed it. */
  readonly isReviewed: boolean;
  /** Why it was rejected or stopped, or what was asked for. */
  readonly words: Redacted | null;
  readonly sinceMs: number;
}

/**
 * One bug and its history. Its fingerprints are aliases: a merge, a moved origin, a new fingerprint version or an edited `own:` prefix adds an
 * alias and moves no count, for counts are kept per fingerprint and environment and summed when read.
 */
export interface Incident {
  readonly id: IncidentId;
  /** As it was read; 0 for a new one. `Store.commit` refuses a stale one and stores `version + 1`. */
  readonly version: number;
  readonly state: IncidentState;
  readonly causedBy: IncidentId | null;
  /** The incident in whose issue it is told, because it probably is the same bug: then `issue` is that one's. */
  readonly sameAs: IncidentId | null;
  /** Those that it turned out not to be the same as, or whose issue was closed while it went on. */
  readonly notSameAs: readonly IncidentId[];
  readonly mutedUntilMs: number | null;
  /** Of one that the service map's ignore rules mute: the rule's reason. Null where nobody or a person did. */
  readonly ignoredBecause: Redacted | null;
  readonly episode: number;
  /** Orders given in this episode so far: the next order's round. */
  readonly rounds: number;
  readonly fingerprints: readonly Fingerprint[];
  /** Service of the origin: provisional until a trace was read, then final for the episode. Decides the repository. */
  readonly service: ServiceName | null;
  readonly isOriginConfirmed: boolean;
  readonly title: Inert;
  /** At most ten, newest traces first, redacted: what `gather`, `replay` and a re-fingerprinting start from. */
  readonly samples: readonly Sample[];
  readonly firstSeenNs: bigint;
  readonly lastSeenNs: bigint;
  /** Error entries by environment, summed by the store when read; ignored by `commit`. */
  readonly counts: Readonly<Record<Environment, number>>;
  /** Digest of what `dry-run` last reported: the same again is neither paid for nor reported again. The state stays `new`. */
  readonly reportDigest: string | null;
  /** Why it is `stuck` or waits, in a sentence for a human. */
  readonly note: Redacted | null;
  readonly issue: IncidentIssue | null;
  readonly pullRequest: IncidentPullRequest | null;
  /** The commits for which a patch was made already: none is made for the same one twice, unless a person asks. */
  readonly patchedBases: readonly CommitId[];
  /** Who asked for a patch by name, since the last order; then neither a rejection nor an earlier attempt keeps it back. */
  readonly patchAskedBy: string | null;
}
