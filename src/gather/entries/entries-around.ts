import type { Window } from "../../domain/coverage.ts";
import type { ErrorEntry } from "../../domain/error-entry.ts";
import type { Sample } from "../../domain/incident.ts";
import type { LogEntry } from "../../domain/log-entry.ts";
import type { EntryId, ServiceName, TraceId } from "../../domain/names.ts";
import type { EntryReader } from "../../domain/reading-rules.ts";
import { isReadFailure, type LogSource } from "../../domain/sources.ts";
import type { Trace } from "../../domain/trace.ts";
import { type Correlation, correlationIn } from "./correlation.ts";
import { logqlString, streamSelector } from "./stream-selector.ts";

const second = 1_000_000_000n;
/** Before the first and after the last span, or the entry itself. */
const aroundTraceNs = 60n * second;
/** How far from the entry its trace is looked for: a batch job's trace may last a day. */
const traceReachNs = 900n * second;
const traceEntriesMax = 500;
const neighboursMax = 300;
/** Of the lines of one stack trace. */
const continuationNs = second / 5n;
const otherServicesMax = 3;
const linkedMax = 200;

export interface EntriesAround {
  /** The incident's own entry as Loki has it; null when it is no longer there. */
  readonly own: ErrorEntry | null;
  /** Entries with the trace's id, of all services, errors or not, in order of time. */
  readonly ofTrace: readonly ErrorEntry[];
  /** Without a trace: entries of any service with the same id of the request, in order of time. A weaker link. */
  readonly linked: readonly ErrorEntry[];
  readonly correlation: Correlation | null;
  /** The label or metadata by which the own service is found; null where it is not known. */
  readonly ownLabel: string | null;
  /** Entries of the same service near the own one, nearest first. */
  readonly neighbours: readonly ErrorEntry[];
  /** The whole text of an entry, the entries joined to it included. */
  textOf(entry: ErrorEntry): string;
  /** What could not be read, each a sentence. */
  readonly failures: readonly string[];
}

interface Asked {
  readonly logs: LogSource;
  readonly query: string;
  readonly reader: EntryReader;
  readonly serviceOf: (raw: string) => ServiceName;
}

/** At most nine bounded queries: the entries of the trace, by their text and by their metadata, and what was said around the error and its companions. */
export async function entriesAround(
  { logs, query, reader, serviceOf }: Asked,
  sample: Sample,
  trace: Trace | null,
  signal: AbortSignal,
): Promise<EntriesAround> {
  const selector = streamSelector(query);
  if (selector === null)
    return noEntriesAround(["The configured query has no stream selector to read neighbouring entries with."]);
  const failures: string[] = [];
  const pages = new Map<EntryId, LogEntry>();

  async function read(text: string, window: Window, limit: number): Promise<readonly LogEntry[]> {
    try {
      const { entries } = await logs.entriesBetween(text, window, limit, signal);
      for (const entry of entries) pages.set(entry.id, entry);
      return entries;
    } catch (error) {
      signal.throwIfAborted();
      if (!isReadFailure(error)) throw error;
      failures.push(`Loki could not be asked for neighbouring entries: ${error.message}`);
      return [];
    }
  }

  const traceId = trace?.traceId ?? sample.traceId;
  const byTrace = traceId === null ? [] : await entriesOfTrace(read, selector, traceId, windowOf(sample, trace));
  const known = byTrace.find(({ id }) => id === sample.entryId) ?? (await ownEntry(read, selector, sample));
  const ownLabel = known === null ? null : labelOf(known, sample.service, serviceOf);
  await nearby(read, selector, sample, ownLabel);
  const correlation = trace === null ? correlationIn(known?.line ?? sample.line) : null;
  const byCorrelation =
    correlation === null
      ? []
      : await read(`${selector} |= ${logqlString(correlation.value)}`, windowOf(sample, null), linkedMax);
  const linkedIds = new Set(byCorrelation.map(({ id }) => id));
  for (const error of firstErrors(reader.read(inOrder(byTrace)), sample.service)) {
    const label = labelOf(error.entry, error.service, serviceOf);
    const fromNs = error.entry.timestampNs;
    if (label !== null) await read(`${selector} | ${label}`, { fromNs, toNs: fromNs + continuationNs }, neighboursMax);
  }

  const ids = new Set(byTrace.map(({ id }) => id));
  const all = reader.read(inOrder([...pages.values()]));
  const isOwn = ({ entry, joined }: ErrorEntry) => entry.id === sample.entryId || joined.includes(sample.entryId);
  const isOfTrace = (each: ErrorEntry) => ids.has(each.entry.id) || (traceId !== null && each.traceId === traceId);
  const isLinked = (each: ErrorEntry) => linkedIds.has(each.entry.id) && !isOwn(each) && !isOfTrace(each);
  return {
    own: all.find(isOwn) ?? null,
    ofTrace: all.filter(isOfTrace),
    linked: all.filter(isLinked),
    correlation,
    ownLabel,
    neighbours: all
      .filter((each) => !isOwn(each) && !isOfTrace(each) && !isLinked(each) && each.service === sample.service)
      .toSorted((one, other) => Number(distance(one, sample) - distance(other, sample))),
    textOf: ({ entry, joined }) =>
      [entry, ...joined.map((id) => pages.get(id))].map((each) => each?.line ?? "").join("\n"),
    failures: [...new Set(failures)],
  };
}

/** The first error of each other service: a stack trace that is shipped line by line carries the trace id in its first line only. */
function firstErrors(entries: readonly ErrorEntry[], besides: ServiceName | null): readonly ErrorEntry[] {
  const firsts = new Map<ServiceName | null, ErrorEntry>();
  for (const each of entries) {
    if (each.isError && each.service !== besides && !firsts.has(each.service)) firsts.set(each.service, each);
  }
  return [...firsts.values()].slice(0, otherServicesMax);
}

type Read = (text: string, window: Window, limit: number) => Promise<readonly LogEntry[]>;

async function entriesOfTrace(read: Read, selector: string, traceId: TraceId, window: Window) {
  // Some senders leave the zeros out that a 64-bit id begins with.
  const inText = logqlString(traceId.replace(/^0+/, ""));
  return [
    ...(await read(`${selector} |= ${inText}`, window, traceEntriesMax)),
    ...(await read(`${selector} | trace_id=${logqlString(traceId)}`, window, traceEntriesMax)),
  ];
}

async function ownEntry(read: Read, selector: string, sample: Sample): Promise<LogEntry | null> {
  const window = { fromNs: sample.timestampNs, toNs: sample.timestampNs + 1n };
  return (await read(selector, window, neighboursMax)).find(({ id }) => id === sample.entryId) ?? null;
}

/** A label filter finds stream labels and structured metadata alike. A page that comes back full ends too early: then only what is closest is read. */
async function nearby(read: Read, selector: string, sample: Sample, label: string | null): Promise<void> {
  const query = label === null ? selector : `${selector} | ${label}`;
  for (const [beforeNs, afterNs] of [
    [30n * second, 5n * second],
    [second, second / 10n],
  ] as const) {
    const window = { fromNs: sample.timestampNs - beforeNs, toNs: sample.timestampNs + afterNs };
    const entries = await read(query, window, neighboursMax);
    if (entries.length < neighboursMax) return;
  }
}

/** `service_name="cart"`: the label or metadata by which the service is recognised. */
function labelOf(entry: LogEntry, service: ServiceName | null, serviceOf: (raw: string) => ServiceName): string | null {
  const pairs = Object.entries({ ...entry.structuredMetadata, ...entry.labels }).sort();
  const found = pairs.find(
    ([name, value]) => /^[A-Za-z_]\w*$/.test(name) && service !== null && serviceOf(value) === service,
  );
  return found === undefined ? null : `${found[0]}=${logqlString(found[1])}`;
}

function windowOf(sample: Sample, trace: Trace | null): Window {
  const at = sample.timestampNs;
  const starts = trace?.spans.map(({ startNs }) => startNs) ?? [];
  const ends = trace?.spans.map(({ startNs, durationNs }) => startNs + durationNs) ?? [];
  const first = starts.reduce((one, other) => (one < other ? one : other), at);
  const last = ends.reduce((one, other) => (one > other ? one : other), at);
  const within = (instant: bigint) =>
    instant < at - traceReachNs ? at - traceReachNs : instant > at + traceReachNs ? at + traceReachNs : instant;
  return { fromNs: within(first) - aroundTraceNs, toNs: within(last) + aroundTraceNs };
}

function inOrder(entries: readonly LogEntry[]): readonly LogEntry[] {
  const unique = new Map(entries.map((entry) => [entry.id, entry]));
  return [...unique.values()].sort((one, other) =>
    one.timestampNs === other.timestampNs ? (one.id < other.id ? -1 : 1) : one.timestampNs < other.timestampNs ? -1 : 1,
  );
}

function distance({ entry }: ErrorEntry, sample: Sample): bigint {
  const between = entry.timestampNs - sample.timestampNs;
  return between < 0n ? -between : between;
}

export function noEntriesAround(failures: readonly string[]): EntriesAround {
  return {
    own: null,
    ofTrace: [],
    linked: [],
    correlation: null,
    ownLabel: null,
    neighbours: [],
    textOf: ({ entry }) => entry.line,
    failures,
  };
}
