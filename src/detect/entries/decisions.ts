import type { Exception } from "../../domain/error-entry.ts";
import type { IgnoreRule } from "../../domain/levers.ts";
import type { LogEntry } from "../../domain/log-entry.ts";
import { ownValue } from "../../domain/own-value.ts";
import type { ReadingRules } from "../../domain/reading-rules.ts";
import type { EntryIdentity } from "../identity/entry-identity.ts";
import type { LineReading } from "../lines/line-reading.ts";
import type { ServiceDecision } from "../lines/service-name.ts";
import type { FlooredLevel } from "./error-floor.ts";
import { floorSentence, ignoredSentence, notOwnWords, thresholdSentence } from "./lever-decisions.ts";

export interface Decisions {
  readonly entries: readonly LogEntry[];
  readonly line: LineReading;
  readonly labels: LineReading;
  readonly metadata: LineReading;
  readonly level: FlooredLevel;
  readonly service: ServiceDecision;
  readonly rules: ReadingRules;
  readonly exceptions: readonly Exception[];
  /** The message without values. */
  readonly template: string;
  readonly identity: EntryIdentity;
  readonly ignored: IgnoreRule | null;
}

/** One sentence per decision, for people who tune the service map. */
export function explainDecisions(decisions: Decisions): readonly string[] {
  const { levers } = decisions.rules;
  const { service } = decisions.service;
  const isTold = decisions.level.isError && decisions.ignored === null;
  return [
    joinSentence(decisions),
    wrappingSentence(decisions.line),
    formatSentence(decisions.line),
    levelSentence(decisions),
    floorSentence(decisions.level, levers, service),
    overruledSentence(decisions),
    serviceSentence(decisions.service, decisions.rules),
    traceSentence(decisions),
    exceptionsSentence(decisions.exceptions),
    framesSentence(decisions.exceptions, decisions.service, decisions.rules),
    `Its message without values is: ${decisions.template}`,
    fingerprintSentence(decisions),
    ignoredSentence(decisions.ignored),
    isTold ? thresholdSentence(levers, service) : null,
  ].filter((sentence) => sentence !== null);
}

function joinSentence({ entries, exceptions }: Decisions): string | null {
  const joined = entries.length - 1;
  if (joined === 0) return null;
  const lines = joined === 1 ? "1 line" : `${joined} lines`;
  const what = exceptions.length > 0 ? "its stack trace" : "its message";
  return `${lines} below it in the same stream ${joined === 1 ? "continues" : "continue"} ${what} and ${joined === 1 ? "is" : "are"} counted with it.`;
}

function wrappingSentence({ wrapping }: LineReading): string | null {
  return wrapping === null ? null : `It was read without ${wrapping}, which stands around the program's own line.`;
}

function formatSentence({ privateFormat }: LineReading): string | null {
  return privateFormat === null ? null : `It was read by ${privateFormat} of the service map.`;
}

function levelSentence(decisions: Decisions): string {
  const { level, isError, source } = decisions.level;
  const verdict = isError ? "It is an error" : "It is not an error";
  const named = level === null ? "" : `: its level is ${level}`;
  switch (source) {
    case "field":
      return `${verdict}${named} by the ${decisions.line.format === "json" ? "JSON" : "logfmt"} field ${decisions.line.levelField}.`;
    case "metadata":
      return `${verdict}${named} by the structured metadata ${decisions.metadata.levelField}.`;
    case "text":
      return decisions.line.levelField === "priority"
        ? `${verdict}${named} by the priority of syslog's header.`
        : `${verdict}${named} by what the logger wrote in front of the message.`;
    case "label":
      return `${verdict}${named} by the label ${decisions.labels.levelField}.`;
    case "word":
      return `${verdict}${named} by the word that it begins with, for nothing else states a level.`;
    case "guess":
      return `${verdict}${named} by Loki's own guess, for nothing else states a level.`;
    case "trace":
      return `${verdict}: nothing states a level, but it has a stack trace.`;
    case null:
      return "It is not an error: nothing states a level, and it has no stack trace.";
  }
}

/** Who tunes a pipeline wants to know which of its levels is not believed. */
function overruledSentence({ level, labels, metadata }: Decisions): string | null {
  const others = [
    { said: metadata, place: "structured metadata", isDecided: level.source === "metadata" },
    { said: labels, place: "label", isDecided: level.source === "label" },
  ];
  const other = others.find(({ said, isDecided }) => !isDecided && said.level !== null && said.level !== level.level);
  if (other === undefined || level.source === null || level.source === "guess" || level.source === "trace") return null;
  const why = other.said.levelTrust === "guessed" ? ", which Loki guessed from the text" : "";
  return `The ${other.place} ${other.said.levelField} says ${other.said.level}${why}, and is believed less.`;
}

function serviceSentence(decision: ServiceDecision, rules: ReadingRules): string {
  if (decision.service === null) {
    return `Its service is unknown: none of ${rules.serviceLabels.join(", ")} is a label, metadata or a field of it.`;
  }
  const alias = decision.seenAs === decision.service ? "" : `, where it is called ${decision.seenAs}`;
  const isMapped = Object.values(rules.aliases).includes(decision.service);
  return `Its service is ${decision.service} by ${decision.from}${alias}${isMapped ? "" : "; the service map has no such service"}.`;
}

function traceSentence({ metadata, labels, line }: Decisions): string {
  if (metadata.traceId !== null) return `Its trace id stands in the structured metadata ${metadata.traceField}.`;
  if (labels.traceId !== null) return `Its trace id stands in the label ${labels.traceField}.`;
  if (line.traceId === null) return "It names no trace.";
  return line.traceField === null
    ? "Its trace id stands in the text."
    : `Its trace id stands in the field ${line.traceField}.`;
}

function exceptionsSentence(exceptions: readonly Exception[]): string | null {
  const [first, ...causes] = exceptions.map(({ type }) => type ?? "an exception without a type");
  if (first === undefined) return null;
  return causes.length === 0
    ? `It holds one exception, ${first}.`
    : `It holds ${first}, caused by ${causes.join(", caused by ")}.`;
}

function framesSentence(
  exceptions: readonly Exception[],
  service: ServiceDecision,
  rules: ReadingRules,
): string | null {
  const frames = exceptions.flatMap((exception) => exception.frames);
  if (frames.length === 0) return null;
  const own = frames.filter((frame) => frame.isOwn).length;
  const prefixes = service.service === null ? [] : (ownValue(rules.own, service.service) ?? []);
  const rule =
    prefixes.length > 0
      ? `the service map's own: ${prefixes.join(", ")}`
      : "rule: neither the runtime's nor a library's";
  return `${own} of its ${frames.length} ${frames.length === 1 ? "frame" : "frames"} ${own === 1 ? "is" : "are"} ours, by ${rule}${notOwnWords(rules.levers, service.service)}.`;
}

function fingerprintSentence({ identity: { exceptions: identity, template: counting }, template }: Decisions): string {
  const words = counting === template ? "the message without values" : `these words without values: ${counting}`;
  const end = counting === template ? "." : "";
  if (identity === null) return `Its fingerprint is of the service and ${words}${end}`;
  const type = identity.type ?? "an error without a type";
  if (identity.frames.length === 0) {
    return `Its fingerprint is of the service and ${type}, for no frame is ours, and of ${words}${end}`;
  }
  const frames = identity.frames.map(shownFrame).join(", ");
  const service = identity.frames.every((frame) => frame.isGloballyNamed) ? "" : " and of the service";
  const place = `Its fingerprint is of ${type} at our innermost frames, without line numbers (${frames})${service}`;
  return identity.needsMessage ? `${place}, and, for they say little, of ${words}${end}` : `${place}.`;
}

function shownFrame({ key }: { readonly key: string }): string {
  const [place = "", name = ""] = key.split("|", 2);
  return `${place} ${name === "" ? "(no name)" : name}`.trim();
}
