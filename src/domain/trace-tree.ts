import { pathTo, type SpanNode, spanForest } from "./span-forest.ts";
import type { Redacted } from "./text.ts";
import type { Trace } from "./trace.ts";

const depthShownMax = 24;
const nameLengthMax = 80;
const messageLengthMax = 160;
/** Of a name in a line that is short of room. */
const shortestName = 16;

export interface TraceTreeLimits {
  readonly linesMax: number;
  /** Columns of a bar that shows when each span ran; 0: no bars. */
  readonly barWidth: number;
  /**
   * For people: no line is longer, what a span says has a line of its own below it, and steps that repeat themselves are one line. 0: every span is one line,
   * however long.
   */
  readonly columns: number;
}

/** Fewer of the same are shown one by one. */
const repeatedMin = 3;

/**
 * A trace as lines for people, one span a line, its children below it: `✗` before what failed, an arrow behind the origin. Of more spans than lines, the
 * failing path and what else failed come first; the last line counts the rest.
 */
export function traceTree(
  trace: Trace<Redacted>,
  { linesMax, barWidth, columns }: TraceTreeLimits = { linesMax: 60, barWidth: 0, columns: 0 },
): readonly string[] {
  const { nodes, nodeOf } = spanForest(trace);
  const origin = trace.originSpanId === null ? null : nodeOf(trace.originSpanId);
  const shown = chosen(nodes, origin, linesMax);
  const startNs = trace.spans[0]?.startNs ?? 0n;
  const endNs = nodes.reduce((latest, { span }) => {
    const end = span.startNs + span.durationNs;
    return end > latest ? end : latest;
  }, startNs);
  const barColumns = barWidth === 0 ? 0 : barWidth + 3;
  const bar = (node: SpanNode) => (barWidth === 0 ? "" : `${timeBar(node, startNs, endNs - startNs, barWidth)} `);
  const line = (node: SpanNode): string => {
    const { span } = node;
    const branch = node.depth === 0 ? "" : `${"  ".repeat(Math.min(node.depth, depthShownMax) - 1)}└ `;
    const times = `+${milliseconds(span.startNs - startNs)}, ${milliseconds(span.durationNs)}`;
    const orphan = node.parent === null && span.parentSpanId !== null ? " (its caller is not in the trace)" : "";
    const began = node === origin ? " ← the failure began here" : "";
    const name = oneLine(span.name, nameLengthMax);
    const head = `${span.isError ? "✗" : " "} ${bar(node)}${branch}${oneLine(span.service ?? "?", nameLengthMax)}: `;
    const said = failure(node);
    if (columns === 0) return `${head}${name} (${times})${orphan}${said}${began}`;
    const tail = ` (${times})${orphan}${began}`;
    const first = `${head}${oneLine(name, Math.max(shortestName, columns - head.length - tail.length - 1))}${tail}`;
    const indent = " ".repeat(2 + barColumns + branch.length);
    return said === ""
      ? first
      : `${first}\n${indent}${oneLine(said, Math.max(shortestName, columns - indent.length - 1))}`;
  };
  const repeated = (group: readonly SpanNode[]): string => {
    const [first, last] = [group[0], group.at(-1)];
    if (first === undefined || last === undefined) return "";
    const untilNs = last.span.startNs + last.span.durationNs;
    const together = { ...first, span: { ...first.span, durationNs: untilNs - first.span.startNs } };
    const branch = first.depth === 0 ? "" : `${"  ".repeat(Math.min(first.depth, depthShownMax) - 1)}└ `;
    const times = `${group.length} times, +${milliseconds(first.span.startNs - startNs)} to +${milliseconds(untilNs - startNs)}`;
    const head = `  ${bar(together)}${branch}${oneLine(first.span.service ?? "?", nameLengthMax)}: `;
    const tail = ` (${times})`;
    return `${head}${oneLine(first.span.name, Math.max(shortestName, columns - head.length - tail.length - 1))}${tail}`;
  };
  const seen = nodes.filter((node) => shown.has(node));
  const lines =
    columns === 0
      ? seen.map(line)
      : runsOf(seen).flatMap((run) =>
          run.length < repeatedMin ? run.flatMap((node) => line(node).split("\n")) : [repeated(run)],
        );
  const left = nodes.length - shown.size;
  return left === 0 ? lines : [...lines, `  … and ${left} more spans`];
}

/** Neighbours that are the same step again: same caller, service and name, nothing below them, and nothing wrong. */
function runsOf(nodes: readonly SpanNode[]): readonly (readonly SpanNode[])[] {
  const runs: SpanNode[][] = [];
  for (const [index, node] of nodes.entries()) {
    const last = runs.at(-1);
    const before = last?.at(-1);
    const next = nodes[index + 1];
    const isLeaf = next === undefined || next.depth <= node.depth;
    const isSame =
      before !== undefined &&
      isLeaf &&
      !node.span.isError &&
      !before.span.isError &&
      before.parent === node.parent &&
      before.span.service === node.span.service &&
      before.span.name === node.span.name;
    if (isSame) last?.push(node);
    else runs.push([node]);
  }
  return runs;
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

/** `|   ====    |`: at least one column, however short. In signs that a Korean terminal shows in one column too. */
function timeBar({ span }: SpanNode, startNs: bigint, tookNs: bigint, width: number): string {
  const scale = tookNs === 0n ? 0 : width / Number(tookNs);
  const from = Math.min(width - 1, Math.max(0, Math.floor(Number(span.startNs - startNs) * scale)));
  const length = Math.min(width - from, Math.max(1, Math.round(Number(span.durationNs) * scale)));
  return `|${" ".repeat(from)}${"=".repeat(length)}${" ".repeat(width - from - length)}|`;
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
