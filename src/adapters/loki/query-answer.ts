import { entryIdWith, labelPrefix } from "../../domain/entry-id.ts";
import type { LogEntry } from "../../domain/log-entry.ts";
import type { EntryId } from "../../domain/names.ts";
import type { StreamLabels } from "../../domain/sources.ts";
import { type HttpAnswer, isHtml, serverWords } from "../http.ts";
import { notEntries } from "./log-source-error.ts";

type Labels = Readonly<Record<string, string>>;

const none: Labels = Object.freeze({});
const timestampShape = /^\d{1,19}$/;

/**
 * The entries of a query_range answer, oldest first over all streams; where timestamps are equal, those of one stream stay in their order of arrival.
 * Checked by hand: a page of 5,000 is read at every poll, and a schema library costs more to load than all of this.
 * @throws LogSourceError when it is no answer to a log query
 */
export function readEntries(answer: HttpAnswer): LogEntry[] {
  const entries: LogEntry[] = [];
  const isForeign = (): never => {
    throw notEntries(answer, `an unknown shape of entries: ${serverWords(answer).slice(0, 200)}. Is this Loki?`, false);
  };
  for (const stream of readStreams(answer)) {
    if (!isObject(stream) || !Array.isArray(stream["values"])) return isForeign();
    const labels = stream["stream"];
    if (!isLabels(labels)) return isForeign();
    const prefix = labelPrefix(labels);
    for (const value of stream["values"] as readonly unknown[]) {
      if (!Array.isArray(value)) return isForeign();
      const [timestamp, line, more] = value as readonly unknown[];
      if (typeof timestamp !== "string" || typeof line !== "string" || !timestampShape.test(timestamp))
        return isForeign();
      entries.push(
        new ReadLogEntry(prefix, BigInt(timestamp), labels, more === undefined ? none : metadataOf(more), line),
      );
    }
  }
  // Loki sorts by label set, not by time. The sort is stable, so ties keep the order they came in.
  return entries.sort((one, other) =>
    one.timestampNs < other.timestampNs ? -1 : Number(one.timestampNs > other.timestampNs),
  );
}

/** Its identity is worked out when it is first asked for: that of an entry which is no error never is. It is an accessor, so a copy by spreading has to name it. */
class ReadLogEntry implements LogEntry {
  readonly timestampNs: bigint;
  readonly labels: Labels;
  readonly structuredMetadata: Labels;
  readonly line: string;
  readonly #prefix: string;
  #id: EntryId | null = null;

  constructor(prefix: string, timestampNs: bigint, labels: Labels, structuredMetadata: Labels, line: string) {
    this.#prefix = prefix;
    this.timestampNs = timestampNs;
    this.labels = labels;
    this.structuredMetadata = structuredMetadata;
    this.line = line;
  }

  get id(): EntryId {
    this.#id ??= entryIdWith(this.#prefix, this.timestampNs, this.line);
    return this.#id;
  }
}

/** `data` of an answer of the label API: names or values; empty where Loki leaves it out. */
export function readNames(answer: HttpAnswer): string[] {
  const body = readJson(answer);
  const names = isObject(body) ? (body["data"] ?? []) : null;
  if (!Array.isArray(names)) throw notEntries(answer, "an unknown shape of labels. Is this Loki?", false);
  return names.filter((name) => typeof name === "string");
}

/**
 * The number of an instant query that sums everything up; no result at all is none.
 * @throws LogSourceError
 */
export function readCount(answer: HttpAnswer): number {
  const body = readJson(answer);
  const data = isObject(body) ? body["data"] : null;
  const result = isObject(data) && data["resultType"] === "vector" ? (data["result"] ?? []) : null;
  if (Array.isArray(result) && result.length === 0) return 0;
  const [first]: readonly unknown[] = Array.isArray(result) ? result : [];
  const value: unknown = isObject(first) && Array.isArray(first["value"]) ? first["value"][1] : null;
  const count = typeof value === "string" && value !== "" ? Number(value) : Number.NaN;
  if (!Number.isSafeInteger(count) || count < 0) {
    throw notEntries(answer, `no count: ${serverWords(answer).slice(0, 200)}. Is this Loki?`, false);
  }
  return count;
}

/** `data` of an answer of the series API: the labels of each stream. */
export function readStreamLabels(answer: HttpAnswer): readonly StreamLabels[] {
  const body = readJson(answer);
  const streams = isObject(body) ? (body["data"] ?? []) : null;
  if (!Array.isArray(streams)) throw notEntries(answer, "an unknown shape of streams. Is this Loki?", false);
  return streams.filter(isLabels);
}

function readStreams(answer: HttpAnswer): readonly unknown[] {
  const body = readJson(answer);
  const data = isObject(body) ? body["data"] : null;
  if (!isObject(data)) throw notEntries(answer, `no data: ${serverWords(answer)}. Is this Loki?`, false);
  const { resultType, result } = data;
  if (resultType === "matrix" || resultType === "vector" || resultType === "scalar") {
    throw notEntries(
      answer,
      `numbers (${resultType}): the query of this environment is a metric query. Give a log query, such as {app="shop"} |= "error".`,
      false,
    );
  }
  if (resultType !== "streams")
    throw notEntries(answer, `no log entries: ${serverWords(answer)}. Is this Loki?`, false);
  // A server written in Go says null for an empty list in places.
  if (result === null) return [];
  if (!Array.isArray(result)) throw notEntries(answer, "a result that is no list. Is this Loki?", false);
  return result;
}

function readJson(answer: HttpAnswer): unknown {
  if (isHtml(answer)) {
    throw notEntries(
      answer,
      `${serverWords(answer)}, so something else stands at this address: a login page, a proxy?`,
      false,
    );
  }
  try {
    return JSON.parse(answer.text);
  } catch {
    throw notEntries(
      answer,
      `${answer.text.length} characters that are no JSON, as if cut off. It is asked again later.`,
      true,
    );
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isLabels(value: unknown): value is Labels {
  if (!isObject(value)) return false;
  for (const name in value) if (typeof value[name] !== "string") return false;
  return true;
}

/** The third part of a value, which Loki 3 sends when labels are categorised: what a parser stage found, and structured metadata, which wins. */
function metadataOf(more: unknown): Labels {
  if (!isObject(more)) return none;
  const parsed = isLabels(more["parsed"]) ? more["parsed"] : none;
  const metadata = isLabels(more["structuredMetadata"]) ? more["structuredMetadata"] : none;
  return { ...parsed, ...metadata };
}
