import type { ErrorEntry, Exception, Level } from "../domain/error-entry.ts";
import { fingerprintOf, identityOf } from "../domain/fingerprint.ts";
import type { LogEntry } from "../domain/log-entry.ts";
import type { Fingerprint, ServiceName } from "../domain/names.ts";
import type { ReadingRules } from "../domain/reading-rules.ts";
import { explainDecisions, type LevelDecision } from "./decisions.ts";
import { createLabelReader } from "./label-reading.ts";
import { isErrorLevel } from "./level.ts";
import type { LineReading } from "./line-reading.ts";
import { templateOf } from "./message-template.ts";
import { createOwnJudge, type OwnJudge } from "./own-frame.ts";
import type { ParsedTrace } from "./parsed-trace.ts";
import { decideService } from "./service-name.ts";
import { parseStackTrace, unescapedStack } from "./stack-trace.ts";
import { readStructuredExceptions } from "./structured-exception.ts";

/** An error entry, and every log entry it was read from, its own first: all of them are done with once it is recorded. */
export interface ReadErrorEntry extends ErrorEntry {
  readonly readFrom: readonly LogEntry[];
}

export interface EntryParser {
  /** @param entries the entry itself, then those joined to it · @param text all of their lines */
  parse(entries: readonly [LogEntry, ...LogEntry[]], reading: LineReading, text: string): ReadErrorEntry;
  judgeOf(service: ServiceName | null): OwnJudge;
}

/** Puts together what the line, the labels and the service map say. What only some readers ask for (exceptions, template, fingerprint, reasons) is worked out when it is asked for. */
export function createEntryParser(rules: ReadingRules): EntryParser {
  const judgeOf = createOwnJudge(rules);
  const readLabels = createLabelReader();

  function parse(entries: readonly [LogEntry, ...LogEntry[]], reading: LineReading, text: string): ReadErrorEntry {
    const entry = entries[0];
    const labels = readLabels(entry.labels);
    const metadata = readLabels(entry.structuredMetadata);
    const service = decideService(entry, reading, rules);
    const detail = new EntryDetail(reading, labels, metadata, text, judgeOf(service.service), service.service);
    const level = decideLevel(reading, labels, metadata, detail);
    const traced = [metadata, labels, reading].find((from) => from.traceId !== null) ?? reading;
    let because: readonly string[] | null = null;
    return {
      entry,
      readFrom: entries,
      joined: entries.length === 1 ? noIds : entries.slice(1).map((line) => line.id),
      environment: rules.environment,
      service: service.service,
      isError: level.isError,
      level: level.level,
      traceId: traced.traceId,
      spanId: traced.spanId ?? reading.spanId ?? metadata.spanId ?? labels.spanId,
      get message() {
        return detail.message;
      },
      get exceptions() {
        return detail.exceptions;
      },
      get template() {
        return detail.template;
      },
      get fingerprint() {
        return detail.fingerprint;
      },
      get because() {
        because ??= explainDecisions({
          level,
          service,
          rules,
          joinedCount: entries.length - 1,
          traceId: traced.traceId,
          traceFrom: traceSource(
            traced,
            traced === reading ? "field" : traced === labels ? "label" : "structured metadata",
          ),
          exceptions: detail.exceptions,
          template: detail.template,
        });
        return because;
      },
    };
  }

  return { parse, judgeOf };
}

function traceSource(traced: LineReading, place: string): string {
  return traced.traceField === null ? "the text" : `the ${place} ${traced.traceField}`;
}

const noIds: readonly string[] = [];
const noExceptions: readonly Exception[] = [];

/**
 * A body that is a structure, then structured metadata, then what a text logger wrote, then labels; a bare word of the message and Loki's own guess only where
 * nobody says it. Without any level a stack trace makes an error.
 */
function decideLevel(
  reading: LineReading,
  labels: LineReading,
  metadata: LineReading,
  detail: EntryDetail,
): LevelDecision {
  if (reading.level !== null && reading.format !== "text")
    return decided(reading.level, `the ${reading.format === "json" ? "JSON" : "logfmt"} field ${reading.levelField}`);
  if (metadata.level !== null && metadata.levelTrust === "stated")
    return decided(metadata.level, `the structured metadata ${metadata.levelField}`);
  if (reading.level !== null && reading.levelTrust === "stated")
    return decided(reading.level, "the logger's level at the start of the line");
  if (labels.level !== null && labels.levelTrust === "stated")
    return decided(labels.level, `the label ${labels.levelField}`);
  if (reading.level !== null)
    return decided(reading.level, "the word that the line begins with, for nothing else states a level");
  const guess = metadata.level ?? labels.level;
  if (!isErrorLevel(guess) && detail.hasTrace)
    return { level: guess, isError: true, from: "its stack trace, for nothing states a level" };
  return guess === null
    ? { level: null, isError: false, from: null }
    : decided(guess, "Loki's own guess, for nothing else states a level");
}

function decided(level: Level, from: string): LevelDecision {
  return { level, isError: isErrorLevel(level), from };
}

/** What is worked out at the first time that somebody asks. */
class EntryDetail {
  readonly #reading: LineReading;
  readonly #labels: LineReading;
  readonly #metadata: LineReading;
  readonly #text: string;
  readonly #isOwn: OwnJudge;
  readonly #service: ServiceName | null;
  #parsed: { readonly exceptions: readonly Exception[]; readonly message: string } | null = null;
  #template: string | null = null;
  #fingerprint: Fingerprint | null = null;

  constructor(
    reading: LineReading,
    labels: LineReading,
    metadata: LineReading,
    text: string,
    isOwn: OwnJudge,
    service: ServiceName | null,
  ) {
    this.#reading = reading;
    this.#labels = labels;
    this.#metadata = metadata;
    this.#text = text;
    this.#isOwn = isOwn;
    this.#service = service;
  }

  get hasTrace(): boolean {
    return this.exceptions.some((exception) => exception.frames.length > 0 || exception.type !== null);
  }

  get exceptions(): readonly Exception[] {
    return this.#read().exceptions;
  }

  get message(): string {
    return this.#read().message;
  }

  get template(): string {
    this.#template ??= templateOf(this.message);
    return this.#template;
  }

  get fingerprint(): Fingerprint {
    this.#fingerprint ??= fingerprintOfEntry(this.exceptions, () => this.template, this.#service);
    return this.#fingerprint;
  }

  #read(): { readonly exceptions: readonly Exception[]; readonly message: string } {
    this.#parsed ??= this.#reading.isStackWholeText ? this.#readText() : this.#readFields();
    return this.#parsed;
  }

  #readText(): { readonly exceptions: readonly Exception[]; readonly message: string } {
    const { messageAt } = this.#reading;
    const trace = parseStackTrace(this.#text, messageAt, this.#isOwn);
    if (trace === null) return { exceptions: this.#otelExceptions(), message: this.#reading.message.trim() };
    const message = trace.startsAt > messageAt ? this.#text.slice(messageAt, trace.startsAt).trim() : "";
    return { exceptions: trace.exceptions, message: message === "" ? headline(trace.exceptions) : message };
  }

  #readFields(): { readonly exceptions: readonly Exception[]; readonly message: string } {
    const reading = this.#reading;
    const stack = reading.stack === null ? null : unescapedStack(reading.stack);
    let trace: ParsedTrace | null = stack === null ? null : parseStackTrace(stack, 0, this.#isOwn);
    let message = reading.message;
    if (trace === null && message.includes("\n")) {
      trace = parseStackTrace(message, 0, this.#isOwn);
      if (trace !== null) message = message.slice(0, trace.startsAt).trim();
    }
    let exceptions = trace?.exceptions ?? noExceptions;
    if (exceptions.length === 0) exceptions = readStructuredExceptions(reading.errorFields, this.#isOwn);
    exceptions = completed(exceptions, reading.errorType, reading.errorMessage, message);
    if (exceptions.length === 0) exceptions = this.#otelExceptions();
    return { exceptions, message: message.trim() === "" ? headline(exceptions) : message.trim() };
  }

  /** `exception_type`, `exception_message`, `exception_stacktrace` of an OpenTelemetry log record, as Loki's OTLP endpoint stores them. */
  #otelExceptions(): readonly Exception[] {
    for (const from of [this.#metadata, this.#labels]) {
      const trace = from.stack === null ? null : parseStackTrace(unescapedStack(from.stack), 0, this.#isOwn);
      const exceptions = completed(trace?.exceptions ?? noExceptions, from.errorType, from.errorMessage, "");
      if (exceptions.length > 0) return exceptions;
    }
    return noExceptions;
  }
}

/** The fingerprint an entry gets: the masked message counts only where no frame is ours, and there the root cause's own message before the logger's. */
export function fingerprintOfEntry(
  exceptions: readonly Exception[],
  template: () => string,
  service: ServiceName | null,
): Fingerprint {
  if (exceptions.length === 0) return fingerprintOf(exceptions, template(), service);
  if ((identityOf(exceptions)?.frames.length ?? 0) > 0) return fingerprintOf(exceptions, "", service);
  const said = exceptions.at(-1)?.message ?? null;
  return fingerprintOf(exceptions, said === null ? template() : templateOf(said), service);
}

/** Type and message that stand in fields of their own, where the stack trace's text lacks them. */
function completed(
  exceptions: readonly Exception[],
  type: string | null,
  message: string | null,
  logMessage: string,
): readonly Exception[] {
  const first = exceptions[0];
  if (first === undefined) return type === null ? exceptions : [{ type, message, frames: [] }];
  if (first.type !== null) return exceptions;
  // A goroutine's stack logged with the panic's words as the message.
  const isPanic = type === null && logMessage.startsWith("panic: ");
  const known: Exception = {
    type: type ?? (isPanic ? "panic" : null),
    message: first.message ?? message ?? (isPanic ? logMessage.slice(7) : null),
    frames: first.frames,
  };
  return [known, ...exceptions.slice(1)];
}

function headline(exceptions: readonly Exception[]): string {
  const first = exceptions[0];
  return [first?.type, first?.message].filter((part) => part !== null && part !== undefined).join(": ");
}
