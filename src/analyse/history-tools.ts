import type { z } from "zod";
import type { CommitId } from "../domain/names.ts";
import { pullRequestOf } from "../domain/pull-request-of.ts";
import { type RedactionMemory, redact } from "../domain/redact.ts";
import { redactLines } from "../domain/redact-part.ts";
import type { BlamedLine, CommitSummary } from "../domain/sources.ts";
import { inLine, quoted } from "./quoted.ts";
import { type toolInputs, toolLimits } from "./tool-inputs.ts";
import { type Code, codeOf, insideTree, pageOf, type ToolMeans, ToolRefusal } from "./tool-means.ts";

type Inputs = ReturnType<typeof toolInputs>;
type Asked<Name extends keyof Inputs> = z.output<Inputs[Name]>;

/** Of the answer, for the rest that stands around a diff. */
const shareOfDiff = 0.8;

/** Tools that read who changed what, up to the deployed commit. */
export function createHistoryTools({ codes, shelf, memory, answerBytesMax }: ToolMeans) {
  const clean = (text: string) => redact(text, memory);

  /** The commit as evidence, and as the model is shown it. */
  function shown({ version }: Code, commit: Omit<CommitSummary, "paths"> & { readonly paths: readonly string[] }) {
    const text = clean(headOf(commit));
    const id = shelf.addCommit({
      text,
      isOutsiderText: false,
      repository: version.repository,
      commit: commit.commit,
      authoredAtMs: commit.authoredAtMs,
      pullRequest: pullRequestOf(commit.subject),
      paths: commit.paths.slice(0, toolLimits.pathsMax),
    });
    return { id, text: `${id}: ${commit.commit.slice(0, 12)}\n${quoted(text)}` };
  }

  async function log(input: Asked<"log">, signal: AbortSignal): Promise<string> {
    const code = codeOf(codes, input);
    const { version, source } = code;
    const inside = insideTree(input.path);
    const page = pageOf(input.page, toolLimits.commitsMax);
    const commits = await source.log(version.deployed, inside === "" ? null : inside, page.limit, signal);
    if (commits.length === 0) throw new ToolRefusal("No commit changed that path.");
    const cut = page.cut(commits);
    const lines = [cut.head, ...cut.shown.map((commit) => shown(code, commit).text)];
    return source.caution === null ? lines.join("\n") : `${source.caution}\n${lines.join("\n")}`;
  }

  async function showCommit(input: Asked<"show_commit">, signal: AbortSignal): Promise<string> {
    const code = codeOf(codes, input);
    const { version, source } = code;
    const commit = knownCommit(input.commit, version.repository);
    const inside = insideTree(input.path);
    const bytesMax = Math.floor(answerBytesMax * shareOfDiff);
    const patch = await source.patch(commit, inside === "" ? null : inside, bytesMax, signal);
    if (patch.files.length === 0) throw new ToolRefusal("It changed no file there that may be read.");
    const known = shelf.bundle().evidence.find((each) => each.kind === "commit" && each.commit === commit);
    const head = known?.text.split("\n")[0] ?? "";
    const text = clean(`${head}\n${cleanDiff(patch.diff, memory)}`);
    const id = shelf.addCommit({
      text,
      isOutsiderText: false,
      repository: version.repository,
      commit,
      authoredAtMs: known?.kind === "commit" ? known.authoredAtMs : 0,
      pullRequest: known?.kind === "commit" ? known.pullRequest : null,
      paths: patch.files.map(({ path }) => path).slice(0, toolLimits.pathsMax),
    });
    const cut = patch.isCut ? " (cut: name one of its files for more)" : "";
    return `${id}: ${commit.slice(0, 12)}, ${patch.files.length} files${cut}\n${quoted(text)}`;
  }

  /** Only what was shown before: no name of a branch, and no commit of a fork that shares the objects. */
  function knownCommit(said: string, repository: string): CommitId {
    const digits = said.trim().toLowerCase();
    const evidence = shelf.bundle().evidence;
    const commits = evidence.flatMap((each) =>
      each.kind === "commit" && each.repository === repository ? [each.commit] : [],
    );
    const all = new Set([...commits, ...codes.map(({ version }) => version.deployed)]);
    const found = /^[0-9a-f]{7,64}$/.test(digits) ? [...all].filter((commit) => commit.startsWith(digits)) : [];
    const [commit] = found;
    if (commit === undefined || found.length > 1) {
      throw new ToolRefusal("Name a commit that you were shown, by at least 7 of its digits. Try log or blame.");
    }
    return commit;
  }

  async function blame(input: Asked<"blame">, signal: AbortSignal): Promise<string> {
    const code = codeOf(codes, input);
    const path = insideTree(input.path);
    const first = Math.max(1, Math.floor(input.first));
    const last = Math.min(Math.floor(input.last), first + toolLimits.blamedLinesMax - 1);
    if (!(last >= first)) throw new ToolRefusal("`last` must not be before `first`.");
    const lines = await code.source.blame(code.version.deployed, path, first, last, signal);
    if (lines === null) throw new ToolRefusal("There is no such text file, or it may not be read. Try list_files.");
    if (lines.length === 0) throw new ToolRefusal("The file has fewer lines.");
    const commits = [...Map.groupBy(lines, ({ commit }) => commit).values()].flatMap((those) => {
      const [one] = those;
      return one === undefined ? [] : [{ ...shown(code, { ...one, paths: [one.path] }), those, one }];
    });
    const parts = commits.map(({ text, those, one }) => {
      const older = one.isBoundary ? " (the history is cut here: an older commit may have written them)" : "";
      return `${text}\nlast changed ${rangesOf(those)} of ${inLine(path)}${older}`;
    });
    return parts.join("\n");
  }

  return { log, showCommit, blame };
}

function headOf({ authoredAtMs, author, subject }: Pick<CommitSummary, "authoredAtMs" | "author" | "subject">): string {
  return `${new Date(authoredAtMs).toISOString().slice(0, 10)} ${author}: ${subject}`;
}

/** The gate sees the lines as they stand in the file: behind a plus, a key of several lines looks like none. */
function cleanDiff(diff: string, memory: RedactionMemory): string {
  const lines = diff.split("\n");
  const marks = lines.map((line) => (/^[ +-]/.test(line) ? line.slice(0, 1) : ""));
  const cleaned = redactLines(
    lines.map((line, index) => line.slice(marks[index]?.length)),
    0,
    memory,
  );
  return cleaned.map((line, index) => `${marks[index] ?? ""}${line}`).join("\n");
}

/** `lines 3 to 5, 9`. */
function rangesOf(lines: readonly BlamedLine[]): string {
  const ranges: { first: number; last: number }[] = [];
  for (const { line } of lines) {
    const open = ranges.at(-1);
    if (open !== undefined && open.last === line - 1) open.last = line;
    else ranges.push({ first: line, last: line });
  }
  return `lines ${ranges.map(({ first, last }) => (first === last ? `${first}` : `${first} to ${last}`)).join(", ")}`;
}
