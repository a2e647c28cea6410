import { toJson } from "../../domain/json.ts";
import type { Store } from "../../domain/store.ts";
import { columns, instantText } from "../columns.ts";
import { type ExitCode, exitCodes, type Io } from "../io.ts";

/** `audit`: who or what did what, newest first. */
export async function showAudit(
  store: Store,
  io: Io,
  options: { readonly json: boolean; readonly limit: number; readonly subject: string | null },
): Promise<ExitCode> {
  const lines = await store.audit({
    sinceMs: 0,
    limit: options.limit,
    ...(options.subject === null ? {} : { subject: options.subject }),
  });
  if (options.json) io.stdout(lines.map((line) => `${toJson(line)}\n`).join(""));
  else if (lines.length === 0) io.stdout("Nothing has been done yet.\n");
  else {
    io.stdout(
      columns(lines.map((line) => [instantText(line.atMs), line.actor, line.action, line.subject, line.result])),
    );
  }
  return exitCodes.done;
}

/** What `cost --json` prints. */
export interface CostJson {
  readonly todayUsd: number;
  readonly dayCeilingUsd: number;
  readonly days: readonly { readonly dayUtc: string; readonly orders: number; readonly spentUsd: number }[];
  readonly orders: readonly {
    readonly dayUtc: string;
    readonly order: string;
    readonly environment: string;
    readonly model: string | null;
    readonly reservedUsd: number;
    readonly actualUsd: number | null;
  }[];
}

/** `cost`: what was spent, by day, against the ceiling. A reservation that is not settled counts as spent. */
export async function showCost(
  store: Store,
  io: Io,
  options: { readonly json: boolean; readonly days: number; readonly nowMs: number; readonly dayCeilingUsd: number },
): Promise<ExitCode> {
  const today = new Date(options.nowMs).toISOString().slice(0, 10);
  const since = new Date(options.nowMs - (options.days - 1) * 86_400_000).toISOString().slice(0, 10);
  const orders = await store.costs(since);
  const days = [...new Set(orders.map((line) => line.dayUtc))].sort().map((dayUtc) => {
    const those = orders.filter((line) => line.dayUtc === dayUtc);
    return {
      dayUtc,
      orders: those.length,
      spentUsd: those.reduce((sum, line) => sum + (line.actualUsd ?? line.reservedUsd), 0),
    };
  });
  const answer: CostJson = {
    todayUsd: await store.spentUsd(today, null),
    dayCeilingUsd: options.dayCeilingUsd,
    days,
    orders,
  };
  if (options.json) {
    io.stdout(`${toJson(answer)}\n`);
    return exitCodes.done;
  }
  io.stdout(`today: $${answer.todayUsd.toFixed(4)} of at most $${options.dayCeilingUsd.toFixed(2)}\n`);
  if (orders.length > 0) {
    io.stdout(
      `\n${columns(days.map((day) => [day.dayUtc, `${day.orders} investigations`, `$${day.spentUsd.toFixed(4)}`]))}\n${columns(
        orders.map((line) => [
          line.dayUtc,
          line.order,
          line.environment,
          line.model ?? "-",
          line.actualUsd === null ? `$${line.reservedUsd.toFixed(4)} reserved` : `$${line.actualUsd.toFixed(4)}`,
        ]),
      )}`,
    );
  }
  return exitCodes.done;
}
