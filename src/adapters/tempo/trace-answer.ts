import type { TraceId } from "../../domain/names.ts";
import type { Span, Trace } from "../../domain/trace.ts";
import type { HttpAnswer } from "../http.ts";
import {
  isOtlp,
  listOf,
  type Otlp,
  readAttributes,
  readExceptions,
  readId,
  readInstantNs,
  readKind,
  readStatus,
  textOrNull,
} from "./otlp.ts";
import { anotherTrace, notATrace } from "./trace-source-error.ts";

/**
 * The trace in an answer of either API version, in JSON unless its content is handed in, spans in order of start; null for a trace without spans, which is how some versions say "not found".
 * @throws TraceSourceError when the answer is none
 */
export function readTrace(answer: HttpAnswer, traceId: TraceId, body: Otlp = parse(answer)): Trace | null {
  // v2 wraps the trace and may say that it is cut; v1 is the trace itself, under either of two names.
  const trace = isOtlp(body["trace"]) ? body["trace"] : body;
  const isWrapped = trace !== body || "status" in body || "metrics" in body;
  const batches = trace["batches"] ?? trace["resourceSpans"];
  if (!Array.isArray(batches)) {
    if (isWrapped || Object.keys(body).length === 0) return null;
    throw notATrace(answer);
  }
  const { spans, isDamaged, other } = readSpans(listOf(batches), traceId);
  if (spans.length === 0 && other !== null) throw anotherTrace(answer, traceId, other);
  if (spans.length === 0) return null;
  const saysPartial = body["status"] === "PARTIAL" || body["status"] === 1;
  return { traceId, spans, isPartial: saysPartial || isDamaged || misses(spans), originSpanId: null };
}

/** Ids of the traces that a search found; Tempo leaves their first zeros out. @throws TraceSourceError when the answer is none */
export function readFoundIds(answer: HttpAnswer): readonly TraceId[] {
  const { traces } = parse(answer);
  if (!Array.isArray(traces)) throw notATrace(answer);
  return listOf(traces).flatMap(({ traceID }) =>
    typeof traceID === "string" && /^[0-9a-f]{1,32}$/i.test(traceID) ? [traceID.toLowerCase().padStart(32, "0")] : [],
  );
}

function parse(answer: HttpAnswer): Otlp {
  let body: unknown;
  try {
    body = JSON.parse(answer.text);
  } catch {
    throw notATrace(answer);
  }
  if (!isOtlp(body)) throw notATrace(answer);
  return body;
}

/** `other`: the id of another trace, of which spans were among them. They are left out. */
function readSpans(
  batches: readonly Otlp[],
  traceId: TraceId,
): { readonly spans: readonly Span[]; readonly isDamaged: boolean; readonly other: TraceId | null } {
  // The same span comes twice after an exporter's retry: the first version counts. Zipkin's two sides of a call share one id, so the kind counts too.
  const spans = new Map<string, Span>();
  let isDamaged = false;
  let other: TraceId | null = null;
  for (const batch of batches) {
    const resource = readAttributes(isOtlp(batch["resource"]) ? batch["resource"]["attributes"] : null);
    // Before OpenTelemetry 1.0 a scope was called an instrumentation library.
    for (const scope of listOf(batch["scopeSpans"] ?? batch["instrumentationLibrarySpans"])) {
      for (const sent of listOf(scope["spans"])) {
        const itsTrace = readId(sent["traceId"], 16);
        if (itsTrace !== null && itsTrace !== traceId) other = itsTrace;
        const span = itsTrace === null || itsTrace === traceId ? readSpan(sent, resource, traceId) : null;
        if (span === null) isDamaged = true;
        else if (!spans.has(`${span.spanId} ${span.kind}`)) spans.set(`${span.spanId} ${span.kind}`, span);
      }
    }
  }
  const inOrder = [...spans.values()].sort((one, other) =>
    one.startNs < other.startNs ? -1 : Number(one.startNs > other.startNs),
  );
  return { spans: inOrder, isDamaged, other };
}

function readSpan(sent: Otlp, resource: ReturnType<typeof readAttributes>, traceId: TraceId): Span | null {
  const spanId = readId(sent["spanId"], 8);
  const startNs = readInstantNs(sent["startTimeUnixNano"]);
  if (spanId === null || startNs === null) return null;
  const endNs = readInstantNs(sent["endTimeUnixNano"]) ?? startNs;
  const status = readStatus(sent["status"]);
  return {
    traceId,
    spanId,
    parentSpanId: readId(sent["parentSpanId"], 8),
    links: listOf(sent["links"]).flatMap((link) => readId(link["spanId"], 8) ?? []),
    service: textOrNull(resource.get("service.name")),
    name: textOrNull(sent["name"]) ?? "",
    kind: readKind(sent["kind"]),
    startNs,
    durationNs: endNs > startNs ? endNs - startNs : 0n,
    isError: status.isError,
    statusMessage: status.message,
    // The resource's attributes are those of each of its spans (the deployed version, say); the span's own win.
    attributes: Object.fromEntries([...resource, ...readAttributes(sent["attributes"])]),
    exceptions: readExceptions(sent["events"]),
  };
}

/** True where a parent that is named is not there, which is how a trace looks while parts of it are still on their way. */
function misses(spans: readonly Span[]): boolean {
  const ids = new Set(spans.map(({ spanId }) => spanId));
  return spans.some(({ parentSpanId }) => parentSpanId !== null && !ids.has(parentSpanId));
}
