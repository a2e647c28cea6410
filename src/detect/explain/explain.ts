import type { ErrorEntry } from "../../domain/error-entry.ts";
import type { ExplainJson, RepositoryHit } from "../../domain/json.ts";
import type { LogEntry } from "../../domain/log-entry.ts";
import type { ReadingRules } from "../../domain/reading-rules.ts";
import { createEntryReader } from "../entries/read-entries.ts";
import type { ReadErrorEntry } from "../entries/read-entry.ts";
import { groupEntries } from "./group-entries.ts";
import { groupSentence } from "./group-sentence.ts";

/** What each entry is, and why: one row per entry, in input order. A line that continues another's stack trace points to it and is counted there. */
export function explain(
  entries: readonly LogEntry[],
  rules: ReadingRules,
  repositoryOf: (entry: ErrorEntry) => RepositoryHit | null,
): readonly ExplainJson[] {
  const reader = createEntryReader(rules);
  const readBy = new Map<LogEntry, ReadErrorEntry>();
  const all = reader.read(entries);
  for (const read of all) for (const line of read.readFrom) readBy.set(line, read);
  const groupOf = groupEntries(all);
  const members = Map.groupBy(
    all.filter((read) => read.isError),
    groupOf,
  );
  const sentences = new Map([...members].map(([group, its]) => [group, groupSentence(group, its, rules)]));
  return entries.map((entry) => {
    const read = readBy.get(entry);
    if (read === undefined)
      throw new Error(`The entry ${entry.id} was read by nothing. This is a mistake in the page reader.`);
    const group = groupOf(read);
    if (read.entry !== entry) return joinedRow(entry, read, group);
    return ownRow(read, repositoryOf(read), group, read.isError ? (sentences.get(group) ?? null) : null);
  });
}

function ownRow(
  read: ReadErrorEntry,
  repository: RepositoryHit | null,
  group: string,
  sentence: string | null,
): ExplainJson {
  return {
    ...shared(read.entry, read, group),
    isError: read.isError,
    message: read.message,
    exceptions: read.exceptions,
    because: sentence === null ? read.because : [...read.because, sentence],
    joinedTo: null,
    ignored: read.ignored?.because ?? null,
    repository,
  };
}

function joinedRow(entry: LogEntry, read: ErrorEntry, group: string): ExplainJson {
  return {
    ...shared(entry, read, group),
    isError: false,
    message: entry.line,
    exceptions: [],
    because: [
      read.exceptions.length > 0
        ? "It continues the stack trace of an entry above it in the same stream, and is counted there."
        : "It continues an entry above it in the same stream, and is counted there.",
    ],
    joinedTo: read.entry.id,
    ignored: null,
    repository: null,
  };
}

function shared(
  entry: LogEntry,
  read: ErrorEntry,
  group: string,
): Omit<ExplainJson, "isError" | "message" | "exceptions" | "because" | "joinedTo" | "ignored" | "repository"> {
  return {
    id: entry.id,
    timestampNs: entry.timestampNs.toString(),
    labels: entry.labels,
    structuredMetadata: entry.structuredMetadata,
    environment: read.environment,
    service: read.service,
    level: read.level,
    traceId: read.traceId,
    spanId: read.spanId,
    template: read.template,
    fingerprint: read.fingerprint,
    group,
  };
}
