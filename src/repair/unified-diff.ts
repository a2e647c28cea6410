const contextLines = 3;
/** Compared line by line up to this many pairs; a larger change is shown as one block. */
const pairsMax = 4_000_000;

interface Step {
  readonly kind: " " | "-" | "+";
  readonly line: string;
}

/**
 * What changed in a file, in the form that `git apply` takes. Both sides are text; lines end with a line feed, and what stands before it, a carriage return
 * too, belongs to the line.
 * @param before null: the file is new
 */
export function unifiedDiff(path: string, before: string | null, after: string): string {
  const steps = stepsBetween(linesOf(before ?? ""), linesOf(after));
  const hunks = hunksOf(steps);
  // A tab ends a name that has a space in it.
  const shown = path.includes(" ") ? `${path}\t` : path;
  return [
    `diff --git a/${path} b/${path}\n`,
    ...(before === null ? ["new file mode 100644\n"] : []),
    ...(hunks.length === 0 ? [] : [before === null ? "--- /dev/null\n" : `--- a/${shown}\n`, `+++ b/${shown}\n`]),
    ...hunks,
  ].join("");
}

/** With their line ends; only the last one may have none. */
function linesOf(text: string): readonly string[] {
  return text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
}

function stepsBetween(before: readonly string[], after: readonly string[]): readonly Step[] {
  let start = 0;
  while (start < before.length && start < after.length && before[start] === after[start]) start += 1;
  let end = 0;
  while (
    end < before.length - start &&
    end < after.length - start &&
    before[before.length - 1 - end] === after[after.length - 1 - end]
  ) {
    end += 1;
  }
  const same = (line: string): Step => ({ kind: " ", line });
  return [
    ...before.slice(0, start).map(same),
    ...changedSteps(before.slice(start, before.length - end), after.slice(start, after.length - end)),
    ...before.slice(before.length - end).map(same),
  ];
}

/** By the longest common subsequence. */
function changedSteps(before: readonly string[], after: readonly string[]): readonly Step[] {
  const removed = (line: string): Step => ({ kind: "-", line });
  const added = (line: string): Step => ({ kind: "+", line });
  if (before.length * after.length > pairsMax) return [...before.map(removed), ...after.map(added)];
  const width = after.length + 1;
  const lengths = new Uint32Array((before.length + 1) * width);
  const at = (row: number, column: number): number => lengths[row * width + column] ?? 0;
  for (let row = before.length - 1; row >= 0; row--) {
    for (let column = after.length - 1; column >= 0; column--) {
      lengths[row * width + column] =
        before[row] === after[column]
          ? at(row + 1, column + 1) + 1
          : Math.max(at(row + 1, column), at(row, column + 1));
    }
  }
  const steps: Step[] = [];
  let [row, column] = [0, 0];
  while (row < before.length || column < after.length) {
    const [old, fresh] = [before[row], after[column]];
    if (old !== undefined && old === fresh) {
      steps.push({ kind: " ", line: old });
      [row, column] = [row + 1, column + 1];
    } else if (old !== undefined && (fresh === undefined || at(row + 1, column) >= at(row, column + 1))) {
      steps.push(removed(old));
      row += 1;
    } else if (fresh !== undefined) {
      steps.push(added(fresh));
      column += 1;
    }
  }
  return steps;
}

function hunksOf(steps: readonly Step[]): readonly string[] {
  const hunks: string[] = [];
  let [oldLine, newLine, index] = [1, 1, 0];
  while (index < steps.length) {
    const first = steps.findIndex((step, at) => at >= index && step.kind !== " ");
    if (first === -1) break;
    const from = Math.max(index, first - contextLines);
    let to = first + 1;
    for (let at = first; at < Math.min(steps.length, to + 2 * contextLines); at++)
      if (steps[at]?.kind !== " ") to = at + 1;
    to = Math.min(steps.length, to + contextLines);
    // Nothing but unchanged lines stands between two hunks.
    oldLine += from - index;
    newLine += from - index;
    const part = steps.slice(from, to);
    const oldCount = part.filter(({ kind }) => kind !== "+").length;
    const newCount = part.filter(({ kind }) => kind !== "-").length;
    hunks.push(`@@ -${range(oldLine, oldCount)} +${range(newLine, newCount)} @@\n${part.map(shown).join("")}`);
    oldLine += oldCount;
    newLine += newCount;
    index = to;
  }
  return hunks;
}

/** Of no lines, the number of the line before. */
function range(line: number, count: number): string {
  if (count === 0) return `${line - 1},0`;
  return count === 1 ? String(line) : `${line},${count}`;
}

function shown({ kind, line }: Step): string {
  return line.endsWith("\n") ? `${kind}${line}` : `${kind}${line}\n\\ No newline at end of file\n`;
}
