import type { Window } from "../../domain/coverage.ts";
import type { LogQuery } from "./log-query.ts";
import { streamHash } from "./stream-hash.ts";

type Labels = Readonly<Record<string, string>>;

export interface PushedEntry {
  readonly labels: Labels;
  readonly timestampNs: bigint;
  readonly line: string;
  readonly structuredMetadata?: Labels;
}

interface Stored {
  readonly timestampNs: bigint;
  readonly line: string;
  readonly metadata: Labels;
}

interface Stream {
  readonly labels: Labels;
  readonly hash: bigint;
  /** In order of time, equal timestamps in order of arrival. */
  readonly entries: Stored[];
  readonly seen: Set<string>;
}

interface Found extends Stored {
  readonly stream: Stream;
}

export interface FoundStream {
  readonly stream: Labels;
  readonly values: readonly (readonly [string, string])[];
}

/** The log entries of one tenant. */
export class Streams {
  readonly #streams = new Map<string, Stream>();

  /** Kept once: the same timestamp and line in the same stream is the same entry, even with other metadata. */
  add(entry: PushedEntry): void {
    const stream = this.#streamOf(entry.labels);
    const identity = `${entry.timestampNs} ${entry.line}`;
    if (stream.seen.has(identity)) return;
    stream.seen.add(identity);
    const stored = { timestampNs: entry.timestampNs, line: entry.line, metadata: entry.structuredMetadata ?? {} };
    stream.entries.splice(firstAt(stream.entries, entry.timestampNs + 1n), 0, stored);
  }

  /** Of the stream with these labels; null when it has no entries. */
  newestNs(labels: Labels): bigint | null {
    return this.#streams.get(labelText(labels))?.entries.at(-1)?.timestampNs ?? null;
  }

  /** Labels of the streams with entries in the window. */
  labelSets(window: Window): Labels[] {
    return [...this.#streams.values()]
      .filter(({ entries }) => between(entries, window).length > 0)
      .map(({ labels }) => labels);
  }

  /** The oldest (or newest) entries over all streams, given by label set, the sets in order of their text. */
  find(query: LogQuery, window: Window, limit: number, isForward: boolean): FoundStream[] {
    const found: Found[] = [];
    for (const stream of this.#streams.values()) {
      if (query.selects(stream.labels)) found.push(...findIn(stream, query, window, limit, isForward));
    }
    const sign = isForward ? 1 : -1;
    // Where timestamps are equal the streams follow their hash in both directions, which is why a page may leave out one in the middle.
    found.sort((one, other) =>
      one.timestampNs === other.timestampNs
        ? compare(one.stream.hash, other.stream.hash)
        : sign * compare(one.timestampNs, other.timestampNs),
    );
    return byLabels(found.slice(0, limit));
  }

  #streamOf(labels: Labels): Stream {
    const text = labelText(labels);
    const known = this.#streams.get(text);
    if (known !== undefined) return known;
    const stream = { labels, hash: streamHash(labels), entries: [], seen: new Set<string>() };
    this.#streams.set(text, stream);
    return stream;
  }
}

function findIn(stream: Stream, query: LogQuery, window: Window, limit: number, isForward: boolean): Found[] {
  const inside = between(stream.entries, window);
  const found: Found[] = [];
  for (let step = 0; step < inside.length && found.length < limit; step += 1) {
    const entry = inside[isForward ? step : inside.length - 1 - step];
    if (entry !== undefined && query.keeps(entry.line, { ...stream.labels, ...entry.metadata }))
      found.push({ ...entry, stream });
  }
  return found;
}

/** Structured metadata joins the labels, so entries of one stream come back as several. */
function byLabels(found: readonly Found[]): FoundStream[] {
  const groups = new Map<string, { stream: Labels; values: (readonly [string, string])[] }>();
  for (const { stream, metadata, timestampNs, line } of found) {
    const labels = { ...stream.labels, ...metadata };
    const text = labelText(labels);
    const group = groups.get(text) ?? { stream: labels, values: [] };
    groups.set(text, group);
    group.values.push([timestampNs.toString(), line]);
  }
  return [...groups].sort(([one], [other]) => compare(one, other)).map(([, group]) => group);
}

function between(entries: readonly Stored[], { fromNs, toNs }: Window): readonly Stored[] {
  return entries.slice(firstAt(entries, fromNs), firstAt(entries, toNs));
}

/** Index of the first entry that is not older. */
function firstAt(entries: readonly Stored[], timestampNs: bigint): number {
  let low = 0;
  let high = entries.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((entries[middle]?.timestampNs ?? 0n) < timestampNs) low = middle + 1;
    else high = middle;
  }
  return low;
}

function compare<T extends bigint | string>(one: T, other: T): number {
  return one < other ? -1 : Number(one > other);
}

/** A label set as Loki writes it. */
export function labelText(labels: Labels): string {
  const pairs = Object.entries(labels).sort(([one], [other]) => compare(one, other));
  return `{${pairs.map(([name, value]) => `${name}=${JSON.stringify(value)}`).join(", ")}}`;
}
