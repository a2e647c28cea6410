import { readFile } from "node:fs/promises";
import { z } from "zod";
import { atTime, lineTimeMs } from "./log-line.ts";
import { type OtlpSpan, otlpSpan, shiftSpan, startMs } from "./otlp.ts";

/** One request or one order at work, as it really happened: what the service logged, its spans, and what it answered. */
const recordedCase = z.object({
  /** `GET /prices/sku-118?customer=cu-7`, or the order as it was read. */
  asked: z.string(),
  answer: z.object({ status: z.number(), contentType: z.string(), body: z.string() }).nullable(),
  entries: z.array(z.string()),
  spans: z.array(otlpSpan),
});
export type RecordedCase = z.output<typeof recordedCase>;

const recording = z.object({ note: z.string(), cases: z.array(recordedCase) });
export type Recording = z.output<typeof recording>;

/** Of a service that is not run at demo time. */
export async function readRecording(program: "pricing" | "orders"): Promise<Recording> {
  const path = new URL(`../company/recordings/${program}.json`, import.meta.url);
  return recording.parse(JSON.parse(await readFile(path, "utf8")));
}

/** When and where in whose trace a recorded case happens again. */
export interface Replayed {
  readonly startMs: number;
  readonly traceId: string;
  /** The caller's span; null: the case begins the trace. */
  readonly parentSpanId: string | null;
  readonly newSpanId: () => string;
}

/** The case with other ids and at another time; nothing else changes. */
export function replayCase(recorded: RecordedCase, as: Replayed): Pick<RecordedCase, "entries" | "spans"> {
  const times = [...recorded.spans.map(startMs), ...recorded.entries.map(lineTimeMs).filter((time) => time !== null)];
  const shiftMs = as.startMs - Math.min(...times);
  const ids = new Map<string, string>();
  for (const { traceId, spanId } of recorded.spans) ids.set(traceId, as.traceId).set(spanId, as.newSpanId());
  const withIds = (text: string): string => text.replaceAll(/\b[0-9a-f]{16,32}\b/g, (id) => ids.get(id) ?? id);
  return {
    entries: recorded.entries.map((entry) => {
      const timeMs = lineTimeMs(entry);
      return withIds(timeMs === null ? entry : atTime(entry, timeMs + shiftMs));
    }),
    spans: recorded.spans.map((span): OtlpSpan => {
      const parent = span.parentSpanId === undefined ? undefined : ids.get(span.parentSpanId);
      const { parentSpanId: _recorded, ...rest } = shiftSpan(span, shiftMs);
      const newParent = parent ?? as.parentSpanId;
      return {
        ...rest,
        traceId: as.traceId,
        spanId: ids.get(span.spanId) ?? span.spanId,
        ...(newParent === null ? {} : { parentSpanId: newParent }),
      };
    }),
  };
}
