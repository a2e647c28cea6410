import type { SpanId } from "./names.ts";
import type { Span, Trace } from "./trace.ts";

/** A span with its place in the trace. */
export interface SpanNode<Text extends string = string> {
  readonly span: Span<Text>;
  readonly parent: SpanNode<Text> | null;
  /** In order of start. */
  readonly children: readonly SpanNode<Text>[];
  /** 0 for a span without a known parent. */
  readonly depth: number;
}

export interface SpanForest<Text extends string = string> {
  /** Parents before children, siblings in order of start. */
  readonly nodes: readonly SpanNode<Text>[];
  nodeOf(spanId: SpanId): SpanNode<Text> | null;
}

type Growing<Text extends string> = {
  span: Span<Text>;
  parent: Growing<Text> | null;
  children: Growing<Text>[];
  depth: number;
};

/**
 * The trees of a trace. A span whose parent never arrived is a root; a circle of parents is cut at its first span. Where a client and a server span share
 * one id, as Zipkin writes them, the server's hangs below the client's.
 */
export function spanForest<Text extends string>(trace: Trace<Text>): SpanForest<Text> {
  const all = trace.spans.map((span): Growing<Text> => ({ span, parent: null, children: [], depth: 0 }));
  const byId = Map.groupBy(all, (node) => node.span.spanId);
  for (const node of all) node.parent = parentOf(node, byId);
  cutCircles(all);
  for (const node of all) node.parent?.children.push(node);

  const nodes: Growing<Text>[] = [];
  const waiting = all.filter((node) => node.parent === null).reverse();
  for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
    node.depth = node.parent === null ? 0 : node.parent.depth + 1;
    nodes.push(node);
    waiting.push(...node.children.toReversed());
  }
  return { nodes, nodeOf: (spanId) => byId.get(spanId)?.at(-1) ?? null };
}

function parentOf<Text extends string>(
  node: Growing<Text>,
  byId: ReadonlyMap<SpanId, readonly Growing<Text>[]>,
): Growing<Text> | null {
  const sharing = byId.get(node.span.spanId) ?? [];
  const before = sharing[sharing.indexOf(node) - 1];
  if (before !== undefined) return before;
  const { parentSpanId } = node.span;
  return parentSpanId === null ? null : (byId.get(parentSpanId)?.at(-1) ?? null);
}

function cutCircles<Text extends string>(all: readonly Growing<Text>[]): void {
  const seenFrom = new Map<Growing<Text>, Growing<Text>>();
  for (const start of all) {
    for (let node: Growing<Text> | null = start; node !== null && !seenFrom.has(node); node = node.parent) {
      seenFrom.set(node, start);
      // Met again on the same climb: the circle closes here.
      if (node.parent !== null && seenFrom.get(node.parent) === start) node.parent = null;
    }
  }
}

/** From the root down to the span itself. */
export function pathTo<Text extends string>(node: SpanNode<Text>): readonly SpanNode<Text>[] {
  const path: SpanNode<Text>[] = [];
  for (let at: SpanNode<Text> | null = node; at !== null; at = at.parent) path.unshift(at);
  return path;
}
