import { type CountableLogSource, isSourceFailure, type LogPage, type StreamLabels } from "../../domain/sources.ts";
import { matcherOf, readLogQuery, withMatcher } from "./log-query-text.ts";

/** Questions that one instant may cost. */
const questionsMax = 300;
/** Characters of the values in one matcher: a query travels in an address, and proxies cut long ones. */
const matcherLengthMax = 2_000;
const queryLengthMax = 8_000;

export interface PartOfInstant extends LogPage {
  /** Why some of this part could not be read, in a sentence; null when all of it was. */
  readonly gap: string | null;
}

/**
 * The log entries of one instant that has more of them than a page holds: the query is halved by a label again and again, one half takes some values of it
 * and the other all the rest, until each part fits. What one stream alone has too much of is a gap.
 * @param at whole: its page as it was read last, full · limitMax: what the server gives out at once, if it is not too much text
 * @throws what the source throws, but for a page that is too large for it
 */
export async function* readInstant(
  source: CountableLogSource,
  query: string,
  { atNs, whole, limitMax }: { readonly atNs: bigint; readonly whole: LogPage; readonly limitMax: number },
  signal: AbortSignal,
): AsyncGenerator<PartOfInstant, void, void> {
  const window = { fromNs: atNs, toNs: atNs + 1n };
  const limit = Math.max(1, whole.entries.length);
  let questions = 0;
  const selector = readLogQuery(query)?.selector ?? null;
  const told = selector === null ? [] : await source.streamsBetween(selector, window, signal).catch(noneIfRefused);
  const notLabels = new Set<string>();
  const waiting: Part[] = [{ query, streams: told, outsideOf: null, fixed: [], page: whole }];
  for (let part = waiting.pop(); part !== undefined; part = waiting.pop()) {
    const { page, isFull } = part.page === null ? await read(part.query) : { page: part.page, isFull: true };
    if (!isFull) {
      yield { ...page, gap: null };
      continue;
    }
    const cut = questions >= questionsMax ? null : (cutInTwo(part.streams) ?? cutOf(page, part));
    const halves = cut === null ? [] : halvesOf(part, cut);
    if (halves.length === 0) yield { ...page, gap: tooManyInOne(atNs, page.entries.length, questions) };
    else waiting.push(...halves);
  }

  /** By what the entries at hand differ in; where they do not, and the server did not tell, what else there may be is kept apart from them, label by label. */
  function cutOf(page: LogPage, part: Part): Cut | null {
    const streams = streamsOf(page, part);
    return cutInTwo(streams) ?? (told.length > 0 ? null : cutApart(streams, part.fixed));
  }

  /** As the entries themselves have them, by names that are known to be labels, or may be: Loki 2 shows structured metadata among them, which no selector finds. */
  function streamsOf({ entries }: LogPage, { outsideOf }: Part): readonly StreamLabels[] {
    if (outsideOf !== null && entries.some(({ labels }) => outsideOf.values.includes(labels[outsideOf.name] ?? ""))) {
      notLabels.add(outsideOf.name);
    }
    const names = new Set(told.flatMap((labels) => Object.keys(labels)));
    const isLabel = (name: string): boolean => (told.length > 0 ? names.has(name) : !notLabels.has(name));
    const streams = entries.map(({ labels }) =>
      Object.entries(labels)
        .filter(([name]) => isLabel(name))
        .sort(),
    );
    return [...new Map(streams.map((pairs) => [JSON.stringify(pairs), Object.fromEntries(pairs)])).values()];
  }

  /** With the limit that the whole was answered with; of fewer streams, larger ones may be answered too, or none but smaller ones. */
  async function read(part: string): Promise<{ readonly page: LogPage; readonly isFull: boolean }> {
    let asked = limit;
    let best: { readonly page: LogPage; readonly isFull: boolean } | null = null;
    for (;;) {
      questions++;
      try {
        const page = await source.entriesBetween(part, window, asked, signal);
        best = { page, isFull: page.entries.length >= asked };
        if (!best.isFull || asked >= limitMax) return best;
        asked = Math.min(asked * 2, limitMax);
      } catch (error) {
        if (!isSourceFailure(error) || !error.suggestsSmallerPage) throw error;
        if (best !== null) return best;
        if (asked === 1) throw error;
        asked = Math.max(1, Math.floor(asked / 4));
      }
    }
  }
}

interface Part {
  readonly query: string;
  /** The streams that it may find, as the server told; none where it did not. */
  readonly streams: readonly StreamLabels[];
  /** What is left out of it, by its last matcher; null where that takes something in. */
  readonly outsideOf: { readonly name: string; readonly values: readonly string[] } | null;
  /** Labels of which it has one value. */
  readonly fixed: readonly string[];
  readonly page: LogPage | null;
}

interface Cut {
  readonly name: string;
  /** Values of one half; "" for streams without the label. */
  readonly values: readonly string[];
  readonly inside: readonly StreamLabels[];
  readonly outside: readonly StreamLabels[];
}

/** By the label that halves them best; null when they differ in none. */
function cutInTwo(streams: readonly StreamLabels[]): Cut | null {
  let best: { readonly name: string; readonly groups: ReadonlyMap<string, readonly StreamLabels[]> } | null = null;
  let bestSize = streams.length;
  for (const name of new Set(streams.flatMap((labels) => Object.keys(labels)))) {
    const groups = Map.groupBy(streams, (labels) => labels[name] ?? "");
    const size = Math.max(Math.ceil(streams.length / 2), ...[...groups.values()].map((group) => group.length));
    if (groups.size < 2 || size >= bestSize) continue;
    best = { name, groups };
    bestSize = size;
  }
  if (best === null) return null;
  const values: string[] = [];
  let length = 0;
  let count = 0;
  for (const [value, group] of [...best.groups].sort(([, one], [, other]) => one.length - other.length)) {
    const isFull = count + group.length > streams.length / 2 || length + value.length > matcherLengthMax;
    if (values.length > 0 && (isFull || values.length === best.groups.size - 1)) break;
    values.push(value);
    length += value.length;
    count += group.length;
  }
  const { name } = best;
  const isInside = (labels: StreamLabels): boolean => values.includes(labels[name] ?? "");
  return {
    name,
    values,
    inside: streams.filter(isInside),
    outside: streams.filter((labels) => !isInside(labels)),
  };
}

/** The streams that have the same value as these of a label that was not cut by yet; null when all were. */
function cutApart(streams: readonly StreamLabels[], fixed: readonly string[]): Cut | null {
  const [name, value] = Object.entries(streams[0] ?? {}).find(([each]) => !fixed.includes(each)) ?? [];
  if (name === undefined || value === undefined) return null;
  return { name, values: [value], inside: streams, outside: [] };
}

function halvesOf({ query, fixed }: Part, { name, values, inside, outside }: Cut): readonly Part[] {
  const halves = [true, false].map((isInside) => withMatcher(query, matcherOf(name, values, isInside)));
  const [first = null, second = null] = halves;
  if (first === null || second === null || first.length > queryLengthMax) return [];
  return [
    {
      query: first,
      streams: inside,
      outsideOf: null,
      fixed: values.length === 1 ? [...fixed, name] : fixed,
      page: null,
    },
    { query: second, streams: outside, outsideOf: { name, values }, fixed, page: null },
  ];
}

/** Some gateways pass on queries alone: then the entries at hand must do. */
function noneIfRefused(error: unknown): readonly StreamLabels[] {
  if (isSourceFailure(error)) return [];
  throw error;
}

function tooManyInOne(atNs: bigint, read: number, questions: number): string {
  const what =
    questions < questionsMax
      ? `one stream fills a whole answer of Loki: ${read} of its log entries were read, and what there may be behind them was not`
      : `there are more log entries than ${questionsMax} questions, each of fewer streams, could bring: the rest was not read`;
  return `At the instant ${atNs} ns ${what}. Raise Loki's max_entries_limit_per_query and this environment's limit.`;
}
