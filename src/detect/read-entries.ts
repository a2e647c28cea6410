import type { LogEntry } from "../domain/log-entry.ts";
import type { EntryReader, ReadingRules } from "../domain/reading-rules.ts";
import { EntryGroup, type PhysicalLine } from "./entry-group.ts";
import { createStreamNamer } from "./label-reading.ts";
import { kindOfLine } from "./line-kind.ts";
import { templateOf } from "./message-template.ts";
import { createEntryParser, type EntryParser, fingerprintOfEntry, type ReadErrorEntry } from "./read-entry.ts";
import { plainText, readLine } from "./read-line.ts";
import { parseStackTrace, unescapedStack } from "./stack-trace.ts";

/** Reads log entries page by page: what a page's end cuts in two is held back until the rest is there. */
export interface PageReader {
  /** @param entries oldest first, none older than those of the push before · @returns what is complete, oldest first, errors or not */
  push(entries: readonly LogEntry[]): readonly ReadErrorEntry[];
  /**
   * The rest. With `windowEndNs`, what may go on behind the end of the window is left out: it is to be read again whole by the next window, which begins
   * `lateness` earlier.
   */
  flush(windowEndNs?: bigint | null): readonly ReadErrorEntry[];
}

/** Reads pages of one window. */
export function createPageReader(rules: ReadingRules): PageReader {
  return createGrouping(createEntryParser(rules));
}

/** Reads entries that are all there. */
export function createEntryReader(
  rules: ReadingRules,
): EntryReader & { read(entries: readonly LogEntry[]): readonly ReadErrorEntry[] } {
  const parser = createEntryParser(rules);
  return {
    read(entries) {
      const grouping = createGrouping(parser);
      const inOrder = entries.toSorted((a, b) => compareBigints(a.timestampNs, b.timestampNs));
      return [...grouping.push(inOrder), ...grouping.flush()].sort(byTime);
    },
    readStackTrace(text, service) {
      return parseStackTrace(unescapedStack(text), 0, parser.judgeOf(service))?.exceptions ?? [];
    },
    fingerprintOf(exceptions, message, service) {
      return fingerprintOfEntry(exceptions, () => templateOf(message), service);
    },
  };
}

function createGrouping(parser: EntryParser): PageReader {
  const streamOf = createStreamNamer();
  const openByStream = new Map<string, EntryGroup>();
  let order = 0;
  let newestNs = 0n;

  function add(entry: LogEntry, closed: EntryGroup[]): void {
    const stream = streamOf(entry);
    const open = openByStream.get(stream);
    const line = physicalLine(entry);
    if (open !== undefined) {
      if (open.isOpenAt(entry.timestampNs) && open.offer(line)) return;
      const rest = close(open, closed);
      if (rest?.isOpenAt(entry.timestampNs) === true && rest.offer(line)) {
        openByStream.set(stream, rest);
        return;
      }
      if (rest !== null) close(rest, closed);
    }
    openByStream.set(stream, new EntryGroup(line, order++));
  }

  /** What was waiting for its frames in vain stands for itself. */
  function close(group: EntryGroup, closed: EntryGroup[]): EntryGroup | null {
    closed.push(group);
    const pending = group.takePending();
    return pending === null ? null : new EntryGroup(pending, order++);
  }

  function closeAll(closed: EntryGroup[], isDone: (group: EntryGroup) => boolean): void {
    for (const [stream, group] of openByStream) {
      if (!isDone(group)) continue;
      const rest = close(group, closed);
      if (rest !== null) close(rest, closed);
      openByStream.delete(stream);
    }
  }

  function read(groups: readonly EntryGroup[]): readonly ReadErrorEntry[] {
    const inOrder = groups.toSorted(
      (a, b) => compareBigints(a.head.entry.timestampNs, b.head.entry.timestampNs) || a.order - b.order,
    );
    return inOrder.map((group) => {
      const text = group.text;
      const reading = group.entries.length === 1 ? group.head.reading : readLine(text);
      return parser.parse([group.head.entry, ...group.entries.slice(1)], reading, text);
    });
  }

  return {
    push(entries) {
      const closed: EntryGroup[] = [];
      for (const entry of entries) {
        add(entry, closed);
        if (entry.timestampNs > newestNs) newestNs = entry.timestampNs;
      }
      closeAll(closed, (group) => !group.isOpenAt(newestNs));
      return read(closed);
    },
    flush(windowEndNs = null) {
      const closed: EntryGroup[] = [];
      closeAll(closed, (group) => windowEndNs === null || !group.isOpenAt(windowEndNs));
      openByStream.clear();
      return read(closed);
    },
  };
}

function physicalLine(entry: LogEntry): PhysicalLine {
  const text = plainText(entry.line);
  const reading = readLine(text);
  return { entry, text, reading, kind: kindOfLine(text, reading) };
}

function byTime(a: ReadErrorEntry, b: ReadErrorEntry): number {
  return compareBigints(a.entry.timestampNs, b.entry.timestampNs);
}

function compareBigints(a: bigint, b: bigint): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
