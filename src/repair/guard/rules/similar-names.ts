const lengthMax = 60;

/** Whether one name may be a slip of the pen of the other: few letters differ, or the words are the same in another order or form. */
export function areAlike(one: string, other: string): boolean {
  if (one.length > lengthMax || other.length > lengthMax) return false;
  const [left, right] = [plain(one), plain(other)];
  if (left === right) return true;
  const least = Math.min(left.length, right.length);
  if (least < 3) return false;
  if (least >= 4 && (left.includes(right) || right.includes(left)) && Math.abs(left.length - right.length) <= 12)
    return true;
  return distance(left, right) <= Math.max(1, Math.floor(Math.max(left.length, right.length) * 0.34));
}

function plain(name: string): string {
  return name.toLowerCase().replaceAll(/[^\p{L}\p{N}]/gu, "");
}

/** Insertions, deletions, replacements and swaps of neighbours. */
function distance(one: string, other: string): number {
  const rows: number[][] = [Array.from({ length: other.length + 1 }, (_, index) => index)];
  for (let row = 1; row <= one.length; row++) {
    const line = [row];
    for (let column = 1; column <= other.length; column++) {
      const isSame = one[row - 1] === other[column - 1];
      let least = Math.min(
        (rows[row - 1]?.[column] ?? 0) + 1,
        (line[column - 1] ?? 0) + 1,
        (rows[row - 1]?.[column - 1] ?? 0) + (isSame ? 0 : 1),
      );
      if (row > 1 && column > 1 && one[row - 1] === other[column - 2] && one[row - 2] === other[column - 1]) {
        least = Math.min(least, (rows[row - 2]?.[column - 2] ?? 0) + 1);
      }
      line.push(least);
    }
    rows.push(line);
  }
  return rows.at(-1)?.at(-1) ?? 0;
}
