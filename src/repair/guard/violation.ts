/** A rule of the guard that a patch breaks, and where. `detail` is our own words; what stands in the patch is quoted cut, and passes the gate later. */
export interface Violation {
  readonly rule: GuardRule;
  readonly path: string | null;
  /** In the file after the patch; of what was taken out, in the file before. Null: the whole file, or the whole diff. */
  readonly line: number | null;
  readonly detail: string;
}

/** What each rule asks, in the order in which they are shown. */
export const guardRules = {
  diff: "the diff is whole, and says the same in its headers and its lines",
  applies: "the diff applies to base",
  files: "one source file, and at most its test",
  folder: "every file is in the folder of the service",
  path: "every path is a plain one on any file system",
  mode: "regular files of mode 100644, neither new source files nor renamed, copied, deleted, linked or binary ones",
  lines: "the changed lines are within the limit",
  protected: "no protected path, no generated file",
  language: "a language whose rules we know, or a listed configuration file",
  "secret-in-file": "no file in which the gate finds a secret",
  characters: "no hidden, bidirectional or look-alike characters",
  effect: "the code does something else afterwards",
  checks: "no check of a compiler, linter or analyser is switched off",
  exceptions: "no exception or error is swallowed",
  tests: "no test is deleted, skipped, focused or weakened",
  security: "no certificate, CORS, permission or cryptography is touched",
  secrets: "no secret is written, logged or answered",
  processes: "no process is started or ended",
  reflection: "no reflection",
  deserialisation: "no deserialisation of foreign objects",
  "dynamic-code": "no code is made or loaded at run time",
  hosts: "no new host, address or connection",
  "file-access": "no file is deleted or written",
  sql: "no SQL is put together from parts",
  waiting: "no sleep, no endless loop or retry",
  "constant-body": "no function that only answers a constant, nothing made unreachable",
  "removed-code": "no condition, call or protection is taken out",
  values: "no number, operator or switch is changed and nothing else",
  imports: "no library that a small repair does not need",
} as const;

export type GuardRule = keyof typeof guardRules;

/** Characters of a patch that a detail quotes. */
const quotedMax = 60;

export function quoted(text: string): string {
  const line = text.replaceAll(/\s+/g, " ").trim();
  return `\`${line.length <= quotedMax ? line : `${line.slice(0, quotedMax)}…`}\``;
}
