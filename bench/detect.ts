import { createPageReader } from "../src/detect/read-entries.ts";
import { recordEntries } from "../src/detect/record-entries.ts";
import { entryIdWith, labelPrefix } from "../src/domain/entry-id.ts";
import type { LogEntry } from "../src/domain/log-entry.ts";
import type { ReadingRules } from "../src/domain/reading-rules.ts";
import { lokiAnswer } from "./loki-answer.ts";

/** Time of reading and recording one page of 5,000 entries, against `JSON.parse` of the answer that it came in. */
const entries = 5_000;
const rounds = 40;
const rules: ReadingRules = {
  environment: "dev",
  serviceLabels: ["service_name"],
  aliases: { checkout: "checkout", "web-gateway": "web-gateway", inventory: "inventory" },
  own: { checkout: ["com.acme"] },
};

interface Answer {
  readonly data: {
    readonly result: readonly {
      readonly stream: Record<string, string>;
      readonly values: readonly [string, string][];
    }[];
  };
}

const answer = lokiAnswer(entries);
const parseMs: number[] = [];
const detectMs: number[] = [];
for (let round = 0; round < rounds; round++) {
  const started = performance.now();
  const parsed = JSON.parse(answer) as Answer;
  parseMs.push(performance.now() - started);
  const page = toEntries(parsed);
  const begun = performance.now();
  const reader = createPageReader(rules);
  const errors = [...reader.push(page), ...reader.flush()].filter((entry) => entry.isError);
  recordEntries({
    errors,
    known: { seen: new Set(), incidentOf: new Map(), incidentOfTrace: new Map() },
    environment: "dev",
    checkpointNs: null,
    nowMs: 0,
    traceForgetMs: 1,
  });
  detectMs.push(performance.now() - begun);
}
const baseline = least(parseMs);
const measured = least(detectMs);
process.stdout.write(
  `detect: ${entries} entries (${(answer.length / 1e6).toFixed(1)} MB) in ${measured.toFixed(1)} ms, JSON.parse ${baseline.toFixed(1)} ms: ${(measured / baseline).toFixed(1)}×, ${Math.round((entries / measured) * 1000)} entries a second; first round ${((detectMs[0] ?? 0) / (parseMs[0] ?? 1)).toFixed(1)}×\n`,
);

function toEntries({ data }: Answer): readonly LogEntry[] {
  return data.result
    .flatMap(({ stream, values }) => {
      const prefix = labelPrefix(stream);
      return values.map(([timestamp, line]) => ({
        id: entryIdWith(prefix, timestamp, line),
        timestampNs: BigInt(timestamp),
        labels: stream,
        structuredMetadata: {},
        line,
      }));
    })
    .sort((a, b) => (a.timestampNs < b.timestampNs ? -1 : 1));
}

/** Of several rounds the one that other processes disturbed least. */
function least(values: readonly number[]): number {
  return Math.min(...values);
}
