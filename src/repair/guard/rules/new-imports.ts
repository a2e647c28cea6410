import type { ChangedFile } from "../changed-file.ts";
import { changedLines } from "../code-side.ts";
import type { CodeLanguage } from "../languages.ts";
import { quoted, type Violation } from "../violation.ts";

const importLine: Readonly<Record<CodeLanguage, RegExp>> = {
  java: /^\s*import\s+(?:static\s+)?([\w.*]+)\s*;?/,
  kotlin: /^\s*import\s+([\w.*`]+)/,
  typescript:
    /^\s*(?:import\b(?!\s*\().*?["']([^"']+)["']|export\s.*\bfrom\s+["']([^"']+)["']|(?:const|let|var)\s.*\brequire\(\s*["']([^"']+)["']\s*\)|\}\s*from\s+["']([^"']+)["'])/,
  javascript:
    /^\s*(?:import\b(?!\s*\().*?["']([^"']+)["']|export\s.*\bfrom\s+["']([^"']+)["']|(?:const|let|var)\s.*\brequire\(\s*["']([^"']+)["']\s*\)|\}\s*from\s+["']([^"']+)["'])/,
  python: /^\s*(?:from\s+([\w.]+)\s+import\b|import\s+([\w.]+(?:\s*(?:as\s+\w+)?\s*,\s*[\w.]+)*))/,
  go: /^\s*(?:import\s+)?(?:(?!return\b|case\b|panic\b)[\w.]+\s+)?"([\w./@~-]+)"\s*$/,
  csharp: /^\s*(?:global\s+)?using\s+(?:static\s+)?(?:\w+\s*=\s*)?([\w.]+)\s*;/,
  php: /^\s*use\s+(?:function\s+|const\s+)?\\?([\w\\]+)/,
  ruby: /^\s*(?:require|require_relative|load|include|extend|prepend)\s*\(?\s*["']?([\w./:-]+)/,
  rust: /^\s*(?:pub(?:\([^)]*\))?\s+)?use\s+(?:::)?([\w:]+)|^\s*extern\s+crate\s+(\w+)/,
};

/** What small repairs are made with: values that may be missing, numbers, dates, texts, and refusing a request. */
const known: Readonly<Record<CodeLanguage, RegExp>> = {
  java: /^(?:java\.util\.(?!zip|jar|logging|prefs|concurrent|spi|ServiceLoader|Timer|Scanner)|java\.util\.concurrent\.(?:TimeUnit|ConcurrentHashMap)$|java\.math\.|java\.time\.|java\.text\.|java\.io\.(?:UncheckedIO)?(?:IO)?Exception$|java\.nio\.charset\.|java\.lang\.(?!reflect|invoke|instrument|management|foreign)|(?:javax|jakarta)\.(?:validation|annotation)\.|org\.springframework\.(?:http\.|lang\.|util\.(?!ReflectionUtils|SerializationUtils)|web\.server\.|web\.bind\.annotation\.(?!CrossOrigin)|validation\.|dao\.EmptyResult)|org\.slf4j\.|lombok\.NonNull$|org\.jetbrains\.annotations\.|org\.jspecify\.|org\.apache\.commons\.(?:lang3?\.(?!reflect|Serialization|exception\.ExceptionUtils)|collections4?\.)|com\.google\.common\.(?:base|collect)\.)/,
  kotlin:
    /^(?:java\.util\.(?!zip|jar|logging|prefs|concurrent|spi|ServiceLoader|Timer|Scanner)|java\.math\.|java\.time\.|java\.text\.|kotlin\.(?!reflect|io|system|concurrent|script|native)|(?:javax|jakarta)\.(?:validation|annotation)\.|org\.springframework\.(?:http\.|lang\.|util\.(?!ReflectionUtils)|web\.server\.|web\.bind\.annotation\.(?!CrossOrigin)|validation\.)|org\.slf4j\.|io\.github\.oshai\.)/,
  typescript:
    /^(?:\.{1,2}\/|@\/|~\/|src\/|#\w|(?:node:)?(?:assert|util|path|url|querystring)(?:\/|$)|zod$|joi$|yup$|class-validator$|class-transformer$|lodash(?:[./-]|$)|ramda$|http-errors$|validator(?:\/|$)|ajv$|valibot$|@nestjs\/common$|date-fns(?:\/|$)|dayjs$|luxon$|http-status(?:-codes)?$|express$|fastify$)/,
  javascript:
    /^(?:\.{1,2}\/|@\/|~\/|src\/|#\w|(?:node:)?(?:assert|util|path|url|querystring)(?:\/|$)|zod$|joi$|yup$|class-validator$|lodash(?:[./-]|$)|ramda$|http-errors$|validator(?:\/|$)|ajv$|@nestjs\/common$|date-fns(?:\/|$)|dayjs$|luxon$|http-status(?:-codes)?$|express$|fastify$)/,
  python:
    /^(?:\.|(?:typing|typing_extensions|decimal|datetime|math|re|json|collections|itertools|functools|dataclasses|enum|uuid|fractions|numbers|operator|string|logging|http|__future__|textwrap|statistics|abc|zoneinfo|calendar|copy|fastapi|flask|pydantic|starlette|marshmallow|rest_framework|attrs?)(?:\.|$)|django\.(?:core\.exceptions|http|shortcuts|utils)|werkzeug\.exceptions)/,
  go: /^(?:errors|fmt|strconv|strings|math|math\/big|sort|slices|maps|unicode|unicode\/utf8|bytes|cmp|regexp|context|net\/http|net\/url|encoding\/json|database\/sql|time|log|log\/slog)$/,
  csharp:
    /^(?:System(?:\.(?:Linq|Collections(?:\.\w+)*|Globalization|Text(?:\.(?:Json|RegularExpressions))?|ComponentModel(?:\.DataAnnotations)?|Threading\.Tasks|Diagnostics\.CodeAnalysis))?|Microsoft\.AspNetCore\.(?:Mvc|Http)|Microsoft\.Extensions\.(?:Logging|Options))$/,
  php: /^(?:InvalidArgumentException|DomainException|RuntimeException|LogicException|UnexpectedValueException|OutOfBoundsException|DateTime\w*|ArrayObject|Stringable|JsonException|Symfony\\Component\\Http(?:Kernel\\Exception|Foundation)|Psr\\Log|Illuminate\\(?:Support\\(?:Arr|Str|Collection|Carbon|Facades\\Log)|Validation|Http\\(?:Request|JsonResponse|Response))|Webmozart\\Assert|Doctrine\\Common\\Collections)(?:\\|$)/,
  ruby: /^(?:bigdecimal(?:\/util)?|time|date|json|set)$/,
  rust: /^(?:crate|super|self|core::(?!mem|ptr)|std::(?!process|fs|net|os|ffi|mem|ptr|env|thread|panic|io|any|alloc|arch|intrinsics)|alloc::(?:string|vec|borrow)|anyhow|thiserror|chrono|rust_decimal|serde)/,
};

const knownOfTests: Readonly<Record<CodeLanguage, RegExp>> = {
  java: /^(?:org\.(?:junit|mockito|assertj|hamcrest|testng)\.|io\.(?:mockk|kotest)\.|kotlin\.test\.|org\.springframework\.(?:boot\.test|test|mock|boot\.autoconfigure\.web)\.|org\.springframework\.|com\.fasterxml\.jackson\.|java\.io\.)/,
  kotlin:
    /^(?:org\.(?:junit|mockito|assertj|hamcrest|testng)\.|io\.(?:mockk|kotest)\.|kotlin\.test\.|kotlinx\.coroutines\.test\.|org\.springframework\.)/,
  typescript:
    /^(?:vitest|jest|@jest\/globals|mocha|chai|sinon|supertest|ava|tap|tape|uvu|fast-check|node:test|@testing-library\/|@nestjs\/testing)/,
  javascript:
    /^(?:vitest|jest|@jest\/globals|mocha|chai|sinon|supertest|ava|tap|tape|uvu|fast-check|node:test|@testing-library\/|@nestjs\/testing)/,
  python: /^(?:pytest|unittest|mock|hypothesis|parameterized|django\.test|factory|tests?)(?:\.|$)/,
  go: /^(?:testing|net\/http\/httptest|github\.com\/stretchr\/testify\/(?:assert|require)|github\.com\/google\/go-cmp\/cmp)$/,
  csharp:
    /^(?:Xunit|NUnit\.Framework|Moq|FluentAssertions|NSubstitute|Shouldly|Microsoft\.VisualStudio\.TestTools\.UnitTesting)(?:\.|$)/,
  php: /^(?:PHPUnit|Tests|Mockery|Prophecy|Pest)(?:\\|$)/,
  ruby: /^(?:\.{0,2}[\w/.-]*(?:spec_helper|test_helper|rails_helper)|minitest(?:\/\w+)?|test\/unit|rspec|rails_helper|[\w./-]+)$/,
  rust: /^(?:\w+)/,
};

export function isImportLine(line: string, language: CodeLanguage): boolean {
  return importLine[language].test(line) || /^\s*(?:import\s*\(|\))\s*$/.test(line);
}

/** Libraries that come in: anything but what is known, what the service's own code is, and what was there. */
export function checkImports(file: ChangedFile, sources: readonly string[]): readonly Violation[] {
  const { language, path } = file;
  if (language === null) return [];
  const named = (which: "before" | "after") =>
    file.fragments.flatMap((fragment) =>
      changedLines(fragment[which]).flatMap(({ line, text }) =>
        namesIn(text, language).map((name) => ({ line, name, text })),
      ),
    );
  const earlier = new Set(named("before").map(({ name }) => name));
  const around = file.fragments.flatMap(({ after }) =>
    after.lines.filter((_text, index) => !after.changed.has(after.firstLine + index)),
  );
  const isEarlier = (name: string) =>
    earlier.has(name) || around.some((line) => line.length < 400 && namesIn(line, language).includes(name));
  return named("after")
    .filter(({ name, text }) => {
      if (isBare(text, language) || !isKnown(name, file, { around, sources })) return !isEarlier(name);
      return false;
    })
    .map(({ line, name }) => ({ rule: "imports" as const, path, line, detail: `it brings in ${quoted(name)}` }));
}

function namesIn(text: string, language: CodeLanguage): readonly string[] {
  if (text.length > 400) return [];
  const [, ...groups] = importLine[language].exec(text) ?? [];
  const found = groups.find((each) => each !== undefined);
  if (found === undefined) return [];
  return language === "python" ? found.split(",").map((each) => each.trim().split(/\s/)[0] ?? "") : [found];
}

/** Imports for what they do when they are loaded, or under the name of something else. */
function isBare(text: string, language: CodeLanguage): boolean {
  if (language === "typescript" || language === "javascript") return /^\s*import\s+["']/.test(text);
  if (language === "go") return /^\s*(?:import\s+)?[._]\s+"/.test(text);
  return language === "php" && /\buse\s+function\b/.test(text);
}

interface Surroundings {
  /** Lines of the file that stay. */
  readonly around: readonly string[];
  /** Paths of all files of the patch: a test may import what it tests. */
  readonly sources: readonly string[];
}

function isKnown(name: string, file: ChangedFile, surroundings: Surroundings): boolean {
  const { language, isTest, path } = file;
  if (language === null) return false;
  if (known[language].test(name) || (isTest && knownOfTests[language].test(name))) return true;
  return isOwn(name, path, language, isTest ? surroundings : { ...surroundings, sources: [] });
}

/** `shop.cart` of `shop/cart.py`, `company/module/internal/cart` of `internal/cart/total.go`. */
function isOfSource(name: string, sources: readonly string[]): boolean {
  return sources.some((path) => {
    const folder = path.split("/").slice(0, -1);
    return folder.includes(name.split(".")[0] ?? "") || (folder.length > 0 && name.endsWith(`/${folder.join("/")}`));
  });
}

/** Of the service itself: its package is that of the file. */
function isOwn(name: string, path: string, language: CodeLanguage, { around, sources }: Surroundings): boolean {
  const folders = path.split("/").slice(0, -1);
  if (language === "java" || language === "kotlin") {
    const [first = "", second = ""] = name.split(".");
    return second !== "" && folders.some((folder, index) => folder === first && folders[index + 1] === second);
  }
  if (language === "python") return path.split("/").includes(name.split(".")[0] ?? "") || isOfSource(name, sources);
  if (language === "csharp") {
    const first = name.split(".")[0] ?? "";
    return path.split(/[/.]/).includes(first) && first !== "System" && first !== "Microsoft";
  }
  if (language === "php") {
    const first = name.split("\\")[0] ?? "";
    return first === "App" || around.some((line) => line.startsWith(`namespace ${first}`)) || folders.includes(first);
  }
  if (language === "go") {
    const parts = name.split("/");
    if (isOfSource(name, sources)) return true;
    const stem = parts.slice(0, 3).join("/");
    return (parts[0] ?? "").includes(".") && parts.length > 3 && around.some((line) => line.includes(`"${stem}/`));
  }
  return false;
}
