import { randomBytes } from "node:crypto";
import type { Config } from "../config/config.ts";
import type { BillLine } from "../domain/budget.ts";
import { ownValue } from "../domain/own-value.ts";
import type { RootCause } from "../domain/root-cause.ts";
import { databaseFileOf } from "./setting.ts";
import { makeStateFolder } from "./state-folder.ts";
import { systemClock } from "./system-clock.ts";
import { unlessPaused } from "./unless-paused.ts";

interface Spent<Result> {
  readonly result: Result;
  readonly costUsd: number;
  readonly rootCause: RootCause;
  readonly service: string | null;
  readonly outcome: string;
  readonly bill: readonly BillLine[];
}

/**
 * Work that costs, with its money set aside before and settled after, on the same day's account as investigations. What ends in an
 * error is settled too, with what was spent until then; only what dies in between stays spent as a whole.
 * @throws PausedError
 * @returns "over-budget" when the day's ceiling leaves nothing for it
 */
export async function withMoney<Result>(
  about: {
    readonly config: Config;
    readonly stateDirectory: string;
    readonly command: string;
    readonly environment: string;
    readonly allowanceUsd: number;
    /** Less than that is as good as nothing. */
    readonly isWhole: boolean;
    /** By the calls that were made, lost ones at the most they can have cost. */
    readonly spentUntilNow: () => number;
  },
  signal: AbortSignal,
  work: (leftUsd: number, signal: AbortSignal) => Promise<Spent<Result>>,
): Promise<Result | "over-budget"> {
  const { openStore } = await import("../adapters/sqlite/store.ts");
  await makeStateFolder(about.stateDirectory);
  const store = await openStore({ path: databaseFileOf(about.stateDirectory), clock: systemClock });
  try {
    return await unlessPaused({ store, stateDirectory: about.stateDirectory }, signal, paid);
  } finally {
    await store.close();
  }

  async function paid(unlessStopped: AbortSignal): Promise<Result | "over-budget"> {
    const dayUtc = new Date(systemClock.nowMs()).toISOString().slice(0, 10);
    const { dayUsd } = about.config.budget;
    const { environment, config } = about;
    const environmentDayUsd = ownValue(config.environments, environment)?.budgetDayUsd ?? null;
    const leftUsd = Math.min(
      dayUsd - (await store.spentUsd(dayUtc, null)),
      environmentDayUsd === null
        ? Number.POSITIVE_INFINITY
        : environmentDayUsd - (await store.spentUsd(dayUtc, environment)),
    );
    const amountUsd = Math.min(about.allowanceUsd, leftUsd);
    if (amountUsd <= 0 || (about.isWhole && amountUsd < about.allowanceUsd)) return "over-budget";
    const id = `${about.command}-${dayUtc}-${randomBytes(6).toString("hex")}`;
    const ceilings = { ...config.budget, environmentDayUsd };
    const reservations = [{ id, order: id, environment, dayUtc, amountUsd }];
    const reserved = await store.commit({ reserve: { reservations, ceilings } }, null);
    if (reserved !== "done") return "over-budget";
    const spent = await work(amountUsd, unlessStopped).catch(async (error: unknown) => {
      const stopped = { model: null, service: null, outcome: "stopped", bill: [] };
      await store.commit({ settle: [{ reservation: id, actualUsd: about.spentUntilNow(), ...stopped }] }, null);
      throw error;
    });
    const { costUsd: actualUsd, service, outcome, bill } = spent;
    const model = spent.rootCause.model ?? bill[0]?.model ?? null;
    await store.commit({ settle: [{ reservation: id, actualUsd, model, service, outcome, bill }] }, null);
    return spent.result;
  }
}
