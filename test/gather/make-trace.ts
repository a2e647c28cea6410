import type { Span, Trace } from "../../src/domain/trace.ts";

export const traceId = "0af7651916cd43dd8448eb211c80319c";
export const startNs = 1_790_000_000_000_000_000n;

/** Sixteen digits from a short name, so that tests read `cart` and traces hold ids. */
export function spanIdOf(name: string): string {
  return Buffer.from(name).toString("hex").padEnd(16, "0").slice(0, 16);
}

export type SpanSketch = Partial<Omit<Span, "spanId" | "parentSpanId" | "name">> & {
  /** `service/name` */
  readonly at: string;
  readonly below?: string | null;
  /** `Type: message` of a recorded exception. */
  readonly throws?: string;
  readonly fromMs?: number;
  readonly forMs?: number;
};

/** A trace in few words; a span's id is made of what follows the slash. */
export function makeTrace(...sketches: readonly SpanSketch[]): Trace {
  const spans = sketches.map(({ at, below = null, throws, fromMs = 0, forMs = 10, ...rest }): Span => {
    const [service = "", name = ""] = at.split("/");
    const [type = "", message = ""] = throws?.split(": ") ?? [];
    return {
      traceId,
      spanId: spanIdOf(name),
      parentSpanId: below === null ? null : spanIdOf(below),
      links: [],
      service,
      name,
      kind: null,
      startNs: startNs + BigInt(fromMs) * 1_000_000n,
      durationNs: BigInt(forMs) * 1_000_000n,
      isError: throws !== undefined,
      statusMessage: null,
      attributes: {},
      exceptions: throws === undefined ? [] : [{ type, message, stackTrace: null }],
      ...rest,
    };
  });
  return { traceId, spans, isPartial: false, originSpanId: null };
}
