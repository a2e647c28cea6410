import type { BillLine } from "../domain/budget.ts";
import type { Clock } from "../domain/clock.ts";
import type { EvidenceBundle } from "../domain/evidence.ts";
import type { Language } from "../domain/language.ts";
import type { Model } from "../domain/model.ts";
import type { OpenIssue, SameAs } from "../domain/open-issue.ts";
import type { RootCause } from "../domain/root-cause.ts";
import { type LaterInput, openBooks } from "./books.ts";
import { challenge } from "./challenge.ts";
import { compareIssues } from "./compare-issues.ts";
import { type Investigated, type Investigation, investigate } from "./investigate.ts";
import type { AnalysisLimits } from "./limits.ts";
import type { Roles } from "./roles.ts";
import type { SavedTurn } from "./saved-turn.ts";
import type { Surroundings } from "./surroundings.ts";
import type { Code } from "./tool-means.ts";
import { triage } from "./triage.ts";

export interface Analysis {
  readonly bundle: EvidenceBundle;
  readonly codes: readonly Code[];
  readonly around: Surroundings;
  /** Open issues that may tell of the same bug; empty where it is investigated in any case. */
  readonly openIssues: readonly OpenIssue[];
  readonly model: Model;
  readonly roles: Roles;
  readonly language: Language;
  /** The most that all calls together may cost. */
  readonly allowanceUsd: number;
  readonly limits: AnalysisLimits;
  readonly clock: Clock;
  readonly isLastAttempt: boolean;
  /** What earlier attempts at the same order saved, for the same input. */
  readonly saved: readonly SavedTurn[];
  /** What earlier attempts at the same order spent on other input, and how many pieces they saved: it counts against the allowance all the same. */
  readonly before: { readonly spentUsd: number; readonly ordinals: number };
  readonly save: (turn: SavedTurn) => Promise<void>;
  /** Called before each call and every few seconds while one is under way. */
  readonly heartbeat: () => Promise<void>;
}

export interface Analysed {
  readonly rootCause: RootCause;
  /** The open issue that tells of the same bug: then nothing was investigated. */
  readonly sameAs: SameAs | null;
  /** The given bundle and what the tools read. */
  readonly bundle: EvidenceBundle;
  /** Of all attempts; calls whose answer was lost count at the most they can have cost. */
  readonly costUsd: number;
  readonly bill: readonly BillLine[];
  /** What was sent from the second call of each conversation on, and how much of it was read from the cache. */
  readonly laterInput: LaterInput;
}

/** Below it a second, stronger look may be worth its price. */
const confidenceToEscalate = 0.6;

/**
 * From evidence to a root cause: what an open issue tells already is left to it, what needs no investigation is told at once, the rest is investigated, by a stronger model once more where the first was
 * unsure and it matters, and what was found is doubted by somebody who has not seen how it was found.
 * @throws ModelError with `isRetryable`, unless it is the last attempt; or the signal's reason
 */
export async function analyse(analysis: Analysis, signal: AbortSignal): Promise<Analysed> {
  const { roles, clock } = analysis;
  const books = openBooks({ ...analysis, stepBefore: { step: "analyse", model: roles.investigate.model } });
  const shared: Investigation = { ...analysis, startedAtMs: clock.nowMs(), books };
  const told = (rootCause: RootCause, bundle: EvidenceBundle, sameAs: SameAs | null = null): Analysed => {
    const costUsd = books.spentUsd();
    return {
      rootCause: { ...rootCause, costUsd },
      sameAs,
      bundle,
      costUsd,
      bill: books.bill(),
      laterInput: books.laterInput(),
    };
  };

  const already = await compareIssues(shared, analysis.bundle, analysis.openIssues, roles.compare, signal);
  if (already !== null) return told(already.rootCause, analysis.bundle, already.sameAs);
  const triaged = await triage(shared, analysis.bundle, roles.triage, signal);
  if (triaged !== null) return told(triaged, analysis.bundle);
  const asked = { bundle: analysis.bundle, role: roles.investigate, step: "analyse" } as const;
  const first = await investigate(shared, asked, signal);
  const best = await lookedAtAgain(shared, first, roles, signal);
  return told(await challenge(shared, best, roles.challenge, signal), best.bundle);
}

/** The stronger model sees what the first one read; an answer that it does not give changes nothing. */
async function lookedAtAgain(
  shared: Investigation,
  first: Investigated,
  { strong }: Roles,
  signal: AbortSignal,
): Promise<Investigated> {
  const { rootCause, isAnswered } = first;
  const isUnsure =
    rootCause.kind === "cannot-tell" || (rootCause.kind === "found" && rootCause.confidence < confidenceToEscalate);
  if (strong === null || !isAnswered || !isUnsure || rootCause.severity !== "high") return first;
  const second = await investigate(shared, { bundle: first.bundle, role: strong, step: "escalate" }, signal);
  if (!second.isAnswered) return { ...first, bundle: second.bundle };
  const isWorse = rootCause.kind === "found" && second.rootCause.kind === "cannot-tell";
  return isWorse ? { ...first, bundle: second.bundle } : second;
}
