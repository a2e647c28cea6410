import { type Analysed, analyse } from "../analyse/analyse.ts";
import { analyseWithoutModel } from "../analyse/analyse-without-model.ts";
import type { Prompt } from "../analyse/roles.ts";
import { exchangesOf, type SavedTurn } from "../analyse/saved-turn.ts";
import { nothingAround, type Surroundings } from "../analyse/surroundings.ts";
import type { Config, ModelConfig } from "../config/config.ts";
import type { EvidenceBundle } from "../domain/evidence.ts";
import type { ServiceCode } from "../domain/sources.ts";
import { openCodes } from "../jobs/open-codes.ts";
import type { Conversations } from "./conversations.ts";
import { modelOf, rolesOf } from "./model-roles.ts";
import { systemClock } from "./system-clock.ts";
import { withMoney } from "./with-money.ts";

export interface AnalysedCase {
  readonly analysed: Analysed;
  /** Why no model was asked; null when one was. */
  readonly noModelBecause: "no-key" | "over-budget" | null;
}

/** The analysis of one case for a command: within the budget, and on the bill, like that of an order; but nothing of it is saved for another attempt. */
export async function analyseCase(
  given: {
    readonly config: Config;
    readonly model: ModelConfig | null;
    readonly prompt?: Prompt;
    readonly stateDirectory: string;
    /** `analyse`, `replay`, `eval`: by which the bill names it. */
    readonly command: string;
    readonly environment: string;
    readonly bundle: EvidenceBundle;
    readonly around?: Surroundings;
    readonly codeOf: (service: string) => ServiceCode | null;
    readonly conversations: Conversations;
    /** Only with the whole of what an incident may cost, or not at all. */
    readonly isWhole?: boolean;
  },
  signal: AbortSignal,
): Promise<AnalysedCase> {
  const { config, model, bundle } = given;
  const withoutModel = (because: "no-key" | "over-budget"): AnalysedCase => ({
    analysed: {
      rootCause: analyseWithoutModel(bundle, because, config.language),
      sameAs: null,
      bundle,
      costUsd: 0,
      bill: [],
      laterInput: { tokens: 0, cachedTokens: 0 },
    },
    noModelBecause: because,
  });
  if (model === null) return withoutModel("no-key");
  const codes = await openCodes(bundle.code, given.codeOf);
  const saved: SavedTurn[] = [];
  const spentUntilNow = () => exchangesOf(saved).reduce((sum, { costUsd }) => sum + costUsd, 0);
  const within = (allowanceUsd: number, inner: AbortSignal): Promise<Analysed> =>
    analyse(
      {
        bundle,
        codes,
        around: given.around ?? nothingAround,
        openIssues: [],
        model: modelOf(model, config.repair, null, () => undefined, given.conversations.wrap),
        roles: rolesOf(model, given.prompt),
        language: config.language,
        allowanceUsd,
        limits: config.analysis,
        clock: systemClock,
        isLastAttempt: true,
        saved: [],
        before: { spentUsd: 0, ordinals: 0 },
        save: async (turn) => void saved.push(turn),
        heartbeat: async () => undefined,
      },
      inner,
    );
  const allowanceUsd = config.budget.incidentUsd;
  if (!given.conversations.isPaid) return { analysed: await within(allowanceUsd, signal), noModelBecause: null };
  const spent = await withMoney(
    { isWhole: false, ...given, allowanceUsd, spentUntilNow },
    signal,
    async (leftUsd, inner) => {
      const analysed = await within(leftUsd, inner);
      const service = bundle.code[0]?.service ?? null;
      return { result: analysed, ...analysed, service, outcome: analysed.rootCause.kind };
    },
  );
  return spent === "over-budget" ? withoutModel("over-budget") : { analysed: spent, noModelBecause: null };
}
