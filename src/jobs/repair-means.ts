import type { ServiceName } from "../domain/names.ts";
import type { Patch, Verification } from "../domain/patch.ts";
import type { RepairLimits } from "../domain/repair-limits.ts";
import type { Redacted } from "../domain/text.ts";
import type { RuleResult } from "../domain/verdict.ts";
import type { ExpectedFailure } from "../domain/verify-means.ts";
import type { Speaker, SpeakerModel } from "../repair/repair-case.ts";

/** What the hands repair with. */
export interface HandsRepairMeans {
  readonly limits: RepairLimits;
  readonly proposalsMax: number;
  readonly prompt: Speaker["prompt"];
  readonly reviewPrompt: Speaker["prompt"];
  /** Which models make a patch and try to refute it; the same client asks both. */
  readonly models: { readonly proposer: SpeakerModel; readonly reviewer: SpeakerModel } | null;
  readonly guard: (patch: Patch, service: ServiceName) => Promise<readonly RuleResult[]>;
  /** Null: the service's tests can be run here. */
  readonly whyNotVerifiable: (service: ServiceName, signal: AbortSignal) => Promise<Redacted | null>;
  readonly verify: (
    patch: Patch,
    expected: ExpectedFailure,
    service: ServiceName,
    signal: AbortSignal,
  ) => Promise<Verification>;
  /** How one test file is run, for the model to know; null where the service map does not say. */
  readonly testCommandOf: (service: ServiceName) => string | null;
}
