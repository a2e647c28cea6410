import type { ServiceName } from "../../domain/names.ts";
import type { Patch } from "../../domain/patch.ts";
import type { RemoteRepository } from "../../domain/remote-repository.ts";
import type { RuleResult } from "../../domain/verdict.ts";

/** What the brain needs for drafts besides everything else. */
export interface DraftMeans {
  /** Null: no access to GitHub is configured. */
  readonly remote: RemoteRepository | null;
  /** The guard of the hands, asked once more: every rule, whether it holds or not. */
  readonly guard: (patch: Patch, service: ServiceName | null) => Promise<readonly RuleResult[]>;
  readonly head: "fork" | "same-repository";
  /** Drafts of one repository that may wait for a review. */
  readonly draftsMax: number;
  /** After a rejected draft, the least time until another patch of the same incident. */
  readonly cooldownMs: number;
  /** Patches on one branch. */
  readonly patchesPerDraftMax: number;
  /** Logins of bots whose reviews count. */
  readonly reviewBots: readonly string[];
}
