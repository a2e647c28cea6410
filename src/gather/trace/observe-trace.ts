import type { Observation } from "../../domain/observation.ts";
import { pathTo, type SpanNode, spanForest } from "../../domain/span-forest.ts";
import type { Trace } from "../../domain/trace.ts";
import { failingNodes, isGivenUp } from "./origin.ts";

const observationsMax = 8;
const nameLengthMax = 80;
const sameKindMax = 3;
/** Below this a trace is not slow, and where its time went tells nothing. */
const slowNs = 1_000_000_000n;

/** What a trace tells at a glance: calls that were given up, retries, failures that were caught, where the time of a slow one went, what is missing in it. */
export function observeTrace(trace: Trace): readonly Observation<string>[] {
  const { nodes, nodeOf } = spanForest(trace);
  const failing = failingNodes(nodes);
  const origin = trace.originSpanId === null ? null : nodeOf(trace.originSpanId);
  return [
    ...gaveUp(nodes, failing).slice(0, sameKindMax),
    ...retries(nodes, failing).slice(0, sameKindMax),
    ...caught(nodes, failing, origin).slice(0, sameKindMax),
    ...whereTheTimeWent(nodes),
    ...missingSpans(nodes, trace.isPartial),
  ].slice(0, observationsMax);
}

/** Service and name of a span, as they may stand in a sentence. */
export function placeOf({ service, name }: { readonly service: string | null; readonly name: string }) {
  return { who: cut(service ?? "?"), what: cut(name) };
}

function cut(name: string): string {
  const line = name.replaceAll(/\s+/g, " ").trim();
  return line.length <= nameLengthMax ? line : `${line.slice(0, nameLengthMax)}…`;
}

function gaveUp(nodes: readonly SpanNode[], failing: ReadonlySet<SpanNode>): readonly Observation<string>[] {
  return nodes
    .filter((node) => isGivenUp(node, failing))
    .map((call) => {
      const last = call.children.reduce((latest, child) => (endNs(child) > endNs(latest) ? child : latest));
      return {
        kind: "gave-up",
        ...placeOf(call.span),
        afterMs: milliseconds(call.span.durationNs),
        other: placeOf(last.span).who,
        longerMs: milliseconds(endNs(last) - endNs(call)),
      };
    });
}

/** Calls of one name below one span, one after the other. */
function retries(nodes: readonly SpanNode[], failing: ReadonlySet<SpanNode>): readonly Observation<string>[] {
  const found: Observation<string>[] = [];
  for (const { children } of nodes) {
    for (const tries of Map.groupBy(children, ({ span }) => JSON.stringify([span.service, span.name])).values()) {
      const failed = tries.filter((each) => failing.has(each)).length;
      const [first] = tries;
      const last = tries.at(-1);
      if (first === undefined || last === undefined || tries.length < 2 || failed === 0 || overlap(tries)) continue;
      found.push({
        kind: "tried-again",
        ...placeOf(first.span),
        times: tries.length,
        failed,
        lastWentWell: !failing.has(last) && failed === tries.length - 1,
      });
    }
  }
  return found;
}

function overlap(tries: readonly SpanNode[]): boolean {
  return tries.some((each, index) => {
    const next = tries[index + 1];
    return next !== undefined && next.span.startNs < endNs(each);
  });
}

/** What failed away from the origin's path and did not make its caller fail. */
function caught(
  nodes: readonly SpanNode[],
  failing: ReadonlySet<SpanNode>,
  origin: SpanNode | null,
): readonly Observation<string>[] {
  const path = new Set(origin === null ? [] : pathTo(origin));
  return nodes
    .filter((node) => failing.has(node) && !path.has(node) && node.parent !== null && !failing.has(node.parent))
    .map(({ span }) => ({ kind: "caught", ...placeOf(span) }));
}

function whereTheTimeWent(nodes: readonly SpanNode[]): readonly Observation<string>[] {
  const [root] = nodes.toSorted((one, other) => Number(other.span.durationNs - one.span.durationNs));
  if (root === undefined || root.span.durationNs < slowNs) return [];
  const slowest = nodes
    .map((node) => ({ node, ownNs: ownTimeNs(node) }))
    .reduce((most, each) => (each.ownNs > most.ownNs ? each : most));
  if (slowest.ownNs * 2n < root.span.durationNs) return [];
  const totalMs = milliseconds(root.span.durationNs);
  return [{ kind: "slow", ...placeOf(slowest.node.span), totalMs, ownMs: milliseconds(slowest.ownNs) }];
}

/** Without what its children took, as far as they do not overlap. */
function ownTimeNs({ span, children }: SpanNode): bigint {
  const end = span.startNs + span.durationNs;
  let covered = 0n;
  let until = span.startNs;
  for (const child of children) {
    const from = child.span.startNs > until ? child.span.startNs : until;
    const to = endNs(child) < end ? endNs(child) : end;
    if (to <= from) continue;
    covered += to - from;
    until = to;
  }
  return span.durationNs - covered;
}

function missingSpans(nodes: readonly SpanNode[], isPartial: boolean): readonly Observation<string>[] {
  const count = nodes.filter(({ span, parent }) => parent === null && span.parentSpanId !== null).length;
  if (count > 0) return [{ kind: "callers-missing", count }];
  return isPartial ? [{ kind: "cut" }] : [];
}

/** When it ended, in nanoseconds since 1970. */
function endNs({ span }: SpanNode): bigint {
  return span.startNs + span.durationNs;
}

function milliseconds(ns: bigint): number {
  return Math.round(Number(ns) / 1e3) / 1e3;
}
