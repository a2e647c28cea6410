import type { GuardRule } from "./violation.ts";

/** What stands above the hunks of one file. */
export interface SectionHeaders {
  /** Null where none can be told. */
  readonly path: string | null;
  readonly isNew: boolean;
  readonly problems: readonly { readonly rule: GuardRule; readonly detail: string }[];
}

/** Pairs of prefixes that git puts before paths, by its settings. */
const prefixes = ["a/ b/", "i/ w/", "c/ i/", "c/ w/", "o/ w/", "1/ 2/"].map((pair) => pair.split(" "));

const ownLine =
  /^(?:index |old mode |new mode |deleted file mode |new file mode |copy |rename |similarity index |dissimilarity index |GIT binary patch|Binary files )/;

/** Reads the headers of the section that begins at a line. @returns `next`: the first line behind them */
export function readHeaders(
  lines: readonly string[],
  from: number,
): { readonly headers: SectionHeaders; readonly next: number } {
  const problems: { rule: GuardRule; detail: string }[] = [];
  const diff = (detail: string) => problems.push({ rule: "diff", detail });
  const mode = (detail: string) => problems.push({ rule: "mode", detail });
  const first = lines[from] ?? "";
  const isGit = first.startsWith("diff --git ");
  const named = isGit ? pathsOfGitLine(first.slice("diff --git ".length)) : null;
  let at = isGit ? from + 1 : from;
  const said = new Set<string>();
  let isNew = false;
  let isDeleted = false;
  let isBinary = false;

  for (; at < lines.length && ownLine.test(lines[at] ?? ""); at++) {
    const line = lines[at] ?? "";
    const word = line.split(" ", 1)[0] ?? "";
    const key = /^(?:old mode|new mode|(?:copy|rename) (?:from|to)|index)/.exec(line)?.[0] ?? line;
    if (said.has(key)) diff(`it says \`${key.slice(0, 40)}\` twice`);
    said.add(key);
    if (word === "GIT" || word === "Binary") {
      isBinary = true;
      mode("it is a binary change");
      at += 1;
      break;
    }
    if (word === "rename" || word === "copy") mode(`the file is a ${word === "copy" ? "copy" : "renamed one"}`);
    if (line.startsWith("new file mode ")) isNew = true;
    if (line.startsWith("deleted file mode ")) isDeleted = true;
    const bits = /^(?:old|new|deleted file|new file) mode (.*)$/.exec(line)?.[1] ?? /^index \S+ (.*)$/.exec(line)?.[1];
    if (bits !== undefined && bits !== "100644") mode(`its mode is ${modeInWords(bits)}`);
    if (/^(?:old|new) mode/.test(line)) mode("the mode of the file changes");
    if (word === "index" && !/^index [0-9a-f]{4,64}\.\.[0-9a-f]{4,64}(?: \d{6})?$/.test(line)) {
      diff("its `index` line cannot be read");
    }
  }
  if (isDeleted) mode("the file is deleted");

  const old = (lines[at] ?? "").startsWith("--- ") ? pathOfHeader((lines[at] ?? "").slice(4)) : null;
  const hasOld = old !== null;
  if (hasOld) at += 1;
  const now = hasOld && (lines[at] ?? "").startsWith("+++ ") ? pathOfHeader((lines[at] ?? "").slice(4)) : null;
  if (now !== null) at += 1;
  if (hasOld && now === null) diff("it has a `---` line without its `+++` line");
  if (isBinary && hasOld) diff("it is said to be binary, and has lines");

  const before = old === "/dev/null" ? null : old;
  const after = now === "/dev/null" ? null : now;
  const stripped = withoutPrefixes(before, after, named);
  if (hasOld && now !== null) {
    if (before === null && after === null) diff("both sides are /dev/null");
    if (before === null && isGit && !isNew) diff("`--- /dev/null` without `new file mode`");
    if (before !== null && isNew) diff("it is said to be new, and a file to be there before");
    if (after === null && !isDeleted) mode("the file is deleted");
    if (after !== null && isDeleted) diff("it is said to be deleted, and a file to be there after");
    if (stripped.before !== null && stripped.after !== null && stripped.before !== stripped.after) {
      diff("its `---` and `+++` lines name different files");
    }
  }
  if (named !== null) {
    const [namedOld, namedNow] = stripped.named ?? named;
    if (namedOld !== namedNow) diff("its `diff --git` line names two files");
    if (stripped.before !== null && stripped.before !== namedOld) diff("`---` names another file than `diff --git`");
    if (stripped.after !== null && stripped.after !== namedNow) diff("`+++` names another file than `diff --git`");
  } else if (isGit) {
    diff("its `diff --git` line cannot be read");
  }
  for (const line of lines.slice(from, at)) {
    const moved = /^(?:rename|copy) (?:from|to) (.*)$/.exec(line)?.[1];
    if (moved !== undefined)
      problems.push({ rule: "mode", detail: `it speaks of ${JSON.stringify(moved.slice(0, 80))}` });
  }
  const path = stripped.after ?? stripped.before ?? stripped.named?.[1] ?? named?.[1] ?? null;
  return { headers: { path, isNew: isNew || (hasOld && before === null), problems }, next: at };
}

function withoutPrefixes(
  before: string | null,
  after: string | null,
  named: readonly [string, string] | null,
): { readonly before: string | null; readonly after: string | null; readonly named: readonly [string, string] | null } {
  const olds = [before, named?.[0] ?? null].filter((path) => path !== null);
  const nows = [after, named?.[1] ?? null].filter((path) => path !== null);
  const pair = prefixes.find(
    ([one = "", other = ""]) =>
      olds.every((path) => path.startsWith(one)) &&
      nows.every((path) => path.startsWith(other)) &&
      // Without prefixes, both sides are the same path; a folder `b` is then a folder.
      (olds.length > 0 || nows.length > 0),
  );
  const isPlain = olds.length > 0 && nows.length > 0 && olds.every((path) => nows.every((other) => other === path));
  if (pair === undefined || isPlain) return { before, after, named };
  const cut = (path: string | null) => (path === null ? null : path.slice(2));
  return {
    before: cut(before),
    after: cut(after),
    named: named === null ? null : [named[0].slice(2), named[1].slice(2)],
  };
}

/** `a/x b/x`, also with blanks in the name, or each in quotes. */
function pathsOfGitLine(rest: string): readonly [string, string] | null {
  if (rest.startsWith('"')) {
    const [, first, second] = /^("(?:[^"\\]|\\.)*") (.+)$/.exec(rest) ?? [];
    if (first === undefined || second === undefined) return null;
    return [unquoted(first), unquoted(second)];
  }
  const [, plain, quotedSecond] = /^([^"]+) ("(?:[^"\\]|\\.)*")$/.exec(rest) ?? [];
  if (plain !== undefined && quotedSecond !== undefined) return [plain, unquoted(quotedSecond)];
  const words = rest.split(" ");
  if (words.length === 2) return [words[0] ?? "", words[1] ?? ""];
  // A name with blanks stands there twice: the middle blank parts it.
  const middle = (rest.length - 1) / 2;
  const halves: readonly [string, string] = [rest.slice(0, middle), rest.slice(middle + 1)];
  return rest.charAt(middle) === " " && halves[0].slice(2) === halves[1].slice(2) ? halves : null;
}

/** Of a `---` or `+++` line: a tab parts the path from a time. */
function pathOfHeader(rest: string): string {
  if (rest.startsWith('"')) return unquoted(rest.replace(/\t.*$/, ""));
  return rest.replace(/\t.*$/, "");
}

/** C-style, as git quotes bytes that are not plain. */
function unquoted(text: string): string {
  if (!/^".*"$/s.test(text)) return text;
  const bytes: number[] = [];
  const inner = text.slice(1, -1);
  const letters: Readonly<Record<string, number>> = { n: 10, t: 9, r: 13, a: 7, b: 8, f: 12, v: 11, '"': 34, "\\": 92 };
  for (const [, octal, letter, other] of inner.matchAll(/\\([0-7]{3})|\\(.)|([^\\]+)/gs)) {
    if (octal !== undefined) bytes.push(Number.parseInt(octal, 8) & 255);
    else if (letter !== undefined) bytes.push(Object.hasOwn(letters, letter) ? (letters[letter] ?? 63) : 63);
    else bytes.push(...new TextEncoder().encode(other));
  }
  return new TextDecoder().decode(new Uint8Array(bytes));
}

function modeInWords(bits: string): string {
  const known: Readonly<Record<string, string>> = {
    "100755": "100755, an executable",
    "120000": "120000, a symbolic link",
    "160000": "160000, a submodule",
  };
  return Object.hasOwn(known, bits) ? (known[bits] ?? bits) : bits.slice(0, 20);
}
