import type { Window } from "../domain/coverage.ts";
import type { EntryId, ServiceName, TraceId } from "../domain/names.ts";
import type { Trace } from "../domain/trace.ts";

/** A log entry as a tool shows it: its text has not passed the gate yet. */
export interface SeenEntry {
  readonly entryId: EntryId;
  readonly timestampNs: bigint;
  readonly service: ServiceName | null;
  readonly traceId: TraceId | null;
  readonly text: string;
}

/**
 * What lies around the incident and may be read beside the code. Whoever makes it decides which streams and which time: the model chooses only words, and
 * traces by their ids.
 */
export interface Surroundings {
  /** Entries of the incident's service that contain the words, oldest first, at most `limit`. Null where no Loki may be asked. */
  readonly logs:
    | ((words: string, window: Window, limit: number, signal: AbortSignal) => Promise<readonly SeenEntry[]>)
    | null;
  /** The time in which they may be read; null with `logs`. */
  readonly window: Window | null;
  /** Null where no Tempo may be asked; the answer is null where it does not have the trace. */
  readonly trace: ((traceId: TraceId, signal: AbortSignal) => Promise<Trace | null>) | null;
  /** Ids that may be asked for: those of the incident, and whatever was read. */
  readonly traceIds: readonly TraceId[];
}

export const nothingAround: Surroundings = { logs: null, window: null, trace: null, traceIds: [] };
