import { z } from "zod";

/** A span as the services write it: OTLP in JSON. Only what shifting needs is read; the rest goes on as it is. */
export const otlpSpan = z.looseObject({
  traceId: z.string(),
  spanId: z.string(),
  parentSpanId: z.string().optional(),
  startTimeUnixNano: z.string(),
  endTimeUnixNano: z.string(),
  events: z.array(z.looseObject({ timeUnixNano: z.string() })),
});
export type OtlpSpan = z.output<typeof otlpSpan>;

/** The same span at another time. */
export function shiftSpan(span: OtlpSpan, byMs: number): OtlpSpan {
  const shift = (ns: string): string => (BigInt(ns) + BigInt(byMs) * 1_000_000n).toString();
  return {
    ...span,
    startTimeUnixNano: shift(span.startTimeUnixNano),
    endTimeUnixNano: shift(span.endTimeUnixNano),
    events: span.events.map((event) => ({ ...event, timeUnixNano: shift(event.timeUnixNano) })),
  };
}

export function startMs(span: OtlpSpan): number {
  return Number(BigInt(span.startTimeUnixNano) / 1_000_000n);
}
