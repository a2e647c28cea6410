import type { Level } from "./error-entry.ts";
import type { ServiceName } from "./names.ts";

/** What need not be told although it is an error. Of what is given all must hold; what ends is said when it has ended. */
export interface IgnoreRule {
  /** Where it stands in the service map: `ignore[0]`. */
  readonly name: string;
  readonly because: string;
  /** Entries from then on are told again. */
  readonly untilMs: number;
  readonly service: ServiceName | null;
  /** Of any exception of the chain, with its package or without. */
  readonly type: string | null;
  /** As `explain` prints it. */
  readonly template: string | null;
  /** A stream selector and line filters of LogQL. */
  readonly match: string | null;
}

/** A way to write log lines that is nobody else's. */
export interface PrivateFormat {
  /** Where it stands in the service map: `formats[0]`. */
  readonly name: string;
  /** A JavaScript regular expression for the beginning of a line, checked to be fast; its named groups are what the line says. */
  readonly pattern: string;
}

/** Only at the beginning of a line, telling where each group stands. */
export const formatFlags = "dy";

export const formatGroups = ["time", "level", "message", "service", "traceId", "spanId", "logger", "thread"] as const;

/** From when an incident is worth an investigation: one of the two is enough. */
export interface Threshold {
  /** So many entries within so long a time, counted by whole minutes; null where only age counts. */
  readonly entries: { readonly count: number; readonly withinMs: number } | null;
  /** It was seen for so long, from its first entry to its last; null where only entries count. */
  readonly ageMs: number | null;
}

/** The least level that makes an error. */
export type ErrorFloor = Extract<Level, "warn" | "error" | "fatal">;

/** What the service map changes about reading, besides names and own prefixes. */
export interface Levers {
  /** Prefixes of modules, packages or paths whose frames are not ours, whatever else is said. */
  readonly notOwn: Readonly<Record<ServiceName, readonly string[]>>;
  readonly floors: Readonly<Record<ServiceName, ErrorFloor>>;
  /** Of services without one of their own. */
  readonly floor: ErrorFloor;
  readonly thresholds: Readonly<Record<ServiceName, Threshold>>;
  /** Of services without one of their own; null: the first entry is enough. */
  readonly threshold: Threshold | null;
  readonly ignore: readonly IgnoreRule[];
  readonly formats: readonly PrivateFormat[];
}

export const noLevers: Levers = {
  notOwn: {},
  floors: {},
  floor: "error",
  thresholds: {},
  threshold: null,
  ignore: [],
  formats: [],
};
