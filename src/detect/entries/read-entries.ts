import type { LogEntry } from "../../domain/log-entry.ts";
import type { EntryReader, ReadingRules } from "../../domain/reading-rules.ts";
import { entryIdentity } from "../identity/entry-identity.ts";
import { templateOf } from "../identity/message-template.ts";
import { createStreamMemory } from "../lines/label-reading.ts";
import { kindOfLine } from "../lines/line-kind.ts";
import { plainText, readLine } from "../lines/read-line.ts";
import { parseStackTrace, unescapedStack } from "../stacks/stack-trace.ts";
import { EntryGroup, type PhysicalLine } from "./entry-group.ts";
import { createEntryParser, type EntryParser, type ReadErrorEntry } from "./read-entry.ts";

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
      const inOrder = entries.toSorted((a, b) =>
        a.timestampNs < b.timestampNs ? -1 : a.timestampNs > b.timestampNs ? 1 : 0,
      );
      return [...grouping.push(inOrder), ...grouping.flush()].sort(byTime);
    },
    readStackTrace(text, service) {
      return parseStackTrace(unescapedStack(text), 0, parser.judgeOf(service))?.exceptions ?? [];
    },
    fingerprintOf(exceptions, message, service) {
      return entryIdentity({ exceptions, template: templateOf(message), errorMessage: null, service }).fingerprint;
    },
  };
}

/** One stream's last group, while lines may still be added to it. */
interface Stream {
  open: EntryGroup | null;
}

function createGrouping(parser: EntryParser): PageReader {
  const streamOf = createStreamMemory(
    (): Stream => ({ open: null }),
    (stream) => stream.open === null,
  );
  const openStreams = new Set<Stream>();
  let newestNs = 0n;

  function add(entry: LogEntry, read: ReadErrorEntry[]): void {
    const stream = streamOf(entry);
    const line = physicalLine(entry, parser);
    if (line.kind !== "start" && stream.open?.isOpenAt(entry.timestampNs) === true && stream.open.offer(line)) return;
    close(stream, read);
    const group = new EntryGroup(line);
    if (!group.mayContinue) {
      read.push(readGroup(group, parser));
      return;
    }
    stream.open = group;
    openStreams.add(stream);
  }

  function close(stream: Stream, read: ReadErrorEntry[]): void {
    const group = stream.open;
    if (group === null) return;
    read.push(readGroup(group, parser));
    for (const waiting of group.takePending()) read.push(readGroup(new EntryGroup(waiting), parser));
    stream.open = null;
    openStreams.delete(stream);
  }

  function closeWhere(read: ReadErrorEntry[], isDone: (group: EntryGroup) => boolean): void {
    for (const stream of openStreams) if (stream.open !== null && isDone(stream.open)) close(stream, read);
  }

  return {
    push(entries) {
      const read: ReadErrorEntry[] = [];
      for (const entry of entries) {
        add(entry, read);
        if (entry.timestampNs > newestNs) newestNs = entry.timestampNs;
      }
      closeWhere(read, (group) => !group.isOpenAt(newestNs));
      return read.sort(byTime);
    },
    flush(windowEndNs = null) {
      const read: ReadErrorEntry[] = [];
      closeWhere(read, (group) => windowEndNs === null || !group.isOpenAt(windowEndNs));
      return read.sort(byTime);
    },
    heldFromNs() {
      let fromNs: bigint | null = null;
      for (const { open } of openStreams) {
        const headNs = open?.head.entry.timestampNs ?? null;
        if (headNs !== null && (fromNs === null || headNs < fromNs)) fromNs = headNs;
      }
      return fromNs;
    },
  };
}

function readGroup(group: EntryGroup, parser: EntryParser): ReadErrorEntry {
  const reading = group.joined.length === 0 ? group.head.reading : readLine(group.text);
  return parser.parse([group.head.entry, ...group.joined], reading, group.text);
}

function physicalLine(entry: LogEntry, parser: EntryParser): PhysicalLine {
  const text = plainText(entry.line);
  const reading = readLine(text);
  return { entry, text, reading, kind: kindOfLine(text, reading), labelLevel: parser.labelLevelOf(entry) };
}

function byTime(a: ReadErrorEntry, b: ReadErrorEntry): number {
  const one = a.entry.timestampNs;
  const other = b.entry.timestampNs;
  return one < other ? -1 : one > other ? 1 : 0;
}
