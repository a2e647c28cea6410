import type { ChangedFile } from "./changed-file.ts";
import type { Token } from "./token.ts";

/** Code that came in the place of other code: lines that stand together. */
export interface TokenGroup {
  readonly before: readonly Token[];
  readonly after: readonly Token[];
  /** Of the first line. */
  readonly line: number;
}

/** A part of a group that is otherwise the same. */
export interface TokenEdit {
  readonly deleted: readonly Token[];
  readonly inserted: readonly Token[];
  /** What stands around it after the patch. */
  readonly previous: Token | null;
  readonly next: Token | null;
}

/** Products of token counts that are compared; larger groups are told as one edit. */
const cellsMax = 1_000_000;

/** The changed code of a file, group by group, without comments. */
export function tokenGroups(file: ChangedFile): readonly TokenGroup[] {
  const groups: { before: Set<number>; after: Set<number>; line: number }[] = [];
  for (const { lines } of file.hunks) {
    let open: { before: Set<number>; after: Set<number>; line: number } | null = null;
    for (const line of lines) {
      if (line.kind === "context") {
        open = null;
        continue;
      }
      if (open === null) {
        open = { before: new Set(), after: new Set(), line: line.afterLine };
        groups.push(open);
      }
      if (line.kind === "removed") open.before.add(line.beforeLine);
      else open.after.add(line.afterLine);
    }
  }
  const byLine = (which: "before" | "after") => {
    const map = new Map<number, Token[]>();
    for (const fragment of file.fragments) {
      for (const token of fragment[which].tokens) {
        // A string that goes over lines belongs to the first of them that changed.
        for (let at = token.line; at <= token.lastLine; at++) {
          if (!fragment[which].changed.has(at)) continue;
          const line = map.get(at);
          if (line === undefined) map.set(at, [token]);
          else line.push(token);
          break;
        }
      }
    }
    return map;
  };
  const before = byLine("before");
  const after = byLine("after");
  return groups.map((group) => ({
    before: [...group.before].flatMap((line) => before.get(line) ?? []),
    after: [...group.after].flatMap((line) => after.get(line) ?? []),
    line: group.line,
  }));
}

/** What differs between the two sides of a group, by their longest common part. */
export function tokenEdits({ before, after }: TokenGroup): readonly TokenEdit[] {
  if (before.length * after.length > cellsMax) {
    return [{ deleted: before, inserted: after, previous: null, next: null }];
  }
  const width = after.length + 1;
  const lengths = new Uint32Array((before.length + 1) * width);
  for (let one = before.length - 1; one >= 0; one--) {
    for (let other = after.length - 1; other >= 0; other--) {
      lengths[one * width + other] =
        before[one]?.text === after[other]?.text
          ? (lengths[(one + 1) * width + other + 1] ?? 0) + 1
          : Math.max(lengths[(one + 1) * width + other] ?? 0, lengths[one * width + other + 1] ?? 0);
    }
  }
  const edits: TokenEdit[] = [];
  let deleted: Token[] = [];
  let inserted: Token[] = [];
  let one = 0;
  let other = 0;
  const flush = () => {
    if (deleted.length + inserted.length > 0) {
      const start = other - inserted.length;
      edits.push({ deleted, inserted, previous: after[start - 1] ?? null, next: after[other] ?? null });
    }
    deleted = [];
    inserted = [];
  };
  while (one < before.length || other < after.length) {
    const [left, right] = [before[one], after[other]];
    if (left !== undefined && right !== undefined && left.text === right.text) {
      flush();
      one += 1;
      other += 1;
    } else if (
      right === undefined ||
      (left !== undefined && (lengths[(one + 1) * width + other] ?? 0) >= (lengths[one * width + other + 1] ?? 0))
    ) {
      if (left !== undefined) deleted.push(left);
      one += 1;
    } else {
      inserted.push(right);
      other += 1;
    }
  }
  flush();
  return edits;
}
