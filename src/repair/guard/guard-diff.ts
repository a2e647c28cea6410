import type { SyntaxReader } from "../../domain/syntax.ts";
import { applyHunks } from "./apply-hunks.ts";
import { type ChangedFile, changedFile } from "./changed-file.ts";
import { type GuardResult, guardFiles } from "./guard-files.ts";
import type { GuardRules } from "./guard-rules.ts";
import { type DiffFile, parseDiff } from "./parse-diff.ts";
import { pathTrick } from "./path-rules.ts";
import { textOf } from "./plain-text.ts";
import { checkSyntax } from "./rules/broken-syntax.ts";
import type { Violation } from "./violation.ts";

/** The files of base, as far as they can be read. */
export interface BaseFiles {
  /** `missing`: there is no such file; `unreadable`: no regular file of mode 100644 that may be read. */
  read(path: string): Promise<Uint8Array | "missing" | "unreadable">;
  /** Whether a path is there in other letters, which some file systems take for the same. */
  hasOtherCase(path: string): Promise<boolean>;
}

export interface GuardedDiff {
  readonly results: readonly GuardResult[];
  /** What could not be seen, in whole sentences; empty where everything was. */
  readonly unseen: readonly string[];
}

/** As `guardPatch`, of a unified diff. Without base, its hunks are all there is to see. */
export async function guardDiff(
  diff: string,
  rules: GuardRules,
  means: { readonly base: BaseFiles | null; readonly syntax: SyntaxReader },
): Promise<GuardedDiff> {
  const parsed = parseDiff(diff);
  const violations: Violation[] = [...parsed.violations];
  const files: ChangedFile[] = [];
  for (const file of parsed.files) {
    const whole =
      means.base === null || pathTrick(file.path) !== null ? null : await onBase(file, means.base, violations);
    files.push(changedFile(file, whole));
  }
  violations.push(...(await checkSyntax(files, means.syntax)));
  const unseen =
    means.base === null
      ? [
          "The clone could not be read: whether the diff applies to base, the files' modes there, secrets and generated headers outside of the hunks, and the functions around them were not seen.",
        ]
      : [];
  return { results: guardFiles(files, violations, rules), unseen };
}

async function onBase(
  file: DiffFile,
  base: BaseFiles,
  violations: Violation[],
): Promise<{ readonly before: string | null; readonly after: string } | null> {
  const refuse = (detail: string): null => {
    violations.push({ rule: "applies", path: file.path, line: null, detail });
    return null;
  };
  const bytes = await base.read(file.path);
  if (bytes === "unreadable") return refuse("base has no regular text file of mode 100644 there that may be read");
  if (file.isNew) {
    if (bytes !== "missing") return refuse("the file is said to be new, and base has it");
    if (await base.hasOtherCase(file.path)) return refuse("base has this path in other letters");
  } else if (bytes === "missing") return refuse("base has no such file");
  const before = bytes === "missing" ? null : textOf(bytes);
  if (before === undefined) return refuse("the file is binary on base, or no UTF-8 text");
  const after = applyHunks(before ?? "", file.hunks);
  return after === null ? refuse("the diff does not apply to base") : { before, after };
}
