import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import { unifiedDiff } from "../../src/repair/unified-diff.ts";
import { temporaryFolder } from "../adapters/git/git-repository.ts";

const folder = temporaryFolder();
afterAll(() => folder.remove());

/** What git makes of a file and our diff. */
function applied(path: string, before: string | null, diff: string): string {
  const work = join(folder.path, "work");
  rmSync(work, { recursive: true, force: true });
  mkdirSync(join(work, dirname(path)), { recursive: true });
  if (before !== null) writeFileSync(join(work, path), before);
  execFileSync("git", ["apply", "--unidiff-zero", "--whitespace=nowarn", "-"], {
    cwd: work,
    input: diff,
    env: { PATH: process.env["PATH"], GIT_DIR: join(work, "no-repository") },
  });
  return readFileSync(join(work, path), "utf8");
}

describe("our diff", () => {
  it("reads like git's own", () => {
    const before = "one\ntwo\nthree\nfour\nfive\nsix\nseven\neight\n";
    const after = before.replace("five", "5\nand a half");
    expect(unifiedDiff("src/numbers.txt", before, after)).toBe(
      [
        "diff --git a/src/numbers.txt b/src/numbers.txt",
        "--- a/src/numbers.txt",
        "+++ b/src/numbers.txt",
        "@@ -2,7 +2,8 @@",
        " two",
        " three",
        " four",
        "-five",
        "+5",
        "+and a half",
        " six",
        " seven",
        " eight",
        "",
      ].join("\n"),
    );
  });

  it.each([
    ["a new file", "test/new.test.js", null, "it works\n"],
    ["a missing line end that appears", "a.txt", "one\ntwo", "one\ntwo\n"],
    ["a missing line end that stays", "a.txt", "one\ntwo", "zero\ntwo"],
    ["a missing line end that is taken away", "a.txt", "one\ntwo\n", "one\ntwo"],
    ["CR LF", "a.txt", "one\r\ntwo\r\nthree\r\n", "one\r\n2\r\nthree\r\n"],
    ["a mixed file", "a.txt", "one\r\ntwo\nthree\r\n", "one\ntwo\nthree\r\n"],
    ["a byte order mark", "a.txt", "\uFEFFone\n", "\uFEFF1\n"],
    ["a path with a space and letters", "src/Größe und Maß.txt", "one\n", "two\n"],
    ["changes far from each other", "a.txt", lines(60), lines(60).replace("line 3\n", "").replace("line 50", "fifty")],
    ["everything new", "a.txt", "a\nb\n", "c\nd\ne\n"],
  ])("applies: %s", (_what, path, before, after) => {
    expect(applied(path, before, unifiedDiff(path, before, after))).toBe(after);
  });

  it("applies, whatever changed", () => {
    const text = fc
      .array(fc.constantFrom("a", "b", "c", "", "  d", "e\r"), { maxLength: 25 })
      .map((all) => all.join("\n"));
    fc.assert(
      fc.property(text, text, (before, after) => {
        fc.pre(before !== after && after !== "" && before !== "");
        expect(applied("any.txt", before, unifiedDiff("any.txt", before, after))).toBe(after);
      }),
      { numRuns: 60 },
    );
  });
});

function lines(count: number): string {
  return Array.from({ length: count }, (_, index) => `line ${index + 1}\n`).join("");
}
