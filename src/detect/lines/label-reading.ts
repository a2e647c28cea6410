import type { LogEntry } from "../../domain/log-entry.ts";
import type { ReadingRules } from "../../domain/reading-rules.ts";
import { emptyReading, type LineReading } from "./line-reading.ts";
import { readFields } from "./read-fields.ts";
import { type ServiceDecision, serviceOfLabels } from "./service-name.ts";

type Labels = Readonly<Record<string, string>>;

/** What labels, or structured metadata, say about an entry. */
export interface LabelReading {
  readonly fields: LineReading;
  /** Null where they name no service. */
  readonly service: ServiceDecision | null;
}

const nothing: LabelReading = { fields: emptyReading("logfmt"), service: null };

/** Reads label sets, each object once: a page has few streams and many entries. */
export function createLabelReader(
  rules: ReadingRules,
  place: "label" | "structured metadata",
): (labels: Labels) => LabelReading {
  const seen = new WeakMap<Labels, LabelReading>();
  return (labels) => {
    if (!hasAny(labels)) return nothing;
    let reading = seen.get(labels);
    if (reading === undefined) {
      reading = { fields: readFields(labels, "logfmt"), service: serviceOfLabels(labels, place, rules) };
      seen.set(labels, reading);
    }
    return reading;
  };
}

function hasAny(labels: Labels): boolean {
  for (const _name in labels) return true;
  return false;
}

/** Label sets that are remembered by name: structured metadata that Loki 2 merges in can make each entry a stream of its own. */
const streamsMax = 10_000;

/** One value per stream, made when the stream is first seen; idle ones are forgotten when there are many. Names that Loki's own parser stages add tell no streams apart. */
export function createStreamMemory<T>(make: () => T, isIdle: (value: T) => boolean): (entry: LogEntry) => T {
  const byLabels = new WeakMap<Labels, T>();
  const byName = new Map<string, T>();
  return ({ labels }) => {
    let value = byLabels.get(labels);
    if (value === undefined) {
      const name = streamName(labels);
      if (byName.size >= streamsMax) for (const [other, kept] of byName) if (isIdle(kept)) byName.delete(other);
      value = byName.get(name) ?? make();
      byName.set(name, value);
      byLabels.set(labels, value);
    }
    return value;
  };
}

function streamName(labels: Labels): string {
  const names = Object.keys(labels).filter((name) => !name.startsWith("__error"));
  return JSON.stringify(names.sort().map((name) => [name, labels[name]]));
}
