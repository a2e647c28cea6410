import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { applyHunks } from "../../../src/repair/guard/apply-hunks.ts";
import { diffOf } from "../../../src/repair/guard/line-diff.ts";
import { parseDiff } from "../../../src/repair/guard/parse-diff.ts";
import { tokensOf } from "../../../src/repair/guard/tokens.ts";
import { brokenRules, corpus, diffOfCorpus, guardHunks } from "./guard-corpus.ts";

const languages = [
  "java",
  "kotlin",
  "typescript",
  "javascript",
  "python",
  "go",
  "csharp",
  "php",
  "ruby",
  "rust",
] as const;
const endings = ["java", "kt", "ts", "js", "py", "go", "cs", "php", "rb", "rs"];
const lines = fc.array(fc.stringMatching(/^[a-z(){};"'`$#/*\\ =?.]{0,20}$/), { maxLength: 30 });
const allowed = corpus.filter(({ expect: verdict }) => verdict === "allowed");
const runs = { numRuns: 150, seed: 20261121 };

describe("the guard, whatever it is given", () => {
  it("says something of any text and lets none pass that is no diff", async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: "binary", maxLength: 400 }), async (text) => {
        expect(brokenRules(await guardHunks(text))).not.toEqual([]);
      }),
      runs,
    );
  });

  it("gets through any change of any lines, in each language", async () => {
    await fc.assert(
      fc.asyncProperty(lines, lines, fc.nat(endings.length - 1), async (before, after, which) => {
        const path = `src/a.${endings[which]}`;
        const body = [...before.map((line) => `-${line}`), ...after.map((line) => `+${line}`)].join("\n");
        const diff = `--- a/${path}\n+++ b/${path}\n@@ -1,${before.length} +1,${after.length} @@\n${body}\n`;
        expect((await guardHunks(diff)).results.length).toBeGreaterThan(20);
      }),
      runs,
    );
  });

  it("cuts any text into tokens in its order, and loses nothing but blanks", () => {
    fc.assert(
      fc.property(lines, fc.constantFrom(...languages), (text, language) => {
        const joined = text.join("\n");
        let at = 0;
        for (const token of tokensOf(joined, language).filter((each) => !each.isFilledIn)) {
          const start = joined.indexOf(token.text, at);
          expect(joined.slice(at, start).trim()).toBe("");
          at = start + token.text.length;
        }
        expect(joined.slice(at).trim()).toBe("");
      }),
      { ...runs, numRuns: 600 },
    );
  });

  it("finds a change out so that it gives the other file when it is applied", () => {
    fc.assert(
      fc.property(lines, lines, fc.boolean(), fc.boolean(), (one, other, feed, otherFeed) => {
        const before = one.join("\n") + (feed && one.length > 0 ? "\n" : "");
        const after = other.join("\n") + (otherFeed && other.length > 0 ? "\n" : "");
        fc.pre(before !== "" && after !== "" && before.replace(/\n$/, "") !== after.replace(/\n$/, ""));
        expect(applyHunks(before, diffOf("a", before, after).hunks)).toBe(after);
      }),
      { ...runs, numRuns: 600 },
    );
  });

  it("refuses any two allowed repairs of two source files together", async () => {
    const single = allowed.filter((each) => (diffOfCorpus(each).match(/^diff --git/gm)?.length ?? 0) === 1);
    for (const [index, one] of single.entries()) {
      const other = single[(index + 1) % single.length];
      if (other === undefined || other === one) continue;
      const broken = brokenRules(await guardHunks(diffOfCorpus(one) + diffOfCorpus(other)));
      expect(broken.join("\n"), one.file).toMatch(/^(?:files|diff)/m);
    }
  });

  it.each([
    ["a mode", (diff: string) => diff.replace(/^index (\S+) 100644$/m, "index $1 100755")],
    [
      "a count",
      (diff: string) =>
        diff.replace(/^@@ -(\d+),(\d+) /m, (_all, from: string, count: string) => `@@ -${from},${Number(count) + 1} `),
    ],
    ["a name above", (diff: string) => diff.replace(/^diff --git a\//m, "diff --git a/x")],
    ["a name below", (diff: string) => diff.replace(/^\+\+\+ b\//m, "+++ b/x")],
    ["a way out", (diff: string) => diff.replaceAll(/ ([ab])\//g, " $1/../")],
    ["a place in CI", (diff: string) => diff.replaceAll(/ ([ab])\//g, " $1/.github/")],
    ["a hidden character", (diff: string) => diff.replace(/^(\+[^+\n].*)$/m, "$1\u200b")],
    [
      "a call to a program",
      (diff: string) =>
        diff.replace(
          /^(@@ .*) \+(\d+),(\d+) @@\n/m,
          (_all, head: string, from: string, count: string) =>
            `${head} +${from},${Number(count) + 1} @@\n+eval(input);\n`,
        ),
    ],
    ["a switch for the linter", (diff: string) => diff.replace(/^(\+[^+\n].*)$/m, "$1 // NOSONAR")],
  ])("refuses each allowed repair with %s of another kind", async (_name, change) => {
    for (const each of allowed) {
      const diff = diffOfCorpus(each);
      const changed = change(diff);
      if (changed === diff) continue;
      expect(brokenRules(await guardHunks(changed)), each.file).not.toEqual([]);
    }
  });

  it("takes time in proportion to what it is given", async () => {
    const line = (index: number) => `+const a${index} = "${"x".repeat(40)}" + b[${index}](c) /* d */; // e\n`;
    const diffOfLines = (count: number) =>
      `--- a/src/a.js\n+++ b/src/a.js\n@@ -1 +1,${count} @@\n-old();\n${Array.from({ length: count }, (_, index) => line(index)).join("")}`;
    const long = `--- a/src/a.js\n+++ b/src/a.js\n@@ -1 +1 @@\n-old();\n+${"f(/[`${'".repeat(1_250_000)}\n`;
    const sections = Array.from(
      { length: 20_000 },
      (_, index) => `--- a/f${index}.js\n+++ b/f${index}.js\n@@ -1 +1 @@\n-a\n+b\n`,
    );
    const startMs = performance.now();
    for (const diff of [
      diffOfLines(120_000),
      long,
      "@".repeat(10_000_000),
      "+".repeat(10_000_000),
      sections.join(""),
    ]) {
      expect(brokenRules(await guardHunks(diff))).not.toEqual([]);
    }
    expect(performance.now() - startMs).toBeLessThan(20_000);
  }, 30_000);

  it("reads what it writes in any order of sections", () => {
    for (const each of allowed) {
      expect(parseDiff(diffOfCorpus(each)).violations, each.file).toEqual([]);
    }
  });
});
