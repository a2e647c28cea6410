import type { Mode } from "./mode.ts";
import type { RepositoryName, ServiceName } from "./names.ts";
import type { Category } from "./root-cause.ts";

/** The part of the service map's `repair` that the policy judges by. All of it takes away; nothing in it allows more than the rules do. */
export interface RepairLimits {
  /** The most that a patch may become, whatever the environments say. */
  readonly mode: Mode;
  readonly categoriesOff: readonly Category[];
  readonly confidenceMin: number;
  readonly excludedServices: readonly ServiceName[];
  readonly excludedRepositories: readonly RepositoryName[];
}
