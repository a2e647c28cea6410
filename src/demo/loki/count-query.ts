import type { Window } from "../../domain/coverage.ts";
import { type LogQuery, readLogQuery } from "./log-query.ts";
import { unsupported } from "./log-query-error.ts";
import { QueryText } from "./log-query-text.ts";
import type { FoundStream, Streams } from "./streams.ts";

/** The one kind of metric query that the stand-in knows: `count_over_time`, alone or summed up. */
interface CountQuery {
  readonly query: LogQuery;
  readonly rangeNs: bigint;
  /** Labels by which it is summed up; null: one number for each stream. */
  readonly by: readonly string[] | null;
}

interface Sample {
  readonly metric: Readonly<Record<string, string>>;
  readonly count: number;
}

const unitNs: Readonly<Record<string, bigint>> = {
  ms: 1_000_000n,
  s: 1_000_000_000n,
  m: 60_000_000_000n,
  h: 3_600_000_000_000n,
};

/**
 * Null when it is a log query.
 * @throws LogQueryError
 */
export function parseCountQuery(query: string): CountQuery | null {
  const text = new QueryText(query);
  if (text.peek().kind !== "IDENTIFIER") return null;
  const isSum = text.takeIf("sum") !== null;
  const by = isSum ? readLabelNames(text) : null;
  if (isSum) expectSymbol(text, "(");
  const counted = readCounted(text);
  if (isSum) expectSymbol(text, ")");
  text.expect("$end");
  return { ...counted, by };
}

/**
 * What it counts at an instant, of what is no older than `oldestNs`. A range leaves its first instant out and takes its last one in, as in Loki since 3.1; before,
 * it left out both.
 */
export function countAt(
  { query, rangeNs, by }: CountQuery,
  atNs: bigint,
  oldestNs: bigint,
  streams: Streams,
): readonly Sample[] {
  const fromNs = atNs - rangeNs + 1n;
  const window: Window = { fromNs: fromNs < oldestNs ? oldestNs : fromNs, toNs: atNs + 1n };
  const samples = new Map<string, { metric: Readonly<Record<string, string>>; count: number }>();
  for (const { stream, values } of streams.find(query, window, Number.POSITIVE_INFINITY, true)) {
    const metric = by === null ? stream : only(stream, by);
    const name = JSON.stringify(Object.entries(metric).sort());
    const sample = samples.get(name) ?? { metric, count: 0 };
    samples.set(name, sample);
    sample.count += values.length;
  }
  return [...samples].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, sample]) => sample);
}

function only(labels: FoundStream["stream"], names: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(labels).filter(([name]) => names.includes(name)));
}

function readLabelNames(text: QueryText): readonly string[] {
  if (text.takeIf("by") === null) return [];
  const names: string[] = [];
  expectSymbol(text, "(");
  while (text.takeIf(")") === null) {
    if (names.length > 0) expectSymbol(text, ",");
    names.push(text.expect("IDENTIFIER").text);
  }
  return names;
}

function readCounted(text: QueryText): Pick<CountQuery, "query" | "rangeNs"> {
  const { text: name } = text.peek();
  if (text.takeIf("count_over_time") === null) throw unsupported(`the metric query ${name}`);
  expectSymbol(text, "(");
  const query = readLogQuery(text, () => text.peek().text === "[" && text.peek().kind === "symbol");
  expectSymbol(text, "[");
  const range = text.expect("NUMBER").text;
  expectSymbol(text, "]");
  expectSymbol(text, ")");
  const [, count, unit = ""] = /^(\d+)(ms|s|m|h)$/.exec(range) ?? [];
  if (count === undefined) throw unsupported(`the range ${range}`);
  return { query, rangeNs: BigInt(count) * (unitNs[unit] ?? 0n) };
}

function expectSymbol(text: QueryText, symbol: string): void {
  if (text.takeIf(symbol) === null) text.fail();
}
