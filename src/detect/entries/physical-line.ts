import type { Level } from "../../domain/error-entry.ts";
import type { LogEntry } from "../../domain/log-entry.ts";
import { kindOfLine, type LineKind } from "../lines/line-kind.ts";
import type { LineReading } from "../lines/line-reading.ts";
import type { LineReader } from "../lines/private-format.ts";
import { plainText } from "../lines/read-line.ts";

/** One line as a program wrote it: mostly one log entry, several where a container's runtime cut it. */
export interface PhysicalLine {
  readonly entry: LogEntry;
  /** The further pieces. */
  readonly more: readonly LogEntry[];
  readonly text: string;
  readonly kind: LineKind;
  readonly reading: LineReading;
  /** What the labels say. */
  readonly labelLevel: Level | null;
}

const none: readonly LogEntry[] = [];

export function physicalLine(entry: LogEntry, labelLevel: Level | null, read: LineReader): PhysicalLine {
  const reading = read(plainText(entry.line));
  const { text } = reading;
  return { entry, more: none, text, reading, kind: kindOfLine(text, reading), labelLevel };
}

/** The pieces of a line as one. */
export function joinedLine(first: PhysicalLine, others: readonly PhysicalLine[], read: LineReader): PhysicalLine {
  if (others.length === 0) return first;
  const text = [first, ...others].map((part) => part.text).join("");
  const reading = read(text);
  reading.isPart = false;
  return {
    entry: first.entry,
    more: others.map(({ entry }) => entry),
    text: reading.text,
    reading,
    kind: kindOfLine(reading.text, reading),
    labelLevel: first.labelLevel,
  };
}
