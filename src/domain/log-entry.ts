import type { EntryId } from "./names.ts";

/** One line of Loki with its nanosecond timestamp and its labels. */
export interface LogEntry {
  readonly id: EntryId;
  readonly timestampNs: bigint;
  /** Stream labels. On servers that do not separate them (Loki 2), structured metadata is merged in here. */
  readonly labels: Readonly<Record<string, string>>;
  /** Empty where the server does not tell it from labels. */
  readonly structuredMetadata: Readonly<Record<string, string>>;
  /** As Loki sent it: unbounded, hostile, unredacted. Leaves the process only through `redact`. */
  readonly line: string;
}
