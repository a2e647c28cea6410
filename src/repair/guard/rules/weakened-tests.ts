import type { ChangedFile } from "../changed-file.ts";
import { changedLines, changedMatches, flatOf } from "../code-side.ts";
import type { Token } from "../token.ts";
import { tokenGroups } from "../token-groups.ts";
import { tokensOf } from "../tokens.ts";
import { quoted, type Violation } from "../violation.ts";
import { java, type PatternRule, patternRules, script } from "./pattern-rule.ts";

/** Tests that do not run, or run alone, or would pass whatever happens. */
export const testSwitches: readonly PatternRule[] = [
  ...patternRules({ rule: "tests", seen: "new", text: "code" }, [
    [
      java,
      /@Disabled\w*|@Ignore\w*|@(?:Enabled|Disabled)(?:If|On|For)\w*|@Flaky\w*|@RepeatedTest|@RetryingTest|@Timeout\b|\bassume\w*\(|\bassumptions\b|\bAssumptions\.|\benabled=false|@Ignored\b|\bxit\(|\bxdescribe\(|@DirtiesContext|\bexpected=|\bassertTrue\(true|\bassertFalse\(false|\bassertNull\(null|\bassertEquals\((\w+),\1\)|\blenient\(\)|\bMockito\.lenient\b/g,
      "a test is skipped, focused, or would pass anyway",
    ],
    [
      script,
      /\b(?:it|test|describe|context|suite|specify|bench)(?:\.\w+)*\.(?:skip|only|todo|fails|failing|skipIf|runIf|concurrent\.skip|fixme|slow)\b|\b(?:x|f)(?:it|test|describe|specify|context)\(|\bthis\.skip\(|\bt\.(?:skip|todo)\b|\bpending\(|\b(?:skip|only|todo):(?:true|["'`])|\bretryTimes\(|\b(?:jest|vi)\.setTimeout\(|\btestTimeout\b|\bexpect\((true|false|1|0|null|undefined|["'`][^"'`]*["'`])\)\.to\w+\(\1?\)|\bassert(?:\.ok)?\((?:true|1)\b|\bexpect\.anything\(\)|\bexpect\.any\(Object\)|\.toMatchSnapshot\(|\.toMatchInlineSnapshot\(|\bexpect\.assertions\(0\)|\bpassWithNoTests\b/g,
      "a test is skipped, focused, or would pass anyway",
    ],
    [
      ["python"],
      /\bpytest\.(?:mark\.)?(?:skip\w*|xfail|importorskip|exit|flaky)|@?unittest\.(?:skip\w*|expectedFailure)|\.skipTest\(|\braise (?:unittest\.)?SkipTest|\bpytest_collection\w*|\bassert True\b|\bassert 1\b|\bassert not False\b|\bassertTrue\(True\)|\b__test__=False|\bassert (\w+)==\1\b|\bflaky\b|\bcollect_ignore\w*|\bor True\b/g,
      "a test is skipped, or would pass anyway",
    ],
    [
      ["go"],
      /\b[tb]\.Skip\w*\(|\btesting\.Short\(\)|\bassert\.True\(t,true\)|\bos\.Exit\(0\)|\bt\.Setenv\(|\bflag\.\w+|\bfunc TestMain\(/g,
      "a test is skipped, or would pass anyway",
    ],
    [
      ["csharp"],
      /\bSkip=|\[Ignore\b|\[Explicit\b|\bAssert\.(?:Inconclusive|Ignore|Pass)\(|\bAssert\.True\(true\)|\bSkippableFact\b|\[Retry\b|\bAssume\.|\[Platform\b|\bAssert\.Equal\((\w+),\1\)/g,
      "a test is skipped, or would pass anyway",
    ],
    [
      ["php"],
      /\bmarkTest(?:Skipped|Incomplete)\b|@group\b|\bassertTrue\(true\)|\bexpectNotToPerformAssertions\b|@doesNotPerformAssertions|->skip\(|->only\(|->todo\(|@requires\b/g,
      "a test is skipped, or would pass anyway",
    ],
    [
      ["ruby"],
      /\b(?:x|f)(?:it|describe|context|specify|feature|scenario)\b|\bskip\b|\bpending\b|\b(?:skip|focus|pending):(?:true|["'])|,:(?:focus|skip|pending)\b|\bassert true\b|\bexpect\(true\)\.to\b|\bxfail\b/g,
      "a test is skipped, focused, or would pass anyway",
    ],
    [
      ["rust"],
      /#\[ignore\b|#\[should_panic\b|#\[cfg\(not\(test\)\)\]|\bassert!\(true\b|\bassert_eq!\((\w+),\1\)/g,
      "a test is skipped, or would pass anyway",
    ],
  ]),
  ...patternRules({ rule: "tests", seen: "new", text: "line" }, [
    [
      ["python", "php"],
      /@(?:pytest\.mark\.)?(?:skip|xfail)\b|@group\b|@requires\b|@doesNotPerformAssertions/,
      "a test is skipped",
    ],
    [["go"], /\/\/\s*\+build|\/\/go:build/, "a test is left out of the build"],
  ]),
];

const assertion =
  /^(?:assert\w*!?|expect\w*|verify\w*|should\w*|must\w*|require\w*|ensure\w*|check\w*|is_expected|fail\w*|Assert|Expect|raises?|pytest|toBe\w*|toEqual\w*|toThrow\w*|debug_assert\w*|Error\w*|Fatal\w*|t)$/;
const testName = /^(?:it|test|describe|context|suite|specify|scenario|def|fun|func|fn|function|void|class)$/;

/** What a test loses: of a test nothing may go, for a repair adds what it shows. Rust has its tests in the source. */
export function checkTests(file: ChangedFile, sources: readonly string[]): readonly Violation[] {
  if (file.language === null) return [];
  if (file.isTest) return [...lostLines(file, () => true), ...standIns(file, sources)];
  return file.language === "rust"
    ? lostLines(file, (line) => line.some(({ text }) => assertion.test(text) && text !== "t"))
    : [];
}

/** A test that puts something in the place of what it is to test shows nothing. */
function standIns(file: ChangedFile, sources: readonly string[]): readonly Violation[] {
  return sources.flatMap((source) => {
    const name = (/([^/]+?)\.\w+$/.exec(source)?.[1] ?? "").replaceAll(/[^\w-]/g, "");
    if (name === "") return [];
    const standIn = new RegExp(
      String.raw`\b(?:mock|doMock|unstable_mockModule|module)\(["'\x60](?:[^"'\x60]*/)?${name}(?:\.\w+)?["'\x60]|\bpatch(?:\.object)?\((?:["'][\w.]*\b${name}\b|${name},)|\b(?:mock|mockk|mockStatic|mockkObject|createMock)\(${name}\b|\bmockk<${name}>|@(?:Mock|MockBean|MockitoBean|MockK) ?(?:private )?(?:lateinit var \w+:)?${name}\b`,
      "g",
    );
    return file.fragments
      .flatMap(({ after }) => changedMatches(after, standIn))
      .map(({ line, text }) => ({
        rule: "tests" as const,
        path: file.path,
        line,
        detail: `a stand-in for what is tested: ${quoted(text)}`,
      }));
  });
}

function lostLines(file: ChangedFile, counts: (line: readonly Token[]) => boolean): readonly Violation[] {
  const { language } = file;
  if (language === null) return [];
  const left = new Map<string, number>();
  for (const { after } of file.fragments) {
    for (const { text } of changedLines(after)) {
      const key = keyOf(tokensOf(text, language));
      left.set(key, (left.get(key) ?? 0) + 1);
    }
  }
  const added = tokenGroups(file)
    .flatMap((group) => group.after)
    .map(({ text }) => text);
  const addedWords = new Set(added);
  return file.fragments.flatMap(({ before }) =>
    changedLines(before).flatMap(({ line, text }) => {
      const tokens = tokensOf(text, language).filter(({ kind }) => kind !== "comment");
      const key = keyOf(tokens);
      const count = left.get(key) ?? 0;
      if (key === "" || count > 0) {
        left.set(key, count - 1);
        return [];
      }
      if (!counts(tokens) || isWiderImport(tokens, addedWords)) return [];
      const isAssertion = tokens.some((each) => assertion.test(each.text));
      const isName = tokens.some((each) => testName.test(each.text));
      const detail = isAssertion
        ? "an assertion is gone or says something else"
        : isName
          ? "a test is gone or another"
          : "a line of a test is gone or another";
      return [{ rule: "tests" as const, path: file.path, line, detail: `${detail}: ${quoted(text)}` }];
    }),
  );
}

/** The same code, whatever its blanks and last commas. */
function keyOf(tokens: readonly Token[]): string {
  const code = tokens.filter(({ kind }) => kind !== "comment");
  return flatOf(code, 0, code.length).replace(/[,;]+$/, "");
}

/** `import { a } from "b"` may become `import { a, c } from "b"`. */
function isWiderImport(tokens: readonly Token[], added: ReadonlySet<string>): boolean {
  const first = tokens[0]?.text ?? "";
  if (!/^(?:import|from|use|using|const|require)$/.test(first)) return false;
  if (first === "const" && !tokens.some(({ text }) => text === "require")) return false;
  return tokens.every(({ kind, text }) => kind === "mark" || added.has(text));
}
