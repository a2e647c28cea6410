/** The languages whose rules the guard knows. */
export type CodeLanguage =
  | "java"
  | "kotlin"
  | "typescript"
  | "javascript"
  | "python"
  | "go"
  | "csharp"
  | "php"
  | "ruby"
  | "rust";

const byEnding = new Map<string, CodeLanguage>([
  ["java", "java"],
  ["kt", "kotlin"],
  ["ts", "typescript"],
  ["tsx", "typescript"],
  ["mts", "typescript"],
  ["cts", "typescript"],
  ["js", "javascript"],
  ["jsx", "javascript"],
  ["mjs", "javascript"],
  ["cjs", "javascript"],
  ["py", "python"],
  ["go", "go"],
  ["cs", "csharp"],
  ["php", "php"],
  ["rb", "ruby"],
  ["rs", "rust"],
]);

/** By the ending, in small letters only: `A.PY` is no Python for the tools that would check it. Null: no rules for it. */
export function languageOf(path: string): CodeLanguage | null {
  const ending = /\.([a-z]{2,4})$/.exec(path)?.[1];
  if (ending === undefined || /\.d\.[mc]?ts$/.test(path)) return null;
  return byEnding.get(ending) ?? null;
}

/** Languages whose blocks are lines, not braces. */
export function hasBraces(language: CodeLanguage): boolean {
  return language !== "python" && language !== "ruby";
}
