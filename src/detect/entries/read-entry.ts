import type { ErrorEntry, Exception, Level } from "../../domain/error-entry.ts";
import { type IgnoreRule, noLevers } from "../../domain/levers.ts";
import type { LogEntry } from "../../domain/log-entry.ts";
import type { EntryId, Environment, Fingerprint, ServiceName, SpanId, TraceId } from "../../domain/names.ts";
import { ownValue } from "../../domain/own-value.ts";
import type { ReadingRules } from "../../domain/reading-rules.ts";
import { type EntryIdentity, entryIdentity } from "../identity/entry-identity.ts";
import { templateOf } from "../identity/message-template.ts";
import { decideLevel } from "../lines/decide-level.ts";
import { createLabelReader } from "../lines/label-reading.ts";
import type { LineReading } from "../lines/line-reading.ts";
import { type LineReader, lineReaderOf } from "../lines/private-format.ts";
import { giveBackWord } from "../lines/read-line.ts";
import { type ServiceDecision, serviceOfLine } from "../lines/service-name.ts";
import { type OwnJudge, ownJudgesOf } from "../stacks/own-frame.ts";
import { type MessageAndExceptions, readExceptions } from "../stacks/read-exceptions.ts";
import { explainDecisions } from "./decisions.ts";
import { type FlooredLevel, floorOf, withFloor } from "./error-floor.ts";
import { type Ignorable, ignoringOf } from "./ignoring.ts";

/** An error entry, and every log entry it was read from, its own first: all of them are done with once it is recorded. */
export interface ReadErrorEntry extends ErrorEntry {
  readonly readFrom: readonly LogEntry[];
  readonly identity: EntryIdentity;
  /** The rule of the service map by which it is counted and not told; null where it is told, or is no error. */
  readonly ignored: IgnoreRule | null;
}

export interface EntryParser {
  /** @param entries the entry itself, then those joined to it · @param text all of their lines */
  parse(entries: readonly [LogEntry, ...LogEntry[]], reading: LineReading, text: string): ReadErrorEntry;
  readonly readLine: LineReader;
  judgeOf(service: ServiceName | null): OwnJudge;
  /** What the stream's labels alone say. */
  labelLevelOf(entry: LogEntry): Level | null;
}

/** Puts together what the line, the labels and the service map say. */
export function createEntryParser(rules: ReadingRules): EntryParser {
  const judgeOf = ownJudgesOf(rules);
  const readLabels = createLabelReader(rules, "label");
  const readMetadata = createLabelReader(rules, "structured metadata");
  return {
    readLine: lineReaderOf(rules.levers?.formats ?? noLevers.formats),
    judgeOf,
    labelLevelOf: (entry) => readLabels(entry.labels).fields.level,
    parse(entries, reading, text) {
      const labels = readLabels(entries[0].labels);
      const metadata = readMetadata(entries[0].structuredMetadata);
      const service = labels.service ?? metadata.service ?? serviceOfLine(reading, rules);
      // Not asked again, and large: a page's entries are all held at once.
      reading.fields = null;
      return new ParsedEntry({
        entries,
        line: reading,
        labels: labels.fields,
        metadata: metadata.fields,
        text,
        service,
        rules,
        isOwn: judgeOf(service.service),
      });
    },
  };
}

interface Parts {
  readonly entries: readonly [LogEntry, ...LogEntry[]];
  readonly line: LineReading;
  readonly labels: LineReading;
  readonly metadata: LineReading;
  readonly text: string;
  readonly service: ServiceDecision;
  readonly rules: ReadingRules;
  readonly isOwn: OwnJudge;
}

const noIds: readonly EntryId[] = [];

/**
 * What only some readers ask for (exceptions, template, fingerprint, reasons) is worked out when it is first asked for: most of a page's entries are never asked.
 * These are accessors: name the fields that a copy needs instead of spreading it.
 */
class ParsedEntry implements ReadErrorEntry {
  readonly entry: LogEntry;
  readonly readFrom: readonly LogEntry[];
  readonly joined: readonly EntryId[];
  readonly environment: Environment | null;
  readonly service: ServiceName | null;
  readonly isError: boolean;
  readonly level: Level | null;
  readonly traceId: TraceId | null;
  readonly spanId: SpanId | null;
  readonly #parts: Parts;
  readonly #level: FlooredLevel;
  #read: MessageAndExceptions | null = null;
  #template: string | null = null;
  #identity: EntryIdentity | null = null;
  #ignored: IgnoreRule | null | undefined;

  constructor(parts: Parts) {
    const { entries, line, labels, metadata } = parts;
    this.#parts = parts;
    const levers = parts.rules.levers ?? noLevers;
    const decided = decideLevel(line, labels, metadata, () => this.#hasTrace());
    this.#level = withFloor(decided, floorOf(levers, parts.service.service));
    if (line.levelTrust === "leading" && this.#level.level !== line.level) giveBackWord(line);
    this.entry = entries[0];
    this.readFrom = entries;
    this.joined = entries.length === 1 ? noIds : entries.slice(1).map((entry) => entry.id);
    this.environment = parts.rules.environment;
    this.service = parts.service.service;
    this.isError = this.#level.isError;
    this.level = this.#level.level;
    this.traceId = metadata.traceId ?? labels.traceId ?? line.traceId;
    this.spanId = metadata.spanId ?? labels.spanId ?? line.spanId;
  }

  get message(): string {
    return this.#messageAndExceptions().message;
  }

  get exceptions(): readonly Exception[] {
    return this.#messageAndExceptions().exceptions;
  }

  get template(): string {
    this.#template ??= templateOf(this.message);
    return this.#template;
  }

  get identity(): EntryIdentity {
    if (this.#identity !== null) return this.#identity;
    const template = () => this.template;
    this.#identity = entryIdentity({
      exceptions: this.exceptions,
      // Masking is dear, and where own frames decide nobody asks.
      get template() {
        return template();
      },
      errorMessage: this.#parts.line.errorMessage,
      service: this.service,
      isIgnored: this.ignored !== null,
      isCut: this.exceptions.length > 0 && endsInFrame(this.#parts.line.stack ?? this.#parts.text),
    });
    return this.#identity;
  }

  get ignored(): IgnoreRule | null {
    if (this.#ignored === undefined) {
      const rules = this.isError ? (this.#parts.rules.levers?.ignore ?? []) : [];
      this.#ignored = rules.length === 0 ? null : ignoringOf(rules)(this.#ignorable());
    }
    return this.#ignored;
  }

  #ignorable(): Ignorable {
    const { entries } = this.#parts;
    const { labels, structuredMetadata, timestampNs } = this.entry;
    const read: Readonly<Record<string, string | null>> = { service: this.service, level: this.level };
    return {
      timestampNs,
      service: this.service,
      exceptions: this.exceptions,
      template: this.template,
      labelOf: (name) => ownValue(labels, name) ?? ownValue(structuredMetadata, name) ?? ownValue(read, name) ?? null,
      line: entries.map(({ line }) => line).join("\n"),
    };
  }

  get fingerprint(): Fingerprint {
    return this.identity.fingerprint;
  }

  get because(): readonly string[] {
    return explainDecisions({
      ...this.#parts,
      level: this.#level,
      exceptions: this.exceptions,
      template: this.template,
      identity: this.identity,
      ignored: this.ignored,
    });
  }

  #messageAndExceptions(): MessageAndExceptions {
    const { line, text, metadata, labels, isOwn } = this.#parts;
    this.#read ??= readExceptions(line, text, [metadata, labels], isOwn);
    return this.#read;
  }

  #hasTrace(): boolean {
    return this.exceptions.some((exception) => exception.frames.length > 0 || exception.type !== null);
  }
}

/** `at com.acme.Order.pla`, `at com.acme.Order.place(Order.ja`: a length limit cut the stack trace off, and maybe its causes. */
function endsInFrame(text: string): boolean {
  const at = text.lastIndexOf("\n") + 1;
  if (text.length - at >= 600) return false;
  const last = text.slice(at);
  return (
    last.includes("at ") && /^\s{0,80}at [\w.$<>/@-]{1,300}(?:\([^()]{0,120})?$/.test(last) && !/:\d{1,7}$/.test(last)
  );
}
