import { pathTo, spanForest } from "../../domain/span-forest.ts";
import type { Redacted } from "../../domain/text.ts";
import type { Span, Trace } from "../../domain/trace.ts";
import { failingNodes } from "./origin.ts";

const attributesShownMax = 12;

/** Spans worth citing: the failing path from the root to the origin, then what else failed, in order of start. */
export function tellingSpans(trace: Trace<Redacted>): readonly Span<Redacted>[] {
  const { nodes, nodeOf } = spanForest(trace);
  const origin = trace.originSpanId === null ? null : nodeOf(trace.originSpanId);
  const path = origin === null ? [] : pathTo(origin).map(({ span }) => span);
  const failing = failingNodes(nodes);
  const others = nodes.filter((node) => failing.has(node)).map(({ span }) => span);
  return [...new Set([...path, ...others])];
}

/** A span in words, one fact a line. */
export function spanText(span: Span<Redacted>, traceStartNs: bigint, isOrigin: boolean): string {
  const kind = span.kind === null ? "" : ` (${span.kind})`;
  const times = `started +${milliseconds(span.startNs - traceStartNs)} ms, took ${milliseconds(span.durationNs)} ms`;
  const attributes = Object.entries(span.attributes).slice(0, attributesShownMax);
  return [
    `${span.service ?? "unknown service"}: ${span.name}${kind}, ${times}`,
    span.isError ? `status: error${span.statusMessage === null ? "" : `, ${span.statusMessage}`}` : "status: no error",
    ...(isOrigin ? ["the failure began here"] : []),
    ...span.exceptions.map(
      ({ type, message }) => `exception: ${type ?? "unnamed"}${message === null ? "" : `: ${message}`}`,
    ),
    ...attributes.map(([name, value]) => `${name}=${typeof value === "object" ? value.join(",") : value}`),
  ].join("\n");
}

function milliseconds(durationNs: bigint): string {
  return (Number(durationNs) / 1e6).toFixed(1);
}
