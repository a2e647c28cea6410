import type { ServiceName } from "../../domain/names.ts";
import { ownValue } from "../../domain/own-value.ts";
import { plainName } from "../../domain/plain-name.ts";
import type { ReadingRules } from "../../domain/reading-rules.ts";
import type { LineReading } from "./line-reading.ts";
import { asText, findField } from "./read-fields.ts";

export interface ServiceDecision {
  readonly service: ServiceName | null;
  /** As it stood there, before aliases. */
  readonly seenAs: string | null;
  /** Where it stood, in words. */
  readonly from: string;
}

const unknown: ServiceDecision = { service: null, seenAs: null, from: "" };

/** Whose entry labels say it is; aliases are resolved, a name without one is kept as it is. */
export function serviceOfLabels(
  labels: Readonly<Record<string, string>>,
  place: "label" | "structured metadata",
  rules: ReadingRules,
): ServiceDecision | null {
  for (const name of rules.serviceLabels) {
    const value = asText(labels[name]);
    if (value !== null) return resolve(value, `the ${place} ${name}`, rules);
  }
  return null;
}

/** The same by the fields of the line, where labels and metadata do not tell. */
export function serviceOfLine(reading: LineReading, rules: ReadingRules): ServiceDecision {
  if (reading.fields !== null) {
    for (const name of rules.serviceLabels) {
      const value = findField(reading.fields, name);
      if (value !== null) return resolve(value, `the field ${name} of the line`, rules);
    }
  }
  if (reading.serviceInText === null) return unknown;
  return resolve(reading.serviceInText, "the application name in the line", rules);
}

function resolve(value: string, from: string, rules: ReadingRules): ServiceDecision {
  const alias = value.toLowerCase();
  return {
    service: ownValue(rules.aliases, alias) ?? plainName(value),
    seenAs: value,
    from,
  };
}
