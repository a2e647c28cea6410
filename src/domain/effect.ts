import type { ChatOutgoing } from "./chat/chat.ts";
import type { IssueMarker } from "./marker.ts";
import type { CommitId, Environment, Fingerprint, IncidentId, RepositoryName } from "./names.ts";
import type { Inert, Redacted } from "./text.ts";

/** What is sent, rendered once together with the intent: a restart sends these same bytes. */
export type Outgoing =
  | {
      readonly kind: "open-issue";
      readonly repository: RepositoryName;
      readonly title: Inert;
      readonly body: Inert;
      readonly labels: readonly Inert[];
      /** The last line of the body, by which the issue is found again. */
      readonly marker: Inert;
    }
  | {
      readonly kind: "comment";
      readonly repository: RepositoryName;
      readonly number: number;
      readonly body: Inert;
      /** The last line of the body, by which the comment is found again. */
      readonly marker: Inert;
    }
  | {
      readonly kind: "edit-comment";
      readonly repository: RepositoryName;
      readonly number: number;
      readonly comment: number;
      readonly body: Inert;
    }
  | {
      readonly kind: "create-branch";
      /** Where the branch is: the service's repository, or our fork of it. */
      readonly repository: RepositoryName;
      readonly branch: Inert;
      readonly at: CommitId;
    }
  | {
      readonly kind: "commit";
      readonly repository: RepositoryName;
      readonly branch: Inert;
      /** What the branch points to before; a branch that points elsewhere is left alone. */
      readonly onto: CommitId;
      readonly headline: Inert;
      readonly body: Inert;
      /** Whole files; null: one that an earlier round added and this one does not have. */
      readonly files: readonly { readonly path: string; readonly content: Uint8Array | null }[];
      /** The last line of the body, by which the commit is found again. */
      readonly marker: Inert;
    }
  | {
      /** Always a draft. */
      readonly kind: "open-pull-request";
      readonly repository: RepositoryName;
      readonly headRepository: RepositoryName;
      readonly branch: Inert;
      /** The branch it is to go to, as GitHub names it. */
      readonly into: string;
      readonly title: Inert;
      readonly body: Inert;
      /** The last line of the body, by which the pull request is found again. */
      readonly marker: Inert;
    }
  | {
      /** What `dry-run` writes instead of opening an issue: a file below `state/reports/`. */
      readonly kind: "write-report";
      readonly file: string;
      readonly repository: RepositoryName;
      readonly title: Inert;
      readonly body: Inert;
      readonly labels: readonly Inert[];
    };

/** A branch, a commit, or a pull request: nothing of it below `draft-pr`. */
export function changesCode(
  outgoing: Outgoing,
): outgoing is Extract<Outgoing, { kind: "create-branch" | "commit" | "open-pull-request" }> {
  return outgoing.kind === "create-branch" || outgoing.kind === "commit" || outgoing.kind === "open-pull-request";
}

/** What an effect is about: one incident, or the overview of what the flood limit holds back in one repository. */
export type EffectSubject = IncidentId | `overview:${string}`;

/** In which chat, and whether somebody asked: what nobody asked for stops with a pause. */
export type ChatSubject = `chat:${"answer" | "news"}:${string}`;

/** A message is an effect too: its text is kept with the intent, so that it is not lost. They are looked up apart from what is written elsewhere. */
export type ChatEffect = Effect<ChatOutgoing, ChatSubject>;

export function isOverview(subject: EffectSubject): subject is `overview:${string}` {
  return subject.startsWith("overview:");
}

export type EffectState = "intended" | "sending" | "done" | "refused" | "unknown";

/** Anything that leaves the machine other than a read or a model call. intended → sending → done | refused, or unknown until reconciled by listing. */
export interface Effect<Sent = Outgoing, Subject extends string = EffectSubject> {
  /** Derived from what it is for, so that deciding twice intends once: `open-issue-i0af3…-1`. */
  readonly id: string;
  readonly outgoing: Sent;
  readonly subject: Subject;
  readonly environment: Environment | null;
  /** The effect that has to be done before; where it is refused, this one is not sent. */
  readonly after: string | null;
  readonly state: EffectState;
  readonly attempts: number;
  readonly notBeforeMs: number;
  /** Listings that did not find it since its end became unknown; three over at least 60 s, then it is sent again. */
  readonly absentReads: number;
  /** Since when its end is unknown. */
  readonly unknownSinceMs: number | null;
  readonly url: string | null;
  /** Number of an issue or a pull request, or id of a comment, as GitHub gave it, or of a message; of a branch and a commit `url` tells. */
  readonly reference: number | null;
  readonly because: Redacted | null;
  readonly intendedAtMs: number;
}

/** A new intent; what the same id already stands for is not changed by it. */
export function intendEffect<Sent, Subject extends string>(
  id: string,
  outgoing: Sent,
  subject: Subject,
  environment: Environment | null,
  nowMs: number,
  after: string | null = null,
): Effect<Sent, Subject> {
  return {
    id,
    outgoing,
    subject,
    environment,
    after,
    state: "intended",
    attempts: 0,
    notBeforeMs: 0,
    absentReads: 0,
    unknownSinceMs: null,
    url: null,
    reference: null,
    because: null,
    intendedAtMs: nowMs,
  };
}

/** What became of one write. */
export type WriteOutcome =
  | { readonly kind: "done"; readonly reference: number | null; readonly url: string | null }
  /** Said no; repeating the same bytes cannot help. */
  | { readonly kind: "refused"; readonly because: Redacted }
  /** Not carried out; no write of ours may be sent before `untilMs`. */
  | { readonly kind: "wait"; readonly untilMs: number; readonly because: Redacted }
  /** May have been carried out: to be reconciled, never repeated blindly. */
  | { readonly kind: "unknown"; readonly because: Redacted };

/** The one place where something is written outside. Retries nothing by itself. */
export interface IssueWriter {
  write(outgoing: Outgoing, signal: AbortSignal): Promise<WriteOutcome>;
  /**
   * Looks by listing (our own author, marker on the last line, never search) for what an unclear write may have left, among what changed since `sinceMs`.
   * @returns what it found, or null when a complete listing has no such thing
   * @throws ListingFailedError when the listing itself failed: then it is still unknown
   */
  find(
    outgoing: Outgoing,
    sinceMs: number,
    signal: AbortSignal,
  ): Promise<{ readonly reference: number | null; readonly url: string } | null>;
}

/** An issue of ours that carries an incident's marker. */
export interface FoundIssue {
  readonly repository: RepositoryName;
  /** Its number. */
  readonly reference: number;
  readonly url: string;
  readonly isOpen: boolean;
  readonly marker: IssueMarker;
}

/** Finds again what was filed before the state was lost, by the same listing as `IssueWriter.find`. */
export interface IssueFinder {
  /**
   * The issue, open or closed, whose marker names this incident or one of its fingerprints: the open one first, then the newest.
   * @param sinceMs only issues that changed since then are read
   * @throws ListingFailedError when there is no complete listing
   */
  findIssueOf(
    repository: RepositoryName,
    incident: { readonly id: IncidentId; readonly fingerprints: readonly Fingerprint[] },
    sinceMs: number,
    signal: AbortSignal,
  ): Promise<FoundIssue | null>;
}

/** What is there could not be listed, so nothing is known about an unclear write. The message names the cure. */
export class ListingFailedError extends Error {
  override readonly name = "ListingFailedError";
  readonly isRetryable = true;
  /** Nothing may be asked before then; null where the server does not say. */
  readonly untilMs: number | null;
  constructor(message: Redacted, untilMs: number | null, options?: ErrorOptions) {
    super(message, options);
    this.untilMs = untilMs;
  }
}

export interface AuditLine {
  readonly atMs: number;
  /** `brain`, `hands`, or who asked. */
  readonly actor: string;
  /** `effect.intended`, `incident.opened`, `handles.paused` … */
  readonly action: string;
  readonly subject: string;
  readonly result: Redacted;
}
