import type { Exception, Level } from "../domain/error-entry.ts";
import { identityOf } from "../domain/fingerprint.ts";
import type { TraceId } from "../domain/names.ts";
import type { ReadingRules } from "../domain/reading-rules.ts";
import type { ServiceDecision } from "./service-name.ts";

export interface LevelDecision {
  readonly level: Level | null;
  readonly isError: boolean;
  /** What stated it, in words; null when nothing did. */
  readonly from: string | null;
}

export interface Decisions {
  readonly level: LevelDecision;
  readonly service: ServiceDecision;
  readonly rules: ReadingRules;
  readonly joinedCount: number;
  readonly traceId: TraceId | null;
  readonly traceFrom: string;
  readonly exceptions: readonly Exception[];
  readonly template: string;
}

/** One sentence per decision, for people who tune the service map. */
export function explainDecisions(decisions: Decisions): readonly string[] {
  const sentences = [
    levelSentence(decisions.level),
    serviceSentence(decisions.service, decisions.rules),
    traceSentence(decisions.traceId, decisions.traceFrom),
    framesSentence(decisions.exceptions, decisions.service, decisions.rules),
    fingerprintSentence(decisions.exceptions, decisions.template),
  ];
  if (decisions.joinedCount > 0) {
    const lines = decisions.joinedCount === 1 ? "1 line" : `${decisions.joinedCount} lines`;
    sentences.unshift(`${lines} below it in the same stream continue its stack trace and are counted with it.`);
  }
  return sentences.filter((sentence) => sentence !== null);
}

function levelSentence(level: LevelDecision): string {
  if (level.from === null) return "It is not an error: nothing states a level, and it has no stack trace.";
  const verdict = level.isError ? "It is an error" : "It is not an error";
  return level.level === null
    ? `${verdict} by ${level.from}.`
    : `${verdict}: its level is ${level.level} by ${level.from}.`;
}

function serviceSentence(decision: ServiceDecision, rules: ReadingRules): string {
  if (decision.service === null) {
    return `Its service is unknown: none of ${rules.serviceLabels.join(", ")} is a label, metadata or a field of it.`;
  }
  const alias = decision.seenAs === decision.service ? "" : `, where it is called ${decision.seenAs}`;
  const isMapped = Object.values(rules.aliases).includes(decision.service);
  return `Its service is ${decision.service} by ${decision.from}${alias}${isMapped ? "" : "; the service map has no such service"}.`;
}

function traceSentence(traceId: TraceId | null, from: string): string {
  return traceId === null ? "It names no trace." : `Its trace id is from ${from}.`;
}

function framesSentence(
  exceptions: readonly Exception[],
  service: ServiceDecision,
  rules: ReadingRules,
): string | null {
  const frames = exceptions.flatMap((exception) => exception.frames);
  if (frames.length === 0) return null;
  const own = frames.filter((frame) => frame.isOwn).length;
  const prefixes = service.service === null ? [] : (rules.own[service.service] ?? []);
  const rule =
    prefixes.length > 0
      ? `the service map's own: ${prefixes.join(", ")}`
      : "rule: neither the runtime's nor a library's";
  return `${own} of its ${frames.length} frames ${own === 1 ? "is" : "are"} ours, by ${rule}.`;
}

function fingerprintSentence(exceptions: readonly Exception[], template: string): string {
  const identity = identityOf(exceptions);
  if (identity === null) return `Its fingerprint is of the service and the message with values masked: ${template}`;
  const type = identity.type ?? "an error without a type";
  if (identity.frames.length === 0) {
    return `Its fingerprint is of the service, ${type} and the masked message, for no frame is ours.`;
  }
  const frames = identity.frames.map((frame) => frame.replace("|", " ")).join(", ");
  const service = identity.isGloballyNamed ? "" : " and of the service";
  return `Its fingerprint is of ${type} at our innermost frames, without line numbers (${frames})${service}.`;
}
