import type { FileChange, Patch } from "../../domain/patch.ts";
import type { SyntaxReader } from "../../domain/syntax.ts";
import { applyHunks } from "./apply-hunks.ts";
import { type ChangedFile, changedFile } from "./changed-file.ts";
import { type GuardResult, guardFiles } from "./guard-files.ts";
import type { GuardRules } from "./guard-rules.ts";
import { diffOf } from "./line-diff.ts";
import { parseDiff } from "./parse-diff.ts";
import { textOf } from "./plain-text.ts";
import { checkSyntax } from "./rules/broken-syntax.ts";
import type { Violation } from "./violation.ts";

/** Bytes of one side of a file that are looked at. */
const fileBytesMax = 2_000_000;

/**
 * Every rule of the guard with its value, of a patch made of whole files. Pure but for the reading of syntax; never throws on what stands in the files.
 * What changed is found out here again: neither the patch's own diff nor what it says about tests is believed.
 */
export async function guardPatch(
  patch: Patch,
  rules: GuardRules,
  syntax: SyntaxReader,
): Promise<readonly GuardResult[]> {
  const violations: Violation[] = [];
  const files: ChangedFile[] = [];
  for (const file of patch.files) {
    const read = readFile(file);
    violations.push(...read.violations);
    if (read.file !== null) files.push(read.file);
    if (read.file !== null && read.file.isTest !== file.isTest) {
      const detail = file.isTest
        ? "it is said to be a test, and its path is none of one"
        : "it is said to be source, and its path is that of a test";
      violations.push({ rule: "files", path: file.path, line: null, detail });
    }
  }
  if (patch.files.length === 0) violations.push({ rule: "diff", path: null, line: null, detail: "it changes no file" });
  violations.push(...diffViolations(patch), ...(await checkSyntax(files, syntax)));
  return guardFiles(files, violations, rules);
}

function readFile({ path, before, after }: FileChange): {
  readonly file: ChangedFile | null;
  readonly violations: readonly Violation[];
} {
  const refuse = (detail: string) => ({
    file: null,
    violations: [{ rule: "mode" as const, path, line: null, detail }],
  });
  if ((before?.length ?? 0) > fileBytesMax || after.length > fileBytesMax)
    return refuse("the file is too large to be read");
  const [old, now] = [before === null ? null : textOf(before), textOf(after)];
  if (old === undefined || now === undefined) return refuse("the file is binary, or no UTF-8 text");
  if (old === now)
    return { file: null, violations: [{ rule: "diff", path, line: null, detail: "the file does not change" }] };
  if (now === "") return refuse("the file is emptied");
  return { file: changedFile(diffOf(path, old, now), { before: old, after: now }), violations: [] };
}

/** Whether the diff that is shown to people is the one that will be committed. */
function diffViolations(patch: Patch): readonly Violation[] {
  const parsed = parseDiff(patch.diff);
  const refuse = (path: string | null, detail: string): Violation => ({ rule: "diff", path, line: null, detail });
  const violations = [...parsed.violations];
  for (const file of parsed.files) {
    const change = patch.files.find(({ path }) => path === file.path);
    if (change === undefined) {
      violations.push(refuse(file.path, "the diff has a file that the patch has not"));
      continue;
    }
    const before = change.before === null ? "" : textOf(change.before);
    const applied = before === undefined ? null : applyHunks(before, file.hunks);
    if (applied === null)
      violations.push({ rule: "applies", path: file.path, line: null, detail: "the diff does not apply to base" });
    else if (applied !== textOf(change.after))
      violations.push(refuse(file.path, "the diff gives another file than the patch"));
  }
  for (const { path } of patch.files) {
    if (!parsed.files.some((file) => file.path === path))
      violations.push(refuse(path, "the diff leaves out a file of the patch"));
  }
  return violations;
}
