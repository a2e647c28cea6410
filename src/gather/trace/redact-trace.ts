import { toJson } from "../../domain/json.ts";
import type { RedactionMemory } from "../../domain/redact.ts";
import { redactPart } from "../../domain/redact-part.ts";
import { pathTo, type SpanNode, spanForest } from "../../domain/span-forest.ts";
import type { Redacted } from "../../domain/text.ts";
import type { Span, SpanException, Trace } from "../../domain/trace.ts";
import { failingNodes } from "./origin.ts";

export interface TraceLimits {
  readonly spansMax: number;
  /** Of all text. Spans beyond two thirds of it keep their name, times and failure, and lose attributes and stack traces. */
  readonly bytesMax: number;
}

const attributesMax = 24;
const linksMax = 100;
const valueLengthMax = 300;
const messageLengthMax = 2_000;
const stackTraceLengthMax = 6_000;
/** What every span of a process repeats, and no failure is explained by. */
const noise = /^(telemetry|process|host|os|container|k8s|otel|thread|network\.protocol|user_agent)\b/;

/**
 * A trace as it may be kept: redacted, bounded, the failing path and what else failed before the rest.
 * @returns with how many spans were left out
 */
export function redactTrace(
  trace: Trace,
  limits: TraceLimits,
  memory: RedactionMemory,
): { readonly trace: Trace<Redacted>; readonly leftOut: number } {
  const kept = worthiest(trace, limits.spansMax);
  const clean = (text: string, lengthMax: number): Redacted => redactPart(text, lengthMax, memory);
  let bytes = 0;
  const redacted = new Map<Span, Span<Redacted>>();
  for (const span of kept) {
    const known = [true, false].map((isWhole) => redactSpan(span, isWhole, clean));
    const fitting = known.find((each, bare) => bytes + sizeOf(each) <= (limits.bytesMax * (2 + bare)) / 3);
    if (fitting === undefined) continue;
    bytes += sizeOf(fitting);
    redacted.set(span, fitting);
  }
  // Back in order of start.
  const spans = trace.spans.flatMap((span) => redacted.get(span) ?? []);
  return { trace: { ...trace, spans }, leftOut: trace.spans.length - spans.length };
}

function worthiest(trace: Trace, spansMax: number): readonly Span[] {
  const { nodes, nodeOf } = spanForest(trace);
  const origin = trace.originSpanId === null ? null : nodeOf(trace.originSpanId);
  const path = origin === null ? [] : pathTo(origin);
  const failing = failingNodes(nodes);
  const order = [
    ...path,
    ...nodes.filter((node) => failing.has(node)),
    ...path.flatMap((node): readonly SpanNode[] => node.children),
    ...nodes.toSorted((one, other) => one.depth - other.depth),
  ];
  return [...new Set(order.map(({ span }) => span))].slice(0, spansMax);
}

function redactSpan(
  span: Span,
  isWhole: boolean,
  clean: (text: string, lengthMax: number) => Redacted,
): Span<Redacted> {
  const orNull = (text: string | null, lengthMax: number) => (text === null ? null : clean(text, lengthMax));
  return {
    ...span,
    links: span.links.slice(0, linksMax),
    name: clean(span.name, valueLengthMax),
    statusMessage: orNull(span.statusMessage, isWhole ? messageLengthMax : valueLengthMax),
    attributes: isWhole ? redactAttributes(span, clean) : {},
    exceptions: span.exceptions.slice(0, isWhole ? 3 : 1).map(
      (exception): SpanException<Redacted> => ({
        type: orNull(exception.type, valueLengthMax),
        message: orNull(exception.message, isWhole ? messageLengthMax : valueLengthMax),
        stackTrace: isWhole ? orNull(exception.stackTrace, stackTraceLengthMax) : null,
      }),
    ),
  };
}

function redactAttributes(
  { attributes }: Span,
  clean: (text: string, lengthMax: number) => Redacted,
): Span<Redacted>["attributes"] {
  // With its name, a value such as a password is known for what it is.
  const named = (name: string, value: string): Redacted => {
    const pair = clean(`${name}=${value}`, valueLengthMax + name.length);
    return clean(pair.startsWith(`${name}=`) ? pair.slice(name.length + 1) : pair, valueLengthMax);
  };
  const kept = Object.entries(attributes)
    .filter(([name]) => /^[\w.\-/]{1,100}$/.test(name) && !noise.test(name))
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .slice(0, attributesMax);
  return Object.fromEntries(
    kept.map(([name, value]) => {
      if (typeof value === "string") return [name, named(name, value)];
      return [name, typeof value === "object" ? value.slice(0, 10).map((each) => named(name, each)) : value];
    }),
  );
}

function sizeOf(span: Span<Redacted>): number {
  return Buffer.byteLength(toJson(span));
}
