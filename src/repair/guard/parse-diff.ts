import { readHeaders, type SectionHeaders } from "./diff-headers.ts";
import type { Violation } from "./violation.ts";

export interface HunkLine {
  readonly kind: "context" | "added" | "removed";
  /** Without its line feed; a carriage return before it stays. */
  readonly text: string;
  /** In the file before and after, from 1; of a line that is not in it, where it would stand. */
  readonly beforeLine: number;
  readonly afterLine: number;
  /** No line feed follows it. */
  readonly isLast: boolean;
}

export interface Hunk {
  readonly lines: readonly HunkLine[];
}

/** One file of a diff. */
export interface DiffFile {
  readonly path: string;
  readonly isNew: boolean;
  readonly hunks: readonly Hunk[];
}

export interface ParsedDiff {
  readonly files: readonly DiffFile[];
  /** What the diff says wrongly, twice, or in a form that no plain change to a text file has. */
  readonly violations: readonly Violation[];
}

/** Kept of the violations of one diff: one is enough to refuse it. */
const violationsMax = 200;
const hunkHeader = /^@@ -(\d{1,8})(?:,(\d{1,8}))? \+(\d{1,8})(?:,(\d{1,8}))? @@(?: |$)/;

/** Reads a unified diff as git writes it. Never throws; takes time in proportion to its length. */
export function parseDiff(input: string): ParsedDiff {
  const text = hasOnlyCrlf(input) ? input.replaceAll("\r\n", "\n") : input;
  const lines = text.split("\n");
  if (lines.at(-1) === "") lines.pop();
  const reader = new DiffReader(lines);
  return reader.read();
}

/** A diff that came through a tool of Windows: its own lines end so too. */
function hasOnlyCrlf(text: string): boolean {
  return text.includes("\r\n") && !/(?:^|[^\r])\n/.test(text);
}

class DiffReader {
  readonly #lines: readonly string[];
  readonly #files: DiffFile[] = [];
  readonly #violations: Violation[] = [];
  readonly #seen = new Set<string>();
  #at = 0;

  constructor(lines: readonly string[]) {
    this.#lines = lines;
  }

  read(): ParsedDiff {
    // What `git format-patch` and people write above a diff.
    while (this.#at < this.#lines.length && !this.#isSectionStart(this.#at)) {
      if (/^(?:@@ |GIT binary patch|Binary files |diff --(?:cc|combined) )/.test(this.#line(this.#at))) {
        this.#refuse("diff", null, null, "it has a part that belongs to no file");
        return { files: [], violations: this.#violations };
      }
      this.#at += 1;
    }
    while (this.#at < this.#lines.length && this.#violations.length < violationsMax) this.#section();
    if (this.#files.length === 0 && this.#violations.length === 0) {
      this.#refuse("diff", null, null, "no file is changed: it is no unified diff, or an empty one");
    }
    return { files: this.#files, violations: this.#violations };
  }

  #section(): void {
    if (!this.#isSectionStart(this.#at)) {
      if (this.#isTrailer()) {
        this.#at = this.#lines.length;
        return;
      }
      const line = this.#line(this.#at);
      if (line !== "") {
        const isHunk = /^[-+ @\\]/.test(line);
        this.#refuse(
          "diff",
          this.#files.at(-1)?.path ?? null,
          null,
          isHunk
            ? `line ${this.#at + 1} of the diff is beyond what its hunk's header counts`
            : `line ${this.#at + 1} of the diff belongs to nothing`,
        );
        this.#skipToSection();
        return;
      }
      this.#at += 1;
      return;
    }
    const { headers, next } = readHeaders(this.#lines, this.#at);
    this.#at = next;
    const path = headers.path;
    for (const { rule, detail } of headers.problems) this.#refuse(rule, path, null, detail);
    if (path === null) {
      this.#skipToSection();
      return;
    }
    const folded = path.normalize("NFKC").toLowerCase();
    if (this.#seen.has(folded)) this.#refuse("diff", path, null, "the same file stands in it twice");
    this.#seen.add(folded);
    const hunks = this.#hunks(path, headers);
    if (hunks.length === 0 && headers.problems.length === 0) {
      this.#refuse("diff", path, null, "it names the file and changes no line of it");
    }
    this.#files.push({ path, isNew: headers.isNew, hunks });
  }

  #hunks(path: string, headers: SectionHeaders): Hunk[] {
    const hunks: Hunk[] = [];
    let shift = 0;
    let endBefore = 0;
    while (this.#at < this.#lines.length && this.#line(this.#at).startsWith("@@")) {
      const header = hunkHeader.exec(this.#line(this.#at));
      if (header === null) {
        this.#refuse("diff", path, null, `line ${this.#at + 1} of the diff is no hunk header that can be read`);
        this.#skipToSection();
        return hunks;
      }
      const [beforeStart = 0, beforeCount = 1, afterStart = 0, afterCount = 1] = header
        .slice(1, 5)
        .map((digits) => (digits === undefined ? undefined : Number(digits)));
      const from = beforeCount === 0 ? beforeStart + 1 : beforeStart;
      const to = afterCount === 0 ? afterStart + 1 : afterStart;
      this.#at += 1;
      if (beforeCount + afterCount === 0) this.#refuse("diff", path, from, "a hunk counts no line");
      if (from < 1 || to < 1) this.#refuse("diff", path, null, "a hunk begins before the first line");
      if (from <= endBefore) this.#refuse("diff", path, to, "hunks overlap or stand in the wrong order");
      else if (from + shift !== to) this.#refuse("diff", path, to, "a hunk's two places do not agree");
      if (headers.isNew && (beforeCount !== 0 || hunks.length > 0)) {
        this.#refuse("diff", path, to, "the file is said to be new, and lines of it to be there");
      }
      const lines = this.#hunkLines(path, { from, to, beforeCount, afterCount });
      if (lines === null) return hunks;
      if (lines.every(({ kind }) => kind === "context")) this.#refuse("diff", path, to, "a hunk changes nothing");
      hunks.push({ lines });
      shift += afterCount - beforeCount;
      endBefore = from + beforeCount - 1;
    }
    return hunks;
  }

  #hunkLines(
    path: string,
    counts: { readonly from: number; readonly to: number; readonly beforeCount: number; readonly afterCount: number },
  ): HunkLine[] | null {
    const lines: { -readonly [Key in keyof HunkLine]: HunkLine[Key] }[] = [];
    let before = 0;
    let after = 0;
    while (before < counts.beforeCount || after < counts.afterCount) {
      const line = this.#at < this.#lines.length ? this.#line(this.#at) : null;
      const mark = line === "" ? " " : (line?.charAt(0) ?? null);
      const kind = mark === " " ? "context" : mark === "+" ? "added" : mark === "-" ? "removed" : null;
      if (line?.startsWith("\\") && lines.length > 0) {
        this.#noLineFeed(path, line, lines);
        continue;
      }
      const isOver =
        (kind !== "added" && before >= counts.beforeCount) || (kind !== "removed" && after >= counts.afterCount);
      if (line === null || kind === null || isOver) {
        this.#refuse("diff", path, counts.to, "a hunk's header counts other lines than it has");
        this.#skipToSection();
        return null;
      }
      const place = { beforeLine: counts.from + before, afterLine: counts.to + after };
      lines.push({ kind, text: line.slice(1), ...place, isLast: false });
      if (kind !== "added") before += 1;
      if (kind !== "removed") after += 1;
      this.#at += 1;
    }
    while (this.#at < this.#lines.length && this.#line(this.#at).startsWith("\\")) {
      this.#noLineFeed(path, this.#line(this.#at), lines);
    }
    this.#checkLastLines(path, lines);
    return lines;
  }

  #noLineFeed(path: string, line: string, lines: { isLast: boolean }[]): void {
    this.#at += 1;
    const last = lines.at(-1);
    // Its words are in the language of whoever ran git.
    if (last === undefined || last.isLast || !line.startsWith("\\ ")) {
      this.#refuse("diff", path, null, `line ${this.#at} of the diff says something about no line`);
      return;
    }
    last.isLast = true;
  }

  #checkLastLines(path: string, lines: readonly HunkLine[]): void {
    const isWrong = lines.some(
      (line, index) =>
        line.isLast &&
        lines.slice(index + 1).some(({ kind }) => kind === "context" || kind === line.kind || line.kind === "context"),
    );
    if (isWrong) this.#refuse("diff", path, null, "lines follow one that is said to be the last");
  }

  #isSectionStart(at: number): boolean {
    const line = this.#lines[at] ?? "";
    return line.startsWith("diff --git ") || (line.startsWith("--- ") && this.#line(at + 1).startsWith("+++ "));
  }

  /** The signature below what `git format-patch` writes. */
  #isTrailer(): boolean {
    return /^-- ?$/.test(this.#line(this.#at)) && this.#lines.length - this.#at <= 4;
  }

  #skipToSection(): void {
    this.#at += 1;
    while (this.#at < this.#lines.length && !this.#isSectionStart(this.#at)) this.#at += 1;
  }

  #line(at: number): string {
    return this.#lines[at] ?? "";
  }

  #refuse(rule: Violation["rule"], path: string | null, line: number | null, detail: string): void {
    this.#violations.push({ rule, path, line, detail });
  }
}
