import { hash } from "node:crypto";
import type { EntryId } from "./names.ts";

/**
 * The identity of a log entry: 32 hex of SHA-256 over its labels (in any order), instant and line. Structured metadata is no part of it,
 * for Loki keeps one of two entries that differ in nothing else.
 */
export function entryId(labels: Readonly<Record<string, string>>, timestampNs: bigint | string, line: string): EntryId {
  return entryIdWith(labelPrefix(labels), timestampNs, line);
}

/** The same, for a reader of many entries of one stream: `prefix` is `labelPrefix` of its labels, made once. */
export function entryIdWith(prefix: string, timestampNs: bigint | string, line: string): EntryId {
  return hash("sha256", `${prefix}\n${timestampNs}\n${line}`, "hex").slice(0, 32);
}

/** Labels in one order, as text that no other labels give: JSON has no line break, and what follows it is digits up to the next one. */
export function labelPrefix(labels: Readonly<Record<string, string>>): string {
  const names = Object.keys(labels).sort();
  return JSON.stringify(names.map((name) => [name, labels[name]]));
}
