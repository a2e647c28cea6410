import { redact } from "../../domain/redact.ts";
import type { RuleResult } from "../../domain/verdict.ts";
import type { ChangedFile } from "./changed-file.ts";
import { checkContent } from "./check-content.ts";
import { checkFiles } from "./check-files.ts";
import { checkSettings } from "./check-settings.ts";
import type { GuardRules } from "./guard-rules.ts";
import { type GuardRule, guardRules, type Violation } from "./violation.ts";

/** A result of the guard: one that does not hold for each violation, one that holds for each rule that is kept. */
export interface GuardResult extends RuleResult {
  readonly rule: GuardRule;
  /** In the file after the patch, or before it where something was taken out; null where no line is to blame. */
  readonly line: number | null;
}

/** Changed lines beyond which content is no longer looked at: the diff is refused for its size. */
const readLinesMax = 2_000;
/** Violations that are told of one rule. */
const toldMax = 20;

export function guardFiles(
  files: readonly ChangedFile[],
  earlier: readonly Violation[],
  rules: GuardRules,
): readonly GuardResult[] {
  const changed = files.reduce(
    (sum, { hunks }) => sum + hunks.reduce((inner, { lines }) => inner + lines.length, 0),
    0,
  );
  const isReadable = changed <= Math.max(readLinesMax, rules.linesMax * 20);
  const violations = [
    ...earlier,
    ...checkFiles(files, rules),
    ...(isReadable
      ? files.flatMap((file) => [
          ...checkContent(
            file,
            files.map(({ path }) => path),
          ),
          ...checkSettings(file),
        ])
      : []),
    ...(isReadable
      ? []
      : [{ rule: "lines", path: null, line: null, detail: "the diff is too long to be read" } as const]),
  ];
  return Object.keys(guardRules).flatMap((rule) => resultsOf(rule as GuardRule, violations, rules));
}

function resultsOf(
  rule: GuardRule,
  violations: readonly Violation[],
  { redaction }: GuardRules,
): readonly GuardResult[] {
  const broken = violations.filter((each) => each.rule === rule).slice(0, toldMax);
  if (broken.length === 0) return [{ rule, holds: true, path: null, line: null, detail: redact(guardRules[rule]) }];
  const seen = new Set<string>();
  return broken.flatMap(({ path, line, detail }) => {
    const key = `${path} ${line} ${detail}`;
    if (seen.has(key)) return [];
    seen.add(key);
    const where = line === null ? "" : `line ${line}: `;
    return [{ rule, holds: false, path, line, detail: redact(`${where}${shown(detail)}`, redaction) }];
  });
}

/** What cannot be seen, or would turn the line round, is shown by its number. */
function shown(text: string): string {
  return text.replaceAll(
    /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{DI}]/gu,
    (character) => `⟨U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}⟩`,
  );
}
