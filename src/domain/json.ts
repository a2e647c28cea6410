import type { ErrorEntry } from "./error-entry.ts";
import type { LogEntry } from "./log-entry.ts";
import type { EntryId, RepositoryName } from "./names.ts";

/** The same shapes as `--json` prints them: bigint as decimal string, bytes as base64. */
export type Json<T> = T extends bigint | Uint8Array
  ? string
  : T extends string | number | boolean | null
    ? T
    : T extends readonly (infer U)[]
      ? readonly Json<U>[]
      : { readonly [K in keyof T]: Json<T[K]> };

export interface RepositoryHit {
  readonly name: RepositoryName;
  readonly file: string | null;
  readonly line: number | null;
}

/** NDJSON, exactly one line per input entry, in input order, errors or not; `joinedTo` names the entry whose stack trace this one continues (counted there). */
export type ExplainJson = Json<
  Pick<LogEntry, "id" | "timestampNs" | "labels" | "structuredMetadata"> &
    Omit<ErrorEntry, "entry" | "joined"> & {
      readonly joinedTo: EntryId | null;
      /** Why it would be counted and not told, by an ignore rule; null where it would be told, or is no error. */
      readonly ignored: string | null;
      /** Shared by the entries of this input that would become one incident. */
      readonly group: string;
      readonly repository: RepositoryHit | null;
    }
>;

/** What JSON may hold as it is and a terminal obeys: C1 controls, and what turns the direction of writing. */
const obeyed = /[\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;

/** One JSON document; bigints become decimal strings, bytes base64. Whoever looks at it in a terminal sees what stands there, and nothing else happens. */
export function toJson(value: unknown): string {
  const json = JSON.stringify(value, plainer);
  return json.replaceAll(obeyed, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

function plainer(this: Readonly<Record<string, unknown>>, key: string, value: unknown): unknown {
  // A Buffer has already been asked for its own idea of JSON: only the holder still has the bytes.
  const held = this[key];
  if (held instanceof Uint8Array) return Buffer.from(held).toString("base64");
  return typeof value === "bigint" ? value.toString() : value;
}
