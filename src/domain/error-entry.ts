import type { LogEntry } from "./log-entry.ts";
import type { EntryId, Environment, Fingerprint, ServiceName, SpanId, TraceId } from "./names.ts";

export type Level = "trace" | "debug" | "info" | "warn" | "error" | "fatal";

export interface Frame {
  readonly function: string | null;
  /** Package, class or module as the language names it: `com.example.order.OrderService`, `order/service`. */
  readonly module: string | null;
  readonly file: string | null;
  readonly line: number | null;
  readonly column: number | null;
  readonly isOwn: boolean;
}

/** Frames innermost (throw site) first. */
export interface Exception<Text extends string = string> {
  readonly type: Text | null;
  readonly message: Text | null;
  readonly frames: readonly Frame[];
}

/** What one log entry, or several joined ones, says. `explain` prints it also when `isError` is false. */
export interface ErrorEntry {
  /** The first of the joined entries; the others are in `joined`. Counted once. */
  readonly entry: LogEntry;
  readonly joined: readonly EntryId[];
  readonly environment: Environment | null;
  readonly service: ServiceName | null;
  readonly isError: boolean;
  readonly level: Level | null;
  readonly message: string;
  readonly traceId: TraceId | null;
  readonly spanId: SpanId | null;
  /** Outermost first, causes after it. */
  readonly exceptions: readonly Exception[];
  readonly template: string;
  readonly fingerprint: Fingerprint;
  /** One sentence per decision (level, service, trace id, own frames, fingerprint), for people who tune the service map. */
  readonly because: readonly string[];
}
