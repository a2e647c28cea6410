import { newRedactionMemory, redactWithFindings } from "../../domain/redact.ts";
import { matchesPattern } from "../path-pattern.ts";
import type { ChangedFile } from "./changed-file.ts";
import { lineLengthMax } from "./changed-file.ts";
import { checkCharacters } from "./characters.ts";
import type { GuardRules } from "./guard-rules.ts";
import { checkPath, foldedPath } from "./path-rules.ts";
import { generatedLine, protectedKind } from "./protected-paths.ts";
import { isTestOf } from "./test-of.ts";
import { tokensOf } from "./tokens.ts";
import type { Violation } from "./violation.ts";

/** Kinds of the gate's findings that open something; the others are personal data, which tests are full of. */
const secretKinds =
  /^(?:password|token|api-key|secret|private-key|authorization|signature|session|credential|connection-string|aws-|jwt)/;

/** Which files, how many, where, and how much of them. */
export function checkFiles(files: readonly ChangedFile[], rules: GuardRules): readonly Violation[] {
  return [
    ...checkNumber(files),
    ...checkSize(files, rules),
    ...files.flatMap((file) => [
      ...checkPath(file.path, rules.under),
      ...checkProtection(file, rules),
      ...checkKind(file, rules),
      ...checkSecrets(file),
      ...checkCharacters(file.path, addedLines(file), {
        isCode: file.language !== null,
        isJava: file.language === "java",
        isCrlf: usesCrlf(file),
      }),
    ]),
  ];
}

function checkNumber(files: readonly ChangedFile[]): readonly Violation[] {
  const refuse = (path: string | null, detail: string): Violation => ({ rule: "files", path, line: null, detail });
  const sources = files.filter(({ isTest }) => !isTest);
  const tests = files.filter(({ isTest }) => isTest);
  const violations: Violation[] = [];
  const [source] = sources;
  const [test] = tests;
  if (sources.length > 1) violations.push(...sources.slice(1).map(({ path }) => refuse(path, "a second source file")));
  if (tests.length > 1) violations.push(...tests.slice(1).map(({ path }) => refuse(path, "a second test")));
  if (source === undefined && test !== undefined) violations.push(refuse(test.path, "a test alone repairs nothing"));
  if (new Set(files.map(({ path }) => foldedPath(path))).size < files.length) {
    violations.push(refuse(null, "two of its paths are one on some file systems"));
  }
  if (source !== undefined && test !== undefined && sources.length === 1 && tests.length === 1) {
    const text = test.after ?? test.hunks.flatMap(({ lines }) => lines.map((line) => line.text)).join("\n");
    const isItsTest =
      source.language === null || (isTestOf({ path: test.path, text }, source.path) && isSameFamily(source, test));
    if (!isItsTest) violations.push(refuse(test.path, `it is no test of ${source.path}`));
  }
  if (source?.isNew === true)
    violations.push({
      rule: "mode",
      path: source.path,
      line: null,
      detail: "a new source file repairs nothing that is there",
    });
  return violations;
}

const families = [
  ["java", "kotlin"],
  ["typescript", "javascript"],
] as const;

function isSameFamily({ language: one }: ChangedFile, { language: other }: ChangedFile): boolean {
  return (
    one === other ||
    families.some((family) => family.some((each) => each === one) && family.some((each) => each === other))
  );
}

function checkSize(files: readonly ChangedFile[], rules: GuardRules): readonly Violation[] {
  const counted = files.map((file) => ({
    path: file.path,
    count: file.hunks.reduce((sum, { lines }) => sum + lines.filter(({ kind }) => kind !== "context").length, 0),
  }));
  const total = counted.reduce((sum, { count }) => sum + count, 0);
  const violations: Violation[] = [];
  if (total > rules.linesMax) {
    const most = counted.toSorted((one, other) => other.count - one.count)[0];
    violations.push({
      rule: "lines",
      path: most?.path ?? null,
      line: null,
      detail: `${total} changed lines of at most ${rules.linesMax}`,
    });
  }
  for (const file of files) {
    const long = addedLines(file).find(({ text }) => text.length > lineLengthMax);
    if (long !== undefined) {
      violations.push({
        rule: "lines",
        path: file.path,
        line: long.line,
        detail: `a line of ${long.text.length} characters: nobody reads it`,
      });
    }
  }
  return violations;
}

function checkProtection(file: ChangedFile, rules: GuardRules): readonly Violation[] {
  const kind = protectedKind(file.path, rules.protectedPaths);
  const violations: Violation[] = [];
  if (kind !== null) violations.push({ rule: "protected", path: file.path, line: null, detail: `the path is ${kind}` });
  const hunks = file.hunks.flatMap(({ lines }) => lines);
  const heads = [file.before, file.after].flatMap((text) => (text === null ? [] : [text.split("\n", 60)]));
  const seen = heads.length > 0 ? heads : [hunks.filter(({ beforeLine }) => beforeLine <= 40).map(({ text }) => text)];
  const generated = seen.map(generatedLine).find((line) => line !== null);
  if (generated !== undefined) {
    violations.push({
      rule: "protected",
      path: file.path,
      line: generated,
      detail: "the file says that it is generated",
    });
  }
  return violations;
}

function checkKind(file: ChangedFile, rules: GuardRules): readonly Violation[] {
  if (file.language !== null && file.fragments.length > 0) return [];
  const isListed = rules.configFiles.some((pattern) => matchesPattern(file.path, pattern));
  if (file.language === null && isListed && isSetting(file.path)) return [];
  const detail =
    file.language !== null
      ? "the file is too large to be read"
      : isSetting(file.path)
        ? "a setting, and its file is not among `repair.configFiles`"
        : "no language whose rules are known";
  return [{ rule: "language", path: file.path, line: null, detail }];
}

function isSetting(path: string): boolean {
  return /\.(?:ya?ml|json|properties|toml|ini|conf|cfg|xml)$/i.test(path);
}

function checkSecrets(file: ChangedFile): readonly Violation[] {
  const lines = file.hunks.flatMap((hunk) => hunk.lines.map(({ text }) => text)).join("\n");
  const texts = [file.before, file.after].filter((text) => text !== null);
  for (const text of texts.length > 0 ? texts : [lines]) {
    const kind = secretIn(text, file.language);
    if (kind !== null) {
      return [{ rule: "secret-in-file", path: file.path, line: null, detail: `the gate finds a ${kind} in it` }];
    }
  }
  return [];
}

/** The kind of a secret that the gate finds; in code only where it stands in a string or a comment, for `password: string` is no secret. */
function secretIn(text: string, language: ChangedFile["language"]): string | null {
  const memory = newRedactionMemory();
  if (!redactWithFindings(text, memory).found.some(({ kind }) => secretKinds.test(kind))) return null;
  const told =
    language === null ? null : tokensOf(text, language).filter(({ kind }) => kind === "string" || kind === "comment");
  for (const [value, placeholder] of memory.numbers) {
    const kind = /^⟨([a-z-]+):/.exec(placeholder)?.[1] ?? "";
    if (!secretKinds.test(kind)) continue;
    if (
      told === null ||
      (value.length > 3 && !/^[%{$#]/.test(value) && told.some((token) => token.text.includes(value)))
    )
      return kind;
    // A key goes over lines, and so over tokens.
    if (value.includes("\n") || kind === "private-key") return kind;
  }
  return null;
}

export function addedLines(file: ChangedFile): readonly { readonly line: number; readonly text: string }[] {
  return file.hunks.flatMap(({ lines }) =>
    lines.filter(({ kind }) => kind === "added").map(({ afterLine, text }) => ({ line: afterLine, text })),
  );
}

/** The file's lines end as Windows ends them, also those that stay. */
function usesCrlf(file: ChangedFile): boolean {
  const old = file.hunks.flatMap(({ lines }) => lines.filter(({ kind }) => kind !== "added"));
  return file.isNew || old.length === 0 ? true : old.every(({ text }) => text.endsWith("\r"));
}
