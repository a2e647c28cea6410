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

/** What to do about a failure that the code is not to blame for. Texts of the model, but for what is built of the evidence by code. */
export type Remedy =
  | {
      readonly kind: "mute";
      /** A LogQL line filter that leaves these entries out. */
      readonly lineFilter: Redacted;
      /** The same as an ignore rule of the service map, until a day. */
      readonly ignoreRule: Redacted;
    }
  | { readonly kind: "tell"; readonly whom: Redacted }
  | { readonly kind: "change"; readonly what: Redacted };

interface Answer {
  readonly claim: Redacted;
  /** Sentences of the claim that name what is nowhere in the evidence or the code, as they stand there. Set by our check. */
  readonly unsupported: readonly Redacted[];
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
      /** From what triggers it to the exception, step by step. */
      readonly mechanism: readonly Redacted[];
      /** Why somebody who looked at it with fresh eyes does not believe it; null: nobody was asked, or it was believed. */
      readonly doubt: Redacted | null;
      readonly restsOnOutsiderTextOnly: boolean;
    })
  | (Answer & {
      readonly kind: "not-in-code";
      readonly category: Category;
      readonly owner: Redacted | null;
      readonly remedy: Remedy | null;
    })
  | (Answer & { readonly kind: "cannot-tell"; readonly missing: readonly Redacted[] });
