import type { CommitId, RepositoryName } from "./names.ts";
import type { Redacted } from "./text.ts";

/** A file as a commit on GitHub has it. */
export interface RemoteFile {
  /** As git writes it: `100644` for a regular file. */
  readonly mode: string;
  readonly content: Uint8Array;
}

export interface RemoteReview {
  readonly id: number;
  readonly author: string;
  /** It asks for a change, and whoever wrote it has a say: write permission, or a bot that the service map names. */
  readonly asksForChange: boolean;
  /** Whoever wrote it has a say. */
  readonly counts: boolean;
  /** What it says, with its comments on lines. */
  readonly words: Redacted;
}

/** One of our pull requests, as people left it. */
export interface RemotePullRequest {
  readonly isOpen: boolean;
  readonly isMerged: boolean;
  readonly head: CommitId;
  /** What the branch that it goes to points to now. */
  readonly intoHead: CommitId;
  /** Newer than those that are heard already, oldest first. */
  readonly reviews: readonly RemoteReview[];
  /** Of one that was closed unmerged: the last comment by somebody with a say. */
  readonly closingWords: Redacted | null;
  /** Checks that fail on it and not on its base; null while some still run. */
  readonly failing: readonly { readonly name: Redacted; readonly title: Redacted | null }[] | null;
}

/** Repositories as GitHub has them now: what the brain looks at before it writes, and after. Every method throws `ListingFailedError` where nothing whole came. */
export interface RemoteRepository {
  /** The branch that pull requests go to, and the commit it points to. */
  head(
    repository: RepositoryName,
    signal: AbortSignal,
  ): Promise<{ readonly branch: string; readonly commit: CommitId }>;
  /** Null: the commit has no such file. */
  file(repository: RepositoryName, commit: CommitId, path: string, signal: AbortSignal): Promise<RemoteFile | null>;
  /** Our fork of it, which the operator made; null when there is none. */
  ownFork(repository: RepositoryName, signal: AbortSignal): Promise<RepositoryName | null>;
  /** Whether an issue is there and open. */
  isIssueOpen(repository: RepositoryName, number: number, signal: AbortSignal): Promise<boolean>;
  pullRequest(
    asked: {
      readonly repository: RepositoryName;
      readonly number: number;
      readonly base: CommitId;
      readonly heardReview: number;
      /** Logins of bots that have a say. */
      readonly reviewBots: readonly string[];
    },
    signal: AbortSignal,
  ): Promise<RemotePullRequest>;
}
