import type { EvidenceId, FaultyLocation } from "./evidence.ts";
import type { Redacted } from "./text.ts";

/** The first five are the only ones a patch may be made for. Configuration can remove, never add. */
export const categories = [
  "null_dereference",
  "type_mismatch",
  "missing_validation",
  "typo",
  "misconfiguration",
  "off_by_one",
  "business_logic",
  "concurrency",
  "security",
  "third_party",
  "capacity",
  "data",
  "noise",
  "other",
] as const;
export type Category = (typeof categories)[number];

export interface Citation {
  readonly evidence: EvidenceId;
  /** Words said to stand in that evidence. */
  readonly quote: Redacted;
  /** Set by our check, never by the model: the id exists and its text contains the quote (white space folded). */
  readonly isResolved: boolean;
}

interface Answer {
  readonly claim: Redacted;
  readonly citations: readonly Citation[];
  readonly ruledOut: readonly Redacted[];
  readonly nextStep: Redacted;
  readonly severity: "low" | "medium" | "high";
  /** Digest of the prompt that was used; `evidence` for the analyser without a model. */
  readonly promptVersion: string;
  readonly model: string | null;
  readonly costUsd: number;
}

/** "cannot-tell" and "not-in-code" are full answers. `confidence` 0…1 is after the citation check; `statedConfidence` is the model's. */
export type RootCause =
  | (Answer & {
      readonly kind: "found";
      readonly category: Category;
      readonly confidence: number;
      readonly statedConfidence: number;
      readonly faulty: readonly FaultyLocation[];
      readonly restsOnOutsiderTextOnly: boolean;
    })
  | (Answer & { readonly kind: "not-in-code"; readonly category: Category; readonly owner: Redacted | null })
  | (Answer & { readonly kind: "cannot-tell"; readonly missing: readonly Redacted[] });
