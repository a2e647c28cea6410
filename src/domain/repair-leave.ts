import type { CommitId } from "./names.ts";
import type { Redacted } from "./text.ts";

/** What only the brain knows of earlier patches, as an order carries it: the values of three gates of the policy, and what a reviewer asked for. */
export interface RepairLeave {
  /** Drafts of ours in that repository that nobody has reviewed yet, and how many there may be. */
  readonly openDrafts: number;
  readonly draftsMax: number;
  /** Until when no other patch is made because the last one was rejected; null: none was, or that is long ago. */
  readonly restsUntilMs: number | null;
  /** Heads of the branch at which a patch of this incident was tried already. */
  readonly triedBases: readonly CommitId[];
  /** Whether a person asks for this patch by name: then neither a rejection nor an earlier attempt keeps it back, and both are told. */
  readonly isAskedByName: boolean;
  /** Words of a reviewer of the last draft, who wants it changed; then the same base may be tried again. */
  readonly request: Redacted | null;
}
