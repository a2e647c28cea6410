import type { ErrorEntry, Exception } from "./error-entry.ts";
import type { Levers } from "./levers.ts";
import type { LogEntry } from "./log-entry.ts";
import type { Environment, Fingerprint, ServiceName } from "./names.ts";

/** What the service map says about reading log entries and traces: whose they are, and which frames are ours. */
export interface ReadingRules {
  /** Null where nobody said, as in `explain` on standard input. */
  readonly environment: Environment | null;
  /** Label, metadata and attribute names that may carry the service, best first. */
  readonly serviceLabels: readonly string[];
  /** Names under which a service is seen, in lower case, its own name included. */
  readonly aliases: Readonly<Record<string, ServiceName>>;
  /** Prefixes of modules, packages or paths whose frames are ours, by service. Empty: decided by rule (not a library, not the runtime). */
  readonly own: Readonly<Record<ServiceName, readonly string[]>>;
  /** What else the service map says about reading; null: nothing. */
  readonly levers: Levers | null;
}

/** How log text becomes error entries and exceptions. Handed to steps that need it, for a step imports no other step. */
export interface EntryReader {
  /** One error entry per log entry, split stack traces joined; in order of time. */
  read(entries: readonly LogEntry[]): readonly ErrorEntry[];
  /** Exceptions of a stack trace in text, outermost first; empty where there is none. */
  readStackTrace(text: string, service: ServiceName | null): readonly Exception[];
  /** The fingerprint an error entry with these exceptions gets. */
  fingerprintOf(exceptions: readonly Exception[], message: string, service: ServiceName | null): Fingerprint;
}
