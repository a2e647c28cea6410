import type { Level } from "../domain/error-entry.ts";
import type { LogEntry } from "../domain/log-entry.ts";
import { isGoLine, type LineKind, mayEndTraceback } from "./line-kind.ts";
import type { LineReading } from "./line-reading.ts";

/** Lines of one stack trace are at most this far apart. */
const joinGapNs = 50_000_000n;
const linesMax = 5000;
const textLengthMax = 256 * 1024;

export interface PhysicalLine {
  readonly entry: LogEntry;
  readonly text: string;
  readonly kind: LineKind;
  readonly reading: LineReading;
}

/** Log entries of one stream that are one error entry: the first, and the lines of its stack trace behind it. */
export class EntryGroup {
  readonly head: PhysicalLine;
  readonly joined: LogEntry[] = [];
  #text: string;
  #lastNs: bigint;
  #language: "at" | "python" | "go" | null = null;
  #isInTrace = false;
  #awaitsLastLine = false;
  #lastKind: LineKind = "start";
  /** `Type: message` below a log line: part of it only if frames follow. */
  #pending: PhysicalLine | null = null;

  constructor(head: PhysicalLine) {
    this.head = head;
    this.#text = head.text;
    this.#lastNs = head.entry.timestampNs;
    if (head.kind !== "start" && head.kind !== "other") this.#enter(head);
    else if (head.reading.isStackWholeText) this.#isInTrace = /\n\s+at |\nTraceback|\ngoroutine /.test(head.text);
  }

  get text(): string {
    return this.#text;
  }

  /** Whether a line at that instant could still belong to it. */
  isOpenAt(timestampNs: bigint): boolean {
    return this.mayContinue && timestampNs - this.#lastNs <= joinGapNs;
  }

  /** Entries of JSON and logfmt are complete in themselves. */
  get mayContinue(): boolean {
    return this.head.reading.format === "text" && this.head.text.charCodeAt(0) !== 123;
  }

  /** A line that waits for its frames, given up: it begins a group of its own. */
  takePending(): PhysicalLine | null {
    const pending = this.#pending;
    this.#pending = null;
    return pending;
  }

  /** Whether the line was taken in. */
  offer(line: PhysicalLine): boolean {
    if (this.joined.length >= linesMax || !this.#accepts(line)) return false;
    if (this.#pending !== null) {
      const pending = this.#pending;
      this.#pending = null;
      this.#append(pending);
    } else if (line.kind === "exception" && !this.#awaitsLastLine) {
      this.#pending = line;
      this.#lastNs = line.entry.timestampNs;
      return true;
    }
    this.#append(line);
    return true;
  }

  #accepts(line: PhysicalLine): boolean {
    const { kind, text } = line;
    switch (kind) {
      case "start":
      case "preamble":
      case "uncaught":
      case "panic":
        return false;
      case "frame":
        return this.#isInTrace || this.#pending !== null || !isQuiet(this.head.reading.level);
      case "cause":
        return this.#isInTrace || this.#pending !== null || this.#hasLoudHead;
      case "goroutine":
        return this.#language === "go" || (!this.#isInTrace && !isQuiet(this.head.reading.level));
      case "exception":
        return (
          this.#pending === null &&
          (this.#awaitsLastLine || (!this.#isInTrace && (this.#hasLoudHead || this.head.kind === "preamble")))
        );
      case "traceback":
        return (
          this.#pending === null &&
          (this.#language === "python"
            ? !this.#awaitsLastLine && this.#lastKind === "cause"
            : this.#hasLoudHead && !this.#isInTrace)
        );
      case "second-line":
        return (
          this.joined.length === 0 &&
          this.head.kind === "other" &&
          this.head.reading.level === null &&
          this.head.reading.messageAt > 0
        );
      case "indented":
        return (
          this.#isInTrace ||
          this.#pending !== null ||
          this.#hasLoudHead ||
          this.head.kind === "preamble" ||
          this.head.kind === "exception"
        );
      case "blank":
        return this.#isInTrace || this.head.kind === "preamble" || this.head.kind === "panic";
      case "other":
        return (
          (this.#language === "go" && isGoLine(text)) ||
          (this.#awaitsLastLine && mayEndTraceback(text)) ||
          (this.#language === "at" && (text === "}" || text.startsWith("Node.js v")))
        );
    }
  }

  #append(line: PhysicalLine): void {
    this.joined.push(line.entry);
    this.#lastNs = line.entry.timestampNs;
    if (this.#text.length < textLengthMax) this.#text += `\n${line.text}`;
    this.#enter(line);
  }

  /** What the line says about the trace that it is in. */
  #enter(line: PhysicalLine): void {
    if (line.kind !== "blank") this.#lastKind = line.kind;
    switch (line.kind) {
      case "traceback":
        this.#isInTrace = true;
        this.#language = "python";
        this.#awaitsLastLine = true;
        return;
      case "panic":
      case "goroutine":
        this.#isInTrace = true;
        this.#language = "go";
        return;
      case "exception":
      case "other":
        this.#awaitsLastLine = false;
        return;
      case "frame":
        this.#isInTrace = true;
        this.#language ??= languageOf(line.text);
    }
  }

  /** A log line loud enough that an exception below it was logged with it. Below an info line it was rather printed by something else: not to be lost in it. */
  get #hasLoudHead(): boolean {
    const level = this.head.reading.level;
    return level === "warn" || level === "error" || level === "fatal";
  }
}

function isQuiet(level: Level | null): boolean {
  return level === "info" || level === "debug" || level === "trace";
}

function languageOf(frame: string): "at" | "python" | "go" {
  const content = frame.trimStart();
  if (content.startsWith('File "')) return "python";
  return content.startsWith("at ") ||
    content.startsWith("...") ||
    content.startsWith("Caused") ||
    content.startsWith("Suppressed")
    ? "at"
    : "go";
}
