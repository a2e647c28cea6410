import type { Redacted } from "../domain/text.ts";
import type { Span, Trace } from "../domain/trace.ts";
import { inLine } from "./quoted.ts";

/** Spans that are drawn; a batch job can have thousands. */
const spansMax = 80;
const depthMax = 30;

/** The trace as an indented tree, one span a line, with what failed and where it began. Times from the start of the trace. */
export function renderTrace(trace: Trace<Redacted>): string {
  const ids = new Set(trace.spans.map((span) => span.spanId));
  const children = Map.groupBy(trace.spans, (span) =>
    span.parentSpanId !== null && ids.has(span.parentSpanId) && span.parentSpanId !== span.spanId
      ? span.parentSpanId
      : null,
  );
  const startNs = trace.spans[0]?.startNs ?? 0n;
  const lines: string[] = [];
  const drawn = new Set<string>();

  function draw(span: Span<Redacted>, depth: number): void {
    if (drawn.has(span.spanId) || lines.length >= spansMax || depth > depthMax) return;
    drawn.add(span.spanId);
    const marks = [
      ...(span.isError ? ["failed"] : []),
      ...(span.spanId === trace.originSpanId ? ["the failure began here"] : []),
      ...span.exceptions.slice(0, 3).map((one) => inLine(`${one.type ?? "exception"}: ${one.message ?? ""}`)),
      ...(span.statusMessage === null ? [] : [inLine(`status: ${span.statusMessage}`)]),
    ];
    const times = `+${milliseconds(span.startNs - startNs)} ms, ${milliseconds(span.durationNs)} ms`;
    const tail = marks.length === 0 ? "" : ` [${marks.join("; ")}]`;
    lines.push(`| ${"  ".repeat(depth)}${inLine(span.service ?? "?")}: ${inLine(span.name)} (${times})${tail}`);
    for (const child of children.get(span.spanId) ?? []) draw(child, depth + 1);
  }

  for (const root of children.get(null) ?? []) draw(root, 0);
  const left = trace.spans.length - drawn.size;
  return [
    `Trace ${trace.traceId}${trace.isPartial ? ", not complete" : ""}:`,
    ...lines,
    ...(left > 0 ? [`(${left} more spans)`] : []),
  ].join("\n");
}

function milliseconds(durationNs: bigint): string {
  return (Number(durationNs) / 1e6).toFixed(1);
}
