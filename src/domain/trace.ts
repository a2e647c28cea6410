import type { ServiceName, SpanId, TraceId } from "./names.ts";

export interface Span<Text extends string = string> {
  readonly traceId: TraceId;
  readonly spanId: SpanId;
  readonly parentSpanId: SpanId | null;
  /** Spans of other traces or branches this one points to. */
  readonly links: readonly SpanId[];
  /** `service.name` as the resource says it, aliases not yet resolved when it comes from an adapter. */
  readonly service: ServiceName | null;
  readonly name: Text;
  readonly kind: "internal" | "server" | "client" | "producer" | "consumer" | null;
  readonly startNs: bigint;
  readonly durationNs: bigint;
  readonly isError: boolean;
  readonly statusMessage: Text | null;
  readonly attributes: Readonly<Record<string, Text | number | boolean | bigint | readonly Text[]>>;
  /** Exception events in order; the stack trace as text, for it is parsed by `detect`'s rules. */
  readonly exceptions: readonly SpanException<Text>[];
}

export interface SpanException<Text extends string = string> {
  readonly type: Text | null;
  readonly message: Text | null;
  readonly stackTrace: Text | null;
}

/** As Tempo sent it, `Trace<string>`, or as it may be kept and shown, `Trace<Redacted>`. Every trace may be partial. */
export interface Trace<Text extends string = string> {
  readonly traceId: TraceId;
  /** In order of start. */
  readonly spans: readonly Span<Text>[];
  readonly isPartial: boolean;
  readonly originSpanId: SpanId | null;
}
