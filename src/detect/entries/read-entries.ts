import type { LogEntry } from "../../domain/log-entry.ts";
import type { EntryReader, ReadingRules } from "../../domain/reading-rules.ts";
import { entryIdentity } from "../identity/entry-identity.ts";
import { templateOf } from "../identity/message-template.ts";
import { createStreamMemory } from "../lines/label-reading.ts";
import type { LineReading } from "../lines/line-reading.ts";
import { parseStackTrace, unescapedStack } from "../stacks/stack-trace.ts";
import type { EntryGroup } from "./entry-group.ts";
import { physicalLine } from "./physical-line.ts";
import { createEntryParser, type EntryParser, type ReadErrorEntry } from "./read-entry.ts";
import { StreamLines } from "./stream-lines.ts";

/** Reads log entries page by page: what a page's end cuts in two is held back until the rest is there. */
export interface PageReader {
  /** @param entries oldest first, none older than those of the push before · @returns what is complete, oldest first, errors or not */
  push(entries: readonly LogEntry[]): readonly ReadErrorEntry[];
  /** The rest. With `windowEndNs`, what may go on behind the end of the window stays held back: the next push goes on with it. */
  flush(windowEndNs?: bigint | null): readonly ReadErrorEntry[];
  /** The oldest log entry that is held back; null when none is. Whoever pushes no more has to read again from there. */
  heldFromNs(): bigint | null;
}

/** Reads pages of one window, or of several that follow each other without a gap. */
export function createPageReader(rules: ReadingRules): PageReader {
  return createGrouping(createEntryParser(rules));
}

/** As the domain has it, and telling which log entries each error entry was read from. */
interface WholeReader extends EntryReader {
  read(entries: readonly LogEntry[]): readonly ReadErrorEntry[];
}

/** Reads entries that are all there. */
export function createEntryReader(rules: ReadingRules): WholeReader {
  const parser = createEntryParser(rules);
  return {
    read(entries) {
      const grouping = createGrouping(parser);
      const oldestFirst = entries.toSorted((a, b) =>
        a.timestampNs < b.timestampNs ? -1 : a.timestampNs > b.timestampNs ? 1 : 0,
      );
      return [...grouping.push(oldestFirst), ...grouping.flush()].sort(byTime);
    },
    readStackTrace(text, service) {
      return parseStackTrace(unescapedStack(text), 0, parser.judgeOf(service))?.exceptions ?? [];
    },
    fingerprintOf(exceptions, message, service) {
      const template = templateOf(message);
      return entryIdentity({ exceptions, template, errorMessage: null, service, isIgnored: false, isCut: false })
        .fingerprint;
    },
  };
}

function createGrouping(parser: EntryParser): PageReader {
  const streamOf = createStreamMemory(
    () => new StreamLines(parser.readLine),
    (stream) => stream.isIdle,
  );
  const openStreams = new Set<StreamLines>();
  let newestNs = 0n;

  function closeAll(instantNs: bigint | null, read: ReadErrorEntry[]): void {
    for (const stream of openStreams) {
      for (const group of stream.closeAt(instantNs)) read.push(readGroup(group, parser));
      if (stream.isIdle) openStreams.delete(stream);
    }
  }

  return {
    push(entries) {
      const read: ReadErrorEntry[] = [];
      for (const entry of entries) {
        const stream = streamOf(entry);
        for (const group of stream.add(physicalLine(entry, parser.labelLevelOf(entry), parser.readLine))) {
          read.push(readGroup(group, parser));
        }
        if (!stream.isIdle) openStreams.add(stream);
        if (entry.timestampNs > newestNs) newestNs = entry.timestampNs;
      }
      closeAll(newestNs, read);
      return inOrder(read);
    },
    flush(windowEndNs = null) {
      const read: ReadErrorEntry[] = [];
      closeAll(windowEndNs, read);
      return inOrder(read);
    },
    heldFromNs() {
      let fromNs: bigint | null = null;
      for (const { heldFromNs } of openStreams) {
        if (heldFromNs !== null && (fromNs === null || heldFromNs < fromNs)) fromNs = heldFromNs;
      }
      return fromNs;
    },
  };
}

function readGroup(group: EntryGroup, parser: EntryParser): ReadErrorEntry {
  const reading = group.joined.length === 0 ? group.head.reading : wholeReading(group, parser);
  return parser.parse([group.head.entry, ...group.joined], reading, group.text);
}

/** Of all lines together; what only the envelope of the first one told stays known. */
function wholeReading({ head, text }: EntryGroup, parser: EntryParser): LineReading {
  const whole = parser.readLine(text);
  if (whole.level === null || (whole.levelTrust !== "stated" && head.reading.levelTrust === "stated")) {
    whole.level = head.reading.level ?? whole.level;
    whole.levelTrust = head.reading.level === null ? whole.levelTrust : head.reading.levelTrust;
  }
  whole.serviceInText ??= head.reading.serviceInText;
  whole.traceId ??= head.reading.traceId;
  whole.spanId ??= head.reading.spanId;
  return whole;
}

/** Nearly always they are already, and a look is cheaper than a sort. */
function inOrder(read: ReadErrorEntry[]): ReadErrorEntry[] {
  for (let index = 1; index < read.length; index++) {
    const [one, other] = [read[index - 1], read[index]];
    if (one !== undefined && other !== undefined && other.entry.timestampNs < one.entry.timestampNs)
      return read.sort(byTime);
  }
  return read;
}

function byTime(a: ReadErrorEntry, b: ReadErrorEntry): number {
  const one = a.entry.timestampNs;
  const other = b.entry.timestampNs;
  return one < other ? -1 : one > other ? 1 : 0;
}
