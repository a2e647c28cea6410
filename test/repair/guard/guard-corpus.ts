import { readFileSync } from "node:fs";
import { join } from "node:path";
import { createSyntaxReader } from "../../../src/adapters/syntax/syntax-reader.ts";
import { newRedactionMemory } from "../../../src/domain/redact.ts";
import { type GuardedDiff, guardDiff } from "../../../src/repair/guard/guard-diff.ts";
import type { GuardRules } from "../../../src/repair/guard/guard-rules.ts";

/** A diff of `test/fixtures/guard`, and what the guard is to say of it. */
export interface CorpusDiff {
  readonly file: string;
  readonly expect: "allowed" | "forbidden";
  /** The family of what is forbidden, or what the repair is about. */
  readonly rule: string;
  readonly language: string;
  /**
   * `seen`: the rules were written with it, or mended; `held out`: written before the first rule and run when all others were judged rightly; `blind`:
   * written by somebody who had not read the rules.
   */
  readonly set: "seen" | "held out" | "blind";
}

const folder = join(import.meta.dirname, "..", "..", "fixtures", "guard");

export const corpus: readonly CorpusDiff[] = JSON.parse(readFileSync(join(folder, "index.json"), "utf8"));

export const defaultRules = (): GuardRules => ({
  linesMax: 30,
  protectedPaths: [],
  configFiles: ["src/main/resources/application.yml"],
  under: "",
  redaction: newRedactionMemory(),
});

export const syntax = createSyntaxReader();

export function diffOfCorpus({ file }: CorpusDiff): string {
  return readFileSync(join(folder, file), "utf8");
}

/** By its hunks alone. */
export function guardHunks(diff: string, rules: GuardRules = defaultRules()): Promise<GuardedDiff> {
  return guardDiff(diff, rules, { base: null, syntax });
}

/**
 * With whole files: base is what the hunks show of it, from its first line on. Diffs that no base fits, since they contradict themselves, are judged as
 * they are; so are those whose hunks overlap, which numbered anew would no longer.
 */
export function guardWhole(diff: string, rules: GuardRules = defaultRules()): Promise<GuardedDiff> {
  if (overlaps(diff)) return guardHunks(diff, rules);
  const base = new Map<string, string>();
  const lines: string[] = [];
  let path = "";
  let shift = 0;
  for (const line of diff.split("\n")) {
    path = /^\+\+\+ b\/(.*)$/.exec(line)?.[1] ?? path;
    const [, count, after] = /^@@ -\d+,(\d+) \+\d+,(\d+) @@$/.exec(line) ?? [];
    if (line.startsWith("+++ ")) shift = 0;
    const known = base.get(path) ?? "";
    if (count !== undefined && after !== undefined && count !== "0") {
      const first = known.split("\n").length;
      lines.push(`@@ -${first},${count} +${first + shift},${after} @@`);
      shift += Number(after) - Number(count);
      continue;
    }
    lines.push(line);
    if (/^[ -](?!-- )/.test(line) && path !== "") base.set(path, `${known}${line.slice(1)}\n`);
  }
  const read = (wanted: string) => {
    const text = base.get(wanted);
    return Promise.resolve(text === undefined ? ("missing" as const) : new TextEncoder().encode(text));
  };
  return guardDiff(lines.join("\n"), rules, { base: { read, hasOtherCase: () => Promise.resolve(false) }, syntax });
}

function overlaps(diff: string): boolean {
  let end = 0;
  return diff.split("\n").some((line) => {
    if (line.startsWith("+++ ")) end = 0;
    const [, from, count] = /^@@ -(\d+),(\d+) /.exec(line) ?? [];
    if (from === undefined || count === undefined) return false;
    const isBehind = Number(from) >= end;
    end = Number(from) + Number(count);
    return !isBehind;
  });
}

export function brokenRules({ results }: GuardedDiff): readonly string[] {
  return results.filter(({ holds }) => !holds).map(({ rule, path, detail }) => `${rule} ${path}: ${detail}`);
}
