/** `*` stands for anything in one part of a path, `**` for any number of parts; a folder stands for all below it, a bare name for each file of that name. */
export function matchesPattern(path: string, pattern: string): boolean {
  const wanted = pattern.replace(/^\.?\//, "").replace(/\/$/, "/**");
  const parts = wanted.split("/");
  const tries = wanted.includes("/")
    ? [parts]
    : [
        ["**", ...parts],
        ["**", ...parts, "**"],
      ];
  return (
    tries.some((each) => partsMatch(path.split("/"), each)) ||
    (wanted.includes("/") && partsMatch(path.split("/"), [...parts, "**"]))
  );
}

function partsMatch(path: readonly string[], pattern: readonly string[]): boolean {
  // Which parts of the pattern may come next, part by part of the path: no way back, so no slow pattern.
  let open = closure(new Set([0]), pattern);
  for (const part of path) {
    const next = new Set<number>();
    for (const at of open) {
      const wanted = pattern[at];
      if (wanted === "**") next.add(at);
      else if (wanted !== undefined && partMatches(part, wanted)) next.add(at + 1);
    }
    open = closure(next, pattern);
  }
  return open.has(pattern.length);
}

function closure(open: Set<number>, pattern: readonly string[]): Set<number> {
  for (const at of open) if (pattern[at] === "**") open.add(at + 1);
  return open;
}

/** `*` only; greedy from the left is enough. */
function partMatches(part: string, wanted: string): boolean {
  const [first = "", ...rest] = wanted.split("*");
  if (rest.length === 0) return part === wanted;
  if (!part.startsWith(first)) return false;
  let at = first.length;
  const last = rest.pop() ?? "";
  for (const piece of rest) {
    const found = part.indexOf(piece, at);
    if (found === -1) return false;
    at = found + piece.length;
  }
  return part.length - at >= last.length && part.endsWith(last);
}
