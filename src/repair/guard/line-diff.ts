import type { DiffFile, Hunk, HunkLine } from "./parse-diff.ts";

/** Edits that are looked for; a patch with more is beyond every limit, and how it is best told does not matter. */
const editsMax = 400;
const contextLines = 3;

/** What changed between two texts, as hunks with three lines around. Its own work, so that nobody's diff has to be believed. */
export function diffOf(path: string, before: string | null, after: string): DiffFile {
  const one = linesOf(before ?? "");
  const other = linesOf(after);
  const lines =
    before === null ? other.lines.map((text) => ({ kind: "added" as const, text })) : edits(one.lines, other.lines);
  let beforeLine = 1;
  let afterLine = 1;
  const placed: HunkLine[] = lines.map(({ kind, text }) => {
    const line: HunkLine = {
      kind,
      text,
      beforeLine,
      afterLine,
      isLast:
        (kind !== "added" && !one.endsWithFeed && beforeLine === one.lines.length) ||
        (kind !== "removed" && !other.endsWithFeed && afterLine === other.lines.length),
    };
    if (kind !== "added") beforeLine += 1;
    if (kind !== "removed") afterLine += 1;
    return line;
  });
  return { path, isNew: before === null, hunks: hunksOf(placed) };
}

function linesOf(text: string): { readonly lines: readonly string[]; readonly endsWithFeed: boolean } {
  if (text === "") return { lines: [], endsWithFeed: true };
  const lines = text.split("\n");
  const endsWithFeed = lines.at(-1) === "";
  if (endsWithFeed) lines.pop();
  return { lines, endsWithFeed };
}

interface Edited {
  readonly kind: HunkLine["kind"];
  readonly text: string;
}

function edits(before: readonly string[], after: readonly string[]): readonly Edited[] {
  let head = 0;
  while (head < before.length && head < after.length && before[head] === after[head]) head += 1;
  let tail = 0;
  while (
    tail < before.length - head &&
    tail < after.length - head &&
    before[before.length - 1 - tail] === after[after.length - 1 - tail]
  ) {
    tail += 1;
  }
  const context = (lines: readonly string[]) => lines.map((text) => ({ kind: "context" as const, text }));
  const one = before.slice(head, before.length - tail);
  const other = after.slice(head, after.length - tail);
  return [
    ...context(before.slice(0, head)),
    ...(shortestEdits(one, other) ?? [
      ...one.map((text) => ({ kind: "removed" as const, text })),
      ...other.map((text) => ({ kind: "added" as const, text })),
    ]),
    ...context(tail === 0 ? [] : before.slice(-tail)),
  ];
}

/** Myers' greedy way, O((N + M) · D) with D bounded. @see https://doi.org/10.1007/BF01840446 */
function shortestEdits(before: readonly string[], after: readonly string[]): readonly Edited[] | null {
  const steps: Map<number, number>[] = [];
  let reach = new Map<number, number>([[1, 0]]);
  for (let edit = 0; edit <= editsMax; edit++) {
    steps.push(new Map(reach));
    const next = new Map(reach);
    for (let diagonal = -edit; diagonal <= edit; diagonal += 2) {
      const down = reach.get(diagonal + 1) ?? -1;
      const right = reach.get(diagonal - 1) ?? -1;
      let x = diagonal === -edit || (diagonal !== edit && right < down) ? down : right + 1;
      let y = x - diagonal;
      while (x < before.length && y < after.length && before[x] === after[y]) {
        x += 1;
        y += 1;
      }
      next.set(diagonal, x);
      if (x >= before.length && y >= after.length) return walkBack(steps, before, after);
    }
    reach = next;
  }
  return null;
}

function walkBack(
  steps: readonly Map<number, number>[],
  before: readonly string[],
  after: readonly string[],
): readonly Edited[] {
  const told: Edited[] = [];
  let x = before.length;
  let y = after.length;
  for (let edit = steps.length - 1; edit >= 0; edit--) {
    const reach = steps[edit] ?? new Map<number, number>();
    const diagonal = x - y;
    const isDown =
      diagonal === -edit || (diagonal !== edit && (reach.get(diagonal - 1) ?? -1) < (reach.get(diagonal + 1) ?? -1));
    const cameFrom = isDown ? diagonal + 1 : diagonal - 1;
    const fromX = reach.get(cameFrom) ?? 0;
    const fromY = fromX - cameFrom;
    while (x > fromX && y > fromY) {
      x -= 1;
      y -= 1;
      told.push({ kind: "context", text: before[x] ?? "" });
    }
    if (edit === 0) break;
    if (isDown) told.push({ kind: "added", text: after[fromY] ?? "" });
    else told.push({ kind: "removed", text: before[fromX] ?? "" });
    x = fromX;
    y = fromY;
  }
  return removedFirst(told.reverse());
}

/** Within one change, what went stands above what came. */
function removedFirst(lines: readonly Edited[]): readonly Edited[] {
  const sorted: Edited[] = [];
  let change: Edited[] = [];
  const flush = () => {
    sorted.push(...change.filter(({ kind }) => kind === "removed"), ...change.filter(({ kind }) => kind === "added"));
    change = [];
  };
  for (const line of lines) {
    if (line.kind !== "context") {
      change.push(line);
      continue;
    }
    flush();
    sorted.push(line);
  }
  flush();
  return sorted;
}

function hunksOf(lines: readonly HunkLine[]): readonly Hunk[] {
  const changed = lines.flatMap(({ kind }, index) => (kind === "context" ? [] : [index]));
  const hunks: { lines: HunkLine[] }[] = [];
  let end = -1;
  for (const index of changed) {
    const from = Math.max(0, index - contextLines);
    const to = Math.min(lines.length, index + contextLines + 1);
    const last = hunks.at(-1);
    if (last !== undefined && from <= end) last.lines.push(...lines.slice(end, to));
    else hunks.push({ lines: lines.slice(from, to) });
    end = Math.max(end, to);
  }
  return hunks;
}
