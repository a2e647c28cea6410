import { hash } from "node:crypto";
import type { EntryId } from "./names.ts";

/** What makes two readings of one log entry the same: 32 hex of SHA-256 over its sorted labels, nanosecond timestamp and line. */
export function entryId(labels: Readonly<Record<string, string>>, timestampNs: bigint, line: string): EntryId {
  return entryIdIn(streamKey(labels), timestampNs, line);
}

/** Its labels in one unambiguous text: made once for the many entries of a stream, handed to `entryIdIn`. */
export function streamKey(labels: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(labels).sort(([one], [other]) => (one < other ? -1 : 1));
  return JSON.stringify(pairs);
}

/** `entryId` of an entry in the stream with that key. */
export function entryIdIn(key: string, timestampNs: bigint, line: string): EntryId {
  // Neither JSON nor a number holds a line break, so the three parts cannot run into each other.
  return hash("sha256", `${key}\n${timestampNs}\n${line}`, "hex").slice(0, 32);
}
