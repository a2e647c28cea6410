import type { ChangedFile, Fragment } from "../changed-file.ts";
import { changedLines, changedMatches, codeSide, type Found } from "../code-side.ts";
import type { CodeLanguage } from "../languages.ts";
import { type GuardRule, quoted, type Violation } from "../violation.ts";

/** Something that is told by how it is written. */
export interface PatternRule {
  readonly rule: GuardRule;
  /** Absent: all. */
  readonly languages?: readonly CodeLanguage[];
  /** With the flag `g`. */
  readonly pattern: RegExp;
  readonly detail: string;
  /** `touched`: on any added or removed line. `new`: there is more of it afterwards. */
  readonly seen: "touched" | "new";
  /** `code`: in the tokens, without comments and blanks. `line`: in the lines as they are. */
  readonly text: "code" | "line";
  /** Tests may do it. */
  readonly isFineInTests?: true;
}

export const java: readonly CodeLanguage[] = ["java", "kotlin"];
export const script: readonly CodeLanguage[] = ["typescript", "javascript"];

/** Makes the rules of one family from lines of `[languages, pattern, detail]`. */
export function patternRules(
  family: Pick<PatternRule, "rule" | "seen" | "text" | "isFineInTests">,
  lines: readonly (readonly [readonly CodeLanguage[] | null, RegExp, string])[],
): readonly PatternRule[] {
  return lines.map(([languages, pattern, detail]) => ({
    ...family,
    pattern: pattern.flags.includes("g") ? pattern : new RegExp(pattern.source, `${pattern.flags}g`),
    detail,
    ...(languages === null ? {} : { languages }),
  }));
}

export function checkPatterns(file: ChangedFile, rules: readonly PatternRule[]): readonly Violation[] {
  const { language } = file;
  if (language === null) return [];
  const views = file.fragments.map((fragment) => [fragment, ...(file.after === null ? lineByLine(fragment) : [])]);
  return rules
    .filter((rule) => rule.languages === undefined || rule.languages.includes(language))
    .filter((rule) => !(file.isTest && rule.isFineInTests === true))
    .flatMap((rule) => {
      const before = views.flatMap((view) => unique(view.flatMap((each) => foundOn(each, "before", rule))));
      const after = views.flatMap((view) => unique(view.flatMap((each) => foundOn(each, "after", rule))));
      const found = rule.seen === "new" ? added(before, after) : [...after, ...before];
      const [first] = found;
      if (first === undefined) return [];
      return [{ rule: rule.rule, path: file.path, line: first.line, detail: `${rule.detail}: ${quoted(first.text)}` }];
    });
}

function foundOn(fragment: Fragment, which: "before" | "after", rule: PatternRule): readonly Found[] {
  const side = fragment[which];
  if (rule.text === "code") return changedMatches(side, rule.pattern);
  return changedLines(side).flatMap(({ line, text }) =>
    [...text.matchAll(rule.pattern)].map((match) => ({ text: match[0], line })),
  );
}

/** What a hunk shows may begin inside of a comment or a string: then each line is read for itself too. */
function lineByLine({ before, after }: Fragment): readonly Fragment[] {
  const alone = (side: Fragment["before"]) =>
    changedLines(side).map(({ line, text }) => codeSide(side.language, [text], line, new Set([line])));
  const nothing = codeSide(after.language, [], 1, new Set());
  return [
    ...alone(before).map((side) => ({ before: side, after: nothing })),
    ...alone(after).map((side) => ({ before: nothing, after: side })),
  ];
}

function unique(found: readonly Found[]): readonly Found[] {
  return [...new Map(found.map((each) => [`${each.line} ${each.text}`, each])).values()];
}

/** Those of which there are more than before. */
export function added(before: readonly Found[], after: readonly Found[]): readonly Found[] {
  const left = new Map<string, number>();
  for (const { text } of before) left.set(text, (left.get(text) ?? 0) + 1);
  return after.filter(({ text }) => {
    const count = left.get(text) ?? 0;
    left.set(text, count - 1);
    return count <= 0;
  });
}
