import type { Hunk } from "./parse-diff.ts";

/** The text after the hunks; null where they do not fit it, exactly and where they say. */
export function applyHunks(before: string, hunks: readonly Hunk[]): string | null {
  const lines = before === "" ? [] : before.split("\n");
  const endsWithFeed = lines.length === 0 || lines.at(-1) === "";
  if (lines.length > 0 && endsWithFeed) lines.pop();
  const result: string[] = [];
  let at = 0;
  /** Of the line that was written last: no line feed follows it. */
  let isLast = false;
  const copy = () => {
    result.push(lines[at] ?? "");
    isLast = !endsWithFeed && at === lines.length - 1;
    at += 1;
  };
  for (const { lines: hunk } of hunks) {
    const from = (hunk[0]?.beforeLine ?? 1) - 1;
    if (from < at || from > lines.length) return null;
    while (at < from) copy();
    for (const line of hunk) {
      if (line.kind !== "added") {
        if (lines[at] !== line.text) return null;
        at += 1;
        if (line.isLast && (at !== lines.length || endsWithFeed)) return null;
        if (!line.isLast && at === lines.length && !endsWithFeed) return null;
      }
      if (line.kind !== "removed") {
        result.push(line.text);
        isLast = line.isLast;
      }
    }
  }
  while (at < lines.length) copy();
  return result.length === 0 ? "" : `${result.join("\n")}${isLast ? "" : "\n"}`;
}
