import type { Level } from "../../domain/error-entry.ts";
import type { LogEntry } from "../../domain/log-entry.ts";
import { isGoLine, type LineKind, mayEndTraceback, rubyHeader } from "../lines/line-kind.ts";
import { hasQuote, isQuoteOpen } from "../lines/read-logfmt.ts";
import { frameFamilyOf, type StackFamily } from "../stacks/frame-line.ts";
import { familyOfHead, isBetweenFrames } from "../stacks/trace-lines.ts";
import type { PhysicalLine } from "./physical-line.ts";

/** Lines of one stack trace are at most this far apart. */
export const joinGapNs = 50_000_000n;
const linesMax = 5000;
/** Lines of one exception's message. */
const waitingMax = 20;
const textLengthMax = 256 * 1024;
/** Around a traceback of another process, as Python's pools hand it over. */
const quotes = '"""';
const traceback = "Traceback (most recent call last):";
/** What belongs to Python's exception although it begins at the margin: what SQLAlchemy adds to a message, and the stack that a logger was asked for. */
const belowException = /^(?:\[(?:SQL|parameters): |\(Background on this error at: |Stack \(most recent call last\):$)/;
/** What Node prints below an uncaught error. */
const endOfNode = /^(?:Node\.js v\d|\(Use `node )/;
/** `batch not paid PaymentDeclined: card 7`: an exception in a line without any header, as `console.error(text, error)` writes it. */
const exceptionInside = /(?:^|\s)[A-Z]\w{0,80}[a-z]\w{0,80}(?: \[[\w.-]{1,80}\])?: /;

/** Log entries of one stream that are one error entry: the first, and the lines of its stack trace behind it. */
export class EntryGroup {
  readonly head: PhysicalLine;
  readonly joined: LogEntry[] = [];
  #text: string;
  #lastNs: bigint;
  #language: StackFamily | null = null;
  #isInTrace = false;
  #awaitsLastLine = false;
  #lastKind: LineKind = "start";
  #lastText = "";
  /** A value of logfmt goes on in the lines below, up to its closing quote. */
  #isInQuotes = false;
  /** Lines behind the head. */
  #followers = 0;
  /** Lines that belong to it only if frames follow: `Type: message` below a log line, and further lines of such a message. */
  #pending: PhysicalLine[] = [];

  constructor(head: PhysicalLine) {
    this.head = head;
    this.joined.push(...head.more);
    this.#text = head.text;
    this.#lastNs = (head.more.at(-1) ?? head.entry).timestampNs;
    this.#isInQuotes = head.reading.format === "logfmt" && !head.text.includes("\n") && isQuoteOpen(head.text);
    if (head.kind !== "start" && head.kind !== "other") this.#enter(head);
    else if (head.reading.isStackWholeText)
      this.#isInTrace = /\n[ \t]{1,40}at |\nTraceback|\ngoroutine /.test(head.text);
    else if (head.text.endsWith(traceback)) this.#enterTraceback();
  }

  get text(): string {
    return this.#text;
  }

  /** Whether a line at that instant could still belong to it. */
  isOpenAt(timestampNs: bigint): boolean {
    return this.mayContinue && timestampNs - this.#lastNs <= joinGapNs;
  }

  /** Entries of JSON and logfmt are complete in themselves, but for a quote that is open. */
  get mayContinue(): boolean {
    return this.#isInQuotes || (this.head.reading.format === "text" && this.head.text.charCodeAt(0) !== 123);
  }

  get isInTrace(): boolean {
    return this.#isInTrace;
  }

  /** A log line of its own that names no exception: frames right below it are rather another's. */
  get hasNothingThrown(): boolean {
    return this.#followers === 0 && !this.#isWaiting && !/(?:Error|Exception|Throwable)\b|panic/.test(this.#text);
  }

  /** Whether a line that comes behind another thread's can only belong to this stack trace. */
  isGoneOnWith(line: PhysicalLine): boolean {
    switch (line.kind) {
      case "frame":
      case "cause":
      case "goroutine":
      case "exception":
      case "other":
        return this.#isInTrace && this.#accepts(line);
      default:
        return false;
    }
  }

  /** The lines that waited for frames in vain; each stands for itself. */
  takePending(): readonly PhysicalLine[] {
    const pending = this.#pending;
    this.#pending = [];
    return pending;
  }

  /** Whether the line was taken in. */
  offer(line: PhysicalLine): boolean {
    if (this.joined.length >= linesMax) return false;
    if (this.#isInQuotes) {
      this.#isInQuotes = !hasQuote(line.text);
      this.#append(line);
      return true;
    }
    if (this.#mayWait(line)) {
      this.#pending.push(line);
      this.#lastNs = (line.more.at(-1) ?? line.entry).timestampNs;
      return true;
    }
    if (!this.#accepts(line)) return false;
    for (const waiting of this.takePending()) this.#append(waiting);
    this.#append(line);
    return true;
  }

  /** Whether only what comes next can tell if the line belongs here. */
  #mayWait({ kind, text }: PhysicalLine): boolean {
    if (this.#pending.length >= waitingMax) return false;
    if (this.#isInTrace) return this.#isBelowCause && (kind === "other" || kind === "exception" || kind === "blank");
    const head = this.head.kind;
    const isInMessage =
      head === "exception" || head === "uncaught" || this.#pending.some((line) => line.kind !== "blank");
    if (kind === "blank") return isInMessage || (this.#hasLoudHead && this.#pending.length === 0);
    if (kind === "exception") {
      const isFirst = this.#pending.every((line) => line.kind !== "exception");
      return isFirst && (this.#hasLoudHead || head === "preamble" || head === "announcement" || this.#isTagAlone);
    }
    if (kind === "indented") return this.#namesException;
    if (kind !== "other" || endOfNode.test(text)) return false;
    // A message of several lines, where frames follow.
    return isInMessage || this.#hasLoudHead || head === "preamble" || head === "announcement" || this.#namesException;
  }

  #accepts(line: PhysicalLine): boolean {
    const { kind, text } = line;
    switch (kind) {
      case "preamble":
        // Node shows where it threw the error of a worker on, and then where the worker threw it.
        return this.head.kind === "preamble" && this.#lastKind === "indented" && !this.#isInTrace && !this.#isWaiting;
      case "announcement":
        return this.#language === "native" && this.#lastKind === "panic" && text.startsWith("===");
      case "start":
      case "uncaught":
        return false;
      case "panic":
        // A line of signs above a sanitizer's report; what libc says, and then a handler of signals.
        return (
          (this.head.kind === "announcement" && this.#followers === 0 && !this.#isWaiting) ||
          (this.#language === "native" && this.#lastKind !== "frame" && familyOfHead(text) === "native")
        );
      case "frame":
        return this.#isInTrace || this.#isWaiting || !isQuiet(this.head.reading.level);
      case "cause":
        return this.#isInTrace || this.#isWaiting || this.#hasLoudHead;
      case "goroutine":
        return this.#language === "go" || (!this.#isInTrace && !isQuiet(this.head.reading.level));
      case "exception":
        // Ruby prints causes below each other; a function of Go is called as a class may be.
        return (
          this.#awaitsLastLine ||
          (this.#language === "ruby" && rubyHeader.test(text)) ||
          (this.#language === "go" && isGoLine(text)) ||
          (this.head.kind === "panic" && this.#isBeforeFrames)
        );
      case "traceback":
        return (
          (this.head.kind === "announcement" ||
            this.#pending.every((waiting) => waiting.kind === "blank" || waiting.text === quotes)) &&
          (this.#language === "python"
            ? !this.#awaitsLastLine && (this.#lastKind === "cause" || this.#lastText === quotes)
            : (this.#hasLoudHead || this.head.kind === "announcement" || this.#pending.length > 0) && !this.#isInTrace)
        );
      case "second-line":
        return this.#followers === 0 && this.head.reading.hasTimestamp && this.head.reading.level === null;
      case "indented":
        return (
          this.#isInTrace ||
          this.#isWaiting ||
          this.#hasLoudHead ||
          this.#isHeaderAlone ||
          this.#isInObject ||
          this.#isTagAlone ||
          this.head.kind === "preamble" ||
          this.head.kind === "exception"
        );
      case "blank":
        return this.#isInTrace || this.#isTagAlone || this.head.kind === "preamble" || this.head.kind === "panic";
      case "other":
        return (
          (this.#language === "go" && (isGoLine(text) || this.#isBehindWholeStack)) ||
          (this.#awaitsLastLine && mayEndTraceback(text)) ||
          // The traceback of another process stands in quotes.
          (this.#language === "python" && (text === quotes || belowException.test(text))) ||
          (this.#language === "rust" && (this.#lastKind !== "frame" || text.startsWith("note: "))) ||
          (this.#language !== null && (this.#isBeforeFrames || isBetweenFrames(this.#language, text))) ||
          (this.#isInObject && /^[}\]]+$/.test(text)) ||
          (this.#isScript && (text === "}" || text.startsWith("Emitted '"))) ||
          ((this.#isScript || this.head.kind === "preamble") && endOfNode.test(text))
        );
    }
  }

  #append(line: PhysicalLine): void {
    this.joined.push(line.entry, ...line.more);
    this.#followers++;
    this.#lastNs = (line.more.at(-1) ?? line.entry).timestampNs;
    if (this.#text.length < textLengthMax) this.#text += `\n${line.text}`;
    this.#enter(line);
  }

  /** What the line says about the trace that it is in. */
  #enter(line: PhysicalLine): void {
    if (line.kind !== "blank") {
      this.#lastKind = line.kind;
      this.#lastText = line.text;
    }
    switch (line.kind) {
      case "traceback":
        this.#enterTraceback();
        // The last line of an exception group stands in its frame of bars.
        this.#awaitsLastLine = !line.text.trimStart().startsWith("+");
        return;
      case "panic":
      case "goroutine":
        this.#isInTrace = true;
        this.#language = line.kind === "goroutine" ? "go" : familyOfHead(line.text);
        return;
      case "exception":
      case "other":
        this.#awaitsLastLine = false;
        return;
      case "frame":
        this.#isInTrace = true;
        this.#language ??= frameFamilyOf(line.text, 0, line.text.length) ?? "script";
    }
  }

  #enterTraceback(): void {
    this.#isInTrace = true;
    this.#language = "python";
    this.#awaitsLastLine = true;
  }

  /** Node prints objects over several lines: `order 7 not paid {`. */
  get #isInObject(): boolean {
    return this.head.kind === "other" && /[ (][{[]$/.test(this.head.text.slice(-2));
  }

  get #isScript(): boolean {
    return this.#language === "script" || this.#language === "gecko";
  }

  /** Rails begins with an empty line, which has its tags. */
  get #isTagAlone(): boolean {
    return this.head.kind === "blank" && this.head.text.startsWith("[");
  }

  /** pkg/errors prints what wrapped an error behind its stack, which ends where goroutines begin; the logger writes times in front of its own lines. */
  get #isBehindWholeStack(): boolean {
    return this.head.reading.hasTimestamp && /asm_\w{1,20}\.s:\d{1,7}$/.test(this.#text.slice(-80));
  }

  /** What a crash says of itself. */
  get #isBeforeFrames(): boolean {
    const isReport = this.#language === "native" || this.#language === "beam" || this.#language === "dart";
    return this.#lastKind === "panic" || (isReport && this.#lastKind !== "frame" && this.head.kind === "panic");
  }

  /** The message of a cause may have several lines: `Caused by: org.h2.…: Column "X" not found; SQL statement:`. */
  get #isBelowCause(): boolean {
    return this.#lastKind === "cause" && (this.#language === "at" || this.#isScript);
  }

  get #isWaiting(): boolean {
    return this.#pending.length > 0;
  }

  get #namesException(): boolean {
    return this.head.kind === "other" && this.#followers === 0 && exceptionInside.test(this.head.text.slice(0, 500));
  }

  /** .NET's console writes the message below its header. */
  get #isHeaderAlone(): boolean {
    const { level, message } = this.head.reading;
    return level !== null && message.trim() === "";
  }

  /** A log line loud enough that an exception below it was logged with it. Below an info line it was rather printed by something else: not to be lost in it. */
  get #hasLoudHead(): boolean {
    const { level, hasTimestamp } = this.head.reading;
    if (level !== null) return !isQuiet(level);
    return hasTimestamp || isLoud(this.head.labelLevel);
  }
}

function isLoud(level: Level | null): boolean {
  return level !== null && !isQuiet(level);
}

function isQuiet(level: Level | null): boolean {
  return level === "info" || level === "debug" || level === "trace";
}
