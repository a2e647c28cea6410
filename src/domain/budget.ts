import type { Environment } from "./names.ts";

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
