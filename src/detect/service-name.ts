import type { LogEntry } from "../domain/log-entry.ts";
import type { ServiceName } from "../domain/names.ts";
import type { ReadingRules } from "../domain/reading-rules.ts";
import type { LineReading } from "./line-reading.ts";
import { asText, findField } from "./read-fields.ts";

export interface ServiceDecision {
  readonly service: ServiceName | null;
  /** As it stood there, before aliases. */
  readonly seenAs: string | null;
  readonly from: string;
}

const unknown: ServiceDecision = { service: null, seenAs: null, from: "" };

/** Whose entry it is: the rules' names over labels, then structured metadata, then fields of the body; aliases resolved, a name without one kept as it is. */
export function decideService(entry: LogEntry, reading: LineReading, rules: ReadingRules): ServiceDecision {
  for (const name of rules.serviceLabels) {
    const value = asText(entry.labels[name]);
    if (value !== null) return resolve(value, `the label ${name}`, rules);
  }
  for (const name of rules.serviceLabels) {
    const value = asText(entry.structuredMetadata[name]);
    if (value !== null) return resolve(value, `the structured metadata ${name}`, rules);
  }
  if (reading.fields !== null) {
    for (const name of rules.serviceLabels) {
      const value = findField(reading.fields, name);
      if (value !== null) return resolve(value, `the field ${name} of the line`, rules);
    }
  }
  return reading.serviceInText === null
    ? unknown
    : resolve(reading.serviceInText, "the application name in the line", rules);
}

function resolve(value: string, from: string, rules: ReadingRules): ServiceDecision {
  return { service: rules.aliases[value.toLowerCase()] ?? value, seenAs: value, from };
}
