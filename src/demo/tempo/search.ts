import { type SourceAnswer, textAnswer } from "../source-server.ts";
import type { PushedBatch, StoredSpan } from "./otlp-push.ts";

type Test = (span: StoredSpan, batch: PushedBatch) => boolean;

const rangeSecondsMax = 168 * 3_600;

/**
 * `/api/search` with the part of TraceQL that is asked of it: one pair of braces with `resource.service.name = "…"`, `name = "…"`, `status = error` and
 * `status != error`, joined by `&&`; all of one span. Anything else is a syntax error here.
 */
export function searchAnswer(batches: readonly PushedBatch[], params: URLSearchParams): SourceAnswer {
  const query = params.get("q") ?? "";
  const tests = parseQuery(query);
  if (tests === null) return textAnswer(400, `invalid TraceQL query: parse error at line 1, col 3: ${query}`);
  const limit = Number(params.get("limit") ?? 20);
  if (!Number.isInteger(limit) || limit < 1) return textAnswer(400, "invalid limit: must be a positive number");
  const [start, end] = [Number(params.get("start") ?? 0), Number(params.get("end") ?? 0)];
  if (start > end)
    return textAnswer(400, `http parameter start must be before end. received start=${start} end=${end}`);
  if (end - start > rangeSecondsMax) return textAnswer(400, "range specified by start and end exceeds 168h0m0s");
  const found = new Map<string, StoredSpan[]>();
  for (const batch of batches) {
    for (const span of batch.spans) {
      const second = Number(BigInt(span.startTimeUnixNano) / 1_000_000_000n);
      if (end > 0 && (second < start || second > end)) continue;
      if (!tests.every((test) => test(span, batch))) continue;
      found.set(batch.traceId, [...(found.get(batch.traceId) ?? []), span]);
    }
  }
  const traces = [...found].slice(0, limit).map(([traceId, spans]) => ({
    // As Tempo writes ids here: without their first zeros.
    traceID: traceId.replace(/^0+/, ""),
    rootServiceName: "",
    rootTraceName: "",
    startTimeUnixNano: spans[0]?.startTimeUnixNano ?? "0",
    spanSet: { spans: spans.slice(0, 3).map(({ spanId }) => ({ spanID: spanId })), matched: spans.length },
  }));
  return { status: 200, contentType: "application/json", body: JSON.stringify({ traces, metrics: {} }) };
}

function parseQuery(query: string): readonly Test[] | null {
  const inside = /^\{(.*)\}$/s.exec(query.trim())?.[1];
  if (inside === undefined) return null;
  if (inside.trim() === "") return [];
  const tests = inside.split(/&&(?=(?:[^"\\]|\\.|"(?:[^"\\]|\\.)*")*$)/).map((part) => parseCondition(part.trim()));
  return tests.every((test) => test !== null) ? tests : null;
}

function parseCondition(text: string): Test | null {
  const status = /^status\s*(!?=)\s*error$/.exec(text);
  if (status !== null) return (span) => isError(span) === (status[1] === "=");
  const named = /^(name|resource\.service\.name)\s*=\s*("(?:[^"\\]|\\.)*")$/.exec(text);
  if (named === null) return null;
  const wanted = JSON.parse(named[2] ?? '""') as string;
  return named[1] === "name" ? (span) => span["name"] === wanted : (_span, batch) => serviceOf(batch) === wanted;
}

function isError(span: StoredSpan): boolean {
  const status = span["status"] as { readonly code?: unknown } | undefined;
  return status?.code === "STATUS_CODE_ERROR";
}

function serviceOf({ resource }: PushedBatch): unknown {
  const attributes = resource["attributes"] as
    | readonly { readonly key: string; readonly value: { readonly stringValue?: string } }[]
    | undefined;
  return attributes?.find(({ key }) => key === "service.name")?.value.stringValue ?? null;
}
