import type { Environment } from "./names.ts";
import type { StepName } from "./step-name.ts";

export interface Ceilings {
  readonly incidentUsd: number;
  readonly dayUsd: number;
  readonly environmentDayUsd: number | null;
}

/** Money set aside in the same commit as the order it is for; what is not settled stays spent. */
export interface Reservation {
  readonly id: string;
  readonly order: string;
  readonly environment: Environment;
  /** `2026-11-21` */
  readonly dayUtc: string;
  readonly amountUsd: number;
}

/** What one part of an investigation cost. A call whose answer was lost counts at the most it can have cost, without tokens. */
export interface BillLine {
  readonly step: StepName;
  readonly model: string;
  /** Digest of the prompt. */
  readonly prompt: string;
  readonly calls: number;
  /** Neither read from the cache nor written to it. */
  readonly inputTokens: number;
  readonly cacheReadTokens: number;
  readonly cacheWriteTokens: number;
  readonly outputTokens: number;
  readonly costUsd: number;
}

/** From then on whoever pays is told, once a day. */
const shareToWarn = 0.8;

/**
 * That little of a day's money is left, in a sentence; null while there is enough.
 * @param environment whose own ceiling it is; null: that of all
 */
export function nearCeiling(spentUsd: number, dayUsd: number, environment: Environment | null = null): string | null {
  if (dayUsd <= 0 || spentUsd < dayUsd * shareToWarn) return null;
  const share = Math.floor((100 * spentUsd) / dayUsd);
  const [where, lever] =
    environment === null ? ["", "budget.day"] : [` in ${environment}`, `environments.${environment}.budget.day`];
  return `$${spentUsd.toFixed(2)} of today's $${dayUsd.toFixed(2)} for models${where} is spent or reserved (${share} %). At the ceiling, issues are filed without a root cause and say so; ${lever} raises it.`;
}
