import { pathTo, type SpanNode, spanForest } from "./span-forest.ts";
import type { Redacted } from "./text.ts";
import type { Trace } from "./trace.ts";

const depthShownMax = 24;
const nameLengthMax = 80;
const messageLengthMax = 160;

export interface TraceTreeLimits {
  readonly linesMax: number;
  /** Columns of a bar that shows when each span ran; 0: no bars. */
  readonly barWidth: number;
}

/**
 * A trace as lines for people, one span a line, its children below it: `✗` before what failed, an arrow behind the origin. Of more spans than lines, the
 * failing path and what else failed come first; the last line counts the rest.
 */
export function traceTree(
  trace: Trace<Redacted>,
  { linesMax, barWidth }: TraceTreeLimits = { linesMax: 60, barWidth: 0 },
): readonly string[] {
  const { nodes, nodeOf } = spanForest(trace);
  const origin = trace.originSpanId === null ? null : nodeOf(trace.originSpanId);
  const shown = chosen(nodes, origin, linesMax);
  const startNs = trace.spans[0]?.startNs ?? 0n;
  const endNs = nodes.reduce((latest, { span }) => {
    const end = span.startNs + span.durationNs;
    return end > latest ? end : latest;
  }, startNs);
  const bar = (node: SpanNode) => (barWidth === 0 ? "" : `${timeBar(node, startNs, endNs - startNs, barWidth)} `);
  const lines = nodes
    .filter((node) => shown.has(node))
    .map((node) => {
      const { span } = node;
      const branch = node.depth === 0 ? "" : `${"  ".repeat(Math.min(node.depth, depthShownMax) - 1)}└ `;
      const times = `+${milliseconds(span.startNs - startNs)}, ${milliseconds(span.durationNs)}`;
      const orphan = node.parent === null && span.parentSpanId !== null ? " (its caller is not in the trace)" : "";
      const began = node === origin ? " ← the failure began here" : "";
      const name = oneLine(span.name, nameLengthMax);
      return `${span.isError ? "✗" : " "} ${bar(node)}${branch}${oneLine(span.service ?? "?", nameLengthMax)}: ${name} (${times})${orphan}${failure(node)}${began}`;
    });
  const left = nodes.length - shown.size;
  return left === 0 ? lines : [...lines, `  … and ${left} more spans`];
}

function chosen<Text extends string>(
  nodes: readonly SpanNode<Text>[],
  origin: SpanNode<Text> | null,
  linesMax: number,
): ReadonlySet<SpanNode<Text>> {
  if (nodes.length <= linesMax) return new Set(nodes);
  const shown = new Set<SpanNode<Text>>();
  const wanted = [
    ...(origin === null ? [] : [origin]),
    ...nodes.filter((node) => node.span.isError),
    ...nodes.toSorted((one, other) => one.depth - other.depth),
  ];
  for (const node of wanted) {
    // With its callers, or the indentation would lie.
    const missing = pathTo(node).filter((each) => !shown.has(each));
    if (shown.size + missing.length > linesMax - 1) continue;
    for (const each of missing) shown.add(each);
  }
  return shown;
}

/** `│   ━━━━    │`: at least one column, however short. */
function timeBar({ span }: SpanNode, startNs: bigint, tookNs: bigint, width: number): string {
  const scale = tookNs === 0n ? 0 : width / Number(tookNs);
  const from = Math.min(width - 1, Math.max(0, Math.floor(Number(span.startNs - startNs) * scale)));
  const length = Math.min(width - from, Math.max(1, Math.round(Number(span.durationNs) * scale)));
  return `│${" ".repeat(from)}${"━".repeat(length)}${" ".repeat(width - from - length)}│`;
}

function failure({ span }: SpanNode): string {
  const [exception] = span.exceptions;
  const said =
    exception === undefined
      ? span.isError
        ? span.statusMessage
        : null
      : [exception.type, exception.message].filter((part) => part !== null).join(": ");
  return said === null || said === "" ? "" : ` ${oneLine(said, messageLengthMax)}`;
}

function milliseconds(durationNs: bigint): string {
  const inMs = Number(durationNs) / 1e6;
  return inMs >= 10_000 ? `${(inMs / 1000).toFixed(1)} s` : `${inMs.toFixed(1)} ms`;
}

function oneLine(text: string, lengthMax: number): string {
  const line = text.replaceAll(/[\s\p{Cc}\u2028\u2029]+/gu, " ").trim();
  return line.length <= lengthMax ? line : `${line.slice(0, lengthMax)}…`;
}
