import type { ErrorEntry, Exception } from "../../domain/error-entry.ts";
import type { Fingerprint, ServiceName, SpanId } from "../../domain/names.ts";
import type { EntryReader } from "../../domain/reading-rules.ts";
import { pathTo, type SpanNode, spanForest } from "../../domain/span-forest.ts";
import type { Span, Trace } from "../../domain/trace.ts";
import { failingNodes, linkedFailures } from "./origin.ts";

export interface Relations {
  /** Null when the trace does not tell where the failure began. */
  readonly origin: {
    readonly service: ServiceName | null;
    readonly fingerprint: Fingerprint | null;
    /** The entry that tells of it; null when none was logged there. */
    readonly entry: ErrorEntry | null;
  } | null;
  /** Fingerprints of what failed only because the origin did: logged in a span that called it, or that a link joins to it. A sibling is none. */
  readonly symptoms: readonly Fingerprint[];
}

/**
 * How the error entries of a trace hang together. Where entries carry no span id, their service decides.
 * @param trace services are those of the service map
 */
export function relate(
  trace: Trace,
  originId: SpanId | null,
  entries: readonly ErrorEntry[],
  reader: EntryReader,
): Relations {
  const { nodes, nodeOf } = spanForest(trace);
  const origin = originId === null ? null : nodeOf(originId);
  if (origin === null) return { origin: null, symptoms: [] };
  const errors = entries.filter((entry) => entry.isError && entry.traceId === trace.traceId);
  const entry = entryOf(origin, errors, nodeOf);
  const fingerprint = entry?.fingerprint ?? fingerprintOfSpan(origin.span, reader);
  const symptoms = errors
    .filter(callingOf(origin, nodes, nodeOf))
    .map((each) => each.fingerprint)
    .filter((each) => each !== fingerprint);
  return {
    origin: { service: origin.span.service, fingerprint, entry },
    symptoms: [...new Set(symptoms)].sort(),
  };
}

/**
 * The failure that an entry followed from, as a text that is the same in every trace of it; null where it followed from none: it was logged where the failure
 * began, or beside it.
 * @param trace with its origin; services are those of the service map
 */
export function whatCausedIt(trace: Trace, logged: Logged, reader: EntryReader): string | null {
  const { nodes, nodeOf } = spanForest(trace);
  const origin = trace.originSpanId === null ? null : nodeOf(trace.originSpanId);
  if (origin === null || !callingOf(origin, nodes, nodeOf)(logged)) return null;
  return JSON.stringify([origin.span.service, fingerprintOfSpan(origin.span, reader) ?? origin.span.name]);
}

/** Where an entry was logged. */
interface Logged {
  readonly spanId: SpanId | null;
  readonly service: ServiceName | null;
}

/** Tells whether an entry was logged in a span that called the origin or is linked to it, or, where it names no span of this trace, in a failing service that did. */
function callingOf(
  origin: SpanNode,
  nodes: readonly SpanNode[],
  nodeOf: (spanId: SpanId) => SpanNode | null,
): (logged: Logged) => boolean {
  const failing = failingNodes(nodes);
  const called = pathTo(origin).slice(0, -1);
  const callers = [...called, ...linkedFailures(origin, failing, nodeOf).flatMap((node) => pathTo(node))].filter(
    (node) => node !== origin,
  );
  const services = new Set(callers.filter((node) => failing.has(node)).map(({ span }) => span.service));
  services.delete(origin.span.service);
  return ({ spanId, service }) => {
    const node = spanId === null ? null : nodeOf(spanId);
    return node === null ? service !== null && services.has(service) : callers.includes(node);
  };
}

/** The exceptions that a span recorded, outermost first; without a stack trace, their type and message alone. */
export function exceptionsOfSpan(span: Span, reader: EntryReader): readonly Exception[] {
  return span.exceptions.flatMap((recorded): readonly Exception[] => {
    const read = recorded.stackTrace === null ? [] : reader.readStackTrace(recorded.stackTrace, span.service);
    if (read.length > 0) return read;
    return recorded.type === null ? [] : [{ type: recorded.type, message: recorded.message, frames: [] }];
  });
}

function fingerprintOfSpan(span: Span, reader: EntryReader): Fingerprint | null {
  const exceptions = exceptionsOfSpan(span, reader);
  const message = span.exceptions[0]?.message ?? span.statusMessage ?? "";
  return exceptions.length === 0 ? null : reader.fingerprintOf(exceptions, message, span.service);
}

/**
 * The entry that tells of the origin, best first: logged in the origin's span, in one that it called in its own service, in one that called it in its own
 * service (where most frameworks log what their handlers throw), or by that service without a span id.
 */
function entryOf(
  origin: SpanNode,
  errors: readonly ErrorEntry[],
  nodeOf: (spanId: SpanId) => SpanNode | null,
): ErrorEntry | null {
  const { service } = origin.span;
  const segment = pathTo(origin).toReversed();
  const end = segment.findIndex(({ span }) => span.service !== service);
  const callers = segment.slice(1, end === -1 ? undefined : end);
  const distanceOf = (entry: ErrorEntry): number => {
    const node = entry.spanId === null ? null : nodeOf(entry.spanId);
    if (node === origin) return 0;
    if (node !== null && node.span.service === service && pathTo(node).includes(origin)) return 1;
    if (node !== null) return callers.includes(node) ? 2 + callers.indexOf(node) : Number.POSITIVE_INFINITY;
    return entry.service !== null && entry.service === service ? 1_000_000 : Number.POSITIVE_INFINITY;
  };
  const typesOfOrigin = new Set(origin.span.exceptions.map(({ type }) => type));
  const likeness = (entry: ErrorEntry): number =>
    entry.exceptions.some(({ type }) => type !== null && typesOfOrigin.has(type))
      ? 0
      : entry.exceptions.length > 0
        ? 1
        : 2;
  const [best] = errors
    .map((entry) => ({ entry, distance: distanceOf(entry), likeness: likeness(entry) }))
    .filter(({ distance }) => Number.isFinite(distance))
    .toSorted(
      (one, other) =>
        one.distance - other.distance ||
        one.likeness - other.likeness ||
        Number(one.entry.entry.timestampNs - other.entry.entry.timestampNs),
    );
  return best?.entry ?? null;
}
