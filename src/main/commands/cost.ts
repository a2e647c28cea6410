import { nearCeiling } from "../../domain/budget.ts";
import { toJson } from "../../domain/json.ts";
import type { Environment } from "../../domain/names.ts";
import type { CostLine, Store } from "../../domain/store.ts";
import { columns } from "../columns.ts";
import { type ExitCode, exitCodes, type Io } from "../io.ts";

/** A part of what was spent, by what it went to. */
interface CostGroup {
  /** A service, an outcome …; null: it is not known yet. */
  readonly name: string | null;
  readonly orders: number;
  readonly spentUsd: number;
}

/** Calls and tokens of one step of investigations, or of one model. */
interface TokenGroup {
  readonly name: string;
  readonly calls: number;
  readonly inputTokens: number;
  readonly cacheReadTokens: number;
  readonly cacheWriteTokens: number;
  readonly outputTokens: number;
  readonly spentUsd: number;
}

/** What `cost --json` prints. */
export interface CostJson {
  readonly todayUsd: number;
  readonly dayCeilingUsd: number;
  /** Null below four fifths of the ceiling, and of those of environments. */
  readonly warning: string | null;
  readonly days: readonly { readonly dayUtc: string; readonly orders: number; readonly spentUsd: number }[];
  readonly services: readonly CostGroup[];
  readonly outcomes: readonly CostGroup[];
  readonly models: readonly TokenGroup[];
  readonly steps: readonly TokenGroup[];
  readonly orders: readonly CostLine[];
}

/** `cost`: what was spent, by what it went to, against the ceiling. A reservation that is not settled counts as spent. */
export async function showCost(
  store: Store,
  io: Io,
  options: {
    readonly json: boolean;
    readonly days: number;
    readonly nowMs: number;
    readonly dayCeilingUsd: number;
    /** Of environments that have one of their own. */
    readonly environmentCeilings: readonly { readonly environment: Environment; readonly dayUsd: number }[];
  },
): Promise<ExitCode> {
  const { nowMs, dayCeilingUsd } = options;
  const today = new Date(nowMs).toISOString().slice(0, 10);
  const since = new Date(nowMs - (options.days - 1) * 86_400_000).toISOString().slice(0, 10);
  const orders = await store.costs(since);
  const todayUsd = await store.spentUsd(today, null);
  const ofEnvironments = await Promise.all(
    options.environmentCeilings.map(async ({ environment, dayUsd }) =>
      nearCeiling(await store.spentUsd(today, environment), dayUsd, environment),
    ),
  );
  const warnings = [nearCeiling(todayUsd, dayCeilingUsd), ...ofEnvironments].filter((each) => each !== null);
  const answer: CostJson = {
    todayUsd,
    dayCeilingUsd,
    warning: warnings.length === 0 ? null : warnings.join(" "),
    days: [...Map.groupBy(orders, ({ dayUtc }) => dayUtc)]
      .map(([dayUtc, those]) => ({ dayUtc, orders: those.length, spentUsd: sumOf(those, spentUsd) }))
      .sort((one, other) => (one.dayUtc < other.dayUtc ? -1 : 1)),
    services: costGroups(orders, ({ service }) => service),
    outcomes: costGroups(orders, ({ outcome }) => outcome),
    models: tokenGroups(orders, ({ model }) => model),
    steps: tokenGroups(orders, ({ step }) => step),
    orders,
  };
  if (options.json) io.stdout(`${toJson(answer)}\n`);
  else io.stdout(costPage(answer));
  return exitCodes.done;
}

function costPage(answer: CostJson): string {
  const head = `today: ${usd(answer.todayUsd)} of at most $${answer.dayCeilingUsd.toFixed(2)}\n`;
  const warning = answer.warning === null ? "" : `${answer.warning}\n`;
  const tables = [
    table(
      "by day",
      answer.days.map((day) => [day.dayUtc, `${day.orders} investigations`, usd(day.spentUsd)]),
    ),
    table("by service", answer.services.map(costRow)),
    table("by outcome", answer.outcomes.map(costRow)),
    table("by model", answer.models.map(tokenRow)),
    table("by step", answer.steps.map(tokenRow)),
    table(
      "by investigation",
      answer.orders.map((line) => [
        line.dayUtc,
        line.order,
        line.environment,
        line.service ?? "-",
        line.outcome ?? "-",
        line.model ?? "-",
        line.actualUsd === null ? `${usd(line.reservedUsd)} reserved` : usd(line.actualUsd),
      ]),
    ),
  ];
  return `${head}${warning}${tables.join("")}`;
}

function table(title: string, rows: readonly (readonly string[])[]): string {
  return rows.length === 0 ? "" : `\n${title}\n${columns(rows)}`;
}

function costRow({ name, orders, spentUsd: spent }: CostGroup): readonly string[] {
  return [name ?? "not settled", `${orders} investigations`, usd(spent)];
}

function tokenRow(group: TokenGroup): readonly string[] {
  const input = group.inputTokens + group.cacheReadTokens + group.cacheWriteTokens;
  const cached = input === 0 ? 0 : Math.round((100 * group.cacheReadTokens) / input);
  return [
    group.name,
    `${group.calls} calls`,
    `${input} tokens in, ${cached} % from the cache`,
    `${group.outputTokens} out`,
    usd(group.spentUsd),
  ];
}

function usd(amount: number): string {
  return `$${amount.toFixed(4)}`;
}

function spentUsd({ actualUsd, reservedUsd }: CostLine): number {
  return actualUsd ?? reservedUsd;
}

function sumOf<Item>(items: readonly Item[], of: (item: Item) => number): number {
  return items.reduce((sum, item) => sum + of(item), 0);
}

function costGroups(orders: readonly CostLine[], nameOf: (line: CostLine) => string | null): readonly CostGroup[] {
  return [...Map.groupBy(orders, nameOf)]
    .map(([name, those]) => ({ name, orders: those.length, spentUsd: sumOf(those, spentUsd) }))
    .sort(dearestFirst);
}

function tokenGroups(
  orders: readonly CostLine[],
  nameOf: (line: CostLine["bill"][number]) => string,
): readonly TokenGroup[] {
  return [
    ...Map.groupBy(
      orders.flatMap(({ bill }) => bill),
      nameOf,
    ),
  ]
    .map(([name, those]) => ({
      name,
      calls: sumOf(those, ({ calls }) => calls),
      inputTokens: sumOf(those, ({ inputTokens }) => inputTokens),
      cacheReadTokens: sumOf(those, ({ cacheReadTokens }) => cacheReadTokens),
      cacheWriteTokens: sumOf(those, ({ cacheWriteTokens }) => cacheWriteTokens),
      outputTokens: sumOf(those, ({ outputTokens }) => outputTokens),
      spentUsd: sumOf(those, ({ costUsd }) => costUsd),
    }))
    .sort(dearestFirst);
}

function dearestFirst(one: { readonly spentUsd: number }, other: { readonly spentUsd: number }): number {
  return other.spentUsd - one.spentUsd;
}
