import { readFileSync } from "node:fs";
import { join } from "node:path";
import { createEntryReader } from "../../src/detect/entries/read-entries.ts";
import { entryId } from "../../src/domain/entry-id.ts";
import type { ErrorEntry } from "../../src/domain/error-entry.ts";
import type { LogEntry } from "../../src/domain/log-entry.ts";
import type { ReadingRules } from "../../src/domain/reading-rules.ts";

export const rules: ReadingRules = {
  environment: "dev",
  serviceLabels: ["service_name", "service", "app"],
  aliases: {},
  own: {},
  levers: null,
};

export interface Around {
  readonly labels?: Readonly<Record<string, string>>;
  readonly structuredMetadata?: Readonly<Record<string, string>>;
  readonly timestampNs?: bigint;
}

/** A log entry as Loki gives it. */
export function logEntry(line: string, around: Around = {}): LogEntry {
  const labels = around.labels ?? {};
  const timestampNs = around.timestampNs ?? 1_795_158_780_000_000_000n;
  return {
    id: entryId(labels, timestampNs, line),
    timestampNs,
    labels,
    structuredMetadata: around.structuredMetadata ?? {},
    line,
  };
}

/** What one line is. */
export function readOne(line: string, around: Around = {}, by: ReadingRules = rules): ErrorEntry {
  const [read] = createEntryReader(by).read([logEntry(line, around)]);
  if (read === undefined) throw new Error("the reader gave nothing out");
  return read;
}

/** Lines of one stream, a nanosecond apart, as a shipper sends a stack trace line by line. */
export function split(text: string, around: Around = {}): readonly LogEntry[] {
  const first = around.timestampNs ?? 1_795_158_780_000_000_000n;
  return text
    .replace(/\n$/, "")
    .split("\n")
    .map((line, index) => logEntry(line, { ...around, timestampNs: first + BigInt(index) }));
}

export function readFixture(name: string): string {
  return readFileSync(join(import.meta.dirname, "..", "fixtures", name), "utf8");
}

/** `com.acme.Order.place:57`, ours marked by a star. */
export function framesOf(entry: ErrorEntry, exception = 0): readonly string[] {
  return (entry.exceptions[exception]?.frames ?? []).map(
    (frame) =>
      `${frame.isOwn ? "*" : ""}${[frame.module, frame.function].filter((part) => part !== null).join(".")}:${frame.line}`,
  );
}
