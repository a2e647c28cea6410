import type { SyntaxReader } from "../../../domain/syntax.ts";
import type { ChangedFile } from "../changed-file.ts";
import type { Violation } from "../violation.ts";

/** What only the tree of a whole file shows: code that is broken by the patch, and functions that are gone. */
export async function checkSyntax(files: readonly ChangedFile[], syntax: SyntaxReader): Promise<readonly Violation[]> {
  const violations: Violation[] = [];
  for (const { path, before, after, language, isTest } of files) {
    if (language === null || after === null) continue;
    const now = await syntax.outline(path, after);
    const old = before === null ? null : await syntax.outline(path, before);
    if (now?.hasErrors === true && old?.hasErrors !== true) {
      violations.push({ rule: "diff", path, line: null, detail: "the file is no longer what its language can read" });
    }
    if (old === null || now === null) continue;
    const left = new Set(now.functions.map(({ name, container }) => `${container} ${name}`));
    const gone = old.functions.find(
      ({ kind, name, container }) => kind !== "lambda" && name !== null && !left.has(`${container} ${name}`),
    );
    if (gone !== undefined) {
      violations.push({
        rule: isTest ? "tests" : "removed-code",
        path,
        line: gone.firstLine,
        detail: `the function \`${(gone.name ?? "").slice(0, 60)}\` is gone`,
      });
    }
  }
  return violations;
}
