import { java, type PatternRule, patternRules, script } from "./pattern-rule.ts";

/** Marks by which compilers, linters and analysers look away; most stand in comments. */
const marks = patternRules({ rule: "checks", seen: "new", text: "line" }, [
  [
    null,
    /\bnosonar\b|\bno-?sec\b|\bnosemgrep\b|\bcodeql\[|\blgtm\b|\bnolint\w*|\bnoinspection\b|\bchekstyle:off|\bcheckstyle:off|\bcpd-off|\bpragma:? no ?(?:cover|branch)|\b(?:istanbul|c8|v8) ignore|\bcoverage:? ?(?:ignore|off)|\bcodecoverageignore|\bformatter:off|\bspotless:off|\bprettier-ignore|\bfmt:? ?(?:off|skip)|\bcspell:disable|\bsnyk[: -]ignore|\bgitleaks:allow|\btrufflehog:ignore|\bpragma: allowlist|\bdetect-secrets|\bignore-lint|\blint-ignore|\blint:ignore|\bspell-?checker: ?disable|\bsast-ignore|\bveracode|\bcoverity\[|\bfortify|\bbearer:disable|\bpyre-(?:ignore|fixme)/i,
    "a check is told to look away",
  ],
  [
    script,
    /\beslint-(?:disable|env|enable)[\w-]*|\/[*/]\s*eslint\b|\/\*\s*globals?\b|@ts-(?:ignore|expect-error|nocheck|check)|\btslint:\s*(?:disable|enable)|\bbiome-(?:ignore|disable)|\boxlint-disable|\bdeno-(?:lint|coverage)-ignore|\bjs[hl]int\b|\bjscs:|\$Flow(?:FixMe|Ignore|Issue|ExpectedError)|@(?:no)?flow\b|\bwebpackIgnore|@vite-ignore/i,
    "a check is told to look away",
  ],
  [
    ["python"],
    /#\s*type:\s*ignore|#.*\bnoqa\b|#\s*pylint:|#\s*pyright:|#\s*mypy:|#\s*ruff:|#\s*flake8|#\s*isort:|#\s*bandit|#\s*pytype:|#\s*pyre-|@(?:typing\.)?no_type_check|\bwarnings\.(?:filterwarnings|simplefilter|catch_warnings)/i,
    "a check is told to look away",
  ],
  [
    ["go"],
    /\/\/\s*(?:go|line|export|extern|sys):?\w*\S|\/\/\s*\+build|\/\/lint:/,
    "a directive of the compiler or a linter",
  ],
  [
    java,
    /@(?:\w+:)?(?:\[\s*)?Suppress(?:Warnings|FBWarnings|Lint|AjWarnings|Crypto\w*)?\b|@SneakyThrows\b|@(?:\w+\.)*Generated\b|@IgnoreJRERequirement|@SuppressForbidden|@Keep\b|@UnsafeVariance|@OptIn\b|\berror-?prone/i,
    "a check is told to look away",
  ],
  [
    ["csharp"],
    /#\s*pragma\b|#\s*nullable\b|#\s*(?:el)?if\b|#\s*(?:un)?def(?:ine)?\b|#\s*line\b|\[\s*(?:\w+:\s*)?(?:\w+\.)*(?:Unconditional)?SuppressMessage|\bExcludeFromCodeCoverage|\bReSharper disable|\[\s*(?:\w+\.)*(?:DebuggerHidden|DebuggerStepThrough|Obsolete|Conditional)\b/i,
    "a check is told to look away",
  ],
  [
    ["php"],
    /@?phpstan-ignore[\w-]*|@phpstan-(?:var|param|return)|@?psalm-suppress|@?phpcs:\s*\w+|@phan-suppress|@SuppressWarnings|@codingStandardsIgnore\w*|\bstrict_types\s*=\s*0/i,
    "a check is told to look away",
  ],
  [
    ["ruby"],
    /#\s*rubocop\s*:\s*\w+|#\s*standard:\s*disable|#\s*:nocov:|#\s*typed:\s*(?:false|ignore)|#\s*brakeman|#\s*steep:ignore|#\s*reek|\$VERBOSE\b|\bT\.(?:unsafe|untyped)\b/i,
    "a check is told to look away",
  ],
  [
    ["rust"],
    /#!?\[\s*(?:allow|expect|warn|rustfmt|clippy|cfg_attr|no_mangle|coverage|automatically_derived|must_not_suspend)\b|#!?\[\s*cfg\s*\((?!\s*test\s*\))/i,
    "an attribute that switches off checks, or code",
  ],
]);

const casts = patternRules({ rule: "checks", seen: "new", text: "code" }, [
  [
    ["typescript"],
    /\bas (?:any|never|unknown)\b|<any>|<any,|,any>|:any\b|\bany\[\]|=any\b|\|any\b|\bas object as\b|\bsatisfies any\b|\bdeclare (?:global|module|var|let|const|function)\b/g,
    "the compiler's types are switched off",
  ],
  [["go"], /\bunsafe\.\w+/g, "the compiler's types are switched off"],
  [
    ["rust"],
    /\bunsafe\b|\btransmute\b|\bget_unchecked\w*|\bunwrap_unchecked\b|\bassume_init\b/g,
    "the compiler's checks are switched off",
  ],
  [
    ["csharp"],
    /\bunsafe\b|\bunchecked\b|\bdynamic\b|\bstackalloc\b|\bUnsafe\.\w+/g,
    "the compiler's checks are switched off",
  ],
  [["python"], /\bcast\((?:typing\.)?Any\b|\bcast\("Any"/g, "the types are switched off"],
  [["ruby"], /\bT\.(?:unsafe|cast)\(/g, "the types are switched off"],
]);

/** Saying that nothing is null is no repair of something that was. */
const nullAssertions = patternRules({ rule: "checks", seen: "new", text: "code", isFineInTests: true }, [
  [
    ["typescript"],
    /[\p{L}\p{N}_$)\]]!(?=[.[(;,)\]}:]|$)|[\p{L}\p{N}_$]!:/gu,
    "it only says that nothing is null there",
  ],
  [["csharp"], /[\p{L}\p{N}_)\]]!(?=[.[(;,)\]}]|$)|\b(?:null|default)!/gu, "it only says that nothing is null there"],
  [["kotlin"], /!!|\blateinit\b/g, "it only says that nothing is null there"],
  [java, /\bObjects\.requireNonNullElse\w*\(null/g, "a default that is null"],
]);

export const switchedOffChecks: readonly PatternRule[] = [...marks, ...casts, ...nullAssertions];
