import type { ClosedPart, Coverage, Window } from "../../domain/coverage.ts";
import { readLogQuery } from "./log-query-text.ts";

/** A window of the ledger with the part that it closed. */
export type ClosedCoverage = Coverage & { readonly closed: ClosedPart };

export function isClosing(coverage: Coverage): coverage is ClosedCoverage {
  return coverage.closed !== null;
}

/** Neighbours in time that one question counts together. */
export interface RecountBatch {
  readonly parts: readonly ClosedCoverage[];
  readonly window: Window;
  /** What `count_over_time` is asked about. */
  readonly countable: string;
  /** What the count gives if nothing came since; null where nobody can know, for the query leaves out entries by its parser stages. */
  readonly expected: number | null;
}

/**
 * Puts windows together as far as one count may reach; one that is longer stands alone.
 * @param parts oldest first
 */
export function recountBatches(parts: readonly ClosedCoverage[], lengthMsMax: number): readonly RecountBatch[] {
  const batches: RecountBatch[] = [];
  for (const part of parts) {
    const single = batchOf([part]);
    const last = batches.at(-1);
    const joined = last === undefined || !areNeighbours(last, single) ? null : batchOf([...last.parts, part]);
    if (joined !== null && lengthMsOf(joined.window) <= lengthMsMax) batches[batches.length - 1] = joined;
    else batches.push(single);
  }
  return batches;
}

export function halvesOf({ parts }: RecountBatch): readonly [RecountBatch, RecountBatch] {
  const middle = Math.ceil(parts.length / 2);
  return [batchOf(parts.slice(0, middle)), batchOf(parts.slice(middle))];
}

/** What Loki counts in a window of the ledger if nothing came since it was read, or counted; null where nobody can know. */
export function expectedCount({ scope, closed }: ClosedCoverage): number | null {
  const isWhole = readLogQuery(scope.query)?.isWholeCountable ?? false;
  if (!isWhole || closed.recount?.result === "incomplete") return closed.recount?.counted ?? null;
  return closed.entries;
}

function areNeighbours(one: RecountBatch, other: RecountBatch): boolean {
  return (
    one.window.toNs === other.window.fromNs &&
    one.parts[0]?.scope.query === other.parts[0]?.scope.query &&
    one.expected !== null &&
    other.expected !== null
  );
}

function batchOf(parts: readonly ClosedCoverage[]): RecountBatch {
  const [first] = parts;
  const last = parts.at(-1);
  if (first === undefined || last === undefined) throw new RangeError("A batch of no windows cannot be counted.");
  const expected = parts.map(expectedCount);
  return {
    parts,
    window: { fromNs: first.closed.window.fromNs, toNs: last.closed.window.toNs },
    countable: readLogQuery(first.scope.query)?.countable ?? first.scope.query,
    expected: expected.includes(null) ? null : expected.reduce<number>((sum, each) => sum + (each ?? 0), 0),
  };
}

function lengthMsOf({ fromNs, toNs }: Window): number {
  return Number((toNs - fromNs) / 1_000_000n);
}
