import type { Window } from "../../domain/coverage.ts";
import type { LogEntry } from "../../domain/log-entry.ts";
import type { CountableLogSource, LogPage, StreamLabels } from "../../domain/sources.ts";
import { createHttpClient, type HttpAnswer, type HttpClient, type HttpSource, serverTimeMs } from "../http.ts";
import { noAnswer, notEntries, refusal } from "./log-source-error.ts";
import { readCount, readEntries, readStreamLabels } from "./query-answer.ts";

// A page is held in memory several times over while it is read, and two investigations may read beside a poll: what is larger is asked for in smaller pages.
const answerBytesMax = 32 * 1024 * 1024;

const queryRangePath = "/loki/api/v1/query_range";
const nsPerMs = 1_000_000n;

/**
 * One Loki, read through its HTTP API; asks once and retries nothing. Where Loki can tell structured metadata from labels (3.0 and later), it is asked to.
 * @throws LogSourceError when the address cannot be used
 */
export function createLogSource(source: HttpSource): CountableLogSource {
  const client = createLokiClient(source);
  return {
    entriesBetween: (query, window, limit, signal) => readPage(client, query, window, limit, signal),
    countBetween: (query, window, signal) => countEntries(client, query, window, signal),
    streamsBetween: (selector, window, signal) => readStreams(client, selector, window, signal),
  };
}

/** The client behind it, with Loki's limits. */
export function createLokiClient(source: HttpSource): HttpClient {
  try {
    return createHttpClient(source, { bytesMax: answerBytesMax });
  } catch (error) {
    throw noAnswer(error);
  }
}

/** See `LogSource.entriesBetween`. */
export async function readPage(
  client: HttpClient,
  query: string,
  window: Window,
  limit: number,
  signal: AbortSignal,
): Promise<LogPage> {
  // An empty window is a question that Loki 2.9 answers and that needs no answer.
  if (window.fromNs >= window.toNs) return { entries: [], serverTimeMs: null };
  const answer = await ask(
    client,
    queryRangePath,
    {
      query,
      start: window.fromNs.toString(),
      end: window.toNs.toString(),
      limit: limit.toString(),
      direction: "forward",
    },
    signal,
  );
  const entries = readEntries(answer);
  const isOutside = (entry: LogEntry | undefined): boolean =>
    entry !== undefined && (entry.timestampNs < window.fromNs || entry.timestampNs >= window.toNs);
  if (isOutside(entries[0]) || isOutside(entries.at(-1))) {
    throw notEntries(
      answer,
      "entries outside the time that was asked for. Is this Loki, and nothing in between?",
      false,
    );
  }
  return { entries, serverTimeMs: serverTimeMs(answer.headers) };
}

/**
 * See `CountableLogSource.countBetween`. A range of LogQL leaves its first instant out and, since Loki 3.1, takes its last one in: evaluated a nanosecond before the end it is the half-open window.
 * Earlier versions leave the last one out too, and so an entry in the window's last nanosecond: a difference of one, after which the window is read again.
 */
async function countEntries(client: HttpClient, query: string, window: Window, signal: AbortSignal): Promise<number> {
  const lengthNs = window.toNs - window.fromNs;
  if (lengthNs <= 0n || lengthNs % nsPerMs !== 0n) throw new RangeError(`A count of ${lengthNs} ns is not possible.`);
  const counted = `sum(count_over_time(${query} [${lengthNs / nsPerMs}ms]))`;
  const time = (window.toNs - 1n).toString();
  return readCount(await ask(client, "/loki/api/v1/query", { query: counted, time }, signal));
}

/** See `CountableLogSource.streamsBetween`. */
async function readStreams(
  client: HttpClient,
  selector: string,
  window: Window,
  signal: AbortSignal,
): Promise<readonly StreamLabels[]> {
  const range = { start: window.fromNs.toString(), end: window.toNs.toString() };
  return readStreamLabels(await ask(client, "/loki/api/v1/series", { "match[]": selector, ...range }, signal));
}

/** @throws LogSourceError unless the status is 200 */
export async function ask(
  client: HttpClient,
  path: string,
  query: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<HttpAnswer> {
  const answer = await client.get(path, query, signal, categorise).catch((error: unknown) => {
    throw noAnswer(error);
  });
  if (answer.status !== 200) throw refusal(answer, path);
  return answer;
}

const categorise = { "x-loki-response-encoding-flags": "categorize-labels" };
