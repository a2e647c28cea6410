import type { LogEntry } from "../domain/log-entry.ts";
import { emptyReading, type LineReading } from "./line-reading.ts";
import { readFields } from "./read-fields.ts";

type Labels = Readonly<Record<string, string>>;

const none = emptyReading("logfmt");

/** Reads label sets, each object once: a page has few streams and many entries. */
export function createLabelReader(): (labels: Labels) => LineReading {
  const seen = new WeakMap<Labels, LineReading>();
  return (labels) => {
    let reading = seen.get(labels);
    if (reading === undefined) {
      reading = hasAny(labels) ? readFields(labels, "logfmt") : none;
      seen.set(labels, reading);
    }
    return reading;
  };
}

function hasAny(labels: Labels): boolean {
  for (const _name in labels) return true;
  return false;
}

/** Which stream an entry is of. Names that Loki's own parser stages add tell nothing about that. */
export function createStreamNamer(): (entry: LogEntry) => string {
  const seen = new WeakMap<Labels, string>();
  return ({ labels }) => {
    let name = seen.get(labels);
    if (name === undefined) {
      name = JSON.stringify(
        Object.keys(labels)
          .filter((label) => !label.startsWith("__error"))
          .sort()
          .map((label) => [label, labels[label]]),
      );
      seen.set(labels, name);
    }
    return name;
  };
}
