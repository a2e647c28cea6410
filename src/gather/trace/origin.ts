import type { SpanId } from "../../domain/names.ts";
import { type SpanNode, spanForest } from "../../domain/span-forest.ts";
import type { Trace } from "../../domain/trace.ts";

/**
 * The span where a trace first fails: the deepest failing span with an exception of the service that failed first, else that service's deepest failing one.
 * A span that failed while a span of another service below it failed too is a consequence. Of several failures, the one that reached the top counts, and of
 * those the earliest; one that was caught on the way up does not. A call that was given up is the caller's failure: what its other side did after that, and
 * failed with ("the client is gone"), followed from it.
 *
 * @param loggedIn the span in which the incident was logged. The search then stays below it: a trace can hold failures that have nothing to do with each
 * other. When nothing failed there, the nearest failing span above it is taken; when none did, the answer is null.
 */
export function findOrigin(trace: Trace, loggedIn: SpanId | null = null): SpanId | null {
  const { nodes, nodeOf } = spanForest(trace);
  const start = loggedIn === null ? null : nodeOf(loggedIn);
  const failing = failingNodes(nodes);
  const candidates = new Set((start === null ? nodes : scope(start, failing)).filter((node) => failing.has(node)));
  const given = new Set([...candidates].flatMap((node) => givenUpBelow(node, failing)));
  for (const node of given) candidates.delete(node);
  const above = ancestorsOf(candidates);
  const leaves = [...candidates].filter((node) => !above.has(node));
  const following = followingByLink(leaves, candidates, nodeOf);
  const leaf = leaves
    .filter((node) => !following.has(node))
    .toSorted((one, other) => compareFailures(one, other, failing))[0];
  return leaf === undefined ? null : withException(leaf, candidates).span.spanId;
}

/** Spans in error; in a trace without any, spans with an exception, for not every library sets the status. */
export function failingNodes<Text extends string>(nodes: readonly SpanNode<Text>[]): ReadonlySet<SpanNode<Text>> {
  const inError = nodes.filter(({ span }) => span.isError);
  return new Set(inError.length > 0 ? inError : nodes.filter(({ span }) => span.exceptions.length > 0));
}

/**
 * Failures that links lead to an earlier failure: a batch and one of its messages, a request and whoever answers it over a queue. Neither called the other,
 * so time tells which followed from which.
 */
function followingByLink(
  leaves: readonly SpanNode[],
  candidates: ReadonlySet<SpanNode>,
  nodeOf: (spanId: SpanId) => SpanNode | null,
): ReadonlySet<SpanNode> {
  const following = new Set<SpanNode>();
  if (leaves.length < 2 || ![...candidates].some(({ span }) => span.links.length > 0)) return following;
  const firstBelow = new Map<SpanNode, SpanNode>();
  for (const leaf of leaves.toSorted((one, other) => (endNs(one) <= endNs(other) ? -1 : 1))) {
    for (let at: SpanNode | null = leaf; at !== null && candidates.has(at) && !firstBelow.has(at); at = at.parent) {
      firstBelow.set(at, leaf);
    }
  }
  for (const node of candidates) {
    for (const id of node.span.links) {
      const [one, other] = [firstBelow.get(node), firstBelow.get(nodeOf(id) ?? node)];
      if (one === undefined || other === undefined || one === other || endNs(one) === endNs(other)) continue;
      following.add(endNs(one) < endNs(other) ? other : one);
    }
  }
  return following;
}

/**
 * Failing spans that a link joins to this one or to what failed with it on the way up, in either direction, and that ended no earlier: they did not call it, and
 * failed because of it all the same.
 */
export function linkedFailures(
  origin: SpanNode,
  failing: ReadonlySet<SpanNode>,
  nodeOf: (spanId: SpanId) => SpanNode | null,
): readonly SpanNode[] {
  const chain = new Set<SpanNode>([origin]);
  for (let at = origin.parent; at !== null && failing.has(at); at = at.parent) chain.add(at);
  const linked = new Set<SpanNode>();
  for (const node of failing) {
    for (const id of node.span.links) {
      const target = nodeOf(id);
      if (target === null || chain.has(node) === chain.has(target)) continue;
      const follower = chain.has(node) ? target : node;
      if (failing.has(follower) && endNs(follower) >= endNs(origin)) linked.add(follower);
    }
  }
  return [...linked];
}

/** Failures below a call that ended after whoever called had stopped waiting. */
function givenUpBelow(call: SpanNode, failing: ReadonlySet<SpanNode>): readonly SpanNode[] {
  if (!isGivenUp(call, failing)) return [];
  return subtree(call).filter((node) => node !== call && failing.has(node) && endNs(node) > endNs(call));
}

const stoppedWaiting = /time.?out|timed out|deadline|abort|cancel/i;
/**
 * A span that ends this little after a call that does not say it was given up, or half of the call, ended with it: servers close theirs when the answer is
 * already on its way, and clocks differ.
 */
const marginNsMin = 50_000_000n;

/** A failing call whose other side went on: whoever waited stopped waiting. */
export function isGivenUp(call: SpanNode, failing: ReadonlySet<SpanNode>): boolean {
  if (!failing.has(call) || call.span.kind === "server" || call.span.kind === "consumer") return false;
  const said = [call.span.statusMessage, ...call.span.exceptions.flatMap(({ type, message }) => [type, message])].join(
    " ",
  );
  const half = call.span.durationNs / 2n;
  const marginNs = stoppedWaiting.test(said) ? 0n : half > marginNsMin ? half : marginNsMin;
  return call.children.some(
    (child) => child.span.service !== call.span.service && endNs(child) > endNs(call) + marginNs,
  );
}

function scope(start: SpanNode, failing: ReadonlySet<SpanNode>): readonly SpanNode[] {
  for (let top: SpanNode | null = start; top !== null; top = top.parent) {
    // Above the start, only a span that failed itself says anything about it.
    if (top !== start && !failing.has(top)) continue;
    const below = subtree(top);
    if (below.some((node) => failing.has(node))) return below;
  }
  return [];
}

function subtree(top: SpanNode): readonly SpanNode[] {
  const nodes = [top];
  for (const node of nodes) nodes.push(...node.children);
  return nodes;
}

function ancestorsOf(nodes: ReadonlySet<SpanNode>): ReadonlySet<SpanNode> {
  const ancestors = new Set<SpanNode>();
  for (const node of nodes) {
    for (let at = node.parent; at !== null && !ancestors.has(at); at = at.parent) ancestors.add(at);
  }
  return ancestors;
}

function compareFailures(one: SpanNode, other: SpanNode, failing: ReadonlySet<SpanNode>): number {
  const byTop = topOfFailure(one, failing).depth - topOfFailure(other, failing).depth;
  if (byTop !== 0) return byTop;
  const [endOne, endOther] = [endNs(one), endNs(other)];
  if (endOne !== endOther) return endOne < endOther ? -1 : 1;
  return one.span.spanId < other.span.spanId ? -1 : 1;
}

/** How far up the failure went without a break. */
function topOfFailure(node: SpanNode, failing: ReadonlySet<SpanNode>): SpanNode {
  let top = node;
  while (top.parent !== null && failing.has(top.parent)) top = top.parent;
  return top;
}

/** A span fails when it ends. */
function endNs({ span }: SpanNode): bigint {
  return span.startNs + span.durationNs;
}

/** The deepest span with an exception on the way up through the same service; a database call often has none, the code around it has. */
function withException(leaf: SpanNode, candidates: ReadonlySet<SpanNode>): SpanNode {
  for (let at: SpanNode | null = leaf; at !== null && candidates.has(at); at = at.parent) {
    if (at.span.service !== leaf.span.service) break;
    if (at.span.exceptions.length > 0) return at;
  }
  return leaf;
}
