/** The known name a mistyped one was probably meant to be; null when none is near. */
export function nearestName(typed: string, known: readonly string[]): string | null {
  const begun = typed.length < 3 ? [] : known.filter((name) => fold(name).startsWith(fold(typed)));
  if (begun.length === 1) return begun[0] ?? null;
  let nearest: string | null = null;
  // A third of the letters may be wrong: `enviroments` is near `environments`, `url` is not near `own`.
  let distanceMax = Math.max(1, Math.floor(typed.length / 3));
  for (const name of known) {
    const distance = editDistance(fold(typed), fold(name));
    if (distance > distanceMax || (distance === distanceMax && nearest !== null)) continue;
    nearest = name;
    distanceMax = distance;
  }
  return nearest;
}

/** `issues_per_run`, `issues-per-run` and `issuesPerRun` are the same word to a person. */
function fold(name: string): string {
  return name.replaceAll(/[_\-\s]/g, "").toLowerCase();
}

/** Letters to insert, delete, replace or swap with their neighbour. */
function editDistance(from: string, to: string): number {
  const rows: number[][] = [Array.from({ length: to.length + 1 }, (_, column) => column)];
  for (let row = 1; row <= from.length; row += 1) {
    const current: number[] = [row];
    for (let column = 1; column <= to.length; column += 1) {
      const isSame = from[row - 1] === to[column - 1];
      const isSwap = row > 1 && column > 1 && from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1];
      current.push(
        Math.min(
          cell(rows[row - 1], column) + 1,
          cell(current, column - 1) + 1,
          cell(rows[row - 1], column - 1) + (isSame ? 0 : 1),
          isSwap ? cell(rows[row - 2], column - 2) + 1 : Number.POSITIVE_INFINITY,
        ),
      );
    }
    rows.push(current);
  }
  return cell(rows[from.length], to.length);
}

function cell(row: readonly number[] | undefined, column: number): number {
  return row?.[column] ?? Number.POSITIVE_INFINITY;
}
