import type { Sample } from "../../domain/incident.ts";
import type { ReadingRules } from "../../domain/reading-rules.ts";
import { createEntryReader } from "./read-entries.ts";
import type { ReadErrorEntry } from "./read-entry.ts";

/** Reads a kept error entry as if it came now. Of its labels only the service is known. Null where nothing can be read any more. */
export function createSampleReader(rules: ReadingRules): (sample: Sample) => ReadErrorEntry | null {
  const reader = createEntryReader(rules);
  const [label = "service_name"] = rules.serviceLabels;
  return ({ entryId: id, timestampNs, service, line }) => {
    const labels = service === null ? {} : { [label]: service };
    return reader.read([{ id, timestampNs, labels, structuredMetadata: {}, line }])[0] ?? null;
  };
}
