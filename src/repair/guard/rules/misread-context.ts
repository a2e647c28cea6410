import type { ChangedFile } from "../changed-file.ts";
import type { CodeSide } from "../code-side.ts";
import { quoted, type Violation } from "../violation.ts";

/** Lines that do not change and mean something else afterwards: code that was put between comment marks, or into a string. */
export function checkContext(file: ChangedFile): readonly Violation[] {
  if (file.language === null) return [];
  return file.fragments.flatMap(({ before, after }) => {
    const [old, now] = [keptCode(before), keptCode(after)];
    const at = old.findIndex((each, index) => each.text !== now[index]?.text);
    if (at === -1 && old.length === now.length) return [];
    const lost = old[at] ?? old.at(-1);
    return [
      {
        rule: file.isTest ? ("tests" as const) : ("removed-code" as const),
        path: file.path,
        line: lost?.line ?? null,
        detail: `a line that stays is no longer the same code: ${quoted(lost?.text ?? "")}`,
      },
    ];
  });
}

/** The tokens that stand on unchanged lines only. */
function keptCode(side: CodeSide): readonly { readonly text: string; readonly line: number }[] {
  return side.tokens.filter(({ line, lastLine }) => {
    for (let at = line; at <= lastLine; at++) if (side.changed.has(at)) return false;
    return true;
  });
}
